"""Large values by content, sealed with keys that can be changed; what a project may use and how long things are kept.

Written once and frozen: a later change is a later step.
"""

from alembic import op

revision = "0019"
down_revision = "0018"

SQL = """
create table artifact_keys (
    n bigint generated always as identity,
    name text not null,
    salt text not null,
    since timestamptz not null,
    until timestamptz,
    constraint pk_artifact_keys primary key (n),
    constraint uq_artifact_keys_name unique (name)
);

create table artifacts (
    digest text not null,
    key text,
    size integer not null,
    body bytea not null,
    at timestamptz not null,
    constraint pk_artifacts primary key (digest),
    constraint fk_artifacts_key foreign key (key) references artifact_keys (name)
);
create index ix_artifacts_key on artifacts (key);
create index ix_artifacts_at on artifacts (at);
-- What is compressed and encrypted is not compressed again.
alter table artifacts alter column body set storage external;

alter table checks drop constraint fk_checks_report;
alter table bundles add column artifact text;
alter table gates add column artifact text;

create table project_limits (
    project_id uuid not null,
    kind text not null,
    name text not null,
    value bigint not null,
    constraint pk_project_limits primary key (project_id, kind, name),
    constraint ck_project_limits_kind check (kind in ('quota', 'retention'))
);

create table usage_counters (
    project_id uuid not null,
    name text not null,
    window_start timestamptz not null,
    count bigint not null,
    constraint pk_usage_counters primary key (project_id, name, window_start),
    constraint fk_usage_counters_project_id foreign key (project_id) references projects (id)
);
create index ix_usage_counters_window_start on usage_counters (window_start);
"""


def upgrade() -> None:
    """Change everything in one transaction."""
    op.execute(SQL)
