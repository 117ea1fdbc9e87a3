"""The intent side: projects and who may do what, the library, the audit log; sessions and limits; the job queue.

Written by hand and frozen: a later change is a later step. There is no way back but a backup.
"""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None

PEOPLE = """
create table projects (
    id uuid not null,
    slug text not null,
    name text not null,
    created_at timestamptz not null,
    constraint pk_projects primary key (id),
    constraint uq_projects_slug unique (slug)
);

create table actors (
    id uuid not null,
    name text not null,
    kind text not null,
    login text,
    git_identity text,
    project_id uuid,
    site_admin boolean default false not null,
    session_epoch integer default 0 not null,
    created_at timestamptz not null,
    disabled_at timestamptz,
    constraint pk_actors primary key (id),
    constraint ck_actors_kind check (kind in ('human', 'agent', 'system')),
    constraint ck_actors_only_people_administer check (kind = 'human' or not site_admin),
    constraint uq_actors_login unique (login),
    constraint fk_actors_project_id foreign key (project_id) references projects (id)
);
create unique index uq_actors_git_identity on actors (project_id, git_identity, kind);
create unique index uq_actors_agent on actors (project_id, name) where kind = 'agent' and git_identity is null;

create table members (
    project_id uuid not null,
    actor_id uuid not null,
    role text not null,
    since timestamptz not null,
    constraint pk_members primary key (project_id, actor_id),
    constraint ck_members_role check (role in ('reader', 'editor', 'reviewer', 'admin')),
    constraint fk_members_project_id foreign key (project_id) references projects (id),
    constraint fk_members_actor_id foreign key (actor_id) references actors (id)
);
create index ix_members_actor_id on members (actor_id);

create table credentials (
    id uuid not null,
    actor_id uuid not null,
    project_id uuid,
    kind text not null,
    name text default '' not null,
    prefix text default '' not null,
    secret_hash text not null,
    scopes text[] not null,
    created_at timestamptz not null,
    created_by uuid not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    constraint pk_credentials primary key (id),
    constraint ck_credentials_kind check (kind in ('password', 'token', 'link')),
    constraint ck_credentials_expires check (kind = 'password' or expires_at is not null),
    constraint fk_credentials_actor_id foreign key (actor_id) references actors (id),
    constraint fk_credentials_project_id foreign key (project_id) references projects (id),
    constraint fk_credentials_created_by foreign key (created_by) references actors (id)
);
create unique index uq_credentials_secret on credentials (secret_hash) where kind <> 'password';
create unique index uq_credentials_password on credentials (actor_id) where kind = 'password' and revoked_at is null;
create index ix_credentials_actor_id on credentials (actor_id);
create index ix_credentials_project_id on credentials (project_id);
"""

LIBRARY = """
create table texts (
    digest text not null,
    body text not null,
    constraint pk_texts primary key (digest)
);

create table specs (
    id uuid not null,
    project_id uuid not null,
    path text not null,
    path_key text not null,
    title text not null,
    status text not null,
    head text not null,
    diverged text,
    agreed text,
    retired_origin text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint pk_specs primary key (id),
    constraint uq_specs_project_id_path_key unique (project_id, path_key),
    constraint uq_specs_project_id_id unique (project_id, id),
    constraint ck_specs_status check (status in ('active', 'retired')),
    constraint fk_specs_project_id foreign key (project_id) references projects (id)
);

create table former_paths (
    project_id uuid not null,
    path_key text not null,
    spec_id uuid not null,
    path text not null,
    until timestamptz not null,
    constraint pk_former_paths primary key (project_id, path_key),
    constraint fk_former_paths_project_id_spec_id
        foreign key (project_id, spec_id) references specs (project_id, id)
);
create index ix_former_paths_spec_id on former_paths (spec_id);

create table revisions (
    spec_id uuid not null,
    digest text not null,
    project_id uuid not null,
    seq bigint generated always as identity,
    parents text[] not null,
    text_digest text not null,
    size integer not null,
    title text not null,
    actor_id uuid not null,
    provenance text not null,
    message text not null,
    at timestamptz not null,
    origin text not null,
    side boolean not null,
    task_id uuid,
    constraint pk_revisions primary key (spec_id, digest),
    constraint fk_revisions_project_id_spec_id foreign key (project_id, spec_id) references specs (project_id, id),
    constraint ck_revisions_provenance check (provenance in ('explicit', 'inferred')),
    constraint uq_revisions_seq unique (seq),
    constraint fk_revisions_text_digest foreign key (text_digest) references texts (digest),
    constraint fk_revisions_actor_id foreign key (actor_id) references actors (id)
);
create index ix_revisions_history on revisions (project_id, spec_id, seq);
create unique index uq_revisions_origin on revisions (spec_id, origin) where origin <> '';
create index ix_revisions_text_digest on revisions (text_digest);

alter table specs add constraint fk_specs_head
    foreign key (id, head) references revisions (spec_id, digest) deferrable initially deferred;
alter table specs add constraint fk_specs_diverged
    foreign key (id, diverged) references revisions (spec_id, digest) deferrable initially deferred;
"""

