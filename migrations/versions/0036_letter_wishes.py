"""When projects want their weekly letters, and who wants which.

Written once and frozen: a later change is a later step.
"""

from alembic import op

revision = "0036"
down_revision = "0035"

SQL = """
create table letter_schedules (
    project_id uuid not null,
    weekday integer not null,
    hour integer not null,
    zone text not null,
    enabled boolean not null,
    since timestamp with time zone not null,
    constraint pk_letter_schedules primary key (project_id),
    constraint fk_letter_schedules_project_id foreign key (project_id) references projects (id),
    constraint ck_letter_schedules_time check (weekday between 0 and 6 and hour between 0 and 23)
);

create table letter_wishes (
    project_id uuid not null,
    actor_id uuid not null,
    wish text not null,
    constraint pk_letter_wishes primary key (project_id, actor_id),
    constraint fk_letter_wishes_project_id foreign key (project_id) references projects (id),
    constraint fk_letter_wishes_actor_id foreign key (actor_id) references actors (id),
    constraint ck_letter_wishes_wish check (wish in ('project', 'own', 'none'))
);
"""


def upgrade() -> None:
    """Change everything in one transaction."""
    op.execute(SQL)
