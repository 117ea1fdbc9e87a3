"""Claims that come by git in the lock of a repository, and checks that are made because people decided on them.

Written once and frozen: a later change is a later step.
"""

from alembic import op

revision = "0017"
down_revision = "0016"

SQL = """
create table lock_claims (
    repository_id uuid not null,
    id text not null,
    number bigint generated always as identity not null,
    project_id uuid not null,
    invariant text not null,
    subject text not null,
    state text not null,
    until text not null,
    by text not null,
    because text not null,
    commit text not null,
    author text not null,
    at timestamptz not null,
    present boolean not null,
    standing text not null,
    decided_by uuid,
    decided_at timestamptz,
    reason text not null default '',
    constraint pk_lock_claims primary key (repository_id, id),
    constraint uq_lock_claims_number unique (number),
    constraint fk_lock_claims_repository_id foreign key (repository_id) references repositories (id) on delete cascade,
    constraint fk_lock_claims_decided_by foreign key (decided_by) references actors (id),
    constraint ck_lock_claims_state check (state in ('waived', 'reviewed')),
    constraint ck_lock_claims_standing check (standing in ('pending', 'approved', 'refused'))
);
create index ix_lock_claims_list on lock_claims (project_id, number);

alter table findings drop constraint ck_findings_opened_kind, drop constraint ck_findings_changed_kind,
    add constraint ck_findings_opened_kind check (opened_kind in ('commit', 'spec', 'claim')),
    add constraint ck_findings_changed_kind check (changed_kind in ('commit', 'spec', 'claim'));
alter table finding_events drop constraint ck_finding_events_cause_kind,
    add constraint ck_finding_events_cause_kind check (cause_kind in ('commit', 'spec', 'claim'));
alter table checks drop constraint ck_checks_cause_kind,
    add constraint ck_checks_cause_kind check (cause_kind in ('commit', 'spec', 'claim'));
"""


def upgrade() -> None:
    """Change everything in one transaction."""
    op.execute(SQL)
