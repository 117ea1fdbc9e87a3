"""What changed since the caller last read: each caller's own marks."""

from datetime import datetime
from uuid import UUID

from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from app.api._wire import ActorOut, Digest, In, Items, Out
from app.unit import Unit
from specs.access import Scope
from specs.readings import Unread


class UnreadOut(Out):
    """A spec that others changed since the caller read the revision `read`; `/diff` of it and `head` shows how."""

    spec: UUID
    path: str
    title: str
    read: str
    read_at: datetime
    head: str
    changes: int
    by: tuple[ActorOut, ...]
    changed_at: datetime

    @classmethod
    def of(cls, one: Unread) -> "UnreadOut":
        """Make it from the core's value."""
        return cls(
            spec=one.spec,
            path=one.path,
            title=one.title,
            read=one.read,
            read_at=one.read_at,
            head=one.head,
            changes=one.changes,
            by=tuple(ActorOut.of(actor) for actor in one.by),
            changed_at=one.changed_at,
        )


class ReadingIn(In):
    """The revision that was read: one that is or was the head."""

    revision: Digest


@get(
    "/projects/{project:str}/unread",
    opt={"scope": Scope.READ, "statuses": (404,)},
    summary="List specs that changed since you read them",
)
async def list_unread(unit: NamedDependency[Unit], project: FromPath[str]) -> Items[UnreadOut]:
    """Give the specs that others changed since the caller last read them, by path. What was never read is not here."""
    found = await unit.projects.find(unit.principal, project)
    return Items(tuple(UnreadOut.of(one) for one in await unit.readings.unread(unit.principal, found.id)))


@put(
    "/projects/{project:str}/specs/{spec:uuid}/reading",
    opt={"scope": Scope.READ, "statuses": (404,)},
    status_code=204,
    summary="Say that a spec was read",
)
async def keep_reading(
    unit: NamedDependency[Unit], project: FromPath[str], spec: FromPath[UUID], data: JSONBody[ReadingIn]
) -> None:
    """Keep which revision of a spec the caller read last. Nobody else sees it."""
    found = await unit.projects.find(unit.principal, project)
    await unit.readings.read(unit.principal, found.id, spec, data.revision)


ROUTES = (list_unread, keep_reading)