AUDIT = """
create table audit (
    chain uuid not null,
    n bigint not null,
    at timestamptz not null,
    actor_id uuid not null,
    actor_kind text not null,
    credential_id uuid,
    on_behalf_of uuid,
    task_id uuid,
    action text not null,
    subject text not null,
    details jsonb not null,
    previous text not null,
    digest text not null,
    constraint pk_audit primary key (chain, n)
);
create index ix_audit_subject on audit (chain, subject);

create table audit_ends (
    chain uuid not null,
    n bigint not null,
    digest text not null,
    constraint pk_audit_ends primary key (chain)
);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end;
$$;
"""

OUTSIDE = """
create table sessions (
    id_hash text not null,
    actor_id uuid not null,
    epoch integer not null,
    csrf text not null,
    created_at timestamptz not null,
    seen_at timestamptz not null,
    expires_at timestamptz not null,
    constraint pk_sessions primary key (id_hash),
    constraint fk_sessions_actor_id foreign key (actor_id) references actors (id)
);
create index ix_sessions_actor_id on sessions (actor_id);
create index ix_sessions_expires_at on sessions (expires_at);

create table idempotency_keys (
    actor_id uuid not null,
    key text not null,
    request_digest text not null,
    status integer,
    headers jsonb,
    body bytea,
    created_at timestamptz not null,
    constraint pk_idempotency_keys primary key (actor_id, key),
    constraint fk_idempotency_keys_actor_id foreign key (actor_id) references actors (id)
);
create index ix_idempotency_keys_created_at on idempotency_keys (created_at);

create table counters (
    key text not null,
    window_start timestamptz not null,
    count integer not null,
    constraint pk_counters primary key (key, window_start)
);
create index ix_counters_window_start on counters (window_start);
"""

# Neither an edit nor a deletion nor emptying the table: what is written there stays as it was.
APPEND_ONLY = """
create trigger {table}_append_only before update or delete on {table}
    for each row execute function refuse_change();
create trigger {table}_never_emptied before truncate on {table}
    for each statement execute function refuse_change();
"""


def upgrade() -> None:
    """Create everything in one transaction."""
    op.execute("create extension if not exists vector")
    for part in (PEOPLE, LIBRARY, AUDIT, OUTSIDE):
        op.execute(part)
    for table in ("audit", "revisions", "texts"):
        op.execute(APPEND_ONLY.format(table=table))
    # The server itself, as an actor: `specs.access.SERVER`.
    op.execute(
        "insert into actors (id, name, kind, created_at)"
        " values ('00000000-0000-7000-8000-000000000001', 'holdfast', 'system', '2026-01-01 00:00:00+00')"
    )
    # Many statements and percent signs: to the driver as it is, without parameters.
    op.get_bind().connection.driver_connection.execute(SchemaManager.get_schema())
