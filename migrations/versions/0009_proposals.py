"""Proposals: changes to specs that are not yet the truth, and all that is said of them.

Written once and frozen: a later change is a later step. There is no way back but a backup.
"""

from alembic import op

revision = "0009"
down_revision = "0008"

SQL = """
create table proposals (
    id uuid not null,
    project_id uuid not null,
    seq bigint generated always as identity,
    state text not null,
    digest text not null,
    number integer not null,
    version integer not null,
    author_id uuid not null,
    title text not null,
    rationale text not null,
    needs jsonb not null,
    least text not null,
    ruling jsonb not null,
    origin text not null,
    task_id uuid,
    on_behalf_of uuid,
    credential_id uuid,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    asked_at timestamptz not null,
    author_why text,
    author_since timestamptz,
    decided_by uuid,
    decided_at timestamptz,
    reason text default '' not null,
    unreviewed boolean default false not null,
    superseded_by uuid,
    conflicts jsonb,
    constraint pk_proposals primary key (id),
    constraint uq_proposals_project_id_id unique (project_id, id),
    constraint fk_proposals_project_id_superseded_by foreign key (project_id, superseded_by)
        references proposals (project_id, id),
    constraint ck_proposals_state
        check (state in ('open', 'conflicted', 'accepted', 'declined', 'withdrawn', 'superseded')),
    constraint fk_proposals_project_id foreign key (project_id) references projects (id),
    constraint uq_proposals_seq unique (seq),
    constraint fk_proposals_author_id foreign key (author_id) references actors (id),
    constraint fk_proposals_decided_by foreign key (decided_by) references actors (id)
);
create index ix_proposals_author_id on proposals (author_id);
create index ix_proposals_list on proposals (project_id, seq);
create index ix_proposals_origin on proposals (project_id, origin) where origin <> '';

create table proposal_deltas (
    proposal_id uuid not null,
    number integer not null,
    digest text not null,
    actor_id uuid not null,
    at timestamptz not null,
    why text not null,
    constraint pk_proposal_deltas primary key (proposal_id, number),
    constraint fk_proposal_deltas_proposal_id foreign key (proposal_id) references proposals (id),
    constraint fk_proposal_deltas_actor_id foreign key (actor_id) references actors (id)
);

create table proposal_parts (
    proposal_id uuid not null,
    number integer not null,
    position integer not null,
    spec_id uuid not null,
    operation text not null,
    base text,
    path text not null,
    to_path text not null,
    before_digest text not null,
    after_digest text not null,
    constraint pk_proposal_parts primary key (proposal_id, number, position),
    constraint fk_proposal_parts_proposal_id_number foreign key (proposal_id, number)
        references proposal_deltas (proposal_id, number),
    constraint ck_proposal_parts_operation check (operation in ('create', 'edit', 'retire', 'restore')),
    constraint fk_proposal_parts_before_digest foreign key (before_digest) references texts (digest),
    constraint fk_proposal_parts_after_digest foreign key (after_digest) references texts (digest)
);
create index ix_proposal_parts_after_digest on proposal_parts (after_digest);
create index ix_proposal_parts_before_digest on proposal_parts (before_digest);
create index ix_proposal_parts_spec_id on proposal_parts (spec_id);

create table proposal_touches (
    proposal_id uuid not null,
    project_id uuid not null,
    closeness text not null,
    spec_id uuid,
    key text not null,
    anchor text not null,
    constraint fk_proposal_touches_proposal_id foreign key (proposal_id) references proposals (id)
);
create index ix_proposal_touches_proposal_id on proposal_touches (proposal_id);
create index ix_proposal_touches_spec_id on proposal_touches (project_id, spec_id);

create table proposal_reviews (
    id uuid not null,
    proposal_id uuid not null,
    seq bigint generated always as identity,
    actor_id uuid not null,
    at timestamptz not null,
    verdict text not null,
    digest text not null,
    number integer not null,
    body text not null,
    constraint pk_proposal_reviews primary key (id),
    constraint ck_proposal_reviews_verdict check (verdict in ('approve', 'decline', 'comment')),
    constraint fk_proposal_reviews_proposal_id foreign key (proposal_id) references proposals (id),
    constraint uq_proposal_reviews_seq unique (seq),
    constraint fk_proposal_reviews_actor_id foreign key (actor_id) references actors (id)
);
create index ix_proposal_reviews_proposal_id on proposal_reviews (proposal_id, seq);

create table proposal_votes (
    review_id uuid not null,
    proposal_id uuid not null,
    voter_id uuid not null,
    digest text not null,
    at timestamptz not null,
    void boolean not null,
    constraint pk_proposal_votes primary key (review_id),
    constraint fk_proposal_votes_review_id foreign key (review_id) references proposal_reviews (id),
    constraint fk_proposal_votes_proposal_id foreign key (proposal_id) references proposals (id),
    constraint fk_proposal_votes_voter_id foreign key (voter_id) references actors (id)
);
create index ix_proposal_votes_proposal_id on proposal_votes (proposal_id);
create unique index uq_proposal_votes_live on proposal_votes (proposal_id, voter_id) where not void;

create table proposal_comments (
    id uuid not null,
    review_id uuid not null,
    proposal_id uuid not null,
    position integer not null,
    spec_id uuid,
    side text not null,
    line integer,
    anchor text not null,
    quote text not null,
    body text not null,
    reply_to uuid,
    resolved_at timestamptz,
    resolved_by uuid,
    constraint pk_proposal_comments primary key (id),
    constraint ck_proposal_comments_side check (side in ('before', 'after')),
    constraint fk_proposal_comments_review_id foreign key (review_id) references proposal_reviews (id),
    constraint fk_proposal_comments_proposal_id foreign key (proposal_id) references proposals (id),
    constraint fk_proposal_comments_reply_to foreign key (reply_to) references proposal_comments (id),
    constraint fk_proposal_comments_resolved_by foreign key (resolved_by) references actors (id)
);
create index ix_proposal_comments_proposal_id on proposal_comments (proposal_id);
create index ix_proposal_comments_review_id on proposal_comments (review_id);
"""


def upgrade() -> None:
    """Create everything in one transaction."""
    op.execute(SQL)
