"""A project's administration: members and tokens. What may be done, and by whom, the services decide."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.mailing.inviting import mailed, welcome
from app.sources import now
from app.unit import Unit
from app.web import addresses, answers
from app.web.answers import Here, Web, address_of, fields, here, refused, see
from app.web.views.frame import Place
from app.web.views.people import MembersPage, Sent, TokensPage
from specs.access import Invited, IssuedToken, Role, Scope
from specs.errors import ConflictError, HoldfastError, MissingError, UserError

READ = {"scope": Scope.READ}
ADMIN = {"scope": Scope.ADMIN}
UNUSABLE = 400
LIVES = {"30": 30, "90": 90, "365": 365}
SCOPES = {
    Role.READER: (Scope.READ, Scope.CHECK, Scope.CONTEXT),
    Role.EDITOR: (Scope.READ, Scope.CHECK, Scope.CONTEXT, Scope.WRITE),
}


@get("/p/{project:str}/settings", opt=READ, sync_to_thread=False)
def first(project: FromPath[str]) -> Response[Any]:
    """Begin at the first page of the administration."""
    return see(addresses.settings(project))


@get("/p/{project:str}/settings/members", opt=READ)
async def members(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Show who may do what."""
    return await _members(request, unit, project)


async def _members(
    request: Web,
    unit: Unit,
    slug: str,
    *,
    error: HoldfastError | None = None,
    sent: Sent | None = None,
    login: str = "",
) -> Response[Any]:
    at = await here(request, unit, slug, "Members", Place.SETTINGS)
    found = await unit.members.list(unit.principal, at.project.id)
    told = refused(error) if error else {"error": "", "hint": ""}
    frozen = {one.actor.id: one for one in await unit.freezing.list(unit.principal, at.project.id)}
    view = MembersPage(
        found,
        **told,
        sent=sent,
        login="" if any(one.login == login for one in found) else login,
        invited={one.actor.id: one for one in await _invited(unit, at)},
        now=now(),
        frozen=frozen,
    )
    return answers.page("members.html", at.frame, view, status=UNUSABLE if error else 200)


async def _invited(unit: Unit, at: Here) -> tuple[Invited, ...]:
    return await unit.invitations.list(unit.principal, at.project.id) if at.frame.may_administer else ()


@post("/p/{project:str}/settings/members", opt=ADMIN)
async def set_role(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Make someone a member, or change a role."""
    at = await here(request, unit, project, "Members", Place.SETTINGS)
    given = await fields(request)
    try:
        await unit.members.set_role(
            unit.principal, at.project.id, given.get("login", "").strip(), _role(given.get("role", ""))
        )
    except (UserError, MissingError, ConflictError) as error:
        return await _members(request, unit, project, error=error, login=given.get("login", ""))
    return see(addresses.settings(project))


@post("/p/{project:str}/settings/members/remove", opt=ADMIN)
async def remove_member(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """End a membership."""
    at = await here(request, unit, project, "Members", Place.SETTINGS)
    try:
        await unit.members.remove(unit.principal, at.project.id, _ident((await fields(request)).get("actor", "")))
    except (UserError, MissingError, ConflictError) as error:
        return await _members(request, unit, project, error=error)
    return see(addresses.settings(project))


@post("/p/{project:str}/settings/members/invite", opt=ADMIN, status_code=200)
async def invite(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Invite somebody who was not here yet, once more or for the first time, and show the link; or take that back."""
    at = await here(request, unit, project, "Members", Place.SETTINGS)
    given = await fields(request)
    who, act = unit.principal, given.get("act", "send")
    try:
        if act == "withdraw":
            await unit.invitations.withdraw(who, at.project.id, _ident(given.get("actor", "")))
            return see(addresses.settings(project))
        if act == "again":
            made = await unit.invitations.again(who, at.project.id, _ident(given.get("actor", "")))
        else:
            made = await unit.invitations.send(
                who, at.project.id, given.get("login", ""), _role(given.get("role", "")), given.get("name", "")
            )
    except (UserError, MissingError, ConflictError) as error:
        return await _members(request, unit, project, error=error, login=given.get("login", ""))
    settings = request.app.state.settings
    sent = Sent(
        made.link.login,
        made.link.expires_at,
        welcome(settings, str(request.base_url), made.link),
        await mailed(settings, who.actor.name, at.project.name or at.project.slug, made),
        bool(settings.smtp_host),
    )
    return await _members(request, unit, project, sent=sent)


@get("/p/{project:str}/settings/tokens", opt=ADMIN)
async def tokens(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Show the tokens of the project."""
    return await _tokens(request, unit, await here(request, unit, project, "Tokens", Place.SETTINGS))


async def _tokens(
    request: Web, unit: Unit, at: Here, *, issued: IssuedToken | None = None, error: HoldfastError | None = None
) -> Response[Any]:
    found = await unit.tokens.list(unit.principal, at.project.id)
    told = refused(error) if error else {"error": "", "hint": ""}
    view = TokensPage(found, now(), issued, address_of(request), **told)
    return answers.page("tokens.html", at.frame, view, status=UNUSABLE if error else 200)


@post("/p/{project:str}/settings/tokens", opt=ADMIN, status_code=200)
async def issue_token(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Make a token for an agent and show it, once."""
    at = await here(request, unit, project, "Tokens", Place.SETTINGS)
    given = await fields(request)
    try:
        role = _role(given.get("role", ""))
        issued = await unit.tokens.issue_for_agent(
            unit.principal,
            at.project.id,
            given.get("name", "").strip(),
            role=role,
            scopes=[one for one in Scope if given.get(f"scope-{one}")] or SCOPES.get(role, ()),
            expires_at=now() + timedelta(days=LIVES.get(given.get("days", ""), 90)),
        )
    except (UserError, ConflictError) as error:
        return await _tokens(request, unit, at, error=error)
    return await _tokens(request, unit, at, issued=issued)


@post("/p/{project:str}/settings/tokens/revoke", opt=ADMIN)
async def revoke_token(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Make a token useless."""
    at = await here(request, unit, project, "Tokens", Place.SETTINGS)
    try:
        await unit.tokens.revoke(unit.principal, _ident((await fields(request)).get("token_id", "")))
    except (UserError, MissingError) as error:
        return await _tokens(request, unit, at, error=error)
    return see(addresses.settings(project, "tokens"))


def _role(given: str) -> Role:
    try:
        return Role(given)
    except ValueError:
        raise UserError("There is no such role.", f"Use one of {', '.join(Role)}.") from None


def _ident(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise UserError("This form is out of date.", "Reload the page, then do it again.") from None


ROUTES = (
    first,
    members,
    set_role,
    remove_member,
    invite,
    tokens,
    issue_token,
    revoke_token,
)
