"""Tables of what code says of itself: files with what they call, definitions in words, and the vectors of these."""

from sqlalchemy import ARRAY, Column, ForeignKey, ForeignKeyConstraint, Index, Integer, Table, Text, text

from drift.tables.vectors import vectors
from specs.tables.base import METADATA, Id

EMPTY = text("''")

# Which commit of a repository the definitions are those of, and by which model and for which specs all of them that are
# to have vectors have them.
code_states = Table(
    "code_states",
    METADATA,
    Column("repository_id", Id, ForeignKey("repositories.id", ondelete="CASCADE"), primary_key=True),
    Column("commit", Text, nullable=False),
    Column("embedded", Text, nullable=False, server_default=EMPTY),
)

# A file is read again when its blob is another. `calls` are the last names of what it calls.
code_files = Table(
    "code_files",
    METADATA,
    Column("repository_id", Id, ForeignKey("repositories.id", ondelete="CASCADE"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("blob", Text, nullable=False),
    Column("calls", ARRAY(Text), nullable=False),
)

code_definitions = Table(
    "code_definitions",
    METADATA,
    Column("repository_id", Id, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("line", Integer, nullable=False),
    Column("signature", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("digest", Text, nullable=False),
    ForeignKeyConstraint(
        ["repository_id", "path"], ["code_files.repository_id", "code_files.path"], ondelete="CASCADE"
    ),
    Index("ix_code_definitions_digest", "digest"),
)

# As `passage_vectors`: of a project, by content, so that what did not change is never made again.
definition_vectors = vectors("definition_vectors")
