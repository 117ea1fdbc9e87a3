"""Tables of what a project may use and how long its things are kept, where that differs from the installation's own."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Table, Text

from specs.tables.base import METADATA, Id, Time

# What is set for the whole installation stands under the id of its own chain of the audit log, which is no project's.
project_limits = Table(
    "project_limits",
    METADATA,
    Column("project_id", Id, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
    CheckConstraint("kind in ('quota', 'retention')", name="kind"),
)

# What was used in the window that began then: counted before it is done, by all processes alike.
usage_counters = Table(
    "usage_counters",
    METADATA,
    Column("project_id", Id, ForeignKey("projects.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("window_start", Time, primary_key=True),
    Column("count", BigInteger, nullable=False),
    Index("ix_usage_counters_window_start", "window_start"),
)
