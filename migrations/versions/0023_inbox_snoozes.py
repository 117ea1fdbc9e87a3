"""What people put off in their inbox.

Written once and frozen: a later change is a later step.
"""

from alembic import op

revision = "0023"
down_revision = "0022"

SQL = """
create table inbox_snoozes (
    project_id uuid not null,
    actor_id uuid not null,
    matter text not null,
    until timestamptz not null,
    constraint pk_inbox_snoozes primary key (project_id, actor_id, matter),
    constraint fk_inbox_snoozes_project_id foreign key (project_id) references projects (id),
    constraint fk_inbox_snoozes_actor_id foreign key (actor_id) references actors (id)
);
"""


def upgrade() -> None:
    """Change everything in one transaction."""
    op.execute(SQL)
