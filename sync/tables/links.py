"""Table of what people decided of the ties between sections and code that words or meaning had proposed."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Table, Text, text

from specs.tables.base import METADATA, Id, Time

# One row for each pair that somebody decided. `symbol` is the name inside the file, "" for the whole file. `digest`
# names what the definition said then: where it says something else now, the binding is to be looked at again.
code_links = Table(
    "code_links",
    METADATA,
    Column("project_id", Id, ForeignKey("projects.id"), primary_key=True),
    Column("spec_id", Id, ForeignKey("specs.id"), primary_key=True),
    Column("anchor", Text, primary_key=True),
    Column("repository_id", Id, ForeignKey("repositories.id", ondelete="CASCADE"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("symbol", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("because", Text, nullable=False, server_default=text("''")),
    Column("decided_by", Id, ForeignKey("actors.id"), nullable=False),
    Column("decided_at", Time, nullable=False),
    CheckConstraint("state in ('confirmed', 'rejected')", name="state"),
)
