"""Tables of tags: named states of a project's specs. Rows of `tagged` are never changed."""

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Index, Table, Text

from specs.tables.base import METADATA, Id, Time

tags = Table(
    "tags",
    METADATA,
    Column("project_id", Id, ForeignKey("projects.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("message", Text, nullable=False),
    Column("actor_id", Id, ForeignKey("actors.id"), nullable=False),
    Column("at", Time, nullable=False),
)

# `path` and `title` are those of the moment; `revision` names the text for ever.
tagged = Table(
    "tagged",
    METADATA,
    Column("project_id", Id, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("spec_id", Id, primary_key=True),
    Column("path", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("revision", Text, nullable=False),
    ForeignKeyConstraint(["project_id", "name"], ["tags.project_id", "tags.name"], ondelete="CASCADE"),
    ForeignKeyConstraint(["spec_id", "revision"], ["revisions.spec_id", "revisions.digest"]),
    Index("ix_tagged_spec_id", "spec_id"),
)
