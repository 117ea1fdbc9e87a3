"""Tables of large values by content: reports, findings, receipts; and the keys that seal them."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from specs.tables.base import METADATA, Time

# A key is made of the server's own key and `salt`. Those without an `until` seal; the others still open.
artifact_keys = Table(
    "artifact_keys",
    METADATA,
    Column("n", BigInteger, Identity(always=True), primary_key=True),
    Column("name", Text, nullable=False),
    Column("salt", Text, nullable=False),
    Column("since", Time, nullable=False),
    Column("until", Time),
    UniqueConstraint("name"),
)

# `body` is compressed, and sealed with the key named unless that is null. `digest` and `size` are those of the bytes
# before either. `at` is when it was last kept: what is held twice is stored once.
artifacts = Table(
    "artifacts",
    METADATA,
    Column("digest", Text, primary_key=True),
    Column("key", Text, ForeignKey("artifact_keys.name")),
    Column("size", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", Time, nullable=False),
    Index("ix_artifacts_key", "key"),
    Index("ix_artifacts_at", "at"),
)
