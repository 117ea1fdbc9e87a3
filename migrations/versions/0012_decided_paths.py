"""Which specs a decision touches, so that it is found by their paths.

Written once and frozen: a later change is a later step. There is no way back but a backup.
"""

from alembic import op

revision = "0012"
down_revision = "0011"

SQL = """
alter table decisions add column paths text[] not null default '{}';
create index ix_decisions_paths on decisions using gin (paths);
"""


def upgrade() -> None:
    """Add the column."""
    op.execute(SQL)
