"""The inbox: what waits for the caller, why, since when, and what they put off."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import delete, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta

from app.api._wire import ActorOut, In, Items, Out
from app.unit import Unit
from specs.access import Scope
from sync.inbox.awaiting import Awaited
from sync.inbox.matters import Item, MatterKind
from sync.service.inbox import Waiting

Moment = Annotated[datetime, Meta(tz=True)]


class ItemOut(Out):
    """One of several things in a matter: a finding by its fingerprint, a statement by its digest, a claim by its id."""

    name: str
    words: str
    place: str = ""


class AwaitedOut(Out):
    """One thing that the caller waits for: what, who could do it, since when."""

    kind: MatterKind
    subject: str
    what: str
    whom: str
    since: datetime

    @classmethod
    def of(cls, one: Awaited) -> "AwaitedOut":
        """Make it from the core's value."""
        return cls(kind=one.kind, subject=one.subject, what=one.what, whom=one.whom, since=one.since)


class MatterOut(Out):
    """One thing to decide. `subject` is an id, a commit, an invariant or a fingerprint, as its kind has it.

    `id` names the matter as it stands: when it moves on it is another, and comes back from being put off. `items` are
    what is decided together or one by one, a hundred at most.
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
    repository: UUID | None = None
    items: tuple[ItemOut, ...] = ()

    @classmethod
    def of(cls, waiting: Waiting, items: Sequence[Item] = ()) -> "MatterOut":
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
            repository=one.repository,
            items=tuple(ItemOut(name=two.name, words=two.words, place=two.place) for two in items or one.items),
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
    shown = [one for one in waiting if (one.until is not None) == snoozed and kind in {None, one.matter.kind}]
    items = await unit.inbox.findings(unit.principal, found.id, [one.matter for one in shown])
    return Items(tuple(MatterOut.of(one, items.get(one.matter.id, ())) for one in shown))


@get(
    "/projects/{project:str}/inbox/waiting",
    opt={"scope": Scope.READ, "statuses": (404,)},
    summary="List what you wait for",
)
async def list_awaited(unit: NamedDependency[Unit], project: FromPath[str]) -> Items[AwaitedOut]:
    """List what the caller waits for and others have to do: whom, since when; what has waited longest first."""
    found = await unit.projects.find(unit.principal, project)
    return Items(tuple(map(AwaitedOut.of, await unit.inbox.awaited(unit.principal, found.id))))


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


ROUTES = (list_inbox, list_awaited, snooze, wake)
