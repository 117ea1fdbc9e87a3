"""Tags: names for what the specs of a project said at one moment.

Written once and frozen: a later change is a later step. There is no way back but a backup.
"""

from alembic import op

revision = "0006"
down_revision = "0005"

SQL = """
create table tags (
    project_id uuid not null,
    name text not null,
    message text not null,
    actor_id uuid not null,
    at timestamptz not null,
    constraint pk_tags primary key (project_id, name),
    constraint fk_tags_project_id foreign key (project_id) references projects (id),
    constraint fk_tags_actor_id foreign key (actor_id) references actors (id)
);
create table tagged (
    project_id uuid not null,
    name text not null,
    spec_id uuid not null,
    path text not null,
    title text not null,
    revision text not null,
    constraint pk_tagged primary key (project_id, name, spec_id),
    constraint fk_tagged_project_id foreign key (project_id, name) references tags (project_id, name)
        on delete cascade,
    constraint fk_tagged_spec_id foreign key (spec_id, revision) references revisions (spec_id, digest)
);
create index ix_tagged_spec_id on tagged (spec_id);
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(SQL)
