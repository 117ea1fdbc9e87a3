"""Who has which spec open is known to all processes of a server.

Written once and frozen: a later change is a later step.
"""

from alembic import op

revision = "0038"
down_revision = "0037"

SQL = """
create unlogged table presences (
    project_id uuid not null,
    spec_id uuid not null,
    actor_id uuid not null,
    at timestamp with time zone not null,
    constraint pk_presences primary key (project_id, spec_id, actor_id),
    constraint fk_presences_actor_id foreign key (actor_id) references actors (id),
    constraint fk_presences_project_id_spec_id foreign key (project_id, spec_id) references specs (project_id, id)
);
"""


def upgrade() -> None:
    """Change everything in one transaction."""
    op.execute(SQL)
