"""Rows of what was decided on commits checked elsewhere, and of the keys that sign decisions."""

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
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from specs.tables.base import METADATA, Id, Time

# What was decided on one commit that was checked elsewhere. `digest` names all that the decision rests on; `ruling` is
# what the policies said, `state` how it stands with what people said since. `artifact` names what was found, which
# `report` held before there were artifacts.
gates = Table(
    "gates",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("project_id", Id, ForeignKey("projects.id"), nullable=False),
    Column("digest", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("repository", Text, nullable=False),
    Column("commit", Text, nullable=False),
    Column("specs", Text, nullable=False),
    Column("policies", Text, nullable=False),
    Column("findings", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("ruling", Text, nullable=False),
    Column("needs", JSONB, nullable=False),
    Column("reasons", JSONB, nullable=False),
    Column("counts", JSONB, nullable=False),
    Column("tag", Text, nullable=False),
    Column("branch", Text, nullable=False),
    Column("pull", Integer),
    Column("agent", Boolean, nullable=False),
    Column("report", JSONB, nullable=False),
    Column("artifact", Text),
    Column("actor_id", Id, ForeignKey("actors.id"), nullable=False),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    UniqueConstraint("project_id", "digest"),
    Index("ix_gates_project_id_created_at", "project_id", "created_at"),
    Index("ix_gates_project_id_repository_commit", "project_id", "repository", "commit"),
    Index("ix_gates_artifact", "artifact"),
    CheckConstraint("state in ('passed', 'needs-approval', 'frozen', 'failed')", name="state"),
)

# What people said of a gate. The last word of each counts.
gate_reviews = Table(
    "gate_reviews",
    METADATA,
    Column("n", BigInteger, Identity(always=True), primary_key=True),
    Column("gate_id", Id, ForeignKey("gates.id"), nullable=False),
    Column("actor_id", Id, ForeignKey("actors.id"), nullable=False),
    Column("answer", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", Time, nullable=False),
    Index("ix_gate_reviews_gate_id", "gate_id"),
    CheckConstraint("answer in ('approve', 'refuse')", name="answer"),
)

# The keys that sign decisions. The private half is made of the server's own key and `salt`: a stolen database signs
# nothing. One is in use, the one without an `until`; what others signed before that moment is still believed.
signing_keys = Table(
    "signing_keys",
    METADATA,
    Column("n", BigInteger, Identity(always=True), primary_key=True),
    Column("name", Text, nullable=False),
    Column("public", Text, nullable=False),
    Column("salt", Text, nullable=False),
    Column("since", Time, nullable=False),
    Column("until", Time),
)
