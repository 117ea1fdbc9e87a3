"""The code side: repositories, commits, checks, findings and their events; bindings, imported files, deliveries.

Written once and frozen: a later change is a later step. There is no way back but a backup.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

REPOSITORIES = """
create table repositories (
    id uuid not null,
    project_id uuid not null,
    name text not null,
    url text not null,
    branch text default '' not null,
    state text default 'pending' not null,
    problem text default '' not null,
    hint text default '' not null,
    note text default '' not null,
    head text default '' not null,
    fetched text default '' not null,
    skipped integer default 0 not null,
    specs jsonb default '{}' not null,
    webhook_salt text not null,
    created_by uuid not null,
    created_at timestamptz not null,
    tried_at timestamptz,
    synced_at timestamptz,
    constraint pk_repositories primary key (id),
    constraint uq_repositories_project_id_name unique (project_id, name),
    constraint uq_repositories_project_id_id unique (project_id, id),
    constraint ck_repositories_state check (state in ('pending', 'ready', 'failed')),
    constraint fk_repositories_project_id foreign key (project_id) references projects (id),
    constraint fk_repositories_created_by foreign key (created_by) references actors (id)
);

create table commits (
    repository_id uuid not null,
    id text not null,
    seq bigint generated always as identity,
    author text not null,
    email text not null,
    at timestamptz not null,
    message text not null,
    parents text[] not null,
    state text not null,
    constraint pk_commits primary key (repository_id, id),
    constraint ck_commits_state check (state in ('evaluated', 'failed')),
    constraint fk_commits_repository_id foreign key (repository_id) references repositories (id) on delete cascade,
    constraint uq_commits_seq unique (seq)
);
create index ix_commits_order on commits (repository_id, seq);
"""

CHECKS = """
create table reports (
    digest text not null,
    body bytea not null,
    constraint pk_reports primary key (digest)
);

create table checks (
    id uuid not null,
    seq bigint generated always as identity,
    repository_id uuid not null,
    commit text not null,
    specs_digest text not null,
    verdict text not null,
    problem text default '' not null,
    report text,
    counts jsonb not null,
    cause_kind text not null,
    cause_reference text not null,
    cause_actor text not null,
    cause_at timestamptz not null,
    cause_spec uuid,
    cause_path text default '' not null,
    at timestamptz not null,
    duration_ms integer not null,
    invariants integer not null,
    broken integer not null,
    opened integer not null,
    resolved integer not null,
    regressed integer not null,
    constraint pk_checks primary key (id),
    constraint ck_checks_verdict check (verdict in ('kept', 'broken', 'error')),
    constraint ck_checks_cause_kind check (cause_kind in ('commit', 'spec')),
    constraint uq_checks_seq unique (seq),
    constraint fk_checks_repository_id foreign key (repository_id) references repositories (id) on delete cascade,
    constraint fk_checks_report foreign key (report) references reports (digest)
);
create index ix_checks_order on checks (repository_id, seq);
create index ix_checks_report on checks (report);

