"""Tables of the outside: page sessions, idempotency keys, counters of tries, runs, which programs fit the schema."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, text
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
    Column("device", Text, nullable=False, server_default=text("''")),
    Column("address", Text, nullable=False, server_default=text("''")),
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

# Work that somebody asked for on a page and watches: how far it is, and what came of it.
runs = Table(
    "runs",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("project_id", Id, ForeignKey("projects.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False, server_default=text("''")),
    Column("state", Text, nullable=False),
    Column("asked_by", Id, ForeignKey("actors.id"), nullable=False),
    Column("asked_at", Time, nullable=False),
    Column("begun_at", Time),
    Column("seen_at", Time),
    Column("ended_at", Time),
    Column("stage", Text, nullable=False, server_default=text("''")),
    Column("done", Integer, nullable=False, server_default=text("0")),
    Column("total", Integer, nullable=False, server_default=text("0")),
    Column("result", JSONB),
    Column("problem", Text, nullable=False, server_default=text("''")),
    Column("hint", Text, nullable=False, server_default=text("''")),
    CheckConstraint("state in ('waiting', 'working', 'done', 'failed')", name="state"),
    Index("ix_runs_project_id", "project_id", "kind", "asked_at"),
    Index("ix_runs_asked_at", "asked_at"),
)

# One row: programs that know this revision of the schema go on, whatever came to it since.
schema_floor = Table("schema_floor", METADATA, Column("oldest", Text, primary_key=True))
