"""What people decided on findings here, where no lock says it: waived until a day, or given to be mended as a task."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    text,
)

from specs.tables.base import METADATA, Id, Time

# A decision stands until it is `ended`: taken back, or another came in its place. What it was about is kept beside its
# fingerprint, so that it can be told when the finding is gone. `announced`: how many days before its end it was told of
# a waiver last.
finding_decisions = Table(
    "finding_decisions",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("number", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("project_id", Id, ForeignKey("projects.id"), nullable=False),
    Column("repository_id", Id, ForeignKey("repositories.id", ondelete="CASCADE"), nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("invariant", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("choice", Text, nullable=False),
    Column("until", Date),
    Column("because", Text, nullable=False),
    Column("task_id", Id, ForeignKey("tasks.id")),
    Column("actor_id", Id, ForeignKey("actors.id"), nullable=False),
    Column("at", Time, nullable=False),
    Column("ended_at", Time),
    Column("ended_by", Id, ForeignKey("actors.id")),
    Column("announced", Integer),
    CheckConstraint("choice in ('waive', 'mend')", name="choice"),
    CheckConstraint("(choice = 'waive') = (until is not null)", name="until"),
    CheckConstraint("(choice = 'mend') = (task_id is not null)", name="task"),
    Index("ix_finding_decisions_list", "project_id", "number"),
    Index("ix_finding_decisions_repository_id", "repository_id", "number"),
    Index(
        "uq_finding_decisions_standing",
        "repository_id",
        "fingerprint",
        unique=True,
        postgresql_where=text("ended_at is null"),
    ),
)
