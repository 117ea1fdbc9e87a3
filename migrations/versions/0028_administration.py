"""Administration: sessions that can be told apart, runs that people watch, and who people are elsewhere.

Written once and frozen: a later change is a later step.
"""

from alembic import op

revision = "0028"
down_revision = "0027"

SQL = """
alter table sessions add column device text not null default '', add column address text not null default '';

create table identities (
    issuer text not null,
    subject text not null,
    actor_id uuid not null,
    name text not null,
    created_at timestamp with time zone not null,
    used_at timestamp with time zone not null,
    constraint pk_identities primary key (issuer, subject),
    constraint fk_identities_actor_id foreign key (actor_id) references actors (id)
);
create index ix_identities_actor_id on identities (actor_id);

create table runs (
    id uuid not null,
    project_id uuid not null,
    kind text not null,
    subject text not null default '',
    state text not null,
    asked_by uuid not null,
    asked_at timestamp with time zone not null,
    begun_at timestamp with time zone,
    seen_at timestamp with time zone,
    ended_at timestamp with time zone,
    stage text not null default '',
    done integer not null default 0,
    total integer not null default 0,
    result jsonb,
    problem text not null default '',
    hint text not null default '',
    constraint pk_runs primary key (id),
    constraint ck_runs_state check (state in ('waiting', 'working', 'done', 'failed')),
    constraint fk_runs_project_id foreign key (project_id) references projects (id),
    constraint fk_runs_asked_by foreign key (asked_by) references actors (id)
);
create index ix_runs_project_id on runs (project_id, kind, asked_at);
create index ix_runs_asked_at on runs (asked_at);
"""


def upgrade() -> None:
    """Change everything in one transaction."""
    op.execute(SQL)
