"""Logging in through an identity provider: going there, coming back, connecting it to a person or a one-time link.

A form cannot lead to another site under our policy: what it begins goes on by a link of the page it answers with.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.response import Redirect

from app.identity.oidc import SECONDS, Flow, Provider, new_flow, seal, unseal
from app.identity.sessions import Limiter
from app.installation.serverkey import server_key
from app.settings import Settings
from app.sources import now
from app.unit import Unit
from app.web import addresses
from app.web.answers import Web, address_of, alone, fields, page, refused, see
from app.web.entrance.sessions import begin, local, login_view, token_in
from app.web.views.people import OnwardPage
from specs.access import Scope
from specs.errors import ConflictError, DeniedError, HoldfastError, MissingError, UnavailableError, UserError
from specs.store.connection import Transactions

PUBLIC = {"public": True}
READ = {"scope": Scope.READ}
BACK = "/login/oidc/callback"
COOKIE = "holdfast-oidc"
TRIES = 20
WINDOW = timedelta(minutes=5)
STATUSES = {ConflictError: 409, UnavailableError: 503, UserError: 400}
DENIED = 403
TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class SingleSignOn:
    """What logging in through a provider needs; made once per process."""

    provider: Provider
    limit: Limiter
    key: bytes
    newcomers: bool


def single_sign_on(settings: Settings, database: Transactions) -> SingleSignOn | None:
    """Give what the settings ask for, if they name a provider."""
    if not settings.oidc_issuer:
        return None
    limit = Limiter(database, now, TRIES, WINDOW)
    return SingleSignOn(Provider(settings), limit, server_key(settings), settings.oidc_signup)


@get("/login/oidc", opt=PUBLIC)
async def go(request: Web) -> Response[Any]:
    """Send the browser to the provider."""
    flow = new_flow(now().timestamp(), next_page=local(request.query_params.get("next", "")))
    try:
        return await _sent(request, flow, Redirect)
    except HoldfastError as error:
        return _told(request, error)


@post("/login/oidc", opt=PUBLIC, status_code=200)
async def redeem(request: Web) -> Response[Any]:
    """Go to the provider with a one-time link, to use it up there instead of setting a password."""
    link = token_in((await fields(request)).get("link", ""))
    flow = new_flow(now().timestamp(), purpose="redeem", link=link[:200])
    try:
        return await _sent(request, flow, None)
    except HoldfastError as error:
        return _told(request, error)


@post("/account/identities", opt=READ, status_code=200)
async def connect(request: Web, unit: NamedDependency[Unit]) -> Response[Any]:
    """Go to the provider to connect it to the reader."""
    actor = str(unit.principal.actor.id)
    flow = new_flow(now().timestamp(), purpose="link", actor=actor, next_page=addresses.account())
    return await _sent(request, flow, None)


@post("/account/identities/remove", opt=READ)
async def disconnect(request: Web, unit: NamedDependency[Unit]) -> Response[Any]:
    """Take a connection of the reader's back."""
    given = await fields(request)
    passwords = request.app.state.settings.password_login
    await unit.identities.disconnect(
        unit.principal, given.get("issuer", ""), given.get("subject", ""), passwords=passwords
    )
    return see(addresses.account())


@get(BACK, opt=PUBLIC)
async def back(request: Web, unit: NamedDependency[Unit]) -> Response[Any]:
    """Take the provider's answer, which only the browser that asked for it may bring."""
    try:
        return await _back(request, unit)
    except HoldfastError as error:
        return _told(request, error)


async def _back(request: Web, unit: Unit) -> Response[Any]:
    on = _on(request)
    await on.limit(f"oidc:{request.scope['state'].get('client', '')}")
    asked = request.query_params
    flow = unseal(request.cookies.get(_cookie(request), ""), on.key, asked.get("state", ""), now().timestamp())
    if "code" not in asked:
        raise DeniedError("The provider let nobody in.", "Begin again, or ask whoever looks after it.")
    identity = await on.provider.identity(flow, asked["code"], asked.get("iss", ""), address_of(request) + BACK)
    if flow.purpose == "link":
        if unit.caller is None or str(unit.caller.actor.id) != flow.actor:
            raise DeniedError("You are no longer who began this.", "Log in, then connect it again.")
        await unit.identities.connect(unit.caller, identity)
        answer: Response[Any] = see(addresses.account())
    elif flow.purpose == "redeem":
        answer = await begin(request, await unit.identities.redeem(flow.link, identity), "/")
    else:
        who = await unit.identities.login(identity, newcomers=on.newcomers)
        answer = await begin(request, who, flow.next_page or "/")
    answer.cookies.append(_made(request, ""))
    return answer


def _on(request: Web) -> SingleSignOn:
    on: SingleSignOn | None = request.app.state.sign_on
    if on is None:
        raise MissingError("This server knows no identity provider.", "Log in with your password.")
    return on


async def _sent(request: Web, flow: Flow, how: type[Redirect] | None) -> Response[Any]:
    """Go to the provider: at once, or by a page whose link leads there."""
    on = _on(request)
    await on.limit(f"oidc:{request.scope['state'].get('client', '')}")
    place = await on.provider.address(flow, address_of(request) + BACK)
    answer: Response[Any]
    if how is None:
        answer = page("onward.html", alone(request, "Log in"), OnwardPage(on.provider.name, place))
    else:
        answer = see(place)
    answer.cookies.append(_made(request, seal(flow, on.key)))
    return answer


def _cookie(request: Web) -> str:
    return f"__Host-{COOKIE}" if request.app.state.gate.https else COOKIE


def _made(request: Web, value: str) -> Cookie:
    """Make the cookie of a flow; the provider's answer is a plain link to us, so it comes along."""
    return Cookie(
        key=_cookie(request),
        value=value,
        max_age=SECONDS if value else 0,
        path="/",
        secure=request.app.state.gate.https,
        httponly=True,
        samesite="lax",
    )


def _told(request: Web, error: HoldfastError) -> Response[Any]:
    """Say on the log-in page why nobody was logged in."""
    status = next((status for kind, status in STATUSES.items() if isinstance(error, kind)), DENIED)
    status = TOO_MANY if "retry_after" in error.details else status
    answer = page("login.html", alone(request, "Log in"), login_view(request, **refused(error)), status=status)
    answer.cookies.append(_made(request, ""))
    return answer


ROUTES = (go, redeem, connect, disconnect, back)
