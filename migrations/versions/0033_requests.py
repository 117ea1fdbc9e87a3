"""Entries of the audit log are found by the request in whose course they were made.

Written once and frozen: a later change is a later step.
"""

from alembic import op

revision = "0033"
down_revision = "0032"

INDEX = "ix_audit_request on audit (chain, (details ->> 'request')) where details ? 'request'"


def upgrade() -> None:
    """Build the index beside the work that goes on. One that was left half built by a broken try is built anew."""
    with op.get_context().autocommit_block():
        op.execute("drop index concurrently if exists ix_audit_request")
        op.execute(f"create index concurrently {INDEX}")
