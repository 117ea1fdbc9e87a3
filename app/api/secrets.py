"""What people let through though it looks like a secret: named by rule and fingerprint, never by its text."""

from datetime import datetime
from typing import Annotated

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from app.api._wire import ActorOut, In, Items, Message, Out
from app.unit import Unit
from specs.access import Scope
from specs.service.hygiene import MAX_IDS
from specs.store.hygiene import Allowed

Id = Annotated[str, Meta(pattern=r"^[a-z-]{1,40}:[0-9a-f]{4}$")]


class AllowIn(In):
    """What to let through, as a refusal named it, and why it is no secret."""

    ids: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=MAX_IDS)]
    because: Message


class AllowedOut(Out):
    """Something let through: who let it, when and why."""

    id: str
    because: str
    actor: ActorOut
    at: datetime

    @classmethod
    def of(cls, allowed: Allowed) -> "AllowedOut":
        """Make it from the store's value."""
        return cls(id=allowed.id, because=allowed.because, actor=ActorOut.of(allowed.actor), at=allowed.at)


@get(
    "/projects/{project:str}/secrets",
    opt={"scope": Scope.READ, "statuses": (404,)},
    summary="List what is let through",
)
async def list_allowed(unit: NamedDependency[Unit], project: FromPath[str]) -> Items[AllowedOut]:
    """List what people let through though it looks like a secret, the latest first."""
    found = await unit.projects.find(unit.principal, project)
    return Items(tuple(map(AllowedOut.of, await unit.hygiene.allowed(unit.principal, found.id))))


@post(
    "/projects/{project:str}/secrets",
    opt={"scope": Scope.WRITE, "statuses": (404,)},
    summary="Let something through that looks like a secret",
)
async def allow_secrets(
    unit: NamedDependency[Unit], project: FromPath[str], data: JSONBody[AllowIn]
) -> Items[AllowedOut]:
    """Say that these are no secrets, so that texts with them are taken. Only a person can; the audit log says who."""
    found = await unit.projects.find(unit.principal, project)
    made = await unit.hygiene.allow(unit.principal, found.id, data.ids, data.because)
    return Items(tuple(map(AllowedOut.of, made)))


ROUTES = (list_allowed, allow_secrets)
