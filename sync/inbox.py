"""What waits for one person in a project: matters, each with the question, why it is theirs, and since when.

A matter's key names it as it stands: what changed since is another matter, so that nothing which was put off stays
hidden when it moves on. Pure: made of what services list.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from drift.debt.claims import ClaimState
from drift.lives.records import FindingRecord
from specs.access import Principal, Role
from specs.authorship.statements import Statement
from specs.conflicts import ConflictRecord
from specs.policy.records import Freeze
from specs.proposals.proposal import Proposal, Why
from specs.revision import Actor, ActorKind
from sync.claims import LockClaim
from sync.gates import Gate, may_decide
from sync.tasks.task import Task

NOTICE = timedelta(days=14)
MOST_DIGITS = 16


class MatterKind(StrEnum):
    """The sorts of what can wait for a person, those that hold others up first."""

    PROPOSAL = "proposal"
    CONFLICT = "conflict"
    GATE = "gate"
    TASK = "task"
    CLAIM = "claim"
    FINDING = "finding"
    WAIVER = "waiver"
    UNCONFIRMED = "unconfirmed"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing to decide. `subject` is what it is about: an id, or a finding's fingerprint; `path` the spec, if any.

    `digest` binds an answer to what was shown, where one can be given at once; `count` is how many there are of it.
    """

    kind: MatterKind
    key: str
    question: str
    why: str
    since: datetime
    subject: str
    by: Actor | None = None
    path: str = ""
    digest: str = ""
    count: int = 1

    @property
    def id(self) -> str:
        """A name for the matter as it stands: 16 digits."""
        return _digest([self.key])


TURNS: Mapping[Why, tuple[str, str]] = {
    Why.REVIEW: ("Shall “{}” become the truth?", "It waits for your review"),
    Why.CHANGED: ("Shall “{}” become the truth?", "It changed after you approved it"),
    Why.CONFLICT: ("How does “{}” go together with the spec of today?", "It is yours, and no longer fits"),
    Why.ANSWER: ("What do you answer on “{}”?", "It is yours, and was commented on"),
    Why.DECLINED: ("What becomes of “{}”?", "It is yours, and was declined"),
}


def of_proposals(proposals: Iterable[Proposal], paths: Mapping[UUID, str]) -> Iterable[Matter]:
    """Give the proposals in which it is the reader's turn."""
    for one in proposals:
        if one.turn is None:
            continue
        question, why = TURNS[one.turn.why]
        key = f"proposal:{one.id}:{one.turn.why}:{one.digest[:MOST_DIGITS]}:{one.turn.since.isoformat()}"
        path = next((paths[spec] for spec in one.specs if spec in paths), "")
        answered = one.turn.why in {Why.REVIEW, Why.CHANGED}
        yield Matter(
            MatterKind.PROPOSAL,
            key,
            question.format(one.title),
            why,
            one.turn.since,
            str(one.id),
            one.author,
            path,
            one.digest if answered else "",
        )


def of_conflicts(conflicts: Iterable[ConflictRecord], who: Principal, project: UUID) -> Iterable[Matter]:
    """Give the conflicts whose text is the reader's, and to reviewers those of agents, who cannot settle them."""
    for one in conflicts:
        mine = one.opened_by.id == who.actor.id
        theirs = one.opened_by.kind is not ActorKind.HUMAN and _reviews(who, project)
        if one.proposal is not None or not (mine or theirs):
            continue
        why = "Your text waits until you decide" if mine else f"A text of {one.opened_by.name} waits for a person"
        key = f"conflict:{one.id}:{one.ours[:MOST_DIGITS]}"
        question = f"Two texts of {one.path} met: which words stand?"
        yield Matter(MatterKind.CONFLICT, key, question, why, one.opened_at, str(one.id), one.opened_by, one.path)


def of_gates(gates: Iterable[Gate], who: Principal, project: UUID) -> Iterable[Matter]:
    """Give the commits on which the reader may decide."""
    for one in gates:
        if one.actor.id == who.actor.id or not may_decide(who.role_in(project), one.needs):
            continue
        question = f"May {one.commit[:12]} of {one.repository} pass?"
        why = "; ".join(one.reasons) or "Policy wants a person"
        key = f"gate:{one.id}:{one.digest[:MOST_DIGITS]}"
        yield Matter(MatterKind.GATE, key, question, why, one.created_at, str(one.id), one.actor, digest=one.digest)


def of_tasks(tasks: Iterable[Task], who: Principal, project: UUID) -> Iterable[Matter]:
    """Give the tasks whose phase is finished and waits for an answer that the reader may give."""
    for one in tasks:
        asker = None if one.asker is None else one.asker.id
        if not one.waits or asker == who.actor.id or not may_decide(who.role_in(project), one.needs):
            continue
        question = f"Is the {one.phase} of “{one.title}” done?"
        why = "; ".join(one.reasons) or "Policy wants a person"
        key = f"task:{one.id}:{one.phase}:{one.fencing}"
        yield Matter(MatterKind.TASK, key, question, why, one.updated_at, str(one.id), one.asker)


