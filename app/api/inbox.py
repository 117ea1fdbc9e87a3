"""The inbox: what waits for the caller, why, since when, and what they put off."""

from datetime import datetime
from typing import Annotated

from litestar import delete, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta

from app.api._wire import ActorOut, In, Items, Out
from app.unit import Unit
from specs.access import Scope
from sync.inbox import MatterKind
from sync.service.inbox import Waiting

Moment = Annotated[datetime, Meta(tz=True)]


class MatterOut(Out):
    """One thing to decide. `subject` is an id, a commit, an invariant or a fingerprint, as its kind has it.

    `id` names the matter as it stands: when it moves on it is another, and comes back from being put off.
    """

    id: str
    kind: MatterKind
    question: str
    why: str
    since: datetime
    subject: str
    by: ActorOut | None = None
    path: str = ""
    digest: str = ""
    count: int = 1
    snoozed_until: datetime | None = None

    @classmethod
    def of(cls, waiting: Waiting) -> "MatterOut":
        """Make it from the core's value."""
        one = waiting.matter
        return cls(
            id=one.id,
            kind=one.kind,
            question=one.question,
            why=one.why,
            since=one.since,
            subject=one.subject,
            by=ActorOut.of(one.by) if one.by else None,
            path=one.path,
            digest=one.digest,
            count=one.count,
            snoozed_until=waiting.until,
        )


class SnoozeIn(In):
    """Until when a matter is put off: a moment within the next 90 days."""

    until: Moment


@get("/projects/{project:str}/inbox", opt={"scope": Scope.READ, "statuses": (404,)}, summary="List what waits for you")
async def list_inbox(
    unit: NamedDependency[Unit],
    project: FromPath[str],
    *,
    kind: FromQuery[MatterKind | None] = None,
    snoozed: FromQuery[bool] = False,
) -> Items[MatterOut]:
    """List what waits for the caller, what holds others up first; with `snoozed`, what they put off instead."""
    found = await unit.projects.find(unit.principal, project)
    waiting = await unit.inbox.list(unit.principal, found.id)
    shown = (one for one in waiting if (one.until is not None) == snoozed)
    return Items(tuple(MatterOut.of(one) for one in shown if kind in {None, one.matter.kind}))


@put(
    "/projects/{project:str}/inbox/{matter:str}/snooze",
    opt={"scope": Scope.WRITE, "statuses": (404,)},
    summary="Put a matter off",
)
async def snooze(
    unit: NamedDependency[Unit], project: FromPath[str], matter: FromPath[str], data: JSONBody[SnoozeIn]
) -> MatterOut:
    """Put a matter off for a while. It comes back then, or when it moves on."""
    found = await unit.projects.find(unit.principal, project)
    return MatterOut.of(await unit.inbox.snooze(unit.principal, found.id, matter, data.until))


@delete(
    "/projects/{project:str}/inbox/{matter:str}/snooze",
    opt={"scope": Scope.WRITE, "statuses": (404,)},
    summary="Bring a matter back",
    status_code=200,
)
async def wake(unit: NamedDependency[Unit], project: FromPath[str], matter: FromPath[str]) -> MatterOut:
    """Bring back a matter that was put off."""
    found = await unit.projects.find(unit.principal, project)
    return MatterOut.of(await unit.inbox.wake(unit.principal, found.id, matter))


ROUTES = (list_inbox, snooze, wake)
