"""Rows of what lines of a repository's lock say in a person's name."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    text,
)

from specs.tables.base import METADATA, Id, Time

EMPTY = text("''")

# What lines of a repository's lock say in a person's name, as they came by git: whose commit brought them, whether they
# are there still, and what people decided. One that the trusted branch vouches for is approved without a person.
lock_claims = Table(
    "lock_claims",
    METADATA,
    Column("repository_id", Id, ForeignKey("repositories.id", ondelete="CASCADE"), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("number", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("project_id", Id, nullable=False),
    Column("invariant", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("until", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("because", Text, nullable=False),
    Column("commit", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("at", Time, nullable=False),
    Column("present", Boolean, nullable=False),
    Column("standing", Text, nullable=False),
    Column("decided_by", Id, ForeignKey("actors.id")),
    Column("decided_at", Time),
    Column("reason", Text, nullable=False, server_default=EMPTY),
    Column("announced", Integer),
    CheckConstraint("state in ('waived', 'reviewed')", name="state"),
    CheckConstraint("standing in ('pending', 'approved', 'refused')", name="standing"),
    Index("ix_lock_claims_list", "project_id", "number"),
)
