"""What people let through though it looks like a secret.

Written once and frozen: a later change is a later step. There is no way back but a backup.
"""

from alembic import op

revision = "0010"
down_revision = "0009"

SQL = """
create table allowed_secrets (
    project_id uuid not null,
    id text not null,
    because text not null,
    actor_id uuid not null,
    at timestamptz not null,
    constraint pk_allowed_secrets primary key (project_id, id),
    constraint fk_allowed_secrets_project_id foreign key (project_id) references projects (id),
    constraint fk_allowed_secrets_actor_id foreign key (actor_id) references actors (id)
);
"""


def upgrade() -> None:
    """Change everything in one transaction."""
    op.execute(SQL)
