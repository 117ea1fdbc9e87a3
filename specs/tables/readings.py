"""What people read last: one revision of each spec for each of them."""

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Table, Text

from specs.tables.base import METADATA, Id, Time

readings = Table(
    "readings",
    METADATA,
    Column("project_id", Id, primary_key=True),
    Column("actor_id", Id, ForeignKey("actors.id"), primary_key=True),
    Column("spec_id", Id, primary_key=True),
    Column("revision", Text, nullable=False),
    Column("at", Time, nullable=False),
    ForeignKeyConstraint(["project_id", "spec_id"], ["specs.project_id", "specs.id"]),
    ForeignKeyConstraint(["spec_id", "revision"], ["revisions.spec_id", "revisions.digest"]),
)
