"""What lets the server into one repository: its secret is an artifact, which no cleaning takes away.

Written once and frozen: a later change is a later step.
"""

from alembic import op

revision = "0042"
down_revision = "0041"

SQL = """
create table repository_credentials (
    repository_id uuid not null,
    kind text not null,
    username text not null,
    public text not null,
    artifact text not null,
    actor_id uuid not null,
    at timestamp with time zone not null,
    constraint pk_repository_credentials primary key (repository_id, kind),
    constraint fk_repository_credentials_repository_id foreign key (repository_id)
        references repositories (id) on delete cascade,
    constraint fk_repository_credentials_artifact foreign key (artifact) references artifacts (digest),
    constraint fk_repository_credentials_actor_id foreign key (actor_id) references actors (id),
    constraint ck_repository_credentials_kind check (kind in ('token', 'ssh-key'))
);

create index ix_repository_credentials_artifact on repository_credentials (artifact);
"""


def upgrade() -> None:
    """Change everything in one transaction."""
    op.execute(SQL)
