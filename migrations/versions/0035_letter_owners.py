"""One letter a week for each owner, where there was one for the project alone, and the values it is made of.

Written once and frozen: a later change is a later step.
"""

from alembic import op

revision = "0035"
down_revision = "0034"

INDEX = "uq_letters_project_id_begins_owner"
COLUMNS = """
alter table letters add column if not exists owner text not null default '';
alter table letters add column if not exists model jsonb;
"""


def upgrade() -> None:
    """Build the index beside the work that goes on; only then may a week have several letters."""
    op.execute(COLUMNS)
    with op.get_context().autocommit_block():
        op.execute(f"drop index concurrently if exists {INDEX}")
        op.execute(f"create unique index concurrently {INDEX} on letters (project_id, begins, owner)")
    op.execute("alter table letters drop constraint if exists uq_letters_project_id_begins")
