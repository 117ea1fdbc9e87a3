"""Who has which spec open, as they last said."""

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Table

from specs.tables.base import METADATA, Id, Time

# Unlogged: nobody waits for a disk to learn who is here, and who is says so again in a few seconds.
presences = Table(
    "presences",
    METADATA,
    Column("project_id", Id, primary_key=True),
    Column("spec_id", Id, primary_key=True),
    Column("actor_id", Id, ForeignKey("actors.id"), primary_key=True),
    Column("at", Time, nullable=False),
    ForeignKeyConstraint(["project_id", "spec_id"], ["specs.project_id", "specs.id"]),
    prefixes=["unlogged"],
)
