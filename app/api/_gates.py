"""What travels of gates: a check as it is told, a gate as it is given.

Of a report only what is known here is taken, so that it can be written in every format later; unknown fields of later
versions are passed over.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeAlias
from urllib.parse import quote
from uuid import UUID

from msgspec import Meta, Struct, field, to_builtins

from app.api._wire import ActorOut, Digest, In, Message, Out
from specs.access import Role
from specs.errors import UserError
from specs.problem import Severity
from specs.rules.actions import Reviewers
from sync.gates.gate import Answer, Gate, GateReview, GateState, Posted, Row
from sync.service.gates.gating import Looked
from sync.service.repositories.governing import Governed

MOST_FINDINGS, MOST_TOLD = 50_000, 5_000
Commit = Annotated[str, Meta(pattern=r"^(?:[0-9a-f]{40}|[0-9a-f]{64})$", description="The whole name of a commit.")]
Fingerprint = Annotated[str, Meta(pattern=r"^[0-9a-f]{16}$")]
Word: TypeAlias = Annotated[str, Meta(max_length=2000, pattern=r"^[^\x00]*$")]
Count: TypeAlias = Annotated[int, Meta(ge=0, le=2**31 - 1)]
FindingState: TypeAlias = Literal["introduced", "existing", "fixed", "waived"]


class Told(Struct, kw_only=True):
    """Base of the parts of a report."""


class SpecPlace(Told):
    """Where the intent is written."""

    path: Word
    anchor: Word
    line: Count


class CodePlace(Told):
    """Where the code stands."""

    path: Word
    line: Count
    column: Count = 1


class HopIn(Told, rename={"importer": "from", "imported": "to"}):
    """One import of a chain."""

    importer: Word
    imported: Word
    path: Word
    line: Count


class AcceptedIn(Told):
    """What the lock says of a finding."""

    by: Word
    because: Word
    until: Word | None = None


class InvariantIn(Told):
    """How one invariant fared."""

    id: Word
    name: Word
    kind: Word
    spec: SpecPlace
    verdict: Literal["kept", "broken", "unmatched", "error"]
    waived: bool = False
    why: Word = ""
    findings: Annotated[tuple[Fingerprint, ...], Meta(max_length=MOST_FINDINGS)] = ()


class FindingIn(Told, omit_defaults=True):
    """One finding, without any line of code."""

    fingerprint: Fingerprint
    invariant: Word
    kind: Word
    severity: Severity
    state: FindingState
    message: Message
    fix: Message
    spec: SpecPlace
    code: CodePlace | None
    importer: Word | None = None
    imported: Word | None = None
    reference: Word | None = None
    accepted: AcceptedIn | None = None
    before: Message = ""
    after: Message = ""
    lets_through: Annotated[tuple[Message, ...], Meta(max_length=1000)] = ()
    evidence: Annotated[tuple[HopIn, ...], Meta(max_length=1000)] = ()


class NotAnalysedIn(Told):
    """What was left out, and why."""

    path: Word
    reason: Word


class ReportIn(Told):
    """The JSON of a check, version 1; findings that were there before may be left out."""

    schema: Literal[1]
    verdict: Literal["kept", "broken"]
    invariants: Annotated[tuple[InvariantIn, ...], Meta(max_length=5000)]
    findings: Annotated[tuple[FindingIn, ...], Meta(max_length=MOST_TOLD)]
    not_analysed: Annotated[tuple[NotAnalysedIn, ...], Meta(max_length=20_000)] = ()
    counts: dict[Word, Count] = field(default_factory=dict)


class GateIn(In):
    """A check that was made elsewhere. `specs` is the digest that was served with the specs, `tag` the tag asked for.

    `findings` are all of them: fingerprint, invariant, severity, state. `agent`: the commits speak of an agent.
    """

    repository: Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9._/~+-]+$")]
    commit: Commit
    specs: Digest
    findings: Annotated[tuple[tuple[Fingerprint, Word, Severity, FindingState], ...], Meta(max_length=MOST_FINDINGS)]
    report: ReportIn
    tag: Annotated[str, Meta(max_length=100, pattern=r"^[A-Za-z0-9._+@-]*$")] = ""
    branch: Annotated[str, Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    pull: Annotated[int, Meta(ge=1, le=2**31 - 1)] | None = None
    agent: bool = False

    def posted(self) -> Posted:
        """Make the core's value. Raises `UserError` where the report tells of a finding that is not in the list."""
        rows = tuple(Row(*row) for row in self.findings)
        known = set(rows)
        told = (Row(one.fingerprint, one.invariant, one.severity, one.state) for one in self.report.findings)
        if len(known) != len(rows) or not all(row in known for row in told):
            raise UserError(
                "The report and the list of findings do not agree.", "List each finding once, as the report tells it."
            )
        report: Mapping[str, Any] = to_builtins(self.report)
        return Posted(
            self.repository,
            self.commit,
            self.specs,
            rows,
            report,
            tag=self.tag,
            branch=self.branch,
            pull=self.pull,
            agent=self.agent,
        )


