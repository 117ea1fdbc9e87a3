"""The table of what sessions of coding agents were told at their hooks."""

from sqlalchemy import ARRAY, Column, ForeignKey, Index, Table, Text

from specs.tables.base import METADATA, Id, Time

# What one session of somebody's agent was asked last, and the digests of the passages that it was told, oldest first.
# `name` is the digest of what the client calls the session and the agent in it.
hook_sessions = Table(
    "hook_sessions",
    METADATA,
    Column("project_id", Id, ForeignKey("projects.id"), primary_key=True),
    Column("actor_id", Id, ForeignKey("actors.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("task", Text, nullable=False),
    Column("paths", ARRAY(Text), nullable=False),
    Column("told", ARRAY(Text), nullable=False),
    Column("at", Time, nullable=False),
    Index("ix_hook_sessions_at", "at"),
)
