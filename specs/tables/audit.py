"""Tables of the audit log: entries that only ever grow, and the end of each chain, which is also its lock."""

from sqlalchemy import BigInteger, Column, Index, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from specs.tables.base import METADATA, Id, Time

# One chain per project, so that projects never wait for each other; `chain` is the project's id, or the nil UUID for
# what concerns the whole installation. No foreign key: nothing may ever force an entry to change.
audit = Table(
    "audit",
    METADATA,
    Column("chain", Id, primary_key=True),
    Column("n", BigInteger, primary_key=True),
    Column("at", Time, nullable=False),
    Column("actor_id", Id, nullable=False),
    Column("actor_kind", Text, nullable=False),
    Column("credential_id", Id),
    Column("on_behalf_of", Id),
    Column("task_id", Id),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("details", JSONB, nullable=False),
    Column("previous", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("policy", Text),
    Index("ix_audit_subject", "chain", "subject"),
    Index("ix_audit_task", "task_id", postgresql_where=text("task_id is not null")),
    Index(
        "ix_audit_request",
        "chain",
        text("(details ->> 'request'::text)"),
        postgresql_where=text("details ? 'request'::text"),
    ),
)

audit_ends = Table(
    "audit_ends",
    METADATA,
    Column("chain", Id, primary_key=True),
    Column("n", BigInteger, nullable=False),
    Column("digest", Text, nullable=False),
    Column("previous", Text, nullable=False),
)

# What was written into files outside the database, so that a file which lost its end is found.
audit_checkpoints = Table(
    "audit_checkpoints",
    METADATA,
    Column("series", Id, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("chain", Id, nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("digest", Text, nullable=False),
)
