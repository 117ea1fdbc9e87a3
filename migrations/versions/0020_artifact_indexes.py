"""By what a receipt or a decision names what it holds is found again, without stopping those who write meanwhile.

Written once and frozen: a later change is a later step.
"""

from alembic import op

revision = "0020"
down_revision = "0019"

INDEXES = {"ix_bundles_artifact": "bundles (artifact)", "ix_gates_artifact": "gates (artifact)"}


def upgrade() -> None:
    """Build indexes beside the work that goes on. One that was left half built by a broken try is built anew."""
    with op.get_context().autocommit_block():
        for name, columns in INDEXES.items():
            op.execute(f"drop index concurrently if exists {name}")
            op.execute(f"create index concurrently {name} on {columns}")
