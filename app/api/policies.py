"""Policies: which are in force, what they decided and why, what they would decide; who is frozen, and thawing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta

from app.api._wire import ActorOut, Cursor, In, Items, Limit, Message, Out, Text, items_of
from app.unit import Unit
from specs.access import Scope
from specs.errors import MissingError, UserError
from specs.policy.deciding import Decision, explain
from specs.policy.examples import Tried
from specs.policy.explaining import Explained
from specs.policy.recorded import decision_json
from specs.policy.records import Decided, Freeze, Notice
from specs.rules.actions import read_span
from specs.rules.policy import Policy
from specs.rules.registry import Event
from specs.service.policies.rehearsing import Rehearsal
from specs.service.policies.ruling import InForce, Wanted

READ = {"scope": Scope.READ, "statuses": (404,)}
WRITE = {"scope": Scope.WRITE, "statuses": (404,)}
Path = Annotated[str, Meta(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]
Span = Annotated[str, Meta(pattern=r"^\d{1,5}[mhd]$", description="30m, 2h or 7d.")]
Reason = Annotated[str, QueryParameter(max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$", description="Why.")]
Subject = Annotated[
    str,
    QueryParameter(max_length=200, pattern=r"^[^\x00]*$", description="A proposal or check by id, or a spec by path."),
]


class PolicyOut(Out):
    """A policy in force. `spec`, `revision` and `line` say where it stands; a shipped one has none.

    One that is `broken` (the text says why) lets nothing through: each act of its events wants a person.
    """

    id: str
    events: tuple[Event, ...]
    when: str
    then: str
    why: str = ""
    spec: str = ""
    revision: str = ""
    line: int = 0
    examples: int = 0
    broken: str = ""

    @classmethod
    def of(cls, policy: Policy) -> "PolicyOut":
        """Make it from the core's value."""
        shipped = not policy.origin.spec
        return cls(
            id=policy.id,
            events=tuple(sorted(policy.events)),
            when=policy.when,
            then=policy.then.told,
            why=policy.why,
            spec=policy.origin.spec,
            revision=policy.origin.revision,
            line=0 if shipped else policy.origin.line,
            examples=len(policy.examples),
            broken=policy.broken,
        )


class PoliciesOut(Out):
    """The policies in force. `name` changes with each of them; `replaced` are shipped ones whose place was taken."""

    name: str
    items: tuple[PolicyOut, ...]
    replaced: tuple[str, ...] = ()

    @classmethod
    def of(cls, found: InForce) -> "PoliciesOut":
        """Make it from the service's value."""
        return cls(
            name=found.name,
            items=tuple(PolicyOut.of(policy) for policy in found.policies),
            replaced=tuple(sorted(found.replaced)),
        )


class TriedOut(Out):
    """An example of a policy: whether the policy does what it says, and what it rules."""

    policy: str
    line: int
    holds: bool
    told: str
    spec: str = ""

    @classmethod
    def of(cls, tried: Tried) -> "TriedOut":
        """Make it from the core's value."""
        origin = tried.policy.origin
        return cls(
            policy=tried.policy.id, spec=origin.spec, line=tried.example.line, holds=tried.holds, told=tried.told
        )


class DecisionOut(Out):
    """A decision, rule by rule: `decision` has the verdict, `rulings` and `facts`, `told` the same in sentences."""

    decision: Mapping[str, Any]
    told: tuple[str, ...]
    policies: str = ""
    subject: str = ""
    event: Event | None = None
    actor: ActorOut | None = None
    at: datetime | None = None

    @classmethod
    def of(cls, decision: Decision) -> "DecisionOut":
        """Make it from a decision that was not kept."""
        return cls(decision=decision_json(decision), told=explain(decision), policies=decision.policies)

    @classmethod
    def of_decided(cls, kept: Decided) -> "DecisionOut":
        """Make it from a decision that was."""
        made = cls.of(kept.decision)
        made.subject, made.event, made.at = kept.subject, kept.event, kept.at
        made.actor = ActorOut.of(kept.actor)
        return made


class WantedIn(In):
    """A spec as it would be. `former` is the path it has now, where that would change."""

    path: Path
    text: Text
    former: Annotated[str, Meta(max_length=500, pattern=r"^[^\x00]*$")] = ""
    retired: bool = False


class AttemptIn(In):
    """A change to try: by the caller, or by another member (`author`)."""

    specs: Annotated[tuple[WantedIn, ...], Meta(min_length=1, max_length=20)]
    author: UUID | None = None


