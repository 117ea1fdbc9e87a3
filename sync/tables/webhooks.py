"""Tables of webhooks: where events are sent and how far each has come, and what became of its last tries."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Identity,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from specs.tables.base import METADATA, Id, Time

EMPTY = text("''")

# `n` is the truth: entries of the project's log up to it are delivered, or not wanted. The secret is made of `salt`.
webhooks = Table(
    "webhooks",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("project_id", Id, ForeignKey("projects.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("kinds", ARRAY(Text), nullable=False),
    Column("salt", Text, nullable=False),
    Column("old_salt", Text, nullable=False, server_default=EMPTY),
    Column("old_until", Time),
    Column("created_by", Id, ForeignKey("actors.id"), nullable=False),
    Column("created_at", Time, nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("failing_since", Time),
    Column("next_at", Time),
    Column("disabled_at", Time),
    Column("reason", Text, nullable=False, server_default=EMPTY),
    UniqueConstraint("project_id", "name"),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    METADATA,
    Column("webhook_id", Id, ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("number", BigInteger, Identity(), nullable=False),
    Column("event", Text, nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("at", Time, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("replay", Boolean, nullable=False),
    Column("status", Integer),
    Column("milliseconds", Integer, nullable=False),
    Column("problem", Text, nullable=False),
    PrimaryKeyConstraint("webhook_id", "number"),
)
