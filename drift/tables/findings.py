"""Tables of findings: how each stands now, and every event of its life."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.schema import SchemaItem

from specs.tables.base import METADATA, Id, Time

EMPTY = text("''")


def cause(name: str) -> tuple[SchemaItem, ...]:
    """Give the columns of one cause: a commit or a spec's revision, who, when."""
    return (
        Column(f"{name}_kind", Text, nullable=False),
        Column(f"{name}_reference", Text, nullable=False),
        Column(f"{name}_actor", Text, nullable=False),
        Column(f"{name}_at", Time, nullable=False),
        Column(f"{name}_spec", Id),
        Column(f"{name}_path", Text, nullable=False, server_default=EMPTY),
        CheckConstraint(f"{name}_kind in ('commit', 'spec', 'claim')", name=f"{name}_kind"),
    )


# `data` is the finding as JSON when it was last seen; the columns beside it are what lists are filtered and sorted by.
# `number` gives lists a stable order: the newest finding has the highest.
findings = Table(
    "findings",
    METADATA,
    Column("repository_id", Id, ForeignKey("repositories.id", ondelete="CASCADE"), primary_key=True),
    Column("fingerprint", Text, primary_key=True),
    Column("number", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("project_id", Id, nullable=False),
    Column("invariant", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("spec_id", Id),
    Column("spec_path", Text, nullable=False),
    Column("spec_anchor", Text, nullable=False),
    Column("code_path", Text, nullable=False),
    Column("line", Integer, nullable=False),
    Column("message", Text, nullable=False),
    Column("fix", Text, nullable=False),
    Column("data", JSONB, nullable=False),
    Column("state", Text, nullable=False),
    Column("regressed", Integer, nullable=False, server_default=text("0")),
    *cause("opened"),
    *cause("changed"),
    ForeignKeyConstraint(["project_id", "spec_id"], ["specs.project_id", "specs.id"]),
    CheckConstraint("state in ('open', 'resolved', 'waived')", name="state"),
    Index("ix_findings_list", "project_id", "state", "number"),
    Index("ix_findings_spec_id", "spec_id"),
    Index("ix_findings_code_path", "repository_id", "code_path"),
)

finding_events = Table(
    "finding_events",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("repository_id", Id, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("check_id", Id, ForeignKey("checks.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("reason", Text),
    *cause("cause"),
    ForeignKeyConstraint(
        ["repository_id", "fingerprint"],
        ["findings.repository_id", "findings.fingerprint"],
        name="fk_finding_events_finding",
        ondelete="CASCADE",
    ),
    CheckConstraint("kind in ('opened', 'regressed', 'resolved', 'waived', 'lapsed')", name="kind"),
    Index("ix_finding_events_finding", "repository_id", "fingerprint", "id"),
    Index("ix_finding_events_at", "repository_id", "cause_at"),
    Index("ix_finding_events_check_id", "check_id"),
)
