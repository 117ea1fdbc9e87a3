"""Tables of checks: one row per evaluation, one per invariant in it, and the reports by content."""

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
    LargeBinary,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from specs.tables.base import METADATA, Id, Time

EMPTY = text("''")

# Reports as they were kept before `artifacts` took them: compressed JSON, named by the digest of the JSON. They are
# moved there in the background; nothing is added.
reports = Table(
    "reports",
    METADATA,
    Column("digest", Text, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

# `report` names an artifact.
checks = Table(
    "checks",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("seq", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("repository_id", Id, ForeignKey("repositories.id", ondelete="CASCADE"), nullable=False),
    Column("commit", Text, nullable=False),
    Column("specs_digest", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("problem", Text, nullable=False, server_default=EMPTY),
    Column("report", Text),
    Column("counts", JSONB, nullable=False),
    Column("cause_kind", Text, nullable=False),
    Column("cause_reference", Text, nullable=False),
    Column("cause_actor", Text, nullable=False),
    Column("cause_at", Time, nullable=False),
    Column("cause_spec", Id),
    Column("cause_path", Text, nullable=False, server_default=EMPTY),
    Column("at", Time, nullable=False),
    Column("duration_ms", Integer, nullable=False),
    Column("invariants", Integer, nullable=False),
    Column("broken", Integer, nullable=False),
    Column("opened", Integer, nullable=False),
    Column("resolved", Integer, nullable=False),
    Column("regressed", Integer, nullable=False),
    CheckConstraint("verdict in ('kept', 'broken', 'error')", name="verdict"),
    CheckConstraint("cause_kind in ('commit', 'spec', 'claim')", name="cause_kind"),
    Index("ix_checks_order", "repository_id", "seq"),
    Index("ix_checks_report", "report"),
)

# `waived` says that all that breaks the invariant is. `spec_id` is null for an invariant of a spec that is gone, or was
# never in the library.
check_invariants = Table(
    "check_invariants",
    METADATA,
    Column("check_id", Id, ForeignKey("checks.id", ondelete="CASCADE"), primary_key=True),
    Column("invariant", Text, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("project_id", Id, nullable=False),
    Column("spec_id", Id),
    Column("spec_path", Text, nullable=False),
    Column("anchor", Text, nullable=False),
    Column("line", Integer, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("findings", Integer, nullable=False),
    Column("waived", Boolean, nullable=False, server_default=text("false")),
    ForeignKeyConstraint(["project_id", "spec_id"], ["specs.project_id", "specs.id"]),
    CheckConstraint("verdict in ('kept', 'broken', 'unmatched', 'error')", name="verdict"),
    Index("ix_check_invariants_spec_id", "spec_id"),
    Index("ix_check_invariants_history", "project_id", "invariant", "check_id"),
)
