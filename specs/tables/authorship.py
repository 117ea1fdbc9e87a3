"""Tables of authorship: the runs of each revision, what its spec said before, what people confirmed."""

from sqlalchemy import ARRAY, Column, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, Table, Text

from specs.tables.base import METADATA, Id, Time

# Derived from texts and parents alone: a row that is missing is made anew when someone asks. `full` names chunks of
# `passages`, oldest first; `open` is the one that is being filled. `doubts` are the revisions since which some of it
# waits for a person.
authorships = Table(
    "authorships",
    METADATA,
    Column("spec_id", Id, primary_key=True),
    Column("revision", Text, primary_key=True),
    Column("runs", LargeBinary, nullable=False),
    Column("open", LargeBinary, nullable=False),
    Column("full", ARRAY(Text), nullable=False),
    Column("doubts", ARRAY(Text), nullable=False),
    ForeignKeyConstraint(["spec_id", "revision"], ["revisions.spec_id", "revisions.digest"]),
)

passages = Table(
    "passages",
    METADATA,
    Column("digest", Text, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

# A person's word for a statement: `digest` names its exact text, `doubts` the revisions it was in doubt since.
confirmations = Table(
    "confirmations",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("project_id", Id, nullable=False),
    Column("spec_id", Id, nullable=False),
    Column("digest", Text, nullable=False),
    Column("doubts", ARRAY(Text), nullable=False),
    Column("revision", Text, nullable=False),
    Column("actor_id", Id, ForeignKey("actors.id"), nullable=False),
    Column("because", Text, nullable=False),
    Column("at", Time, nullable=False),
    Column("withdrawn_at", Time),
    Column("withdrawn_by", Id, ForeignKey("actors.id")),
    ForeignKeyConstraint(["project_id", "spec_id"], ["specs.project_id", "specs.id"]),
    ForeignKeyConstraint(["spec_id", "revision"], ["revisions.spec_id", "revisions.digest"]),
    Index("ix_confirmations_spec_id", "spec_id"),
)
