"""Declarations of the tables of what enters: bindings, the files they bring, and webhook deliveries."""

from sqlalchemy import ARRAY, Column, ForeignKey, ForeignKeyConstraint, Index, Table, Text, UniqueConstraint, text

from specs.tables.base import METADATA, Id, Time

EMPTY = text("''")

# Where a repository keeps its specs. `folders` is null while they are to be found at each fetch; `prefix` is where its
# specs stand in the project. `imported` is the commit up to which the folder's history has become revisions.
bindings = Table(
    "bindings",
    METADATA,
    Column("repository_id", Id, ForeignKey("repositories.id", ondelete="CASCADE"), primary_key=True),
    Column("folders", ARRAY(Text)),
    Column("prefix", Text, nullable=False, server_default=EMPTY),
    Column("imported", Text, nullable=False, server_default=EMPTY),
)

# Each Markdown file of the folders, as last imported: the spec it became, or the problem that kept it out.
spec_files = Table(
    "spec_files",
    METADATA,
    Column("repository_id", Id, ForeignKey("repositories.id", ondelete="CASCADE"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("project_id", Id, nullable=False),
    Column("spec_id", Id),
    Column("problem", Text, nullable=False, server_default=EMPTY),
    Column("blob", Text, nullable=False),
    ForeignKeyConstraint(["project_id", "spec_id"], ["specs.project_id", "specs.id"]),
    Index("ix_spec_files_spec_id", "spec_id"),
)

# What a sender delivered: a second delivery with the same id, or with the same bytes, is a replay.
deliveries = Table(
    "deliveries",
    METADATA,
    Column("repository_id", Id, ForeignKey("repositories.id", ondelete="CASCADE"), primary_key=True),
    Column("delivery", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("at", Time, nullable=False),
    UniqueConstraint("repository_id", "digest"),
    Index("ix_deliveries_at", "at"),
)
