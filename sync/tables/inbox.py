"""Rows of what people put off in their inbox."""

from sqlalchemy import Column, ForeignKey, Table, Text

from specs.tables.base import METADATA, Id, Time

# What people put off in their inbox: each matter as it stood then.
inbox_snoozes = Table(
    "inbox_snoozes",
    METADATA,
    Column("project_id", Id, ForeignKey("projects.id"), primary_key=True),
    Column("actor_id", Id, ForeignKey("actors.id"), primary_key=True),
    Column("matter", Text, primary_key=True),
    Column("until", Time, nullable=False),
)
