"""Declarations of the tables of what enters and leaves: bindings, publications; context bundles and weekly letters."""

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from specs.tables.base import METADATA, Id, Time

EMPTY = text("''")

# Where a repository keeps its specs. `folders` is null while they are to be found at each fetch; `prefix` is where its
# specs stand in the project. `imported` is the commit up to which the folder's history has become revisions. `trust`
# says whether what people commit on the branch counts as said by them.
# `publish` says how what is written here becomes commits, and `publish_branch` where, unless directly. `pushed` is the
# commit that was pushed there last and `pushed_plan` names what it was made of; the rest tells how the last try ended.
bindings = Table(
    "bindings",
    METADATA,
    Column("repository_id", Id, ForeignKey("repositories.id", ondelete="CASCADE"), primary_key=True),
    Column("folders", ARRAY(Text)),
    Column("prefix", Text, nullable=False, server_default=EMPTY),
    Column("imported", Text, nullable=False, server_default=EMPTY),
    Column("trust", Text, nullable=False),
    Column("publish", Text, nullable=False, server_default=text("'none'")),
    Column("publish_branch", Text, nullable=False, server_default=EMPTY),
    Column("pushed", Text, nullable=False, server_default=EMPTY),
    Column("pushed_plan", Text, nullable=False, server_default=EMPTY),
    Column("pushed_at", Time),
    Column("publish_problem", Text, nullable=False, server_default=EMPTY),
    Column("publish_hint", Text, nullable=False, server_default=EMPTY),
    Column("held", JSONB, nullable=False, server_default=text("'[]'")),
    Column("request_url", Text, nullable=False, server_default=EMPTY),
    CheckConstraint("trust in ('branch', 'none')", name="trust"),
    CheckConstraint("publish in ('none', 'branch', 'direct', 'pull-request')", name="publish"),
)

# Which commit holds which revision of what was written here: written before the push, so that a commit of ours is known
# whenever it comes back. `old_path` is set where the commit moved the file; `blob` is empty where it removed it.
publications = Table(
    "publications",
    METADATA,
    Column("repository_id", Id, ForeignKey("repositories.id", ondelete="CASCADE"), primary_key=True),
    Column("commit", Text, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("old_path", Text, nullable=False, server_default=EMPTY),
    Column("spec_id", Id, nullable=False),
    Column("revision", Text, nullable=False),
    Column("blob", Text, nullable=False),
    Column("branch", Text, nullable=False),
    Column("pushed", Boolean, nullable=False),
    Column("at", Time, nullable=False),
    Index("ix_publications_spec_id", "spec_id"),
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

# What was served for a task: the receipt of what an agent knew. `items` lists the passages with their revisions.
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
    Column("at", Time, nullable=False),
    Index("ix_bundles_project_id_at", "project_id", "at"),
)

# The weekly letters as they were written, in every form, so that what was sent can always be shown again.
letters = Table(
    "letters",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("project_id", Id, ForeignKey("projects.id"), nullable=False),
    Column("begins", Date, nullable=False),
    Column("subject", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("counts", JSONB, nullable=False),
    Column("trend", JSONB, nullable=False),
    Column("markdown", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("at", Time, nullable=False),
    UniqueConstraint("project_id", "begins"),
)

# One mail to one reader. `sending` is written before the mail server is spoken to and never sent again by itself:
# whoever died in between may or may not have been heard, and two letters are worse than a question.
letter_mails = Table(
    "letter_mails",
    METADATA,
    Column("letter_id", Id, ForeignKey("letters.id"), primary_key=True),
    Column("recipient", Text, primary_key=True),
    Column("message_id", Text, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'pending'")),
    Column("problem", Text, nullable=False, server_default=EMPTY),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("at", Time, nullable=False),
    CheckConstraint("state in ('pending', 'sending', 'sent', 'failed')", name="state"),
)
