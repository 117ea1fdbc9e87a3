"""The audit log: the policy an act was decided under, the entry before a chain's end, checkpoints written outside.

Written once and frozen: a later change is a later step. There is no way back but a backup.
"""

from alembic import op

revision = "0004"
down_revision = "0003"

SQL = """
alter table audit add column policy text;
create index ix_audit_task on audit (task_id) where task_id is not null;

alter table audit_ends add column previous text;
update audit_ends set previous = coalesce(
    (select audit.previous from audit where audit.chain = audit_ends.chain and audit.n = audit_ends.n),
    repeat('0', 64)
);
alter table audit_ends alter column previous set not null;

create table audit_checkpoints (
    series uuid not null,
    number bigint not null,
    chain uuid not null,
    n bigint not null,
    digest text not null,
    constraint pk_audit_checkpoints primary key (series, number)
);
create trigger audit_checkpoints_append_only before update or delete on audit_checkpoints
    for each row execute function refuse_change();
create trigger audit_checkpoints_never_emptied before truncate on audit_checkpoints
    for each statement execute function refuse_change();
"""


def upgrade() -> None:
    """Change everything in one transaction."""
    op.execute(SQL)
