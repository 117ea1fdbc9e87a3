"""What people decided on findings here: waived until a day, or given to be mended; confirmations that are taken back.

Written once and frozen: a later change is a later step.
"""

from alembic import op

revision = "0031"
down_revision = "0030"

SQL = """
create table finding_decisions (
    id uuid not null,
    number bigint generated always as identity,
    project_id uuid not null,
    repository_id uuid not null,
    fingerprint text not null,
    invariant text not null,
    message text not null,
    choice text not null,
    until date,
    because text not null,
    task_id uuid,
    actor_id uuid not null,
    at timestamp with time zone not null,
    ended_at timestamp with time zone,
    ended_by uuid,
    constraint pk_finding_decisions primary key (id),
    constraint uq_finding_decisions_number unique (number),
    constraint fk_finding_decisions_project_id foreign key (project_id) references projects (id),
    constraint fk_finding_decisions_repository_id foreign key (repository_id) references repositories (id)
        on delete cascade,
    constraint fk_finding_decisions_task_id foreign key (task_id) references tasks (id),
    constraint fk_finding_decisions_actor_id foreign key (actor_id) references actors (id),
    constraint fk_finding_decisions_ended_by foreign key (ended_by) references actors (id),
    constraint ck_finding_decisions_choice check (choice in ('waive', 'mend')),
    constraint ck_finding_decisions_until check ((choice = 'waive') = (until is not null)),
    constraint ck_finding_decisions_task check ((choice = 'mend') = (task_id is not null))
);
create index ix_finding_decisions_list on finding_decisions (project_id, number);
create index ix_finding_decisions_repository_id on finding_decisions (repository_id, number);
create unique index uq_finding_decisions_standing on finding_decisions (repository_id, fingerprint)
    where ended_at is null;

alter table confirmations add column withdrawn_at timestamp with time zone;
alter table confirmations add column withdrawn_by uuid;
alter table confirmations add constraint fk_confirmations_withdrawn_by foreign key (withdrawn_by)
    references actors (id) not valid;
"""


def upgrade() -> None:
    """Change everything in one transaction."""
    op.execute(SQL)
