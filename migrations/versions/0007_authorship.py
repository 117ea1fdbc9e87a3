"""Authorship: who brought each word of a revision. Rows of revisions that are there already are made when asked for.

Written once and frozen: a later change is a later step. There is no way back but a backup.
"""

from alembic import op

revision = "0007"
down_revision = "0006"

SQL = """
create table authorships (
    spec_id uuid not null,
    revision text not null,
    runs bytea not null,
    open bytea not null,
    "full" text[] not null,
    constraint pk_authorships primary key (spec_id, revision),
    constraint fk_authorships_spec_id foreign key (spec_id, revision) references revisions (spec_id, digest)
);

create table passages (
    digest text not null,
    body bytea not null,
    constraint pk_passages primary key (digest)
);
"""


def upgrade() -> None:
    """Create everything in one transaction."""
    op.execute(SQL)
