"""Conflicts: texts that met a head and wait for a decision.

Written once and frozen: a later change is a later step. There is no way back but a backup.
"""

from alembic import op

revision = "0011"
down_revision = "0010"

SQL = """
create table conflicts (
    id uuid not null,
    project_id uuid not null,
    spec_id uuid not null,
    base text,
    ours text not null,
    theirs text not null,
    state text not null,
    choices jsonb not null,
    regions integer not null,
    decided integer not null,
    opened_by uuid not null,
    opened_at timestamptz not null,
    settled_by uuid,
    settled_at timestamptz,
    resolution text,
    constraint pk_conflicts primary key (id),
    constraint ck_conflicts_state check (state in ('open', 'resolved', 'withdrawn')),
    constraint fk_conflicts_project_id_spec_id
        foreign key (project_id, spec_id) references specs (project_id, id),
    constraint fk_conflicts_theirs foreign key (spec_id, theirs) references revisions (spec_id, digest),
    constraint fk_conflicts_opened_by foreign key (opened_by) references actors (id),
    constraint fk_conflicts_settled_by foreign key (settled_by) references actors (id)
);
create index ix_conflicts_project on conflicts (project_id, state, id);
create unique index uq_conflicts_open on conflicts (spec_id, theirs) where state = 'open';
"""


def upgrade() -> None:
    """Change everything in one transaction."""
    op.execute(SQL)