class FreezeIn(In):
    """An agent to be frozen, for how long and why."""

    actor: UUID
    span: Span
    reason: Message


class FreezeOut(Out):
    """Who is frozen, until when, and why. `by` is the person who did it; none where a policy did."""

    actor: ActorOut
    since: datetime
    until: datetime
    reason: str
    by: ActorOut | None = None

    @classmethod
    def of(cls, freeze: Freeze) -> "FreezeOut":
        """Make it from the core's value."""
        by = None if freeze.by is None else ActorOut.of(freeze.by)
        return cls(actor=ActorOut.of(freeze.actor), since=freeze.since, until=freeze.until, reason=freeze.reason, by=by)


class NoticeOut(Out):
    """Something a policy wants the caller to know."""

    at: datetime
    subject: str
    message: str
    whom: tuple[str, ...]

    @classmethod
    def of(cls, notice: Notice) -> "NoticeOut":
        """Make it from the core's value."""
        return cls(at=notice.at, subject=notice.subject, message=notice.message, whom=notice.whom)


@get("/projects/{project:str}/policies", opt=READ, summary="List the policies in force")
async def list_policies(unit: NamedDependency[Unit], project: FromPath[str]) -> PoliciesOut:
    """List the policies in force, shipped ones included, and where each comes from."""
    found = await unit.projects.find(unit.principal, project)
    return PoliciesOut.of(await unit.ruling.in_force(unit.principal, found.id))


@get("/projects/{project:str}/policies/examples", opt=READ, summary="Try the policies on their examples")
async def try_policies(unit: NamedDependency[Unit], project: FromPath[str]) -> Items[TriedOut]:
    """Try each policy in force on the examples it gives of itself."""
    found = await unit.projects.find(unit.principal, project)
    return Items(tuple(TriedOut.of(one) for one in await unit.ruling.tried(unit.principal, found.id)))


class RehearsalIn(In):
    """Policies to try as though they were in force: a spec with policy blocks, or the inside of one block.

    They are asked on the last decisions, or on those on a `subject`: a proposal or check by id, a spec by path.
    """

    text: Text
    subject: Annotated[str, Meta(max_length=200, pattern=r"^[^\x00]*$")] = ""


class RehearsedOut(Out):
    """A decision that was, and what would be decided with the rehearsed policies."""

    was: DecisionOut
    now: DecisionOut


class RehearsalOut(Out):
    """What came of a rehearsal: the policies, their examples, how many decisions were asked again, which differ."""

    policies: tuple[PolicyOut, ...]
    examples: tuple[TriedOut, ...]
    asked: int
    otherwise: tuple[RehearsedOut, ...]

    @classmethod
    def of(cls, done: Rehearsal) -> "RehearsalOut":
        """Make it from the service's value."""
        return cls(
            policies=tuple(PolicyOut.of(one) for one in done.policies),
            examples=tuple(TriedOut.of(one) for one in done.tried),
            asked=done.asked,
            otherwise=tuple(
                RehearsedOut(was=DecisionOut.of_decided(one.was), now=DecisionOut.of(one.now)) for one in done.otherwise
            ),
        )


@post("/projects/{project:str}/policies/rehearsal", opt=READ, status_code=200, summary="Rehearse policies")
async def rehearse(unit: NamedDependency[Unit], project: FromPath[str], data: JSONBody[RehearsalIn]) -> RehearsalOut:
    """Try policies on their examples and on what was decided before. Nothing is kept, and nobody is frozen or told."""
    found = await unit.projects.find(unit.principal, project)
    return RehearsalOut.of(await unit.rehearsing.rehearse(unit.principal, found.id, data.text, data.subject))


@post(
    "/projects/{project:str}/policies/attempt",
    opt=READ,
    status_code=200,
    summary="Say what would be decided on a change",
)
async def attempt(unit: NamedDependency[Unit], project: FromPath[str], data: JSONBody[AttemptIn]) -> DecisionOut:
    """Decide a change without making it. Nothing is kept, and nobody is frozen or told."""
    found = await unit.projects.find(unit.principal, project)
    wanted = [Wanted(one.path, one.text, one.former, one.retired) for one in data.specs]
    return DecisionOut.of(await unit.ruling.attempt(unit.principal, found.id, wanted, data.author))


