"""Tables of meaning: the vectors of passages by content, and what each project's vectors were last made of."""

from pgvector.sqlalchemy import Vector
from sqlalchemy import Column, ForeignKey, Index, Table, Text

from specs.tables.base import METADATA, Id

DIMENSIONS = 384


def vectors(name: str) -> Table:
    """Declare a table of vectors by content. Each belongs to a project, though made of text alone: nothing crosses."""
    return Table(
        name,
        METADATA,
        Column("project_id", Id, ForeignKey("projects.id"), primary_key=True),
        Column("model", Text, primary_key=True),
        Column("digest", Text, primary_key=True),
        Column("vector", Vector(DIMENSIONS), nullable=False),
        Index(f"ix_{name}_vector", "vector", postgresql_using="hnsw", postgresql_ops={"vector": "vector_cosine_ops"}),
    )


passage_vectors = vectors("passage_vectors")

# `state` names the heads that the vectors were made of; where it is that of the heads now, nothing is to be done.
vector_states = Table(
    "vector_states",
    METADATA,
    Column("project_id", Id, ForeignKey("projects.id"), primary_key=True),
    Column("model", Text, primary_key=True),
    Column("state", Text, nullable=False),
)
