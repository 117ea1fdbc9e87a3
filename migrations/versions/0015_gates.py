"""What was decided on commits that were checked elsewhere, what people said of it, and the keys that sign it.

Written once and frozen: a later change is a later step. There is no way back but a backup.
"""

from alembic import op

revision = "0015"
down_revision = "0014"

SQL = """
create table gates (
    id uuid not null,
    project_id uuid not null,
    digest text not null,
    state text not null,
    repository text not null,
    commit text not null,
    specs text not null,
    policies text not null,
    findings text not null,
    verdict text not null,
    ruling text not null,
    needs jsonb not null,
    reasons jsonb not null,
    counts jsonb not null,
    tag text not null,
    branch text not null,
    pull integer,
    agent boolean not null,
    report jsonb not null,
    actor_id uuid not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint pk_gates primary key (id),
    constraint uq_gates_project_id_digest unique (project_id, digest),
    constraint ck_gates_state check (state in ('passed', 'needs-approval', 'frozen', 'failed')),
    constraint fk_gates_project_id foreign key (project_id) references projects (id),
    constraint fk_gates_actor_id foreign key (actor_id) references actors (id)
);
create index ix_gates_project_id_created_at on gates (project_id, created_at);
create index ix_gates_project_id_repository_commit on gates (project_id, repository, commit);

create table gate_reviews (
    n bigint generated always as identity,
    gate_id uuid not null,
    actor_id uuid not null,
    answer text not null,
    body text not null,
    at timestamptz not null,
    constraint pk_gate_reviews primary key (n),
    constraint ck_gate_reviews_answer check (answer in ('approve', 'refuse')),
    constraint fk_gate_reviews_gate_id foreign key (gate_id) references gates (id),
    constraint fk_gate_reviews_actor_id foreign key (actor_id) references actors (id)
);
create index ix_gate_reviews_gate_id on gate_reviews (gate_id);

create table signing_keys (
    n bigint generated always as identity,
    name text not null,
    public text not null,
    salt text not null,
    since timestamptz not null,
    until timestamptz,
    constraint pk_signing_keys primary key (n)
);
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(SQL)
