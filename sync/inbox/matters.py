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
from specs.access import Principal, Role
from specs.authorship.statements import Statement
from specs.conflicts import ConflictRecord
from specs.policy.records import Freeze
from specs.proposals.proposal import Proposal, Why
from specs.revision import Actor, ActorKind
from sync.gates.gate import Gate, may_decide
from sync.inbox.claims import LockClaim
from sync.inbox.decisions import BrokenRule, FindingDecision
from sync.inbox.ending import day_of
from sync.tasks.task import Task

NOTICE = timedelta(days=14)
MOST_DIGITS = 16
MOST_ITEMS = 100
MOST_WORDS = 400


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
class HeadAt:
    """The head of a spec: its path, its revision, when it came, its text."""

    path: str
    revision: str
    at: datetime
    text: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One of several things in a matter that are decided together or one by one: its name, and what it says."""

    name: str
    words: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing to decide. `subject` is what it is about: an id, or a finding's fingerprint; `path` the spec, if any.

    `digest` binds an answer to what was shown, where one can be given at once; `count` is how many there are of it, and
    `items` which, where they are at hand. Findings are of one `rule` in one `repository`.
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
    items: tuple[Item, ...] = ()
    rule: str = ""
    repository: UUID | None = None

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
        items = tuple(Item(one.id, one.entry.subject, one.entry.because) for one in found)
        yield Matter(
            MatterKind.CLAIM, key, question, why, since, commit, count=len(found), items=items, repository=repository
        )


def of_waivers(claims: Iterable[LockClaim], today: date, who: Principal, project: UUID) -> Iterable[Matter]:
    """Give to reviewers the waivers that end within two weeks, or have ended."""
    if not _reviews(who, project):
        return
    for one in claims:
        until = day_of(one.entry.until)
        if not one.present or one.entry.state != "waived" or until is None or until > today + NOTICE:
            continue
        ended = until < today
        question = f"What becomes of {one.entry.subject} in {one.entry.invariant}: mend it, or waive it anew?"
        why = f"Its waiver {'ended' if ended else 'ends'} on {until}"
        since = datetime.combine(min(today, until - NOTICE), time(), UTC)
        key = f"waiver:{one.repository}:{one.id[:MOST_DIGITS]}:{'ended' if ended else 'ends'}"
        yield Matter(MatterKind.WAIVER, key, question, why, since, one.entry.invariant)


def of_decided_waivers(
    waivers: Iterable[FindingDecision], today: date, who: Principal, project: UUID
) -> Iterable[Matter]:
    """Give to reviewers the waivers given here that end within two weeks, or have ended; those of a rule together."""
    if not _reviews(who, project):
        return
    together: dict[tuple[UUID, str, date], list[FindingDecision]] = {}
    for one in waivers:
        if one.until is not None and one.until <= today + NOTICE:
            together.setdefault((one.repository, one.invariant, one.until), []).append(one)
    for (repository, rule, until), found in together.items():
        ended = until < today
        places = f"{len(found)} findings" if len(found) > 1 else "one finding"
        yield Matter(
            MatterKind.WAIVER,
            f"waiver:{repository}:{_digest(str(one.id) for one in found)}:{'ended' if ended else 'ends'}",
            f"What becomes of {places} of {rule}: mend it, or waive it anew?",
            f"The waiver {'ended' if ended else 'ends'} on {until}: {found[0].because}",
            datetime.combine(min(today, until - NOTICE), time(), UTC),
            found[0].fingerprint,
            found[0].actor,
            count=len(found),
            items=tuple(Item(one.fingerprint, one.message) for one in found),
            repository=repository,
        )


def of_findings(
    broken: Iterable[BrokenRule], owners: Mapping[str, Sequence[str]], who: Principal, project: UUID
) -> Iterable[Matter]:
    """Give the broken rules whose specs the reader owns; to reviewers also those of nobody here.

    `owners` holds by path who among the members owns a spec, in names as they are compared.
    """
    for one in broken:
        mine = folded(who.actor.name) in owners.get(one.path, ())
        nobody = not owners.get(one.path)
        if not mine and not (nobody and _reviews(who, project)):
            continue
        places = f"in {one.count} places" if one.count > 1 else "in one place"
        yield Matter(
            MatterKind.FINDING,
            f"finding:{one.repository}:{_digest([one.rule])}:{one.reference[:MOST_DIGITS]}:{one.count}",
            f"{one.rule} is broken {places}: mend the code, change the spec, or waive it until a date?",
            "You own the spec" if mine else "Nobody here owns the spec",
            one.since,
            one.newest,
            path=one.path,
            count=one.count,
            rule=one.rule,
            repository=one.repository,
        )


def of_unconfirmed(
    waiting: Mapping[UUID, Sequence[Statement]],
    heads: Mapping[UUID, HeadAt],
    who: Principal,
    project: UUID,
) -> Iterable[Matter]:
    """Give to people who review the specs with statements that no person has said. `heads`: those of specs."""
    if not _reviews(who, project) or who.actor.kind is not ActorKind.HUMAN:
        return
    for spec, statements in waiting.items():
        if spec not in heads or not statements:
            continue
        path, at = heads[spec].path, heads[spec].at
        count = len(statements)
        said = "A statement is" if count == 1 else f"{count} statements are"
        question = f"{said} an agent's word in {path}: do you say so too?"
        why = "Until a person confirms it, other agents are told that nobody has"
        key = f"unconfirmed:{spec}:{_digest(one.digest for one in statements)}"
        items = tuple(
            Item(one.digest, heads[spec].text[one.start : one.end].strip()[:MOST_WORDS], one.anchor)
            for one in statements[:MOST_ITEMS]
        )
        yield Matter(
            MatterKind.UNCONFIRMED,
            key,
            question,
            why,
            at,
            str(spec),
            path=path,
            digest=heads[spec].revision,
            count=count,
            items=items,
        )


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


def _few(names: Sequence[str]) -> str:
    shown = ", ".join(names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown  # noqa: PLR2004 (what a line holds)
