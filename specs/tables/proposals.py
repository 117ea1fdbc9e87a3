"""Tables of proposals: how each stands, the deltas it had, what it touches, votes, reviews and comments."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
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

# `seq` orders proposals by arrival; `number` names the delta that counts; `version` grows with every step.
# `provenance` says of what a commit brings whether it counts as its author's word.
proposals = Table(
    "proposals",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("project_id", Id, ForeignKey("projects.id"), nullable=False),
    Column("seq", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("state", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("author_id", Id, ForeignKey("actors.id"), nullable=False),
    Column("title", Text, nullable=False),
    Column("rationale", Text, nullable=False),
    Column("needs", JSONB, nullable=False),
    Column("least", Text, nullable=False),
    Column("ruling", JSONB, nullable=False),
    Column("origin", Text, nullable=False),
    Column("provenance", Text),
    Column("task_id", Id),
    Column("on_behalf_of", Id),
    Column("credential_id", Id),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    Column("asked_at", Time, nullable=False),
    Column("author_why", Text),
    Column("author_since", Time),
    Column("decided_by", Id, ForeignKey("actors.id")),
    Column("decided_at", Time),
    Column("reason", Text, nullable=False, server_default=text("''")),
    Column("unreviewed", Boolean, nullable=False, server_default=text("false")),
    Column("superseded_by", Id),
    Column("conflicts", JSONB(none_as_null=True)),
    UniqueConstraint("project_id", "id"),
    ForeignKeyConstraint(["project_id", "superseded_by"], ["proposals.project_id", "proposals.id"]),
    CheckConstraint("state in ('open', 'conflicted', 'accepted', 'declined', 'withdrawn', 'superseded')", name="state"),
    Index("ix_proposals_list", "project_id", "seq"),
    Index("ix_proposals_author_id", "author_id"),
    Index("ix_proposals_origin", "project_id", "origin", postgresql_where=text("origin <> ''")),
)

proposal_deltas = Table(
    "proposal_deltas",
    METADATA,
    Column("proposal_id", Id, ForeignKey("proposals.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("actor_id", Id, ForeignKey("actors.id"), nullable=False),
    Column("at", Time, nullable=False),
    Column("why", Text, nullable=False),
)

# The spec of a part may not be there yet: its id is given when it is proposed.
proposal_parts = Table(
    "proposal_parts",
    METADATA,
    Column("proposal_id", Id, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("spec_id", Id, nullable=False),
    Column("operation", Text, nullable=False),
    Column("base", Text),
    Column("path", Text, nullable=False),
    Column("to_path", Text, nullable=False),
    Column("before_digest", Text, ForeignKey("texts.digest"), nullable=False),
    Column("after_digest", Text, ForeignKey("texts.digest"), nullable=False),
    ForeignKeyConstraint(["proposal_id", "number"], ["proposal_deltas.proposal_id", "proposal_deltas.number"]),
    CheckConstraint("operation in ('create', 'edit', 'retire', 'restore')", name="operation"),
    Index("ix_proposal_parts_spec_id", "spec_id"),
    Index("ix_proposal_parts_before_digest", "before_digest"),
    Index("ix_proposal_parts_after_digest", "after_digest"),
)

# What the delta that counts touches; gone when the proposal ends.
proposal_touches = Table(
    "proposal_touches",
    METADATA,
    Column("proposal_id", Id, ForeignKey("proposals.id"), nullable=False),
    Column("project_id", Id, nullable=False),
    Column("closeness", Text, nullable=False),
    Column("spec_id", Id),
    Column("key", Text, nullable=False),
    Column("anchor", Text, nullable=False),
    Index("ix_proposal_touches_proposal_id", "proposal_id"),
    Index("ix_proposal_touches_spec_id", "project_id", "spec_id"),
)

proposal_votes = Table(
    "proposal_votes",
    METADATA,
    Column("review_id", Id, ForeignKey("proposal_reviews.id"), primary_key=True),
    Column("proposal_id", Id, ForeignKey("proposals.id"), nullable=False),
    Column("voter_id", Id, ForeignKey("actors.id"), nullable=False),
    Column("digest", Text, nullable=False),
    Column("at", Time, nullable=False),
    Column("void", Boolean, nullable=False),
    Index("ix_proposal_votes_proposal_id", "proposal_id"),
    Index("uq_proposal_votes_live", "proposal_id", "voter_id", unique=True, postgresql_where=text("not void")),
)

proposal_reviews = Table(
    "proposal_reviews",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("proposal_id", Id, ForeignKey("proposals.id"), nullable=False),
    Column("seq", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("actor_id", Id, ForeignKey("actors.id"), nullable=False),
    Column("at", Time, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("body", Text, nullable=False),
    CheckConstraint("verdict in ('approve', 'decline', 'comment')", name="verdict"),
    Index("ix_proposal_reviews_proposal_id", "proposal_id", "seq"),
)

proposal_comments = Table(
    "proposal_comments",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("review_id", Id, ForeignKey("proposal_reviews.id"), nullable=False),
    Column("proposal_id", Id, ForeignKey("proposals.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("spec_id", Id),
    Column("side", Text, nullable=False),
    Column("line", Integer),
    Column("anchor", Text, nullable=False),
    Column("quote", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("reply_to", Id, ForeignKey("proposal_comments.id")),
    Column("resolved_at", Time),
    Column("resolved_by", Id, ForeignKey("actors.id")),
    CheckConstraint("side in ('before', 'after')", name="side"),
    Index("ix_proposal_comments_proposal_id", "proposal_id"),
    Index("ix_proposal_comments_review_id", "review_id"),
)
