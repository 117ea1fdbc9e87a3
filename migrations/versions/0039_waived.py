"""Which invariants are broken only in what is waived, and of which waivers given here it was told that they end.

Written once and frozen: a later change is a later step.
"""

from alembic import op

revision = "0039"
down_revision = "0038"

SQL = """
alter table check_invariants add column waived boolean not null default false;
alter table finding_decisions add column announced integer;
"""


def upgrade() -> None:
    """Change everything in one transaction."""
    op.execute(SQL)
