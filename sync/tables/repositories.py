"""Rows of bound repositories: where specs stand in them, which commit holds which revision, what was delivered."""

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
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
# `root` is the folder of the repository whose code is the project's, "" for all of it.
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
    Column("root", Text, nullable=False, server_default=EMPTY),
    Column("held", JSONB, nullable=False, server_default=text("'[]'")),
    Column("request_url", Text, nullable=False, server_default=EMPTY),
    CheckConstraint("trust in ('branch', 'none')", name="trust"),
    CheckConstraint("publish in ('none', 'branch', 'direct', 'pull-request')", name="publish"),
)

# What lets the server into one repository: a name and a token for https, or a key for ssh. What is secret in it is the
# artifact, which is sealed; `public` is the half of a key that the host is given.
repository_credentials = Table(
    "repository_credentials",
    METADATA,
    Column("repository_id", Id, ForeignKey("repositories.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("username", Text, nullable=False),
    Column("public", Text, nullable=False),
    Column("artifact", Text, ForeignKey("artifacts.digest"), nullable=False),
    Column("actor_id", Id, ForeignKey("actors.id"), nullable=False),
    Column("at", Time, nullable=False),
    CheckConstraint("kind in ('token', 'ssh-key')", name="kind"),
    Index("ix_repository_credentials_artifact", "artifact"),
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
