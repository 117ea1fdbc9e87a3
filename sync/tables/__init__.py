"""Declarations of the tables of what enters and leaves: bindings, publications, bundles, tasks, letters, gates."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from specs.tables.base import METADATA, Id, Time
from sync.tables.decisions import finding_decisions
from sync.tables.hooks import hook_sessions
from sync.tables.letters import letter_mails, letter_schedules, letter_wishes, letters
from sync.tables.links import code_links
from sync.tables.presences import presences
from sync.tables.webhooks import webhook_deliveries, webhooks

__all__ = [
    "code_links",
    "finding_decisions",
    "hook_sessions",
    "letter_mails",
    "letter_schedules",
    "letter_wishes",
    "letters",
    "presences",
    "webhook_deliveries",
    "webhooks",
]

EMPTY = text("''")

# Where a repository keeps its specs. `folders` is null while they are to be found at each fetch; `prefix` is where its
# specs stand in the project. `imported` is the commit up to which the folder's history has become revisions. `trust`
# says whether what people commit on the branch counts as said by them.
# `root` is the folder of the repository whose code is the project's, "" for all of it.
# `publish` says how what is written here becomes commits, and `publish_branch` where, unless directly. `pushed` is the
# commit that was pushed there last and `pushed_plan` names what it was made of; the rest tells how the last try ended.
bindings = Table(
    "bindings",
    METADATA,
    Column("repository_id", Id, ForeignKey("repositories.id", ondelete="CASCADE"), primary_key=True),
    Column("folders", ARRAY(Text)),
    Column("prefix", Text, nullable=False, server_default=EMPTY),
    Column("imported", Text, nullable=False, server_default=EMPTY),
    Column("trust", Text, nullable=False),
    Column("publish", Text, nullable=False, server_default=text("'none'")),
    Column("publish_branch", Text, nullable=False, server_default=EMPTY),
    Column("pushed", Text, nullable=False, server_default=EMPTY),
    Column("pushed_plan", Text, nullable=False, server_default=EMPTY),
    Column("pushed_at", Time),
    Column("publish_problem", Text, nullable=False, server_default=EMPTY),
    Column("publish_hint", Text, nullable=False, server_default=EMPTY),
    Column("root", Text, nullable=False, server_default=EMPTY),
    Column("held", JSONB, nullable=False, server_default=text("'[]'")),
    Column("request_url", Text, nullable=False, server_default=EMPTY),
    CheckConstraint("trust in ('branch', 'none')", name="trust"),
    CheckConstraint("publish in ('none', 'branch', 'direct', 'pull-request')", name="publish"),
)

# Which commit holds which revision of what was written here: written before the push, so that a commit of ours is known
# whenever it comes back. `old_path` is set where the commit moved the file; `blob` is empty where it removed it.
publications = Table(
    "publications",
    METADATA,
    Column("repository_id", Id, ForeignKey("repositories.id", ondelete="CASCADE"), primary_key=True),
    Column("commit", Text, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("old_path", Text, nullable=False, server_default=EMPTY),
    Column("spec_id", Id, nullable=False),
    Column("revision", Text, nullable=False),
    Column("blob", Text, nullable=False),
    Column("branch", Text, nullable=False),
    Column("pushed", Boolean, nullable=False),
    Column("at", Time, nullable=False),
    Index("ix_publications_spec_id", "spec_id"),
)

# Each Markdown file of the folders, as last imported: the spec it became, or the problem that kept it out.
spec_files = Table(
    "spec_files",
    METADATA,
    Column("repository_id", Id, ForeignKey("repositories.id", ondelete="CASCADE"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("project_id", Id, nullable=False),
    Column("spec_id", Id),
    Column("problem", Text, nullable=False, server_default=EMPTY),
    Column("blob", Text, nullable=False),
    ForeignKeyConstraint(["project_id", "spec_id"], ["specs.project_id", "specs.id"]),
    Index("ix_spec_files_spec_id", "spec_id"),
)

# What a sender delivered: a second delivery with the same id, or with the same bytes, is a replay.
deliveries = Table(
    "deliveries",
    METADATA,
    Column("repository_id", Id, ForeignKey("repositories.id", ondelete="CASCADE"), primary_key=True),
    Column("delivery", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("at", Time, nullable=False),
    UniqueConstraint("repository_id", "digest"),
    Index("ix_deliveries_at", "at"),
)

# What lines of a repository's lock say in a person's name, as they came by git: whose commit brought them, whether they
# are there still, and what people decided. One that the trusted branch vouches for is approved without a person.
lock_claims = Table(
    "lock_claims",
    METADATA,
    Column("repository_id", Id, ForeignKey("repositories.id", ondelete="CASCADE"), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("number", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("project_id", Id, nullable=False),
    Column("invariant", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("until", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("because", Text, nullable=False),
    Column("commit", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("at", Time, nullable=False),
    Column("present", Boolean, nullable=False),
    Column("standing", Text, nullable=False),
    Column("decided_by", Id, ForeignKey("actors.id")),
    Column("decided_at", Time),
    Column("reason", Text, nullable=False, server_default=EMPTY),
    Column("announced", Integer),
    CheckConstraint("state in ('waived', 'reviewed')", name="state"),
    CheckConstraint("standing in ('pending', 'approved', 'refused')", name="standing"),
    Index("ix_lock_claims_list", "project_id", "number"),
)

# What was served for a task: the receipt of what an agent knew. `artifact` names the list of passages with their
# revisions; `items` held it before there were artifacts.
bundles = Table(
    "bundles",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("project_id", Id, ForeignKey("projects.id"), nullable=False),
    Column("actor_id", Id, ForeignKey("actors.id"), nullable=False),
    Column("task", Text, nullable=False),
    Column("paths", ARRAY(Text), nullable=False),
    Column("budget", Integer, nullable=False),
    Column("tokens", Integer, nullable=False),
    Column("items", JSONB, nullable=False),
    Column("artifact", Text),
    Column("at", Time, nullable=False),
    Column("task_id", Id),
    Column("fencing", BigInteger),
    Index("ix_bundles_project_id_at", "project_id", "at"),
    Index("ix_bundles_artifact", "artifact"),
    Index("ix_bundles_task_id", "task_id", postgresql_where=text("task_id is not null")),
)

# What agents and people take on. `fencing` counts the claims: a claim's token is the count it made. Whether a lease is
# over is for the database's clock to say; a row may say `claimed` until someone notices. `needs` and the rest tell of a
# finished phase that waits for people; `spent_from` is the usage from which on its budget counts.
tasks = Table(
    "tasks",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("number", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("project_id", Id, ForeignKey("projects.id"), nullable=False),
    Column("intent", Text, nullable=False),
    Column("paths", ARRAY(Text), nullable=False),
    Column("symbols", ARRAY(Text), nullable=False),
    Column("sections", ARRAY(Text), nullable=False),
    Column("size", Text, nullable=False),
    Column("phase", Text, nullable=False),
    Column("last_phase", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("fencing", BigInteger, nullable=False),
    Column("holder_id", Id, ForeignKey("actors.id")),
    Column("claimed_at", Time),
    Column("lease_until", Time),
    Column("waits", Boolean, nullable=False),
    Column("asker_id", Id, ForeignKey("actors.id")),
    Column("needs", JSONB, nullable=False),
    Column("reasons", JSONB, nullable=False),
    Column("reason", Text, nullable=False),
    Column("spent_from", BigInteger, nullable=False),
    Column("created_by", Id, ForeignKey("actors.id"), nullable=False),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    Column("ended_at", Time),
    CheckConstraint("state in ('open', 'claimed', 'done', 'failed', 'expired', 'frozen')", name="state"),
    CheckConstraint("phase in ('research', 'plan', 'implement', 'free')", name="phase"),
    CheckConstraint("last_phase in ('research', 'plan', 'implement', 'free')", name="last_phase"),
    CheckConstraint("size in ('', 'xs', 's', 'm', 'l', 'xl')", name="size"),
    CheckConstraint("(state = 'claimed') = (holder_id is not null and lease_until is not null)", name="held"),
    Index("ix_tasks_project_id_number", "project_id", "number"),
    Index("ix_tasks_claimed", "project_id", "lease_until", postgresql_where=text("state = 'claimed'")),
    Index(
        "ix_tasks_claimable",
        "project_id",
        "number",
        postgresql_where=text("state in ('open', 'claimed', 'expired') and not waits"),
    ),
)

# What was spent on a task, as whoever held it told: one row for each time.
task_usage = Table(
    "task_usage",
    METADATA,
    Column("n", BigInteger, Identity(always=True), primary_key=True),
    Column("task_id", Id, ForeignKey("tasks.id"), nullable=False),
    Column("actor_id", Id, ForeignKey("actors.id"), nullable=False),
    Column("fencing", BigInteger, nullable=False),
    Column("phase", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("tokens", BigInteger, nullable=False),
    Column("cost", Numeric(20, 6), nullable=False),
    Column("at", Time, nullable=False),
    CheckConstraint("tokens >= 0 and cost >= 0", name="spent"),
    Index("ix_task_usage_task_id", "task_id"),
)

# What was said of a task in its course: remarks, and what people answered to a phase that waited for them (`answer`).
task_notes = Table(
    "task_notes",
    METADATA,
    Column("n", BigInteger, Identity(always=True), primary_key=True),
    Column("task_id", Id, ForeignKey("tasks.id"), nullable=False),
    Column("actor_id", Id, ForeignKey("actors.id"), nullable=False),
    Column("fencing", BigInteger, nullable=False),
    Column("phase", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", Time, nullable=False),
    CheckConstraint("answer in ('', 'approve', 'decline')", name="answer"),
    Index("ix_task_notes_task_id", "task_id"),
)

# The specs written under a task, and in which of its phases.
task_artifacts = Table(
    "task_artifacts",
    METADATA,
    Column("task_id", Id, ForeignKey("tasks.id"), primary_key=True),
    Column("spec_id", Id, primary_key=True),
    Column("phase", Text, nullable=False),
    Column("at", Time, nullable=False),
)

# What a claim knows of: the sections that the task names and those it was served, each as it read then. `announced` is
# how it read when its change was last written into the log.
task_holds = Table(
    "task_holds",
    METADATA,
    Column("task_id", Id, ForeignKey("tasks.id"), primary_key=True),
    Column("spec_id", Id, primary_key=True),
    Column("anchor", Text, primary_key=True),
    Column("path", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("announced", Text, nullable=False),
    Index("ix_task_holds_spec_id", "spec_id"),
)

# What whoever holds a task is told in the answer to its next call, once.
task_news = Table(
    "task_news",
    METADATA,
    Column("n", BigInteger, Identity(always=True), primary_key=True),
    Column("task_id", Id, ForeignKey("tasks.id"), nullable=False),
    Column("fencing", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("details", JSONB, nullable=False),
    Column("at", Time, nullable=False),
    Column("told_at", Time),
    CheckConstraint("kind in ('overlap', 'changed')", name="kind"),
    Index("ix_task_news_untold", "task_id", postgresql_where=text("told_at is null")),
)

# What was decided on one commit that was checked elsewhere. `digest` names all that the decision rests on; `ruling` is
# what the policies said, `state` how it stands with what people said since. `artifact` names what was found, which
# `report` held before there were artifacts.
gates = Table(
    "gates",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("project_id", Id, ForeignKey("projects.id"), nullable=False),
    Column("digest", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("repository", Text, nullable=False),
    Column("commit", Text, nullable=False),
    Column("specs", Text, nullable=False),
    Column("policies", Text, nullable=False),
    Column("findings", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("ruling", Text, nullable=False),
    Column("needs", JSONB, nullable=False),
    Column("reasons", JSONB, nullable=False),
    Column("counts", JSONB, nullable=False),
    Column("tag", Text, nullable=False),
    Column("branch", Text, nullable=False),
    Column("pull", Integer),
    Column("agent", Boolean, nullable=False),
    Column("report", JSONB, nullable=False),
    Column("artifact", Text),
    Column("actor_id", Id, ForeignKey("actors.id"), nullable=False),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    UniqueConstraint("project_id", "digest"),
    Index("ix_gates_project_id_created_at", "project_id", "created_at"),
    Index("ix_gates_project_id_repository_commit", "project_id", "repository", "commit"),
    Index("ix_gates_artifact", "artifact"),
    CheckConstraint("state in ('passed', 'needs-approval', 'frozen', 'failed')", name="state"),
)

# What people said of a gate. The last word of each counts.
gate_reviews = Table(
    "gate_reviews",
    METADATA,
    Column("n", BigInteger, Identity(always=True), primary_key=True),
    Column("gate_id", Id, ForeignKey("gates.id"), nullable=False),
    Column("actor_id", Id, ForeignKey("actors.id"), nullable=False),
    Column("answer", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", Time, nullable=False),
    Index("ix_gate_reviews_gate_id", "gate_id"),
    CheckConstraint("answer in ('approve', 'refuse')", name="answer"),
)

# The keys that sign decisions. The private half is made of the server's own key and `salt`: a stolen database signs
# nothing. One is in use, the one without an `until`; what others signed before that moment is still believed.
signing_keys = Table(
    "signing_keys",
    METADATA,
    Column("n", BigInteger, Identity(always=True), primary_key=True),
    Column("name", Text, nullable=False),
    Column("public", Text, nullable=False),
    Column("salt", Text, nullable=False),
    Column("since", Time, nullable=False),
    Column("until", Time),
)

# What people put off in their inbox: each matter as it stood then.
inbox_snoozes = Table(
    "inbox_snoozes",
    METADATA,
    Column("project_id", Id, ForeignKey("projects.id"), primary_key=True),
    Column("actor_id", Id, ForeignKey("actors.id"), primary_key=True),
    Column("matter", Text, primary_key=True),
    Column("until", Time, nullable=False),
)
