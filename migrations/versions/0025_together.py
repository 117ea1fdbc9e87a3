"""Which files history changed together.

Written once and frozen: a later change is a later step.
"""

from alembic import op

revision = "0025"
down_revision = "0024"

SQL = "alter table code_paths add column if not exists together text[] not null default '{}'"


def upgrade() -> None:
    """Add the column; the next check of each repository fills it."""
    op.execute(SQL)
