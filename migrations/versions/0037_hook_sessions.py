"""What sessions of coding agents were told at their hooks, for all processes of a server.

Written once and frozen: a later change is a later step.
"""

from alembic import op

revision = "0037"
down_revision = "0036"

SQL = """
create table hook_sessions (
    project_id uuid not null,
    actor_id uuid not null,
    name text not null,
    task text not null,
    paths text[] not null,
    told text[] not null,
    at timestamp with time zone not null,
    constraint pk_hook_sessions primary key (project_id, actor_id, name),
    constraint fk_hook_sessions_project_id foreign key (project_id) references projects (id),
    constraint fk_hook_sessions_actor_id foreign key (actor_id) references actors (id)
);

create index ix_hook_sessions_at on hook_sessions (at);
"""


def upgrade() -> None:
    """Change everything in one transaction."""
    op.execute(SQL)
