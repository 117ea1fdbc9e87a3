"""Which programs may go on after a migration: those that know at least the revision that stands here.

Written once and frozen: a later change is a later step. A step that takes away what programs of the release before
still use says so here, by `update schema_floor set oldest = '<its own revision>'`.
"""

from alembic import op

revision = "0024"
down_revision = "0023"

SQL = """
create table schema_floor (
    oldest text not null,
    constraint pk_schema_floor primary key (oldest)
);
insert into schema_floor (oldest) values ('0024');
"""


def upgrade() -> None:
    """Make the table, with its one row."""
    op.execute(SQL)