create table check_invariants (
    check_id uuid not null,
    invariant text not null,
    place integer not null,
    name text not null,
    kind text not null,
    project_id uuid not null,
    spec_id uuid,
    spec_path text not null,
    anchor text not null,
    line integer not null,
    verdict text not null,
    findings integer not null,
    constraint pk_check_invariants primary key (check_id, invariant, place),
    constraint fk_check_invariants_project_id_spec_id
        foreign key (project_id, spec_id) references specs (project_id, id),
    constraint ck_check_invariants_verdict check (verdict in ('kept', 'broken', 'unmatched', 'error')),
    constraint fk_check_invariants_check_id foreign key (check_id) references checks (id) on delete cascade
);
create index ix_check_invariants_spec_id on check_invariants (spec_id);
"""

FINDINGS = """
create table findings (
    repository_id uuid not null,
    fingerprint text not null,
    number bigint generated always as identity,
    project_id uuid not null,
    invariant text not null,
    kind text not null,
    severity text not null,
    spec_id uuid,
    spec_path text not null,
    spec_anchor text not null,
    code_path text not null,
    line integer not null,
    message text not null,
    fix text not null,
    data jsonb not null,
    state text not null,
    regressed integer default 0 not null,
    opened_kind text not null,
    opened_reference text not null,
    opened_actor text not null,
    opened_at timestamptz not null,
    opened_spec uuid,
    opened_path text default '' not null,
    changed_kind text not null,
    changed_reference text not null,
    changed_actor text not null,
    changed_at timestamptz not null,
    changed_spec uuid,
    changed_path text default '' not null,
    constraint pk_findings primary key (repository_id, fingerprint),
    constraint ck_findings_opened_kind check (opened_kind in ('commit', 'spec')),
    constraint ck_findings_changed_kind check (changed_kind in ('commit', 'spec')),
    constraint fk_findings_project_id_spec_id foreign key (project_id, spec_id) references specs (project_id, id),
    constraint ck_findings_state check (state in ('open', 'resolved', 'waived')),
    constraint fk_findings_repository_id foreign key (repository_id) references repositories (id) on delete cascade,
    constraint uq_findings_number unique (number)
);
create index ix_findings_code_path on findings (repository_id, code_path);
create index ix_findings_list on findings (project_id, state, number);
create index ix_findings_spec_id on findings (spec_id);

create table finding_events (
    id bigint generated always as identity,
    repository_id uuid not null,
    fingerprint text not null,
    check_id uuid not null,
    kind text not null,
    reason text,
    cause_kind text not null,
    cause_reference text not null,
    cause_actor text not null,
    cause_at timestamptz not null,
    cause_spec uuid,
    cause_path text default '' not null,
    constraint pk_finding_events primary key (id),
    constraint ck_finding_events_cause_kind check (cause_kind in ('commit', 'spec')),
    constraint fk_finding_events_finding
        foreign key (repository_id, fingerprint) references findings (repository_id, fingerprint) on delete cascade,
    constraint ck_finding_events_kind check (kind in ('opened', 'regressed', 'resolved', 'waived', 'lapsed')),
    constraint fk_finding_events_check_id foreign key (check_id) references checks (id) on delete cascade
);
create index ix_finding_events_at on finding_events (repository_id, cause_at);
create index ix_finding_events_check_id on finding_events (check_id);
create index ix_finding_events_finding on finding_events (repository_id, fingerprint, id);
"""

CODE = """
create table code_paths (
    repository_id uuid not null,
    path text not null,
    module text not null,
    imports text[] not null,
    invariants text[] not null,
    constraint pk_code_paths primary key (repository_id, path),
    constraint fk_code_paths_repository_id foreign key (repository_id) references repositories (id) on delete cascade
);
create index ix_code_paths_module on code_paths (repository_id, module);
create index ix_code_paths_prefix on code_paths (repository_id, path text_pattern_ops);
"""

ENTERING = """
create table bindings (
    repository_id uuid not null,
    folders text[],
    prefix text default '' not null,
    imported text default '' not null,
    constraint pk_bindings primary key (repository_id),
    constraint fk_bindings_repository_id foreign key (repository_id) references repositories (id) on delete cascade
);

create table spec_files (
    repository_id uuid not null,
    path text not null,
    project_id uuid not null,
    spec_id uuid,
    problem text default '' not null,
    blob text not null,
    constraint pk_spec_files primary key (repository_id, path),
    constraint fk_spec_files_project_id_spec_id foreign key (project_id, spec_id) references specs (project_id, id),
    constraint fk_spec_files_repository_id foreign key (repository_id) references repositories (id) on delete cascade
);
create index ix_spec_files_spec_id on spec_files (spec_id);

create table deliveries (
    repository_id uuid not null,
    delivery text not null,
    digest text not null,
    sender text not null,
    at timestamptz not null,
    constraint pk_deliveries primary key (repository_id, delivery),
    constraint uq_deliveries_repository_id_digest unique (repository_id, digest),
    constraint fk_deliveries_repository_id foreign key (repository_id) references repositories (id) on delete cascade
);
create index ix_deliveries_at on deliveries (at);
"""


def upgrade() -> None:
    """Create everything in one transaction."""
    for part in (REPOSITORIES, CHECKS, FINDINGS, CODE, ENTERING):
        op.execute(part)
