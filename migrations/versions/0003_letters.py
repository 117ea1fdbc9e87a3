"""What leaves: context bundles, weekly letters and their mails.

Written once and frozen: a later change is a later step. There is no way back but a backup.
"""

from alembic import op

revision = "0003"
down_revision = "0002"

SQL = """
create table bundles (
    id uuid not null,
    project_id uuid not null,
    actor_id uuid not null,
    task text not null,
    paths text[] not null,
    budget integer not null,
    tokens integer not null,
    items jsonb not null,
    at timestamptz not null,
    constraint pk_bundles primary key (id),
    constraint fk_bundles_project_id foreign key (project_id) references projects (id),
    constraint fk_bundles_actor_id foreign key (actor_id) references actors (id)
);
create index ix_bundles_project_id_at on bundles (project_id, at);

create table letters (
    id uuid not null,
    project_id uuid not null,
    begins date not null,
    subject text not null,
    verdict text not null,
    counts jsonb not null,
    trend jsonb not null,
    markdown text not null,
    html text not null,
    at timestamptz not null,
    constraint pk_letters primary key (id),
    constraint fk_letters_project_id foreign key (project_id) references projects (id),
    constraint uq_letters_project_id_begins unique (project_id, begins)
);

create table letter_mails (
    letter_id uuid not null,
    recipient text not null,
    message_id text not null,
    state text default 'pending' not null,
    problem text default '' not null,
    attempts integer default 0 not null,
    at timestamptz not null,
    constraint pk_letter_mails primary key (letter_id, recipient),
    constraint ck_letter_mails_state check (state in ('pending', 'sending', 'sent', 'failed')),
    constraint fk_letter_mails_letter_id foreign key (letter_id) references letters (id)
);
"""


def upgrade() -> None:
    """Create everything in one transaction."""
    op.execute(SQL)
