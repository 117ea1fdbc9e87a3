"""The reader's own page: where they are logged in, their password, their tokens, the keys that sign their commits."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency

from app.http.auth import cookie_name
from app.sources import now
from app.unit import Unit
from app.web import addresses, answers
from app.web.answers import Web, alone, fields, see
from app.web.entrance.sessions import begin, login_view
from app.web.views.administration import AccountPage
from specs.access import IssuedToken, Scope
from specs.errors import ConflictError, DeniedError, HoldfastError, MissingError, UserError

READ = {"scope": Scope.READ}
UNUSABLE = 400
TOO_MANY = 429
DAYS = {"30": 30, "90": 90, "365": 365}
DONE = {
    "password": "The password is set. All your other sessions have ended.",
    "sessions": "The others have ended.",
    "key": "The key is registered: commits that it signs count as your word.",
}


@get("/account", opt=READ)
async def account(request: Web, unit: NamedDependency[Unit]) -> Response[Any]:
    """Show the reader's own page."""
    return await _page(request, unit)


async def _page(
    request: Web,
    unit: Unit,
    *,
    error: HoldfastError | None = None,
    issued: IssuedToken | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response[Any]:
    who = unit.principal
    mine = await unit.projects.list(who)
    ways = login_view(request)
    view = AccountPage(
        who.actor.name,
        await unit.access.login_of(who),
        await unit.sessions.seats(who, _cookie(request)),
        tuple(one for one in await unit.tokens.list_own(who) if one.revoked_at is None),
        now(),
        tuple((one.slug, one.name or one.slug) for one in mine),
        issued,
        identities=await unit.identities.list(who),
        provider=ways.provider,
        passwords=ways.passwords,
        keys=await unit.commit_keys.list(who),
        claim=unit.commit_keys.claim(who),
        typed=typed or {},
        notice=DONE.get(request.query_params.get("done", ""), ""),
        error=error.message if error else "",
        hint=error.hint if error else "",
    )
    status = 200 if error is None else TOO_MANY if "retry_after" in error.details else UNUSABLE
    return answers.page("account.html", alone(request, "Your account"), view, status=status)


@post("/account/password", opt=READ)
async def change_password(request: Web, unit: NamedDependency[Unit]) -> Response[Any]:
    """Set another password; this browser stays logged in, and no other."""
    given = await fields(request)
    try:
        await unit.access.change_password(unit.principal, given.get("old", ""), given.get("new", ""))
    except (DeniedError, UserError) as error:
        return await _page(request, unit, error=error)
    return await begin(request, unit.principal, f"{addresses.account()}?done=password")


@post("/account/sessions", opt=READ)
async def end_session(request: Web, unit: NamedDependency[Unit]) -> Response[Any]:
    """End one session, or all others."""
    given = await fields(request)
    if given.get("which") == "others":
        await unit.sessions.end_others(unit.principal, _cookie(request))
        return see(f"{addresses.account()}?done=sessions")
    try:
        await unit.sessions.end_seat(unit.principal, given.get("session", ""))
    except MissingError as error:
        return await _page(request, unit, error=error)
    return see(addresses.account())


@post("/account/tokens", opt=READ, status_code=200)
async def issue_token(request: Web, unit: NamedDependency[Unit]) -> Response[Any]:
    """Make a token of the reader's own and show it, once."""
    given = await fields(request)
    try:
        slug = given.get("project", "")
        project = await unit.projects.find(unit.principal, slug) if slug else None
        issued = await unit.tokens.issue_for_self(
            unit.principal,
            given.get("name", ""),
            project=None if project is None else project.id,
            scopes=frozenset(one for one in Scope if given.get(f"scope-{one}")),
            expires_at=now() + timedelta(days=DAYS.get(given.get("days", ""), 90)),
        )
    except (UserError, MissingError, ConflictError) as error:
        return await _page(request, unit, error=error)
    return await _page(request, unit, issued=issued)


@post("/account/tokens/revoke", opt=READ)
async def revoke_token(request: Web, unit: NamedDependency[Unit]) -> Response[Any]:
    """Make a token of the reader's own useless."""
    try:
        await unit.tokens.revoke(unit.principal, _ident((await fields(request)).get("token_id", "")))
    except (UserError, MissingError) as error:
        return await _page(request, unit, error=error)
    return see(addresses.account())


@post("/account/keys", opt=READ)
async def add_key(request: Web, unit: NamedDependency[Unit]) -> Response[Any]:
    """Register a key by which the reader signs commits, or bring one up to date."""
    given = await fields(request)
    public, name, proof = (given.get(one, "") for one in ("public", "key-name", "proof"))
    try:
        await unit.commit_keys.add(unit.principal, public, name, proof)
    except (UserError, ConflictError) as error:
        kept = {"proof": proof} if "PRIVATE KEY" in public else {"public": public, "proof": proof}
        return await _page(request, unit, error=error, typed=kept)
    return see(f"{addresses.account()}?done=key")


@post("/account/keys/remove", opt=READ)
async def remove_key(request: Web, unit: NamedDependency[Unit]) -> Response[Any]:
    """Let a key of the reader's count no more."""
    try:
        await unit.commit_keys.remove(unit.principal, _ident((await fields(request)).get("key", "")))
    except (UserError, MissingError) as error:
        return await _page(request, unit, error=error)
    return see(addresses.account())


def _cookie(request: Web) -> str:
    return request.cookies.get(cookie_name(https=request.app.state.gate.https), "")


def _ident(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise UserError("This form is out of date.", "Reload the page, then do it again.") from None


ROUTES = (account, change_password, end_session, issue_token, revoke_token, add_key, remove_key)
