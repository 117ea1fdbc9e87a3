"""What policies decided, how acts turned out, who is frozen and who is told; and which texts may hold policies.

Written once and frozen: a later change is a later step. There is no way back but a backup.
"""

from alembic import op

revision = "0008"
down_revision = "0007"

SQL = r"""
alter table texts
    add column policies boolean not null generated always as (body ~ 'ya?ml[^a-z\n]+policy'::text) stored;
create index ix_texts_policies on texts (digest) where policies;

create table decisions (
    n bigint generated always as identity,
    project_id uuid not null,
    subject text not null,
    event text not null,
    actor_id uuid not null,
    at timestamptz not null,
    decision jsonb not null,
    policies text not null,
    constraint pk_decisions primary key (n),
    constraint fk_decisions_project_id foreign key (project_id) references projects (id),
    constraint fk_decisions_actor_id foreign key (actor_id) references actors (id)
);
create index ix_decisions_subject on decisions (project_id, subject, n);

create table outcomes (
    n bigint generated always as identity,
    project_id uuid not null,
    actor_id uuid not null,
    event text not null,
    reference text not null,
    good boolean not null,
    at timestamptz not null,
    constraint pk_outcomes primary key (n),
    constraint ck_outcomes_event check (event in ('proposal', 'check')),
    constraint fk_outcomes_project_id foreign key (project_id) references projects (id),
    constraint fk_outcomes_actor_id foreign key (actor_id) references actors (id)
);
create index ix_outcomes_actor_id on outcomes (project_id, actor_id, n);
create unique index uq_outcomes_reference on outcomes (project_id, event, reference, actor_id);

create table freezes (
    n bigint generated always as identity,
    project_id uuid not null,
    actor_id uuid not null,
    since timestamptz not null,
    until timestamptz not null,
    reason text not null,
    frozen_by uuid,
    thawed_at timestamptz,
    thawed_by uuid,
    thaw_reason text,
    constraint pk_freezes primary key (n),
    constraint fk_freezes_project_id foreign key (project_id) references projects (id),
    constraint fk_freezes_actor_id foreign key (actor_id) references actors (id),
    constraint fk_freezes_frozen_by foreign key (frozen_by) references actors (id),
    constraint fk_freezes_thawed_by foreign key (thawed_by) references actors (id)
);
create index ix_freezes_actor_id on freezes (project_id, actor_id, n);
create index ix_freezes_open on freezes (project_id, until) where thawed_at is null;

create table notices (
    n bigint generated always as identity,
    project_id uuid not null,
    at timestamptz not null,
    whom text[] not null,
    subject text not null,
    message text not null,
    constraint pk_notices primary key (n),
    constraint fk_notices_project_id foreign key (project_id) references projects (id)
);
create index ix_notices_project_id on notices (project_id, n);
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(SQL)
