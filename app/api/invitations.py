"""Invitations into a project: for people who were not here yet. A link leaves once, in the answer that makes it."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, delete, get, post
from litestar.connection import Request
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from app.api._wire import ActorOut, In, Items, Line, Out
from app.mailing.inviting import mailed, welcome
from app.unit import Unit
from specs.access import Invited, Role, Scope
from specs.service.people.inviting import Invitation

ADMIN: dict[str, Any] = {"scope": Scope.ADMIN, "statuses": (404, 409)}
Login = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class InvitationIn(In):
    """Whom to invite: a login, best an address of mail, and the role they are to have."""

    login: Login
    role: Role = Role.EDITOR
    name: Line = ""


class InvitationOut(Out):
    """An invitation that nobody took up yet. `link` is there once, where it was made; `mailed` where it was sent."""

    actor: ActorOut
    login: str
    role: Role
    expires_at: datetime
    sent_at: datetime | None = None
    link: str | None = None
    mailed: bool = False

    @classmethod
    def of(cls, one: Invited) -> "InvitationOut":
        """Make it from what is kept."""
        return cls(
            actor=ActorOut.of(one.actor),
            login=one.login,
            role=one.role,
            expires_at=one.expires_at,
            sent_at=one.sent_at,
        )


@get("/projects/{project:str}/invitations", opt=ADMIN, summary="List invitations")
async def list_invitations(unit: NamedDependency[Unit], project: FromPath[str]) -> Items[InvitationOut]:
    """List the invitations that nobody took up yet, those that are over too. Needs an admin."""
    found = await unit.projects.find(unit.principal, project)
    return Items(tuple(InvitationOut.of(one) for one in await unit.invitations.list(unit.principal, found.id)))


@post("/projects/{project:str}/invitations", opt={**ADMIN, "secret": True}, summary="Invite a person")
async def invite(
    request: Request[Any, Any, Any],
    unit: NamedDependency[Unit],
    project: FromPath[str],
    data: JSONBody[InvitationIn],
) -> Response[InvitationOut]:
    """Invite a person who was not here yet, by a link good for a week; mailed where the server can. Needs an admin."""
    found = await unit.projects.find(unit.principal, project)
    made = await unit.invitations.send(unit.principal, found.id, data.login, data.role, data.name)
    return await _told(request, unit, found.name, made)


@post(
    "/projects/{project:str}/invitations/{actor:uuid}/again", opt={**ADMIN, "secret": True}, summary="Invite once more"
)
async def invite_again(
    request: Request[Any, Any, Any], unit: NamedDependency[Unit], project: FromPath[str], actor: FromPath[UUID]
) -> Response[InvitationOut]:
    """Make another link for somebody who has not come; the one before is worthless. Needs an admin."""
    found = await unit.projects.find(unit.principal, project)
    return await _told(request, unit, found.name, await unit.invitations.again(unit.principal, found.id, actor))


@delete("/projects/{project:str}/invitations/{actor:uuid}", opt=ADMIN, summary="Take an invitation back")
async def withdraw_invitation(unit: NamedDependency[Unit], project: FromPath[str], actor: FromPath[UUID]) -> None:
    """Take an invitation back: its link is worthless, and the person no member. Needs an admin."""
    found = await unit.projects.find(unit.principal, project)
    await unit.invitations.withdraw(unit.principal, found.id, actor)


async def _told(request: Request[Any, Any, Any], unit: Unit, project: str, made: Invitation) -> Response[InvitationOut]:
    settings = request.app.state.settings
    answer = InvitationOut(
        actor=ActorOut.of(made.actor),
        login=made.link.login,
        role=made.role,
        expires_at=made.link.expires_at,
        link=welcome(settings, str(request.base_url), made.link),
        mailed=await mailed(settings, unit.principal.actor.name, project, made),
    )
    return Response(answer, status_code=201, headers={"cache-control": "no-store"})


ROUTES = (list_invitations, invite, invite_again, withdraw_invitation)