class GateReviewIn(In):
    """What a person says of exactly the gate with this digest."""

    answer: Answer
    digest: Digest
    body: Message = ""


class NeedOut(Out):
    """So many people of a role, or a higher one."""

    role: Role
    count: int

    @classmethod
    def of(cls, need: Reviewers) -> "NeedOut":
        """Make it from the core's value."""
        return cls(role=need.role, count=need.count)


class GateReviewOut(Out):
    """What a person said of a gate; the last word of each counts."""

    actor: ActorOut
    answer: Answer
    at: datetime
    body: str = ""

    @classmethod
    def of(cls, review: GateReview) -> "GateReviewOut":
        """Make it from the core's value."""
        return cls(actor=ActorOut.of(review.actor), answer=review.answer, at=review.at, body=review.body)


class GateOut(Out):
    """What was decided on a commit. `digest` names all it rests on; `needs` is whose approval is still wanted.

    Where one gate is read: `report`, `reviews`, and `token`, the signed decision, if it passed. `page` is for people.
    """

    id: UUID
    state: GateState
    digest: str
    repository: str
    commit: str
    specs: str
    policies: str
    findings: str
    verdict: str
    ruling: str
    actor: ActorOut
    created_at: datetime
    updated_at: datetime
    page: str
    counts: Mapping[str, int]
    reasons: tuple[str, ...] = ()
    needs: tuple[NeedOut, ...] = ()
    tag: str = ""
    branch: str = ""
    pull: int | None = None
    agent: bool = False
    reviews: tuple[GateReviewOut, ...] = ()
    report: Mapping[str, Any] | None = None
    token: str = ""

    @classmethod
    def of(cls, gate: Gate, project: str) -> "GateOut":
        """Make it from the core's value."""
        return cls(
            id=gate.id,
            state=gate.state,
            digest=gate.digest,
            repository=gate.repository,
            commit=gate.commit,
            specs=gate.specs,
            policies=gate.policies,
            findings=gate.findings,
            verdict=gate.verdict,
            ruling=gate.ruling,
            actor=ActorOut.of(gate.actor),
            created_at=gate.created_at,
            updated_at=gate.updated_at,
            page=f"/p/{quote(project, safe='')}/gates/{gate.id}",
            counts=gate.counts,
            reasons=gate.reasons,
            tag=gate.tag,
            branch=gate.branch,
            pull=gate.pull,
            agent=gate.agent,
        )

    @classmethod
    def of_looked(cls, looked: Looked, project: str, *, whole: bool = False) -> "GateOut":
        """Make it from one gate that was decided on or read."""
        made = cls.of(looked.gate, project)
        made.needs = tuple(NeedOut.of(need) for need in looked.standing.missing)
        made.reviews = tuple(GateReviewOut.of(review) for review in looked.gate.reviews)
        made.token = looked.token
        if whole:
            made.report = looked.gate.report
        return made


class GoverningSpecOut(Out):
    """A spec that governs: its place in the project, its file in the repository, the lines that await a person.

    A `guest` is at home in another repository and speaks about this one where it names it.
    """

    id: UUID
    path: str
    revision: str
    text_digest: str
    file: str = ""
    unconfirmed: tuple[int, ...] = ()
    guest: bool = False
    text: str | None = None


class WaiverOut(Out):
    """A finding that a person waived here: through which day, by whom, why."""

    fingerprint: str
    until: date
    by: str
    because: str


class GoverningOut(Out):
    """The specs that speak about a repository. `digest` names their revisions; a gate says against which it was.

    `waivers` are those that people gave here, beside those of the repository's lock.
    """

    digest: str
    repository: str
    items: tuple[GoverningSpecOut, ...]
    registered: bool = False
    tag: str = ""
    waivers: tuple[WaiverOut, ...] = ()

    @classmethod
    def of(cls, found: Governed, *, with_text: bool) -> "GoverningOut":
        """Make it from the service's value."""
        items = tuple(
            GoverningSpecOut(
                id=head.id,
                path=row.path,
                revision=row.revision,
                text_digest=row.text_digest,
                file=row.file,
                unconfirmed=row.unconfirmed,
                guest=row.guest,
                text=found.texts[head.id].text if with_text else None,
            )
            for head, row in zip(found.heads, found.served, strict=True)
        )
        registered = found.registered is not None
        return cls(
            digest=found.digest,
            repository=found.repository,
            items=items,
            registered=registered,
            tag=found.tag,
            waivers=tuple(
                WaiverOut(
                    fingerprint=one.fingerprint, until=date.fromisoformat(one.until), by=one.by, because=one.because
                )
                for one in found.waivers
            ),
        )
