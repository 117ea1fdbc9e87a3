"""What the fields of events hold, as JSON schema: one meaning for one name, whatever the type."""

from collections.abc import Mapping

from specs.audit import Json


def _of(type_: str, means: str, **more: Json) -> dict[str, Json]:
    return {"type": type_, "description": means, **more}


def _text(means: str, **more: Json) -> dict[str, Json]:
    return _of("string", means, **more)


def _id(means: str) -> dict[str, Json]:
    return _text(means, format="uuid")


def _count(means: str) -> dict[str, Json]:
    return _of("integer", means, minimum=0)


def _texts(means: str) -> dict[str, Json]:
    return _of("array", means, items={"type": "string"})


_ACTOR: dict[str, Json] = {
    "type": "object",
    "description": "Whoever acted.",
    "required": ["id", "kind"],
    "properties": {
        "id": _id("The actor."),
        "kind": _text("What it is.", enum=["human", "agent", "system"]),
        "name": _text("What it is called."),
    },
}
_FINDING: dict[str, Json] = {
    "type": "object",
    "required": ["fingerprint", "invariant"],
    "properties": {
        "fingerprint": _text("Its name, the same in every commit."),
        "invariant": _text("What it breaks."),
        "severity": _text("How bad that is."),
        "spec": _id("The spec that says so."),
        "path": _text("The file it is in."),
        "line": _count("The line there."),
        "message": _text("What is wrong."),
        "event": _text(
            "Whether it is new, came back, or is no longer waived.", enum=["opened", "regressed", "lapsed", "resolved"]
        ),
    },
}

FIELDS: Mapping[str, dict[str, Json]] = {
    "event": {
        "type": "object",
        "required": ["id", "type", "version", "project", "n", "at", "actor", "subject", "data"],
        "properties": {
            "id": _text("Names the event; the same however often it is told.", pattern="^evt_[0-9a-f]{32}_[0-9]+$"),
            "type": _text("What sort of event it is."),
            "version": _of("integer", "The version of its form.", const=1),
            "project": _text("The project, as it stands in addresses."),
            "n": _count("Its place in the project's audit log: it grows, with gaps."),
            "at": _text("When it happened.", format="date-time"),
            "actor": _ACTOR,
            "subject": _text("What it happened to: an id, or a name where it has none."),
            "on_behalf_of": _id("The person for whom it was done."),
            "task": _id("The task in whose course it was done."),
            "cursor": _text("The place after this event, in feeds alone."),
            "data": _of("object", "What events of this type say."),
        },
    },
    "agent": _id("The agent."),
    "base": _text("The revision it was made from."),
    "because": _text("Why."),
    "branch": _text("The branch."),
    "broken": _count("Invariants that are broken."),
    "by": _text("Who says so."),
    "cause": _text("The commit or revision that made the check necessary."),
    "change": _text("What became of it, in a word."),
    "check": _id("The check."),
    "comments": _count("How many comments."),
    "commit": _text("The commit's id."),
    "commits": _count("How many commits."),
    "conflict": _id("The conflict."),
    "digest": _text("Names the exact delta: what approvals are bound to."),
    "environment": _text("Where it runs."),
    "failed": _count("Tests that failed."),
    "fencing": _count("The fencing token of whoever holds the task."),
    "finding_count": _count("How many findings there are, also those that are not listed."),
    "findings": _of("array", "The findings, a hundred at most.", items=_FINDING),
    "from": _text("The path before."),
    "gate": _id("The gate."),
    "head": _text("The revision that was the head."),
    "holder": _text("Whoever holds the task."),
    "how": _text("How it ended.", enum=["resolved", "withdrawn"]),
    "invariant": _text("The invariant."),
    "invariants": _count("Invariants that were checked."),
    "member": _id("The person or agent."),
    "name": _text("What it is called."),
    "next": _text("The phase that begins."),
    "opened": _count("Findings that are new."),
    "passed": _count("Tests that passed."),
    "path": _text("The path of the spec."),
    "paths": _texts("Files or globs of files."),
    "phase": _text("The phase of the task."),
    "problem": _text("Why the check came to no end."),
    "proposal": _id("The proposal."),
    "reason": _text("Why."),
    "regressed": _count("Findings that came back."),
    "report": _id("The report."),
    "repository": _text("The repository by name."),
    "repository_id": _id("The repository."),
    "requirements": _texts("Requirements as they are named."),
    "resolved": _count("Findings that are gone."),
    "review": _id("The review."),
    "revision": _text("The revision: the digest that is its ETag."),
    "role": _text("The role.", enum=["reader", "editor", "reviewer", "admin"]),
    "sections": _texts("Anchors of sections."),
    "side": _text("The revision that waits beside the head."),
    "skipped": _count("Tests that were skipped."),
    "spec": _id("The spec."),
    "specs": _texts("Ids of specs."),
    "state": _text("How it stands now."),
    "symbols": _texts("Symbols of code."),
    "task": _id("The task."),
    "title": _text("What it is called."),
    "to": _text("The path now."),
    "truncated": _of("boolean", "Lists were left out, because the event was too large."),
    "unreviewed": _of("boolean", "Nobody else could decide: the author, an admin, did."),
    "until": _text("Until when."),
    "verdict": _text("What was decided, in a word."),
    "was": _text("The role before."),
    "webhook": _id("The webhook."),
    "with": _text("The other task."),
}
