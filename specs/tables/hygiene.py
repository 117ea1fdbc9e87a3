"""The table of what people let through though it looks like a secret: by rule and fingerprint, never by its text."""

from sqlalchemy import Column, ForeignKey, Table, Text

from specs.tables.base import METADATA, Id, Time

allowed_secrets = Table(
    "allowed_secrets",
    METADATA,
    Column("project_id", Id, ForeignKey("projects.id"), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("because", Text, nullable=False),
    Column("actor_id", Id, ForeignKey("actors.id"), nullable=False),
    Column("at", Time, nullable=False),
)
