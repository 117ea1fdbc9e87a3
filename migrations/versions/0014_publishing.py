"""Git, both ways: how what is written here becomes commits, which commit holds what, and the keys people sign with.

Written once and frozen: a later change is a later step.
"""

from alembic import op

revision = "0014"
down_revision = "0013"

SQL = """
alter table bindings add column publish text not null default 'none';
alter table bindings add column publish_branch text not null default '';
alter table bindings add column pushed text not null default '';
alter table bindings add column pushed_plan text not null default '';
alter table bindings add column pushed_at timestamptz;
alter table bindings add column publish_problem text not null default '';
alter table bindings add column publish_hint text not null default '';
alter table bindings add column held jsonb not null default '[]';
alter table bindings add column request_url text not null default '';
alter table bindings add constraint ck_bindings_publish check (publish in ('none', 'branch', 'direct', 'pull-request'));

create table publications (
    repository_id uuid not null,
    commit text not null,
    path text not null,
    old_path text not null default '',
    spec_id uuid not null,
    revision text not null,
    blob text not null,
    branch text not null,
    pushed boolean not null,
    at timestamptz not null,
    constraint pk_publications primary key (repository_id, commit, path),
    constraint fk_publications_repository_id foreign key (repository_id) references repositories (id) on delete cascade
);
create index ix_publications_spec_id on publications (spec_id);

alter table repositories add column failures integer not null default 0;
alter table proposals add column provenance text;

create table commit_keys (
    id uuid not null,
    actor_id uuid not null,
    name text not null,
    public text not null,
    fingerprint text not null,
    created_at timestamptz not null,
    revoked_at timestamptz,
    constraint pk_commit_keys primary key (id),
    constraint fk_commit_keys_actor_id foreign key (actor_id) references actors (id)
);
create unique index uq_commit_keys_fingerprint on commit_keys (fingerprint) where revoked_at is null;
create index ix_commit_keys_actor_id on commit_keys (actor_id);
"""


def upgrade() -> None:
    """Change everything in one transaction."""
    op.execute(SQL)
