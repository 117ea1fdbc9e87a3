"""Who the caller is, as its credential presents it; where a person is logged in, and their password."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from app.api._wire import ActorOut, In, Items, Out, ProjectOut
from app.identity.sessions import Seat
from app.unit import Unit
from specs.access import Scope


class MeOut(Out):
    """The caller: what the credential may do, and where."""

    actor: ActorOut
    scopes: tuple[Scope, ...]
    projects: tuple[ProjectOut, ...]
    credential: UUID | None = None
    site_admin: bool = False


@get("/me", opt={"scope": Scope.READ}, summary="Who am I")
async def me(unit: NamedDependency[Unit]) -> MeOut:
    """Say who the credential belongs to, its scopes, and the projects it reaches with its role in each."""
    who = unit.principal
    projects = await unit.projects.list(who)
    return MeOut(
        actor=ActorOut.of(who.actor),
        scopes=tuple(sorted(who.scopes)),
        projects=tuple(ProjectOut.of(project, who) for project in projects),
        credential=who.credential,
        site_admin=who.site_admin,
    )


class SessionOut(Out):
    """A session of the caller's on the pages: which browser, from which address. Its id opens nothing."""

    id: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    device: str = ""
    address: str = ""

    @classmethod
    def of(cls, seat: Seat) -> "SessionOut":
        """Make it from what is kept."""
        return cls(
            id=seat.id,
            created_at=seat.created_at,
            seen_at=seat.seen_at,
            expires_at=seat.expires_at,
            device=seat.device,
            address=seat.address,
        )


Secret = Annotated[str, Meta(min_length=1, max_length=1000)]


class PasswordIn(In):
    """The password that is, and the one that is to be."""

    old: Secret
    new: Secret


@get("/me/sessions", opt={"scope": Scope.READ}, summary="List my sessions")
async def list_sessions(unit: NamedDependency[Unit]) -> Items[SessionOut]:
    """List where the caller is logged in, the session used last first. Agents are nowhere."""
    return Items(tuple(SessionOut.of(one) for one in await unit.sessions.seats(unit.principal)))


@delete("/me/sessions/{session:str}", opt={"scope": Scope.ADMIN, "statuses": (404,)}, summary="End a session of mine")
async def end_session(unit: NamedDependency[Unit], session: FromPath[str]) -> None:
    """End one session of the caller's at once."""
    await unit.sessions.end_seat(unit.principal, session)


@post("/me/password", opt={"scope": Scope.ADMIN, "statuses": (429,)}, status_code=204, summary="Set another password")
async def change_password(unit: NamedDependency[Unit], data: JSONBody[PasswordIn]) -> None:
    """Set another password; every session of the caller ends."""
    await unit.access.change_password(unit.principal, data.old, data.new)


ROUTES = (me, list_sessions, end_session, change_password)
