"""The whole installation, for whoever administers it: what is set and from where, and who can log in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import delete, get, patch
from litestar.connection import Request
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from app.api._wire import In, Items, Out
from app.identity.sessions import Person
from app.unit import Unit
from specs.access import Scope

ONE = {"scope": Scope.ADMIN, "statuses": (404,)}


class SettingOut(Out):
    """A setting: its variable, its value in words (of a secret only whether it is set), and where that is from."""

    name: str
    value: str
    source: str


@get("/installation/settings", opt={"scope": Scope.ADMIN}, summary="List settings")
async def list_settings(request: Request[Any, Any, Any], unit: NamedDependency[Unit]) -> Items[SettingOut]:
    """List what is set, and from where; never a secret. Needs an administrator of the installation."""
    unit.principal.require_site_admin()
    rows = request.app.state.settings.shown()
    return Items(tuple(SettingOut(name=name, value=value, source=source) for name, value, source in rows))


class PersonOut(Out):
    """Somebody who can log in, or could: `seen_at` is when a session or token of theirs was used last."""

    id: UUID
    name: str
    login: str
    administers: bool
    created_at: datetime
    projects: int
    sessions: int
    disabled_at: datetime | None = None
    seen_at: datetime | None = None

    @classmethod
    def of(cls, one: Person) -> "PersonOut":
        """Write down a person."""
        return cls(
            id=one.actor,
            name=one.name,
            login=one.login,
            administers=one.site_admin,
            created_at=one.created_at,
            projects=one.projects,
            sessions=one.sessions,
            disabled_at=one.disabled_at,
            seen_at=one.seen_at,
        )


class PersonChange(In):
    """Whether somebody is to be shut out."""

    disabled: bool


@get("/installation/people", opt={"scope": Scope.ADMIN}, summary="List people")
async def list_people(unit: NamedDependency[Unit]) -> Items[PersonOut]:
    """List everyone who can log in, or could. Needs an administrator of the installation."""
    found = await unit.sessions.people(unit.principal)
    return Items(tuple(map(PersonOut.of, found)))


@patch("/installation/people/{actor:uuid}", opt=ONE, status_code=204, summary="Shut a person out")
async def change_person(unit: NamedDependency[Unit], actor: FromPath[UUID], data: JSONBody[PersonChange]) -> None:
    """Shut somebody out (sessions and tokens stop at once), or let them in again.

    Needs an administrator of the installation.
    """
    if data.disabled:
        await unit.access.disable(unit.principal, actor)
    else:
        await unit.access.enable(unit.principal, actor)


@delete("/installation/people/{actor:uuid}/sessions", opt=ONE, summary="End a person's sessions")
async def end_sessions(unit: NamedDependency[Unit], actor: FromPath[UUID]) -> None:
    """End all sessions of somebody: they log in again. Needs an administrator of the installation."""
    await unit.access.end_sessions(unit.principal, actor)


ROUTES = (list_settings, list_people, change_person, end_sessions)
