"""Tables of authorship: the runs of each revision, and what its spec said before and no longer says."""

from sqlalchemy import ARRAY, Column, ForeignKeyConstraint, LargeBinary, Table, Text

from specs.tables.base import METADATA, Id

# Derived from texts and parents alone: a row that is missing is made anew when someone asks. `full` names chunks of
# `passages`, oldest first; `open` is the one that is being filled.
authorships = Table(
    "authorships",
    METADATA,
    Column("spec_id", Id, primary_key=True),
    Column("revision", Text, primary_key=True),
    Column("runs", LargeBinary, nullable=False),
    Column("open", LargeBinary, nullable=False),
    Column("full", ARRAY(Text), nullable=False),
    ForeignKeyConstraint(["spec_id", "revision"], ["revisions.spec_id", "revisions.digest"]),
)

passages = Table(
    "passages",
    METADATA,
    Column("digest", Text, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
