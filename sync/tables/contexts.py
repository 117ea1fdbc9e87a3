"""Rows of what was served for a task."""

from sqlalchemy import ARRAY, BigInteger, Column, ForeignKey, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from specs.tables.base import METADATA, Id, Time

# What was served for a task: the receipt of what an agent knew. `artifact` names the list of passages with their
# revisions; `items` held it before there were artifacts.
bundles = Table(
    "bundles",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("project_id", Id, ForeignKey("projects.id"), nullable=False),
    Column("actor_id", Id, ForeignKey("actors.id"), nullable=False),
    Column("task", Text, nullable=False),
    Column("paths", ARRAY(Text), nullable=False),
    Column("budget", Integer, nullable=False),
    Column("tokens", Integer, nullable=False),
    Column("items", JSONB, nullable=False),
    Column("artifact", Text),
    Column("at", Time, nullable=False),
    Column("task_id", Id),
    Column("fencing", BigInteger),
    Index("ix_bundles_project_id_at", "project_id", "at"),
    Index("ix_bundles_artifact", "artifact"),
    Index("ix_bundles_task_id", "task_id", postgresql_where=text("task_id is not null")),
)