@get("/projects/{project:str}/decisions", opt=READ, summary="List decisions of policies")
async def list_decisions(
    unit: NamedDependency[Unit],
    project: FromPath[str],
    *,
    subject: Subject = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Items[DecisionOut]:
    """List what policies decided and why, newest first; of one proposal, check or path where asked."""
    found = await unit.projects.find(unit.principal, project)
    page = await unit.ruling.decisions(unit.principal, found.id, subject, cursor=cursor, limit=limit)
    query: dict[str, str | int | bool | None] = {"subject": subject, "limit": limit}
    return items_of(page, DecisionOut.of_decided, f"/api/v1/projects/{project}/decisions", query)


class OtherwiseOut(Out):
    """One fact that, were it `value`, would make the decision `told`."""

    fact: str
    now: str
    value: str
    told: str


class FactOut(Out):
    """A fact that the deciding rules looked at, and what it was."""

    name: str
    meaning: str
    value: str


class ExplainedOut(Out):
    """The last decision on a subject in words; `otherwise` is what would change it, one fact at a time.

    `moved` where the policies of today would decide otherwise on the same facts.
    """

    verdict: str
    told: tuple[str, ...]
    facts: tuple[FactOut, ...] = ()
    otherwise: tuple[OtherwiseOut, ...] = ()
    moved: bool = False

    @classmethod
    def of(cls, found: Explained) -> "ExplainedOut":
        """Make it from the core's value."""
        return cls(
            verdict=found.decision.verdict.word,
            told=explain(found.decision),
            facts=tuple(FactOut(name=one.name, meaning=one.meaning, value=one.value) for one in found.facts),
            otherwise=tuple(
                OtherwiseOut(fact=one.name, now=one.now, value=one.value, told=one.told) for one in found.others
            ),
            moved=found.moved,
        )


@get("/projects/{project:str}/decisions/explained", opt=READ, summary="Explain a decision")
async def explain_decision(unit: NamedDependency[Unit], project: FromPath[str], *, subject: Subject) -> ExplainedOut:
    """Explain the last decision on a proposal, check or task by id, or a spec by path. 404 where there is none."""
    place = await unit.projects.find(unit.principal, project)
    found = await unit.ruling.explained(unit.principal, place.id, subject)
    if found is None:
        raise MissingError("Nothing was decided on that.", "Give the id of a proposal, or the path of a spec.")
    return ExplainedOut.of(found)


@get("/projects/{project:str}/notices", opt=READ, summary="List notices to me")
async def list_notices(
    unit: NamedDependency[Unit], project: FromPath[str], *, cursor: Cursor = None, limit: Limit = 50
) -> Items[NoticeOut]:
    """List what policies want the caller to know, by role or login, newest first."""
    found = await unit.projects.find(unit.principal, project)
    page = await unit.ruling.notices(unit.principal, found.id, cursor=cursor, limit=limit)
    return items_of(page, NoticeOut.of, f"/api/v1/projects/{project}/notices", {"limit": limit})


@get("/projects/{project:str}/frozen", opt=READ, summary="List who is frozen")
async def list_frozen(unit: NamedDependency[Unit], project: FromPath[str]) -> Items[FreezeOut]:
    """List the agents that may write nothing now, until when and why."""
    found = await unit.projects.find(unit.principal, project)
    return Items(tuple(FreezeOut.of(one) for one in await unit.freezing.list(unit.principal, found.id)))


@post("/projects/{project:str}/frozen", opt=WRITE, status_code=200, summary="Freeze an agent")
async def freeze(unit: NamedDependency[Unit], project: FromPath[str], data: JSONBody[FreezeIn]) -> FreezeOut:
    """Freeze an agent for a time. Needs a person who reviews; people are not frozen."""
    found = await unit.projects.find(unit.principal, project)
    span = read_span(data.span)
    if span is None:
        raise UserError("This is no time to freeze for.", "Write 30m, 2h or 7d.")
    return FreezeOut.of(await unit.freezing.freeze(unit.principal, found.id, data.actor, span, data.reason))


@delete("/projects/{project:str}/frozen/{actor:uuid}", opt=WRITE, summary="Thaw an agent")
async def thaw(
    unit: NamedDependency[Unit], project: FromPath[str], actor: FromPath[UUID], *, reason: Reason = ""
) -> None:
    """Let a frozen agent write again. Needs a person who reviews; what failed before no longer counts."""
    found = await unit.projects.find(unit.principal, project)
    await unit.freezing.thaw(unit.principal, found.id, actor, reason)


ROUTES = (
    list_policies,
    try_policies,
    rehearse,
    attempt,
    list_decisions,
    explain_decision,
    list_notices,
    list_frozen,
    freeze,
    thaw,
)
