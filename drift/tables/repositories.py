"""Tables of what is read: repositories and the commits of the branch that each follows."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
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

# `webhook_salt` and the server's own key make the webhook's secret; the salt alone signs nothing.
# `failures` counts the tries that failed since one did not: each makes the wait for the next one longer.
# `specs` maps each spec that the last check read to its head then, so that the next one knows what changed.
repositories = Table(
    "repositories",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("project_id", Id, ForeignKey("projects.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("branch", Text, nullable=False, server_default=EMPTY),
    Column("state", Text, nullable=False, server_default=text("'pending'")),
    Column("problem", Text, nullable=False, server_default=EMPTY),
    Column("hint", Text, nullable=False, server_default=EMPTY),
    Column("note", Text, nullable=False, server_default=EMPTY),
    Column("head", Text, nullable=False, server_default=EMPTY),
    Column("fetched", Text, nullable=False, server_default=EMPTY),
    Column("skipped", Integer, nullable=False, server_default=text("0")),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("specs", JSONB, nullable=False, server_default=text("'{}'")),
    Column("webhook_salt", Text, nullable=False),
    Column("created_by", Id, ForeignKey("actors.id"), nullable=False),
    Column("created_at", Time, nullable=False),
    Column("tried_at", Time),
    Column("synced_at", Time),
    UniqueConstraint("project_id", "name"),
    UniqueConstraint("project_id", "id"),
    CheckConstraint("state in ('pending', 'ready', 'failed')", name="state"),
)

# The commits that were evaluated; `seq` is the order in which that was done. What a
# rewritten branch left behind stays: events name it.
commits = Table(
    "commits",
    METADATA,
    Column("repository_id", Id, ForeignKey("repositories.id", ondelete="CASCADE"), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("seq", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("author", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("at", Time, nullable=False),
    Column("message", Text, nullable=False),
    Column("parents", ARRAY(Text), nullable=False),
    Column("state", Text, nullable=False),
    CheckConstraint("state in ('evaluated', 'failed')", name="state"),
    Index("ix_commits_order", "repository_id", "seq"),
)
