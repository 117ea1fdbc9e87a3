"""Tasks with leases and fencing tokens, what was spent on them, said of them, written under them; whose bundles are.

Written once and frozen: a later change is a later step.
"""

from alembic import op

revision = "0021"
down_revision = "0020"

SQL = """
create table tasks (
    id uuid not null,
    number bigint generated always as identity not null,
    project_id uuid not null,
    intent text not null,
    paths text[] not null,
    symbols text[] not null,
    sections text[] not null,
    size text not null,
    phase text not null,
    last_phase text not null,
    state text not null,
    fencing bigint not null,
    holder_id uuid,
    claimed_at timestamptz,
    lease_until timestamptz,
    waits boolean not null,
    asker_id uuid,
    needs jsonb not null,
    reasons jsonb not null,
    reason text not null,
    spent_from bigint not null,
    created_by uuid not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    ended_at timestamptz,
    constraint pk_tasks primary key (id),
    constraint uq_tasks_number unique (number),
    constraint fk_tasks_project_id foreign key (project_id) references projects (id),
    constraint fk_tasks_holder_id foreign key (holder_id) references actors (id),
    constraint fk_tasks_asker_id foreign key (asker_id) references actors (id),
    constraint fk_tasks_created_by foreign key (created_by) references actors (id),
    constraint ck_tasks_state check (state in ('open', 'claimed', 'done', 'failed', 'expired', 'frozen')),
    constraint ck_tasks_phase check (phase in ('research', 'plan', 'implement', 'free')),
    constraint ck_tasks_last_phase check (last_phase in ('research', 'plan', 'implement', 'free')),
    constraint ck_tasks_size check (size in ('', 'xs', 's', 'm', 'l', 'xl')),
    constraint ck_tasks_held check ((state = 'claimed') = (holder_id is not null and lease_until is not null))
);
create index ix_tasks_project_id_number on tasks (project_id, number);
create index ix_tasks_claimed on tasks (project_id, lease_until) where state = 'claimed';
create index ix_tasks_claimable on tasks (project_id, number)
    where state in ('open', 'claimed', 'expired') and not waits;

create table task_usage (
    n bigint generated always as identity not null,
    task_id uuid not null,
    actor_id uuid not null,
    fencing bigint not null,
    phase text not null,
    model text not null,
    tokens bigint not null,
    cost numeric(20, 6) not null,
    at timestamptz not null,
    constraint pk_task_usage primary key (n),
    constraint fk_task_usage_task_id foreign key (task_id) references tasks (id),
    constraint fk_task_usage_actor_id foreign key (actor_id) references actors (id),
    constraint ck_task_usage_spent check (tokens >= 0 and cost >= 0)
);
create index ix_task_usage_task_id on task_usage (task_id);

create table task_notes (
    n bigint generated always as identity not null,
    task_id uuid not null,
    actor_id uuid not null,
    fencing bigint not null,
    phase text not null,
    answer text not null,
    body text not null,
    at timestamptz not null,
    constraint pk_task_notes primary key (n),
    constraint fk_task_notes_task_id foreign key (task_id) references tasks (id),
    constraint fk_task_notes_actor_id foreign key (actor_id) references actors (id),
    constraint ck_task_notes_answer check (answer in ('', 'approve', 'decline'))
);
create index ix_task_notes_task_id on task_notes (task_id);

create table task_artifacts (
    task_id uuid not null,
    spec_id uuid not null,
    phase text not null,
    at timestamptz not null,
    constraint pk_task_artifacts primary key (task_id, spec_id),
    constraint fk_task_artifacts_task_id foreign key (task_id) references tasks (id)
);

create table task_holds (
    task_id uuid not null,
    spec_id uuid not null,
    anchor text not null,
    path text not null,
    digest text not null,
    announced text not null,
    constraint pk_task_holds primary key (task_id, spec_id, anchor),
    constraint fk_task_holds_task_id foreign key (task_id) references tasks (id)
);
create index ix_task_holds_spec_id on task_holds (spec_id);

create table task_news (
    n bigint generated always as identity not null,
    task_id uuid not null,
    fencing bigint not null,
    kind text not null,
    details jsonb not null,
    at timestamptz not null,
    told_at timestamptz,
    constraint pk_task_news primary key (n),
    constraint fk_task_news_task_id foreign key (task_id) references tasks (id),
    constraint ck_task_news_kind check (kind in ('overlap', 'changed'))
);
create index ix_task_news_untold on task_news (task_id) where told_at is null;

alter table bundles add column task_id uuid, add column fencing bigint;
create index ix_bundles_task_id on bundles (task_id) where task_id is not null;
"""


def upgrade() -> None:
    """Change everything in one transaction."""
    op.execute(SQL)
