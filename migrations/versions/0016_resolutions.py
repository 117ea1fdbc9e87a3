"""Which proposal would resolve a conflict. Written once and frozen: a later change is a later step."""

from alembic import op

revision = "0016"
down_revision = "0015"

SQL = """
alter table conflicts add column proposal_id uuid;
alter table conflicts add constraint fk_conflicts_proposal_id foreign key (proposal_id) references proposals (id);
"""


def upgrade() -> None:
    """Change everything in one transaction."""
    op.execute(SQL)
