"""The table of conflicts: texts that met a head and could not be put together without asking."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, ForeignKeyConstraint, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from specs.tables.base import METADATA, Id, Time

# `theirs` is the side revision that waits; `ours` the head when it was last put together. One text waits once.
# `proposal_id` is the proposal whose delta would take `theirs` in, while that waits for review.
conflicts = Table(
    "conflicts",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("project_id", Id, nullable=False),
    Column("spec_id", Id, nullable=False),
    Column("base", Text),
    Column("ours", Text, nullable=False),
    Column("theirs", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("choices", JSONB, nullable=False),
    Column("regions", Integer, nullable=False),
    Column("decided", Integer, nullable=False),
    Column("opened_by", Id, ForeignKey("actors.id"), nullable=False),
    Column("opened_at", Time, nullable=False),
    Column("settled_by", Id, ForeignKey("actors.id")),
    Column("settled_at", Time),
    Column("resolution", Text),
    Column("proposal_id", Id, ForeignKey("proposals.id")),
    ForeignKeyConstraint(["project_id", "spec_id"], ["specs.project_id", "specs.id"]),
    ForeignKeyConstraint(["spec_id", "theirs"], ["revisions.spec_id", "revisions.digest"], name="fk_conflicts_theirs"),
    CheckConstraint("state in ('open', 'resolved', 'withdrawn')", name="state"),
    Index("ix_conflicts_project", "project_id", "state", "id"),
    Index("uq_conflicts_open", "spec_id", "theirs", unique=True, postgresql_where=text("state = 'open'")),
)
