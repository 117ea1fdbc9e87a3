"""Tables of what policies decided: decisions with their rulings, how acts turned out, who is frozen, who is told."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from specs.tables.base import METADATA, Id, Time

# `subject` is what was decided on: a proposal, a check; `paths` are the specs it touches. `policies` names the set that
# was in force.
decisions = Table(
    "decisions",
    METADATA,
    Column("n", BigInteger, Identity(always=True), primary_key=True),
    Column("project_id", Id, ForeignKey("projects.id"), nullable=False),
    Column("subject", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("actor_id", Id, ForeignKey("actors.id"), nullable=False),
    Column("at", Time, nullable=False),
    Column("decision", JSONB, nullable=False),
    Column("policies", Text, nullable=False),
    Column("paths", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Index("ix_decisions_subject", "project_id", "subject", "n"),
    Index("ix_decisions_paths", "paths", postgresql_using="gin"),
)

# Each reference counts once: a check that is recorded again is not another failure.
outcomes = Table(
    "outcomes",
    METADATA,
    Column("n", BigInteger, Identity(always=True), primary_key=True),
    Column("project_id", Id, ForeignKey("projects.id"), nullable=False),
    Column("actor_id", Id, ForeignKey("actors.id"), nullable=False),
    Column("event", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("good", Boolean, nullable=False),
    Column("at", Time, nullable=False),
    CheckConstraint("event in ('proposal', 'check')", name="event"),
    Index("ix_outcomes_actor_id", "project_id", "actor_id", "n"),
    Index("uq_outcomes_reference", "project_id", "event", "reference", "actor_id", unique=True),
)

freezes = Table(
    "freezes",
    METADATA,
    Column("n", BigInteger, Identity(always=True), primary_key=True),
    Column("project_id", Id, ForeignKey("projects.id"), nullable=False),
    Column("actor_id", Id, ForeignKey("actors.id"), nullable=False),
    Column("since", Time, nullable=False),
    Column("until", Time, nullable=False),
    Column("reason", Text, nullable=False),
    Column("frozen_by", Id, ForeignKey("actors.id")),
    Column("thawed_at", Time),
    Column("thawed_by", Id, ForeignKey("actors.id")),
    Column("thaw_reason", Text),
    Index("ix_freezes_actor_id", "project_id", "actor_id", "n"),
    Index("ix_freezes_open", "project_id", "until", postgresql_where=text("thawed_at is null")),
)

# `whom` holds roles and logins, as policies name them.
notices = Table(
    "notices",
    METADATA,
    Column("n", BigInteger, Identity(always=True), primary_key=True),
    Column("project_id", Id, ForeignKey("projects.id"), nullable=False),
    Column("at", Time, nullable=False),
    Column("whom", ARRAY(Text), nullable=False),
    Column("subject", Text, nullable=False),
    Column("message", Text, nullable=False),
    Index("ix_notices_project_id", "project_id", "n"),
)
