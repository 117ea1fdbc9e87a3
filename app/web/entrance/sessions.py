"""Logging in and out with a password, and setting one by a one-time link. `app.identity` keeps the sessions."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency

from app.http.auth import cookie_name, session_cookie
from app.identity.sessions import LIFE, device_of
from app.unit import Unit
from app.web.answers import Web, alone, fields, page, see
from app.web.views.people import LoginPage, WelcomePage
from specs.access import Principal
from specs.errors import DeniedError, HoldfastError, UserError

PUBLIC = {"public": True}
DENIED = 403
TOO_MANY = 429
UNUSABLE = 400


@get("/login", opt=PUBLIC)
async def login_page(request: Web) -> Response[Any]:
    """Show the form; who is logged in goes on."""
    wanted = local(request.query_params.get("next", ""))
    if request.scope["state"].get("principal") is not None:
        return see(wanted or "/")
    return page("login.html", alone(request, "Log in"), login_view(request, next_page=wanted))


@post("/login", opt=PUBLIC)
async def log_in(request: Web, unit: NamedDependency[Unit]) -> Response[Any]:
    """Start a session, always a new one."""
    given = await fields(request)
    wanted = local(given.get("next", ""))
    try:
        _with_passwords(request)
        principal = await unit.access.login(given.get("login", "").strip(), given.get("password", ""))
    except (DeniedError, UserError) as error:
        told = {"error": error.message, "hint": error.hint}
        view = login_view(request, login=given.get("login", ""), next_page=wanted, **told)
        status = TOO_MANY if "retry_after" in error.details else DENIED
        return page("login.html", alone(request, "Log in"), view, status=status)
    return await begin(request, principal, wanted or "/")


@post("/logout", opt=PUBLIC)
async def log_out(request: Web) -> Response[Any]:
    """End the session here and now."""
    https = request.app.state.gate.https
    await _end(request)
    answer = see("/login")
    answer.cookies.append(session_cookie("", https=https, seconds=0))
    return answer


@get("/welcome", opt=PUBLIC)
async def welcome_page(request: Web) -> Response[Any]:
    """Show the form for a password. The token is in the fragment, which stays in the browser until it is posted."""
    return page("welcome.html", alone(request, "Welcome"), _welcome(request))


@post("/welcome", opt=PUBLIC)
async def welcome(request: Web, unit: NamedDependency[Unit]) -> Response[Any]:
    """Use the link up, and log its person in."""
    given = await fields(request)
    try:
        _with_passwords(request)
        principal = await unit.access.redeem_link(token_in(given.get("link", "")), given.get("password", ""))
    except HoldfastError as error:
        if not isinstance(error, (DeniedError, UserError)):
            raise
        view = _welcome(request, error=error.message, hint=error.hint, token=given.get("link", ""))
        return page("welcome.html", alone(request, "Welcome"), view, status=UNUSABLE)
    return await begin(request, principal, "/")


def token_in(link: str) -> str:
    """Give the token of a one-time link, or what was typed as one."""
    return link.rpartition("#")[2].strip()


def login_view(request: Web, **said: str) -> LoginPage:
    """Make the view of the log-in page with the ways in that this server has."""
    on = request.app.state.sign_on
    settings = request.app.state.settings
    return LoginPage(**said, provider=on.provider.name if on else "", passwords=settings.password_login)


def _welcome(request: Web, **said: str) -> WelcomePage:
    ways = login_view(request)
    return WelcomePage(**said, provider=ways.provider, passwords=ways.passwords)


def _with_passwords(request: Web) -> None:
    if not request.app.state.settings.password_login:
        raise DeniedError("Nobody logs in with a password here.", "Use the identity provider.")


async def begin(request: Web, principal: Principal, address: str) -> Response[Any]:
    """Start a session of someone who just proved who they are; an earlier one of this browser ends."""
    await _end(request)
    device = device_of(request.headers.get("user-agent", ""))
    raw, _ = await request.app.state.sessions.start(principal, device, request.scope["state"].get("client", ""))
    answer = see(address)
    https = request.app.state.gate.https
    answer.cookies.append(session_cookie(raw, https=https, seconds=int(LIFE.total_seconds())))
    return answer


async def _end(request: Web) -> None:
    raw = request.cookies.get(cookie_name(https=request.app.state.gate.https))
    if raw:
        await request.app.state.sessions.end(raw)


def local(address: str) -> str:
    """Give a path on this server, or nothing: a log-in never sends anyone elsewhere."""
    unusable = not address.startswith("/") or address.startswith("//") or "\\" in address or not address.isprintable()
    return "" if unusable or address.startswith(("/login", "/logout")) else address


ROUTES = (login_page, log_in, log_out, welcome_page, welcome)
