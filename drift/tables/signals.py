"""Tables of signals: places in code that name requirements, test results, deployments, incidents."""

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, text

from specs.tables.base import METADATA, Id, Time

EMPTY = text("''")

# Replaced as a whole when a head is evaluated; `since` stays with what a target is named for.
trace_places = Table(
    "trace_places",
    METADATA,
    Column("repository_id", Id, ForeignKey("repositories.id", ondelete="CASCADE"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("target", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("symbol", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    CheckConstraint("kind in ('test', 'implementation')", name="kind"),
)

# How each test ended last. `repository` is a name: results may come of what is not registered.
test_results = Table(
    "test_results",
    METADATA,
    Column("project_id", Id, ForeignKey("projects.id"), primary_key=True),
    Column("repository", Text, primary_key=True),
    Column("classname", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("file", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("targets", ARRAY(Text), nullable=False),
    Column("commit", Text, nullable=False),
    Column("since", Time, nullable=False),
    Column("at", Time, nullable=False),
    CheckConstraint("result in ('failed', 'passed', 'skipped')", name="result"),
)

deployments = Table(
    "deployments",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("project_id", Id, ForeignKey("projects.id"), nullable=False),
    Column("repository", Text, nullable=False),
    Column("environment", Text, nullable=False),
    Column("commit", Text, nullable=False),
    Column("actor_id", Id, ForeignKey("actors.id"), nullable=False),
    Column("at", Time, nullable=False),
    Index("ix_deployments_latest", "project_id", "repository", "environment", "at"),
)

incidents = Table(
    "incidents",
    METADATA,
    Column("project_id", Id, ForeignKey("projects.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("opened_at", Time, primary_key=True),
    Column("closed_at", Time),
    Column("requirements", ARRAY(Text), nullable=False),
    Column("paths", ARRAY(Text), nullable=False),
    Column("actor_id", Id, ForeignKey("actors.id"), nullable=False),
    Index("ix_incidents_open", "project_id", "name", unique=True, postgresql_where=text("closed_at is null")),
)
