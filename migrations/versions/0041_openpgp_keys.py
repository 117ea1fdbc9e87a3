"""Keys of OpenPGP beside those of SSH, by which people sign commits.

Written once and frozen: a later change is a later step.
"""

from alembic import op

revision = "0041"
down_revision = "0040"

INDEX = "ix_commit_keys_key_ids"
COLUMNS = """
alter table commit_keys add column if not exists kind text not null default 'ssh';
alter table commit_keys add column if not exists key_ids text[] not null default '{}';
alter table commit_keys add column if not exists expires_at timestamp with time zone;
alter table commit_keys add column if not exists ended boolean not null default false;
"""


def upgrade() -> None:
    """Add the columns, and build the index beside the work that goes on."""
    op.execute(COLUMNS)
    with op.get_context().autocommit_block():
        op.execute(f"drop index concurrently if exists {INDEX}")
        op.execute(f"create index concurrently {INDEX} on commit_keys using gin (key_ids)")
