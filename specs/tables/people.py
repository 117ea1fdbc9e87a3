"""Tables of who may do what: projects, actors, members, credentials, identities elsewhere."""

from sqlalchemy import ARRAY, Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, text

from specs.tables.base import METADATA, Id, Time

projects = Table(
    "projects",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("created_at", Time, nullable=False),
)

# An actor with a `login` is a person who can log in; one with a `git_identity` is who a commit claims wrote it, and can
# do nothing here; one with a `project` is an agent of that project.
actors = Table(
    "actors",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("login", Text, unique=True),
    Column("git_identity", Text),
    Column("project_id", Id, ForeignKey("projects.id")),
    Column("site_admin", Boolean, nullable=False, server_default=text("false")),
    Column("session_epoch", Integer, nullable=False, server_default=text("0")),
    Column("created_at", Time, nullable=False),
    Column("disabled_at", Time),
    CheckConstraint("kind in ('human', 'agent', 'system')", name="kind"),
    CheckConstraint("kind = 'human' or not site_admin", name="only_people_administer"),
    Index("uq_actors_git_identity", "project_id", "git_identity", "kind", unique=True),
    Index(
        "uq_actors_agent",
        "project_id",
        "name",
        unique=True,
        postgresql_where=text("kind = 'agent' and git_identity is null"),
    ),
)

members = Table(
    "members",
    METADATA,
    Column("project_id", Id, ForeignKey("projects.id"), primary_key=True),
    Column("actor_id", Id, ForeignKey("actors.id"), primary_key=True),
    Column("role", Text, nullable=False),
    Column("since", Time, nullable=False),
    CheckConstraint("role in ('reader', 'editor', 'reviewer', 'admin')", name="role"),
    Index("ix_members_actor_id", "actor_id"),
)

# `secret_hash` is an argon2 hash for a password, a SHA-256 for tokens and links, which are random enough for it.
credentials = Table(
    "credentials",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("actor_id", Id, ForeignKey("actors.id"), nullable=False),
    Column("project_id", Id, ForeignKey("projects.id")),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False, server_default=text("''")),
    Column("prefix", Text, nullable=False, server_default=text("''")),
    Column("secret_hash", Text, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("created_at", Time, nullable=False),
    Column("created_by", Id, ForeignKey("actors.id"), nullable=False),
    Column("expires_at", Time),
    Column("revoked_at", Time),
    Column("last_used_at", Time),
    CheckConstraint("kind in ('password', 'token', 'link')", name="kind"),
    CheckConstraint("kind = 'password' or expires_at is not null", name="expires"),
    Index("uq_credentials_secret", "secret_hash", unique=True, postgresql_where=text("kind <> 'password'")),
    Index(
        "uq_credentials_password",
        "actor_id",
        unique=True,
        postgresql_where=text("kind = 'password' and revoked_at is null"),
    ),
    Index("ix_credentials_actor_id", "actor_id"),
    Index("ix_credentials_project_id", "project_id"),
)

# The keys by which people sign their commits, of SSH and of OpenPGP: what such a commit says of specs is that person's
# word. A key of OpenPGP has parts, called by `key_ids`; it counts until `expires_at`, and no more where a later reading
# of it showed that its owner revoked it (`ended`). Its owner showed to hold its private half where it is `proven`.
commit_keys = Table(
    "commit_keys",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("actor_id", Id, ForeignKey("actors.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("public", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("revoked_at", Time),
    Column("kind", Text, nullable=False, server_default=text("'ssh'")),
    Column("key_ids", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("expires_at", Time),
    Column("ended", Boolean, nullable=False, server_default=text("false")),
    Column("proven", Boolean, nullable=False, server_default=text("false")),
    Index("ix_commit_keys_key_ids", "key_ids", postgresql_using="gin"),
    Index("uq_commit_keys_fingerprint", "fingerprint", unique=True, postgresql_where=text("revoked_at is null")),
    Index("ix_commit_keys_actor_id", "actor_id"),
)

# Who a person is elsewhere: the subject that an issuer of identities vouched for. An address of mail links nobody.
identities = Table(
    "identities",
    METADATA,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("actor_id", Id, ForeignKey("actors.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("used_at", Time, nullable=False),
    Index("ix_identities_actor_id", "actor_id"),
)
