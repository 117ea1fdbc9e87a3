"""Whether the owner of a key for commits showed to hold its private half; of those there are, nobody did.

Written once and frozen: a later change is a later step.
"""

from alembic import op

revision = "0043"
down_revision = "0042"

SQL = "alter table commit_keys add column proven boolean not null default false;"


def upgrade() -> None:
    """Change everything in one transaction."""
    op.execute(SQL)
