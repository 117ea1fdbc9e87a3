"""Places in code that name requirements, test results, deployments, incidents.

Written once and frozen: a later change is a later step.
"""

from alembic import op

revision = "0026"
down_revision = "0025"

SQL = """
create table trace_places (
    repository_id uuid not null,
    path text not null,
    line integer not null,
    target text not null,
    kind text not null,
    symbol text not null,
    since bigint not null,
    constraint pk_trace_places primary key (repository_id, path, line, target, kind),
    constraint fk_trace_places_repository_id foreign key (repository_id) references repositories (id) on delete cascade,
    constraint ck_trace_places_kind check (kind in ('test', 'implementation'))
);

create table test_results (
    project_id uuid not null,
    repository text not null,
    classname text not null,
    name text not null,
    file text not null,
    result text not null,
    message text not null,
    targets text[] not null,
    commit text not null,
    since timestamptz not null,
    at timestamptz not null,
    constraint pk_test_results primary key (project_id, repository, classname, name),
    constraint fk_test_results_project_id foreign key (project_id) references projects (id),
    constraint ck_test_results_result check (result in ('failed', 'passed', 'skipped'))
);

create table deployments (
    id uuid not null,
    project_id uuid not null,
    repository text not null,
    environment text not null,
    commit text not null,
    actor_id uuid not null,
    at timestamptz not null,
    constraint pk_deployments primary key (id),
    constraint fk_deployments_project_id foreign key (project_id) references projects (id),
    constraint fk_deployments_actor_id foreign key (actor_id) references actors (id)
);
create index ix_deployments_latest on deployments (project_id, repository, environment, at);

create table incidents (
    project_id uuid not null,
    name text not null,
    opened_at timestamptz not null,
    closed_at timestamptz,
    requirements text[] not null,
    paths text[] not null,
    actor_id uuid not null,
    constraint pk_incidents primary key (project_id, name, opened_at),
    constraint fk_incidents_project_id foreign key (project_id) references projects (id),
    constraint fk_incidents_actor_id foreign key (actor_id) references actors (id)
);
create unique index ix_incidents_open on incidents (project_id, name) where closed_at is null;
"""


def upgrade() -> None:
    """Change everything in one transaction."""
    op.execute(SQL)
