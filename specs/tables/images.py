"""Images of projects, by name. Their bytes are artifacts."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, text

from specs.tables.base import METADATA, Id, Time

# `used` says that some text was seen to refer to it; revisions stay, and so does what they show. `at` is when it was
# last added.
images = Table(
    "images",
    METADATA,
    Column("project_id", Id, ForeignKey("projects.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("actor_id", Id, ForeignKey("actors.id"), nullable=False),
    Column("at", Time, nullable=False),
    Column("used", Boolean, nullable=False, server_default=text("false")),
    Index("ix_images_digest", "digest"),
)
