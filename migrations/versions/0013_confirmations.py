"""Confirmations of statements by people, and how far a repository's branch is trusted.

Nobody decided on the trust of repositories that are there already: they stay as they were, not trusted. Authorships are
derived and are made anew with what they now also say. Written once and frozen: a later change is a later step.
"""

from alembic import op

revision = "0013"
down_revision = "0012"

SQL = """
delete from authorships;
alter table authorships add column doubts text[] not null;

create table confirmations (
    id uuid not null,
    project_id uuid not null,
    spec_id uuid not null,
    digest text not null,
    doubts text[] not null,
    revision text not null,
    actor_id uuid not null,
    because text not null,
    at timestamptz not null,
    constraint pk_confirmations primary key (id),
    constraint fk_confirmations_project_id foreign key (project_id, spec_id) references specs (project_id, id),
    constraint fk_confirmations_spec_id foreign key (spec_id, revision) references revisions (spec_id, digest),
    constraint fk_confirmations_actor_id foreign key (actor_id) references actors (id)
);
create index ix_confirmations_spec_id on confirmations (spec_id);

alter table bindings add column trust text not null default 'none';
alter table bindings alter column trust drop default;
alter table bindings add constraint ck_bindings_trust check (trust in ('branch', 'none'));
"""


def upgrade() -> None:
    """Change everything in one transaction."""
    op.execute(SQL)