def of_claims(claims: Iterable[LockClaim], who: Principal, project: UUID) -> Iterable[Matter]:
    """Give to reviewers the claims that wait, together by commit: whoever decides on one decides on its neighbours."""
    if not _reviews(who, project):
        return
    together: dict[tuple[UUID, str], list[LockClaim]] = {}
    for one in claims:
        if one.present and one.state is ClaimState.PENDING:
            together.setdefault((one.repository, one.commit), []).append(one)
    for (repository, commit), found in together.items():
        names = ", ".join(sorted({one.entry.by for one in found if one.entry.by})) or found[0].author
        question = f"Did {names} say what the lock says in {_few(sorted({one.entry.invariant for one in found}))}?"
        key = f"claim:{repository}:{commit[:MOST_DIGITS]}:{_digest(one.id for one in found)}"
        why = "Waivers and confirmations that came by git count once a person approves them"
        since = min(one.at for one in found)
        yield Matter(MatterKind.CLAIM, key, question, why, since, commit, count=len(found))


def of_waivers(claims: Iterable[LockClaim], today: date, who: Principal, project: UUID) -> Iterable[Matter]:
    """Give to reviewers the waivers that end within two weeks, or have ended."""
    if not _reviews(who, project):
        return
    for one in claims:
        until = _day(one.entry.until)
        if not one.present or one.entry.state != "waived" or until is None or until > today + NOTICE:
            continue
        ended = until < today
        question = f"What becomes of {one.entry.subject} in {one.entry.invariant}: mend it, or waive it anew?"
        why = f"Its waiver {'ended' if ended else 'ends'} on {until}"
        since = datetime.combine(min(today, until - NOTICE), time(), UTC)
        key = f"waiver:{one.repository}:{one.id[:MOST_DIGITS]}:{'ended' if ended else 'ends'}"
        yield Matter(MatterKind.WAIVER, key, question, why, since, one.entry.invariant)


def of_findings(
    findings: Iterable[FindingRecord], owners: Mapping[str, Sequence[str]], who: Principal, project: UUID
) -> Iterable[Matter]:
    """Give the broken invariants whose specs the reader owns; to reviewers also those of nobody here.

    `owners` holds by path who among the members owns a spec, in names as they are compared.
    """
    together: dict[tuple[UUID, str], list[FindingRecord]] = {}
    for one in findings:
        together.setdefault((one.repository, one.invariant or one.kind), []).append(one)
    for (repository, invariant), found in together.items():
        first = found[0]
        mine = folded(who.actor.name) in owners.get(first.spec_path, ())
        nobody = not owners.get(first.spec_path)
        if not mine and not (nobody and _reviews(who, project)):
            continue
        newest = max(found, key=lambda one: (one.changed.at, one.fingerprint))
        places = f"in {len(found)} places" if len(found) > 1 else "in one place"
        yield Matter(
            MatterKind.FINDING,
            f"finding:{repository}:{_digest([invariant])}:{newest.changed.reference[:MOST_DIGITS]}:{len(found)}",
            f"{invariant} is broken {places}: mend the code, change the spec, or waive it until a date?",
            "You own the spec" if mine else "Nobody here owns the spec",
            min(one.changed.at for one in found),
            newest.fingerprint,
            path=first.spec_path,
            count=len(found),
        )


def of_unconfirmed(
    waiting: Mapping[UUID, Sequence[Statement]],
    heads: Mapping[UUID, tuple[str, datetime]],
    who: Principal,
    project: UUID,
) -> Iterable[Matter]:
    """Give to people who review the specs with statements that no person has said. `heads`: path and time by spec."""
    if not _reviews(who, project) or who.actor.kind is not ActorKind.HUMAN:
        return
    for spec, statements in waiting.items():
        if spec not in heads or not statements:
            continue
        path, at = heads[spec]
        count = len(statements)
        said = "A statement is" if count == 1 else f"{count} statements are"
        question = f"{said} an agent's word in {path}: do you say so too?"
        why = "Until a person confirms it, other agents are told that nobody has"
        key = f"unconfirmed:{spec}:{_digest(one.digest for one in statements)}"
        yield Matter(MatterKind.UNCONFIRMED, key, question, why, at, str(spec), path=path, count=count)


def of_frozen(frozen: Iterable[Freeze], who: Principal, project: UUID) -> Iterable[Matter]:
    """Give to reviewers the agents that are frozen."""
    if not _reviews(who, project):
        return
    for one in frozen:
        key = f"frozen:{one.actor.id}:{one.since.isoformat()}"
        question = f"{one.actor.name} is frozen: may it go on?"
        yield Matter(MatterKind.FROZEN, key, question, one.reason, one.since, str(one.actor.id), one.by)


def in_order(matters: Iterable[Matter]) -> tuple[Matter, ...]:
    """Put what holds others up first, and of a kind what has waited longest."""
    ranks = {kind: rank for rank, kind in enumerate(MatterKind)}
    return tuple(sorted(matters, key=lambda one: (ranks[one.kind], one.since, one.key)))


def folded(name: str) -> str:
    """Give a name as owners are compared: without case, `@` and the rest of an address."""
    return name.strip().removeprefix("@").partition("@")[0].casefold()


def _reviews(who: Principal, project: UUID) -> bool:
    role = who.role_in(project)
    return role is not None and role.rank >= Role.REVIEWER.rank


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()[:MOST_DIGITS]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _few(names: Sequence[str]) -> str:
    shown = ", ".join(names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown  # noqa: PLR2004 (what a line holds)
