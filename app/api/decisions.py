"""Decisions on findings: waived until a day for a reason, given to be mended as a task, taken back."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from app.api._wire import ActorOut, Cursor, In, Items, Limit, Message, Out, items_of
from app.unit import Unit
from specs.access import Scope
from sync.inbox.decisions import MOST_AT_ONCE, Choice, FindingDecision
from sync.service.deciding import Answer

READ = {"scope": Scope.READ, "statuses": (404,)}
WRITE = {"scope": Scope.WRITE, "statuses": (404, 409)}
Fingerprint = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]


class FindingDecisionOut(Out):
    """A decision on one finding. `ended_at` once it is no more: taken back, or another came in its place."""

    id: UUID
    repository: UUID
    fingerprint: str
    invariant: str
    message: str
    choice: Choice
    because: str
    actor: ActorOut
    at: datetime
    until: date | None = None
    task: UUID | None = None
    ended_at: datetime | None = None
    ended_by: ActorOut | None = None

    @classmethod
    def of(cls, one: FindingDecision) -> "FindingDecisionOut":
        """Make it from the core's value."""
        return cls(
            id=one.id,
            repository=one.repository,
            fingerprint=one.fingerprint,
            invariant=one.invariant,
            message=one.message,
            choice=one.choice,
            because=one.because,
            actor=ActorOut.of(one.actor),
            at=one.at,
            until=one.until,
            task=one.task,
            ended_at=one.ended_at,
            ended_by=ActorOut.of(one.ended_by) if one.ended_by else None,
        )


class AnswerIn(In):
    """What is decided on open findings of one rule. A waiver has a day and a reason; `renews` what stands already."""

    choice: Choice
    findings: Annotated[tuple[Fingerprint, ...], Meta(min_length=1, max_length=MOST_AT_ONCE)]
    because: Message = ""
    until: date | None = None
    repository: UUID | None = None
    renews: bool = False


class TakeBackIn(In):
    """Decisions that are taken back."""

    decisions: Annotated[tuple[UUID, ...], Meta(min_length=1, max_length=MOST_AT_ONCE)]


@get("/projects/{project:str}/findings/decisions", opt=READ, summary="List decisions on findings")
async def list_finding_decisions(
    unit: NamedDependency[Unit], project: FromPath[str], *, cursor: Cursor = None, limit: Limit = 50
) -> Items[FindingDecisionOut]:
    """List what people decided on findings here, the newest first, also what was taken back."""
    found = await unit.projects.find(unit.principal, project)
    page = await unit.decisions.list(unit.principal, found.id, cursor=cursor, limit=limit)
    return items_of(page, FindingDecisionOut.of, f"/api/v1/projects/{project}/findings/decisions", {"limit": limit})


@post("/projects/{project:str}/findings/decisions", opt=WRITE, summary="Decide on findings")
async def decide_findings(
    unit: NamedDependency[Unit], project: FromPath[str], data: JSONBody[AnswerIn]
) -> Items[FindingDecisionOut]:
    """Waive open findings of one rule until a day, or make the task of mending them. A reviewer, a person.

    409 where somebody decided first; with `renews` the decision takes the place of the one that stands.
    """
    found = await unit.projects.find(unit.principal, project)
    answer = Answer(data.choice, data.findings, data.because, data.until, data.repository, data.renews)
    made = await unit.decisions.decide(unit.principal, found.id, answer)
    return Items(tuple(map(FindingDecisionOut.of, made)))


@post(
    "/projects/{project:str}/findings/decisions/take-back",
    opt=WRITE,
    status_code=200,
    summary="Take back decisions on findings",
)
async def take_back_decisions(
    unit: NamedDependency[Unit], project: FromPath[str], data: JSONBody[TakeBackIn]
) -> Items[FindingDecisionOut]:
    """Take decisions back: the findings count again from the next check on. A task that was made stays."""
    found = await unit.projects.find(unit.principal, project)
    return Items(
        tuple(map(FindingDecisionOut.of, await unit.decisions.take_back(unit.principal, found.id, data.decisions)))
    )


ROUTES = (list_finding_decisions, decide_findings, take_back_decisions)
