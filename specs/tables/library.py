"""Tables of the library: texts by content, specs, their former paths, their revisions."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

from specs.tables.base import METADATA, Id, Time

# `policies` says whether a text may hold policies, so that those in force are found without reading every spec.
texts = Table(
    "texts",
    METADATA,
    Column("digest", Text, primary_key=True),
    Column("body", Text, nullable=False),
    Column("policies", Boolean, Computed(r"body ~ 'ya?ml[^a-z\n]+policy'::text", persisted=True), nullable=False),
    Index("ix_texts_policies", "digest", postgresql_where=text("policies")),
)

# By what a text is found. Made of the text alone; a text that has no row yet gets one when somebody searches.
text_terms = Table(
    "text_terms",
    METADATA,
    Column("digest", Text, ForeignKey("texts.digest"), primary_key=True),
    Column("terms", TSVECTOR, nullable=False),
    Index("ix_text_terms_terms", "terms", postgresql_using="gin"),
)

# A head is a revision of the same spec; the constraint waits for the commit, since each needs the other first.
# `agreed` is the head at which a commit had the same text; `retired_origin` the commit that removed the file.
specs = Table(
    "specs",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("project_id", Id, ForeignKey("projects.id"), nullable=False),
    Column("path", Text, nullable=False),
    Column("path_key", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("head", Text, nullable=False),
    Column("diverged", Text),
    Column("agreed", Text),
    Column("retired_origin", Text),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    UniqueConstraint("project_id", "path_key"),
    UniqueConstraint("project_id", "id"),
    CheckConstraint("status in ('active', 'retired')", name="status"),
    ForeignKeyConstraint(
        ["id", "head"],
        ["revisions.spec_id", "revisions.digest"],
        name="fk_specs_head",
        deferrable=True,
        initially="DEFERRED",
        use_alter=True,
    ),
    ForeignKeyConstraint(
        ["id", "diverged"],
        ["revisions.spec_id", "revisions.digest"],
        name="fk_specs_diverged",
        deferrable=True,
        initially="DEFERRED",
        use_alter=True,
    ),
)

# Where a spec was called something else before. A path that is taken again no longer leads on.
former_paths = Table(
    "former_paths",
    METADATA,
    Column("project_id", Id, primary_key=True),
    Column("path_key", Text, primary_key=True),
    Column("spec_id", Id, nullable=False),
    Column("path", Text, nullable=False),
    Column("until", Time, nullable=False),
    ForeignKeyConstraint(["project_id", "spec_id"], ["specs.project_id", "specs.id"]),
    Index("ix_former_paths_spec_id", "spec_id"),
)

# `seq` orders revisions by arrival. A `side` revision never was the head.
revisions = Table(
    "revisions",
    METADATA,
    Column("spec_id", Id, primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("project_id", Id, nullable=False),
    Column("seq", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("parents", ARRAY(Text), nullable=False),
    Column("text_digest", Text, ForeignKey("texts.digest"), nullable=False),
    Column("size", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("actor_id", Id, ForeignKey("actors.id"), nullable=False),
    Column("provenance", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("at", Time, nullable=False),
    Column("origin", Text, nullable=False),
    Column("side", Boolean, nullable=False),
    Column("task_id", Id),
    ForeignKeyConstraint(["project_id", "spec_id"], ["specs.project_id", "specs.id"]),
    CheckConstraint("provenance in ('explicit', 'inferred')", name="provenance"),
    Index("ix_revisions_history", "project_id", "spec_id", "seq"),
    Index("uq_revisions_origin", "spec_id", "origin", unique=True, postgresql_where=text("origin <> ''")),
    Index("ix_revisions_text_digest", "text_digest"),
)
