"""Rows of tasks: what agents and people take on, and what was spent, said, written and held for it."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Numeric,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from specs.tables.base import METADATA, Id, Time

# What agents and people take on. `fencing` counts the claims: a claim's token is the count it made. Whether a lease is
# over is for the database's clock to say; a row may say `claimed` until someone notices. `needs` and the rest tell of a
# finished phase that waits for people; `spent_from` is the usage from which on its budget counts.
tasks = Table(
    "tasks",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("number", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("project_id", Id, ForeignKey("projects.id"), nullable=False),
    Column("intent", Text, nullable=False),
    Column("paths", ARRAY(Text), nullable=False),
    Column("symbols", ARRAY(Text), nullable=False),
    Column("sections", ARRAY(Text), nullable=False),
    Column("size", Text, nullable=False),
    Column("phase", Text, nullable=False),
    Column("last_phase", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("fencing", BigInteger, nullable=False),
    Column("holder_id", Id, ForeignKey("actors.id")),
    Column("claimed_at", Time),
    Column("lease_until", Time),
    Column("waits", Boolean, nullable=False),
    Column("asker_id", Id, ForeignKey("actors.id")),
    Column("needs", JSONB, nullable=False),
    Column("reasons", JSONB, nullable=False),
    Column("reason", Text, nullable=False),
    Column("spent_from", BigInteger, nullable=False),
    Column("created_by", Id, ForeignKey("actors.id"), nullable=False),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    Column("ended_at", Time),
    CheckConstraint("state in ('open', 'claimed', 'done', 'failed', 'expired', 'frozen')", name="state"),
    CheckConstraint("phase in ('research', 'plan', 'implement', 'free')", name="phase"),
    CheckConstraint("last_phase in ('research', 'plan', 'implement', 'free')", name="last_phase"),
    CheckConstraint("size in ('', 'xs', 's', 'm', 'l', 'xl')", name="size"),
    CheckConstraint("(state = 'claimed') = (holder_id is not null and lease_until is not null)", name="held"),
    Index("ix_tasks_project_id_number", "project_id", "number"),
    Index("ix_tasks_claimed", "project_id", "lease_until", postgresql_where=text("state = 'claimed'")),
    Index(
        "ix_tasks_claimable",
        "project_id",
        "number",
        postgresql_where=text("state in ('open', 'claimed', 'expired') and not waits"),
    ),
)

# What was spent on a task, as whoever held it told: one row for each time.
task_usage = Table(
    "task_usage",
    METADATA,
    Column("n", BigInteger, Identity(always=True), primary_key=True),
    Column("task_id", Id, ForeignKey("tasks.id"), nullable=False),
    Column("actor_id", Id, ForeignKey("actors.id"), nullable=False),
    Column("fencing", BigInteger, nullable=False),
    Column("phase", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("tokens", BigInteger, nullable=False),
    Column("cost", Numeric(20, 6), nullable=False),
    Column("at", Time, nullable=False),
    CheckConstraint("tokens >= 0 and cost >= 0", name="spent"),
    Index("ix_task_usage_task_id", "task_id"),
)

# What was said of a task in its course: remarks, and what people answered to a phase that waited for them (`answer`).
task_notes = Table(
    "task_notes",
    METADATA,
    Column("n", BigInteger, Identity(always=True), primary_key=True),
    Column("task_id", Id, ForeignKey("tasks.id"), nullable=False),
    Column("actor_id", Id, ForeignKey("actors.id"), nullable=False),
    Column("fencing", BigInteger, nullable=False),
    Column("phase", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", Time, nullable=False),
    CheckConstraint("answer in ('', 'approve', 'decline')", name="answer"),
    Index("ix_task_notes_task_id", "task_id"),
)

# The specs written under a task, and in which of its phases.
task_artifacts = Table(
    "task_artifacts",
    METADATA,
    Column("task_id", Id, ForeignKey("tasks.id"), primary_key=True),
    Column("spec_id", Id, primary_key=True),
    Column("phase", Text, nullable=False),
    Column("at", Time, nullable=False),
)

# What a claim knows of: the sections that the task names and those it was served, each as it read then. `announced` is
# how it read when its change was last written into the log.
task_holds = Table(
    "task_holds",
    METADATA,
    Column("task_id", Id, ForeignKey("tasks.id"), primary_key=True),
    Column("spec_id", Id, primary_key=True),
    Column("anchor", Text, primary_key=True),
    Column("path", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("announced", Text, nullable=False),
    Index("ix_task_holds_spec_id", "spec_id"),
)

# What whoever holds a task is told in the answer to its next call, once.
task_news = Table(
    "task_news",
    METADATA,
    Column("n", BigInteger, Identity(always=True), primary_key=True),
    Column("task_id", Id, ForeignKey("tasks.id"), nullable=False),
    Column("fencing", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("details", JSONB, nullable=False),
    Column("at", Time, nullable=False),
    Column("told_at", Time),
    CheckConstraint("kind in ('overlap', 'changed')", name="kind"),
    Index("ix_task_news_untold", "task_id", postgresql_where=text("told_at is null")),
)
