"""Of which waivers it was told that they end, so that it is told once.

Written once and frozen: a later change is a later step.
"""

from alembic import op

revision = "0034"
down_revision = "0033"

SQL = "alter table lock_claims add column announced integer"


def upgrade() -> None:
    """Change everything in one transaction."""
    op.execute(SQL)
