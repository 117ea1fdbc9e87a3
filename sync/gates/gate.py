"""A gate: one commit of one repository, held against certain specs by whoever has its code, and what was decided on it.

Values only. The findings are told, never the code. What is decided is bound to a digest of everything it rests on:
repository, commit, spec revisions, policies, and the exact findings; if one of them is another, it is another gate.
"""

import hashlib
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from specs.access import Role
from specs.policy.quorum import Quorum, quorum
from specs.revision import Actor
from specs.rules.actions import Reviewers, Verdict
from specs.rules.registry import Value

STANDING = frozenset({"introduced", "existing"})


class GateState(StrEnum):
    """What was decided. Only `PASSED` opens; `NEEDS_APPROVAL` waits for people."""

    PASSED = "passed"
    NEEDS_APPROVAL = "needs-approval"
    FROZEN = "frozen"
    FAILED = "failed"


class Answer(StrEnum):
    """What a person says of a gate."""

    APPROVE = "approve"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Row:
    """A finding as far as the decision rests on it."""

    fingerprint: str
    invariant: str
    severity: str
    state: str


@dataclass(frozen=True, slots=True)
class Posted:
    """What was found out elsewhere. `specs` names the spec revisions as they were served, `tag` whose they are.

    `report` is the JSON of the check, perhaps without the findings that were there before; `rows` has every finding.
    `agent` says that the commits speak of an agent: their own word, which can only lower trust.
    """

    repository: str
    commit: str
    specs: str
    rows: tuple[Row, ...]
    report: Mapping[str, Any]
    tag: str = ""
    branch: str = ""
    pull: int | None = None
    agent: bool = False

    @property
    def verdict(self) -> str:
        """How the check ended, from the findings themselves."""
        broken = any(row.severity == "error" and row.state == "introduced" for row in self.rows)
        return "broken" if broken else "kept"

    @property
    def findings(self) -> str:
        """Name the exact findings, in whatever order they came."""
        lines = sorted(f"{row.fingerprint}\0{row.invariant}\0{row.severity}\0{row.state}\n" for row in self.rows)
        return hashlib.sha256("".join(lines).encode("utf-8", "backslashreplace")).hexdigest()

    def counts(self) -> dict[str, int]:
        """Count the findings by state, and the weakenings among them."""
        states = Counter(row.state for row in self.rows)
        weaker = sum(one.get("kind") == "weakening" for one in self.report.get("findings", ()))
        return {**{name: states[name] for name in ("introduced", "existing", "fixed", "waived")}, "weakenings": weaker}

    def facts(self) -> dict[str, Value]:
        """Give what policies may ask of it."""
        counts = self.counts()
        waived = self._waived()
        rows = self.report.get("invariants", ())
        broken = sum(one.get("verdict") != "kept" and one.get("id") not in waived for one in rows)
        return {
            "verdict": self.verdict,
            "repository": self.repository[:500],
            "branch": self.branch[:500],
            "tag": self.tag[:500],
            "findings_opened": counts["introduced"],
            "findings_resolved": counts["fixed"],
            "findings_waived": counts["waived"],
            "weakenings": counts["weakenings"],
            "invariants_broken": broken,
            "not_analysed": len(self.report.get("not_analysed", ())),
            "commits_by_agent": self.agent,
        }

    def _waived(self) -> frozenset[str]:
        """Name the invariants of which all that was found is waived."""
        stands = {row.invariant for row in self.rows if row.state in STANDING}
        return frozenset(row.invariant for row in self.rows if row.state == "waived") - stands

    def waiving(self, fingerprints: Container[str]) -> "Posted":
        """Give it with findings waived of whose waivers the check could not know."""
        rows = tuple(
            replace(row, state="waived") if row.fingerprint in fingerprints and row.state in STANDING else row
            for row in self.rows
        )
        told = [
            {**one, "state": "waived"} if one["fingerprint"] in fingerprints and one["state"] in STANDING else one
            for one in self.report.get("findings", ())
        ]
        return replace(self, rows=rows, report={**self.report, "findings": told})

    def digest(self, policies: str) -> str:
        """Name all that a decision under these policies rests on: approvals are of this."""
        parts = ("holdfast gate", self.repository, self.commit, self.specs, self.tag, policies, self.findings)
        return hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()

    def gate(self, ref: UUID, project: UUID, digest: str, actor: Actor, at: datetime) -> "Gate":
        """Make a gate of it, which nobody decided on yet: it is closed."""
        return Gate(
            id=ref,
            project=project,
            digest=digest,
            state=GateState.FAILED,
            repository=self.repository,
            commit=self.commit,
            specs=self.specs,
            policies="",
            findings=self.findings,
            verdict=self.verdict,
            ruling=Verdict.DENY.word,
            actor=actor,
            created_at=at,
            updated_at=at,
            counts=self.counts(),
            tag=self.tag,
            branch=self.branch,
            pull=self.pull,
            agent=self.agent,
            report=self.report,
        )


@dataclass(frozen=True, slots=True)
class GateReview:
    """What a person said of a gate, and when; the last word of each counts."""

    actor: Actor
    answer: Answer
    body: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate as it is kept. `ruling` is what the policies said (`frozen` for an author who is), `needs` whom they want.

    `report` is there where one gate is read.
    """

    id: UUID
    project: UUID
    digest: str
    state: GateState
    repository: str
    commit: str
    specs: str
    policies: str
    findings: str
    verdict: str
    ruling: str
    actor: Actor
    created_at: datetime
    updated_at: datetime
    needs: tuple[Reviewers, ...] = ()
    reasons: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    tag: str = ""
    branch: str = ""
    pull: int | None = None
    agent: bool = False
    report: Mapping[str, Any] | None = None
    reviews: tuple[GateReview, ...] = ()


@dataclass(frozen=True, slots=True)
class Settled:
    """How a gate stands: its state, and whose approval is still wanted."""

    state: GateState
    missing: tuple[Reviewers, ...] = ()


FROZEN = "frozen"


def settled(
    ruling: str, needs: Sequence[Reviewers], reviews: Iterable[GateReview], people: Mapping[UUID, Role], author: UUID
) -> Settled:
    """Say how a gate stands, by what the policies said and what people said since. `people` are those with a role.

    A refusal of anyone who may decide closes it. The author's own word does not count, nor does that of one who is no
    person or no member any more; where nobody else is, an administrator's own gate passes, as their own merges do.
    """
    eligible = {actor: role for actor, role in people.items() if actor != author}
    said = {review.actor.id: review.answer for review in reviews if review.actor.id in eligible}
    if any(answer is Answer.REFUSE and may_decide(eligible[actor], needs) for actor, answer in said.items()):
        return Settled(GateState.FAILED)
    if ruling == FROZEN:
        return Settled(GateState.FROZEN)
    if ruling == Verdict.DENY.word:
        return Settled(GateState.FAILED)
    if ruling == Verdict.ALLOW.word:
        return Settled(GateState.PASSED)
    approved = {actor: eligible[actor] for actor, answer in said.items() if answer is Answer.APPROVE}
    found: Quorum = quorum(needs, approved, eligible, people.get(author))
    return Settled(GateState.PASSED) if found.enough else Settled(GateState.NEEDS_APPROVAL, found.missing)


def may_decide(role: Role | None, needs: Sequence[Reviewers]) -> bool:
    """Say whether someone of a role may decide on a gate: what the policies ask for, else a reviewer."""
    least = min((need.role.rank for need in needs), default=Role.REVIEWER.rank)
    return role is not None and role.rank >= least
