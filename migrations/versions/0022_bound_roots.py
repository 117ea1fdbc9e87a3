"""Which folder of a repository is a project's: several projects may share one repository.

Written once and frozen: a later change is a later step.
"""

from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Change everything in one transaction."""
    op.execute("alter table bindings add column root text not null default ''")
