"""Definitions of code in words with their vectors by content, and what people decided of ties between intent and code.

Written once and frozen: a later change is a later step.
"""

from alembic import op

revision = "0029"
down_revision = "0028"

SQL = """
create table code_states (
    repository_id uuid not null,
    commit text not null,
    embedded text not null default '',
    constraint pk_code_states primary key (repository_id),
    constraint fk_code_states_repository_id foreign key (repository_id) references repositories (id) on delete cascade
);

create table code_files (
    repository_id uuid not null,
    path text not null,
    blob text not null,
    calls text[] not null,
    constraint pk_code_files primary key (repository_id, path),
    constraint fk_code_files_repository_id foreign key (repository_id) references repositories (id) on delete cascade
);

create table code_definitions (
    repository_id uuid not null,
    path text not null,
    name text not null,
    kind text not null,
    line integer not null,
    signature text not null,
    said text not null,
    body text not null,
    digest text not null,
    constraint pk_code_definitions primary key (repository_id, path, name),
    constraint fk_code_definitions_repository_id_path foreign key (repository_id, path)
        references code_files (repository_id, path) on delete cascade
);
create index ix_code_definitions_digest on code_definitions (digest);

create table definition_vectors (
    project_id uuid not null,
    model text not null,
    digest text not null,
    vector vector(384) not null,
    constraint pk_definition_vectors primary key (project_id, model, digest),
    constraint fk_definition_vectors_project_id foreign key (project_id) references projects (id)
);
create index ix_definition_vectors_vector on definition_vectors using hnsw (vector vector_cosine_ops);

create table code_links (
    project_id uuid not null,
    spec_id uuid not null,
    anchor text not null,
    repository_id uuid not null,
    path text not null,
    symbol text not null,
    state text not null,
    digest text not null,
    because text not null default '',
    decided_by uuid not null,
    decided_at timestamp with time zone not null,
    constraint pk_code_links primary key (project_id, spec_id, anchor, repository_id, path, symbol),
    constraint fk_code_links_project_id foreign key (project_id) references projects (id),
    constraint fk_code_links_spec_id foreign key (spec_id) references specs (id),
    constraint fk_code_links_repository_id foreign key (repository_id) references repositories (id) on delete cascade,
    constraint fk_code_links_decided_by foreign key (decided_by) references actors (id),
    constraint ck_code_links_state check (state in ('confirmed', 'rejected'))
);
"""


def upgrade() -> None:
    """Change everything in one transaction."""
    op.execute(SQL)
