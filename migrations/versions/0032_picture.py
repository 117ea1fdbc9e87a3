"""How many lines files have and where they import, and the way from an invariant to its checks.

Written once and frozen: a later change is a later step.
"""

from alembic import op

revision = "0032"
down_revision = "0031"

SQL = """
alter table code_paths add column if not exists lines integer not null default 0;
alter table code_paths add column if not exists import_lines integer[] not null default '{}';
"""
INDEX = "ix_check_invariants_history"


def upgrade() -> None:
    """Add the columns, which the next check of each repository fills, and build the index beside those who work."""
    op.execute(SQL)
    with op.get_context().autocommit_block():
        op.execute(f"drop index concurrently if exists {INDEX}")
        op.execute(f"create index concurrently {INDEX} on check_invariants (project_id, invariant, check_id)")
