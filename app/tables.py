"""Tables of the outside: page sessions, idempotency keys, counters that limit tries, which programs fit the schema."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from specs.tables.base import METADATA, Id, Time

# `id_hash` is the SHA-256 of the cookie's value: a copy of the database logs nobody in.
sessions = Table(
    "sessions",
    METADATA,
    Column("id_hash", Text, primary_key=True),
    Column("actor_id", Id, ForeignKey("actors.id"), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("csrf", Text, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("seen_at", Time, nullable=False),
    Column("expires_at", Time, nullable=False),
    Index("ix_sessions_actor_id", "actor_id"),
    Index("ix_sessions_expires_at", "expires_at"),
)

# `status` is null while the first request with the key is under way.
idempotency_keys = Table(
    "idempotency_keys",
    METADATA,
    Column("actor_id", Id, ForeignKey("actors.id"), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request_digest", Text, nullable=False),
    Column("status", Integer),
    Column("headers", JSONB),
    Column("body", LargeBinary),
    Column("created_at", Time, nullable=False),
    Index("ix_idempotency_keys_created_at", "created_at"),
)

counters = Table(
    "counters",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("window_start", Time, primary_key=True),
    Column("count", Integer, nullable=False),
    Index("ix_counters_window_start", "window_start"),
)

# One row: programs that know this revision of the schema go on, whatever came to it since.
schema_floor = Table("schema_floor", METADATA, Column("oldest", Text, primary_key=True))
