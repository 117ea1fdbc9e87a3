"""Vectors of passages by content, and what each project's vectors were last made of.

Written once and frozen: a later change is a later step.
"""

from alembic import op

revision = "0018"
down_revision = "0017"

SQL = """
create table passage_vectors (
    project_id uuid not null,
    model text not null,
    digest text not null,
    vector vector(384) not null,
    constraint pk_passage_vectors primary key (project_id, model, digest),
    constraint fk_passage_vectors_project_id foreign key (project_id) references projects (id)
);
create index ix_passage_vectors_vector on passage_vectors using hnsw (vector vector_cosine_ops);

create table vector_states (
    project_id uuid not null,
    model text not null,
    state text not null,
    constraint pk_vector_states primary key (project_id, model),
    constraint fk_vector_states_project_id foreign key (project_id) references projects (id)
);
"""


def upgrade() -> None:
    """Change everything in one transaction."""
    op.execute(SQL)
