"""The types of events, and which entries of the audit log they are made of. To announce an action, add a row.

A type is `subject.what-happened`, and is of version 1: fields are added to it, never changed in meaning. Readers of a
project may see all that a row lets out of an entry, and nothing else of it leaves the log. Every action is in `SOURCES`
or in `PRIVATE`: a test looks for those that are in neither, and such an entry makes no event.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from specs.audit import Entry, Json
from sync.feeds.event import Event, Who
from sync.feeds.fields import FIELDS


@dataclass(frozen=True, slots=True)
class EventType:
    """A type of events: what it means, in a line, and what its data may hold, which are names in `FIELDS`."""

    means: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """How an action becomes an event. `subject` is the field that names what it was done to.

    `copied` are details that the event has too (`old>new` under another name), `says` what all events of this source
    say. Where an entry lacks the detail `needs`, it makes no event.
    """

    action: str
    type: str
    subject: str = ""
    copied: tuple[str, ...] = ()
    says: Mapping[str, Json] = field(default_factory=dict)
    needs: str = ""


def _source(action: str, type_: str, subject: str = "", copied: str = "", needs: str = "", **says: Json) -> Source:
    return Source(action, type_, subject, tuple(copied.split()), says, needs)


_SPEC = "path revision base proposal commit"
_CHECK = "repository repository_id commit verdict invariants broken opened resolved regressed problem cause"
_GATE = "repository commit state"
_LINK = "path sections symbols repository because"
_TASK = "title paths phase next holder until fencing reason state"

SOURCES: tuple[Source, ...] = (
    _source("spec.create", "spec.changed", "spec", _SPEC, change="created"),
    _source("spec.save", "spec.changed", "spec", f"{_SPEC} from", change="edited"),
    _source("spec.import", "spec.changed", "spec", _SPEC, change="imported"),
    _source("spec.merge", "spec.changed", "spec", _SPEC, change="merged"),
    _source("spec.settle", "spec.changed", "spec", f"{_SPEC} conflict", change="settled"),
    _source("spec.rename", "spec.renamed", "spec", "from to path commit"),
    _source("spec.retire", "spec.retired", "spec", "path proposal commit"),
    _source("spec.restore", "spec.restored", "spec", "path proposal"),
    _source("spec.confirm", "spec.confirmed", "spec", "path revision"),
    _source("spec.unconfirm", "spec.unconfirmed", "spec", "path revision"),
    _source("spec.set-aside", "conflict.opened", "spec", "path conflict side head", needs="conflict"),
    _source("spec.diverge", "conflict.opened", "spec", "path revision>side commit"),
    _source("conflict.resolve", "conflict.settled", "conflict", "spec path revision", how="resolved"),
    _source("conflict.withdraw", "conflict.settled", "conflict", "spec", how="withdrawn"),
    _source("proposal.open", "proposal.opened", "proposal", "title digest specs verdict"),
    _source("proposal.reopen", "proposal.opened", "proposal", "title digest"),
    _source("proposal.undecline", "proposal.opened", "proposal", "title digest"),
    _source("proposal.unapprove", "proposal.reviewed", "proposal", "title digest", verdict="approval taken back"),
    _source("proposal.revise", "proposal.changed", "proposal", "title digest", change="revised"),
    _source("proposal.rebase", "proposal.changed", "proposal", "title digest", change="rebased"),
    _source("proposal.conflict", "proposal.changed", "proposal", "title digest", change="conflicted"),
    _source("proposal.approve", "proposal.reviewed", "proposal", "title digest review", verdict="approved"),
    _source("proposal.review", "proposal.reviewed", "proposal", "title digest review comments"),
    _source("proposal.comment", "proposal.reviewed", "proposal", "title digest review", verdict="commented"),
    _source("proposal.accept", "proposal.decided", "proposal", "title digest unreviewed", state="accepted"),
    _source("proposal.decline", "proposal.decided", "proposal", "title digest reason", state="declined"),
    _source("proposal.withdrawn", "proposal.decided", "proposal", "title digest", state="withdrawn"),
    _source("proposal.superseded", "proposal.decided", "proposal", "title digest", state="superseded"),
    _source("proposal.supersede", "proposal.decided", "proposal", "title digest", state="superseded"),
    _source("proposal.void", "proposal.decided", "proposal", "title digest reason", state="superseded"),
    _source("check.run", "check.done", "check", _CHECK),
    _source("finding.open", "finding.opened", "check", "repository repository_id commit findings count>finding_count"),
    _source(
        "finding.resolve", "finding.fixed", "check", "repository repository_id commit findings count>finding_count"
    ),
    _source("gate.decide", "gate.decided", "gate", _GATE),
    _source("gate.approve", "gate.reviewed", "gate", _GATE, verdict="approved"),
    _source("gate.refuse", "gate.reviewed", "gate", _GATE, verdict="refused"),
    _source("waiver.expire", "waiver.expiring", "", "invariant what>paths until by because repository findings"),
    _source("finding.waive", "finding.decided", "", "invariant findings until because", verdict="waived"),
    _source("finding.mend", "finding.decided", "", "invariant findings because task", verdict="to be mended"),
    _source("finding.take-back", "finding.decided", "", "invariant findings", verdict="taken back"),
    _source("claim.approve", "claim.decided", "", "because", verdict="approved"),
    _source("claim.refuse", "claim.decided", "", "because", verdict="refused"),
    _source("link.confirm", "link.decided", "spec", _LINK, verdict="confirmed"),
    _source("link.reject", "link.decided", "spec", _LINK, verdict="rejected"),
    _source("link.withdraw", "link.decided", "spec", _LINK, verdict="withdrawn"),
    _source("task.open", "task.opened", "task", _TASK),
    _source("task.claim", "task.claimed", "task", _TASK),
    _source("task.overlap", "task.overlaps", "task", f"{_TASK} with symbols sections"),
    _source("task.stale", "task.outdated", "task", f"{_TASK} spec path sections revision"),
    _source("task.pass", "task.passed", "task", _TASK),
    _source("task.wait", "task.waits", "task", _TASK),
    _source("task.approve", "task.reviewed", "task", _TASK, verdict="approved"),
    _source("task.decline", "task.reviewed", "task", _TASK, verdict="declined"),
    _source("task.done", "task.done", "task", _TASK),
    _source("task.fail", "task.failed", "task", _TASK),
    _source("task.give-back", "task.returned", "task", _TASK),
    _source("task.expire", "task.expired", "task", _TASK),
    _source("task.freeze", "task.frozen", "task", _TASK),
    _source("task.stop", "task.frozen", "task", _TASK),
    _source("task.thaw", "task.thawed", "task", _TASK),
    _source("task.cancel", "task.cancelled", "task", _TASK),
    _source("member.set", "member.changed", "member", "role was"),
    _source("member.remove", "member.removed", "member"),
    _source("actor.freeze", "agent.frozen", "agent", "name until reason"),
    _source("actor.thaw", "agent.thawed", "agent", "name"),
    _source("tag.create", "tag.created", "", "name"),
    _source("tag.remove", "tag.removed", "", "name"),
    _source("repository.register", "repository.registered", "repository_id", "name branch"),
    _source("repository.change", "repository.changed", "repository_id", "name"),
    _source("repository.remove", "repository.removed", "repository_id", "name"),
    _source("repository.publish", "repository.published", "repository_id", "name branch commit commits"),
    _source("tests.report", "tests.reported", "", "repository commit passed failed skipped"),
    _source("deployment.record", "deployment.done", "", "repository commit environment"),
    _source("incident.open", "incident.opened", "name", "requirements paths"),
    _source("incident.close", "incident.closed", "name"),
    _source("letter.write", "report.written", "report"),
    _source("webhook.disable", "webhook.disabled", "webhook", "name reason"),
)

PRIVATE: Mapping[str, str] = {
    "limits.set": "of whoever administers",
    "retention.run": "of whoever administers",
    "run.begin": "of whoever administers",
    "login": "of the installation",
    "identity.connect": "of a person",
    "identity.disconnect": "of a person",
    "person.create": "of the installation",
    "person.disable": "of the installation",
    "person.enable": "of the installation",
    "session.end": "of a person",
    "link.issue": "of the installation",
    "password.set": "of the installation",
    "password.change": "of the installation",
    "project.create": "of the installation; nobody follows a project before it is there",
    "audit.restart": "of the installation",
    "signing-key.rotate": "of the installation",
    "artifact-key.rotate": "of the installation",
    "image.add": "what shows it is told with the spec",
    "key.add": "of a person",
    "key.remove": "of a person",
    "task.note": "what workers write to each other is read with the task",
    "task.spend": "what it cost is read with the task",
    "inbox.snooze": "what somebody puts off is their own matter",
    "inbox.wake": "what somebody puts off is their own matter",
    "invitation.send": "names who is invited",
    "invitation.withdraw": "names who is invited",
    "token.issue": "what may be known of tokens is for admins",
    "token.revoke": "what may be known of tokens is for admins",
    "secret.allow": "would point at what looks like a secret",
    "context.serve": "what an agent was told is its receipt's, and would flood the feed",
    "conflict.choose": "a draft of whoever settles a conflict",
    "proposal.judge": "policies were asked again, and nothing came of it",
    "proposal.resolve": "one comment, told with the proposal",
    "proposal.unresolve": "one comment, told with the proposal",
    "letter.send": "names who gets mail",
    "letter.again": "names who gets mail",
    "letter.wish": "which mail somebody wants is their own matter",
    "letter.schedule": "of whoever administers",
    "repository.rotate-secret": "of those who look after webhooks",
    "repository.set-credential": "what lets into repositories is for admins",
    "repository.remove-credential": "what lets into repositories is for admins",
    "webhook.add": "addresses of webhooks are for admins",
    "webhook.change": "addresses of webhooks are for admins",
    "webhook.remove": "addresses of webhooks are for admins",
    "webhook.rotate-secret": "of those who look after webhooks",
    "webhook.replay": "of those who look after webhooks",
}

_IN_SPEC = ("spec", "path", "revision", "base", "proposal", "commit")
_IN_TASK = ("task", *_TASK.split())
_IN_CHECK = ("check", "repository", "repository_id", "commit")
_IN_PROPOSAL = ("proposal", "title", "digest")
_IN_GATE = ("gate", "repository", "commit", "state")
_IN_REPOSITORY = ("repository_id", "name", "branch")

TYPES: Mapping[str, EventType] = {
    "spec.changed": EventType(
        "A spec's head moved: written, merged, imported from git, settled, or new.",
        (*_IN_SPEC, "from", "conflict", "change"),
    ),
    "spec.renamed": EventType("A spec has another path.", ("spec", "from", "to", "path", "commit")),
    "spec.retired": EventType("A spec counts no more.", ("spec", "path", "proposal", "commit")),
    "spec.restored": EventType("A retired spec counts again.", ("spec", "path", "proposal")),
    "spec.confirmed": EventType("A person confirmed statements of a spec.", ("spec", "path", "revision")),
    "spec.unconfirmed": EventType("A person took back what they confirmed.", ("spec", "path", "revision")),
    "conflict.opened": EventType(
        "Two texts could not be merged and wait.", ("spec", "path", "conflict", "side", "head", "commit")
    ),
    "conflict.settled": EventType(
        "A conflict was resolved or given up.", ("conflict", "spec", "path", "revision", "how")
    ),
    "proposal.opened": EventType("A change of specs waits to be decided.", (*_IN_PROPOSAL, "specs", "verdict")),
    "proposal.changed": EventType("A proposal has another delta, or no longer fits.", (*_IN_PROPOSAL, "change")),
    "proposal.reviewed": EventType(
        "Somebody said something of a proposal.", (*_IN_PROPOSAL, "review", "comments", "verdict")
    ),
    "proposal.decided": EventType("A proposal ended.", (*_IN_PROPOSAL, "state", "reason", "unreviewed")),
    "check.done": EventType(
        "A commit was held against the specs.",
        (*_IN_CHECK, *(name for name in _CHECK.split() if name not in _IN_CHECK)),
    ),
    "finding.opened": EventType(
        "A check found drift that was not open before.", (*_IN_CHECK, "findings", "finding_count")
    ),
    "finding.fixed": EventType("Drift that was open is gone.", (*_IN_CHECK, "findings", "finding_count")),
    "finding.decided": EventType(
        "A person decided on findings, or took that back.",
        ("invariant", "findings", "until", "because", "task", "verdict"),
    ),
    "gate.decided": EventType("It was decided whether a commit may pass.", _IN_GATE),
    "gate.reviewed": EventType("A person approved or refused a gate.", (*_IN_GATE, "verdict")),
    "waiver.expiring": EventType(
        "What was accepted until a date breaks again soon.",
        ("invariant", "paths", "until", "by", "because", "repository", "findings"),
    ),
    "claim.decided": EventType("What locks say in a person's name was approved or refused.", ("because", "verdict")),
    "link.decided": EventType(
        "Somebody said whether a section speaks about some code.", ("spec", *_LINK.split(), "verdict")
    ),
    "task.opened": EventType("There is a task to be taken.", _IN_TASK),
    "task.claimed": EventType("Somebody took a task.", _IN_TASK),
    "task.overlaps": EventType(
        "Two tasks touch the same paths, symbols or sections.", (*_IN_TASK, "with", "symbols", "sections")
    ),
    "task.outdated": EventType(
        "A requirement changed while somebody holds a task that it bears on.",
        (*_IN_TASK, "spec", "path", "sections", "revision"),
    ),
    "task.passed": EventType("A phase of a task is over, and the next one begins.", _IN_TASK),
    "task.waits": EventType("A phase of a task is over, and a person has to look at it.", _IN_TASK),
    "task.reviewed": EventType("A person looked at what a phase of a task came to.", (*_IN_TASK, "verdict")),
    "task.done": EventType("A task was done.", _IN_TASK),
    "task.failed": EventType("A task was given up.", _IN_TASK),
    "task.returned": EventType("Whoever held a task gave it back: it can be taken again.", _IN_TASK),
    "task.expired": EventType("Whoever held a task was not heard of: it can be taken again.", _IN_TASK),
    "task.frozen": EventType("A task was stopped, by a person or a policy.", _IN_TASK),
    "task.thawed": EventType("A stopped task goes on.", _IN_TASK),
    "task.cancelled": EventType("A task is not to be done.", _IN_TASK),
    "member.changed": EventType("Somebody came into the project, or has another role.", ("member", "role", "was")),
    "member.removed": EventType("Somebody left the project.", ("member",)),
    "agent.frozen": EventType("An agent may write nothing for a time.", ("agent", "name", "until", "reason")),
    "agent.thawed": EventType("A frozen agent may go on.", ("agent", "name")),
    "tag.created": EventType("What the specs say was named.", ("name",)),
    "tag.removed": EventType("A tag was forgotten.", ("name",)),
    "repository.registered": EventType("A repository is read from now on.", _IN_REPOSITORY),
    "repository.changed": EventType("A repository is bound in another way.", _IN_REPOSITORY),
    "repository.removed": EventType("A repository is no longer read.", _IN_REPOSITORY),
    "repository.published": EventType("What was written here became commits.", (*_IN_REPOSITORY, "commit", "commits")),
    "tests.reported": EventType(
        "Somebody told how tests ended.", ("repository", "commit", "passed", "failed", "skipped")
    ),
    "deployment.done": EventType("A commit was put into an environment.", ("repository", "commit", "environment")),
    "incident.opened": EventType("Something that runs is broken.", ("name", "requirements", "paths")),
    "incident.closed": EventType("An incident is over.", ("name",)),
    "report.written": EventType("The weekly report is there.", ("report",)),
    "webhook.disabled": EventType(
        "A webhook failed for so long that it was switched off.", ("webhook", "name", "reason")
    ),
}

_OF: Mapping[str, Source] = {source.action: source for source in SOURCES}


def event_of(entry: Entry, project: str, name: str = "") -> Event | None:
    """Give the event that an entry makes, or nothing; `project` is its name, `name` that of whoever acted."""
    act = entry.act
    source = _OF.get(act.action)
    if source is None or (source.needs and source.needs not in act.details):
        return None
    data: dict[str, Json] = dict(source.says)
    if source.subject:
        data[source.subject] = act.subject
    for copied in source.copied:
        old, _, new = copied.partition(">")
        if act.details.get(old) is not None:
            data[new or old] = act.details[old]
    who = Who(act.actor, act.actor_kind, name)
    return Event(entry.chain, project, entry.n, source.type, act.at, who, act.subject, data, act.on_behalf_of, act.task)


def schema(types: Iterable[str] = ()) -> dict[str, Json]:
    """Give the JSON schema of all events, or of those of some types."""
    chosen = tuple(types) or tuple(TYPES)
    common: dict[str, Json] = dict(FIELDS["event"])
    variants: list[Json] = [_variant(name, TYPES[name]) for name in chosen]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Holdfast events, version 1",
        **common,
        "oneOf": variants,
    }


def _variant(name: str, type_: EventType) -> Json:
    held: dict[str, Json] = {one: FIELDS[one] for one in (*type_.fields, "truncated")}
    data: dict[str, Json] = {"type": "object", "properties": held}
    return {"title": name, "description": type_.means, "properties": {"type": {"const": name}, "data": data}}
