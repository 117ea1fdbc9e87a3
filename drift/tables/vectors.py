"""Tables of meaning: the vectors of passages by content, and what each project's vectors were last made of."""

from pgvector.sqlalchemy import Vector
from sqlalchemy import Column, ForeignKey, Index, Table, Text

from specs.tables.base import METADATA, Id

DIMENSIONS = 384

# A vector belongs to a project, though it is made of the text alone: nothing crosses projects.
passage_vectors = Table(
    "passage_vectors",
    METADATA,
    Column("project_id", Id, ForeignKey("projects.id"), primary_key=True),
    Column("model", Text, primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("vector", Vector(DIMENSIONS), nullable=False),
    Index(
        "ix_passage_vectors_vector",
        "vector",
        postgresql_using="hnsw",
        postgresql_ops={"vector": "vector_cosine_ops"},
    ),
)

# `state` names the heads that the vectors were made of; where it is that of the heads now, nothing is to be done.
vector_states = Table(
    "vector_states",
    METADATA,
    Column("project_id", Id, ForeignKey("projects.id"), primary_key=True),
    Column("model", Text, primary_key=True),
    Column("state", Text, nullable=False),
)
