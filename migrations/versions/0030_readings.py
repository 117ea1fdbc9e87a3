"""What people read last.

Written once and frozen: a later change is a later step.
"""

from alembic import op

revision = "0030"
down_revision = "0029"

SQL = """
create table readings (
    project_id uuid not null,
    actor_id uuid not null,
    spec_id uuid not null,
    revision text not null,
    at timestamptz not null,
    constraint pk_readings primary key (project_id, actor_id, spec_id),
    constraint fk_readings_actor_id foreign key (actor_id) references actors (id),
    constraint fk_readings_project_id foreign key (project_id, spec_id) references specs (project_id, id),
    constraint fk_readings_spec_id foreign key (spec_id, revision) references revisions (spec_id, digest)
);
"""


def upgrade() -> None:
    """Change everything in one transaction."""
    op.execute(SQL)
