"""Images beside specs, and which of them some text was seen to show.

Written once and frozen: a later change is a later step.
"""

from alembic import op

revision = "0040"
down_revision = "0039"

SQL = """
create table images (
    project_id uuid not null,
    name text not null,
    digest text not null,
    size integer not null,
    width integer not null,
    height integer not null,
    actor_id uuid not null,
    at timestamp with time zone not null,
    used boolean default false not null,
    constraint pk_images primary key (project_id, name),
    constraint fk_images_project_id foreign key (project_id) references projects (id),
    constraint fk_images_actor_id foreign key (actor_id) references actors (id)
);

create index ix_images_digest on images (digest);
"""


def upgrade() -> None:
    """Change everything in one transaction."""
    op.execute(SQL)
