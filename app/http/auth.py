"""Who asks, and whether the route lets them in: bearer tokens on the API, session cookies on pages.

`Credentials` finds out who asks before anything of the body is read; `admit` refuses by default: a route says in its
`opt` which scope it needs, or that it is public. What may be done in which project the services decide.
"""

import hmac
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection, Request
from litestar.datastructures import Cookie, Headers
from litestar.enums import ScopeType
from litestar.exceptions import ImproperlyConfiguredException
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.routes import ASGIRoute, BaseRoute, HTTPRoute
from litestar.types import ASGIApp, Receive, Send
from litestar.types import Scope as Connection

from app.identity.sessions import Sessions
from app.unit import unauthenticated
from specs.access import Principal, Scope
from specs.errors import DeniedError
from specs.service.people.access import Limit

API = "/api/"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER = "x-csrf-token"
CSRF_FIELD = "csrf"
LONGEST_TOKEN = 200
# Failed attempts in a window. A right credential is never refused because of others' failures.
FAILURES_OF_ADDRESS = 60
FAILURES_OF_PREFIX = 20
FAILURES_WINDOW = timedelta(minutes=1)
LONGEST_PREFIX = 40
ANONYMOUS = "anonymous"


class Tokens(Protocol):
    """Finds the actor of a token."""

    async def authenticate_token(self, secret: str) -> Principal:
        """Give the principal, or raise `DeniedError`."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What finding out who asks needs; made once per process.

    `addresses` and `prefixes` count failed attempts, over all processes, and raise `DeniedError` past their limit.
    """

    tokens: Tokens
    sessions: Sessions
    addresses: Limit
    prefixes: Limit
    public_url: str
    trust_forwarded: bool

    @property
    def https(self) -> bool:
        """Whether people reach us over TLS."""
        return self.public_url.startswith("https://")


def cookie_name(*, https: bool) -> str:
    """Name the session cookie. The prefix makes browsers refuse it from anywhere but this host over TLS."""
    return "__Host-holdfast" if https else "holdfast"


def session_cookie(value: str, *, https: bool, seconds: int) -> Cookie:
    """Make the session cookie; no `value` ends it."""
    return Cookie(
        key=cookie_name(https=https),
        value=value,
        max_age=seconds if value else 0,
        path="/",
        secure=https,
        httponly=True,
        samesite="lax",
    )


def client_address(scope: Connection, *, trust_forwarded: bool) -> str:
    """Give the address that asks: the socket's, or what our own proxy appended last to X-Forwarded-For."""
    if trust_forwarded:
        forwarded = Headers.from_scope(scope).getall("x-forwarded-for", [])
        last = forwarded[-1].rsplit(",", 1)[-1].strip() if forwarded else ""
        try:
            return str(ipaddress.ip_address(last))
        except ValueError:
            pass
    client = scope.get("client")
    return client[0] if client else ""


def _network(address: str) -> str:
    """Give what one visitor can hardly change: the address, of IPv6 its /64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address  # noqa: PLR2004 (IPv6)


class Credentials:
    """Middleware that puts who asks into `scope["state"]`: `principal`, `csrf`, `client`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        """Find out who asks, then go on."""
        if scope["type"] == ScopeType.HTTP and scope["method"] != "OPTIONS":
            gate: Gate = scope["litestar_app"].state.gate
            state: dict[str, Any] = scope["state"]
            state["client"] = client_address(scope, trust_forwarded=gate.trust_forwarded)
            public = scope["route_handler"].opt.get("public")
            if is_api(scope):
                state["principal"] = None if public else await of_token(gate, scope)
            elif public != ANONYMOUS:
                cookie = ASGIConnection[Any, Any, Any, Any](scope).cookies.get(cookie_name(https=gate.https))
                found = await gate.sessions.verify(cookie) if cookie else None
                state["principal"], state["csrf"] = (found[0], found[1].csrf) if found else (None, "")
        await self._app(scope, receive, send)


def is_api(scope: Connection) -> bool:
    """Say whether a request is for the API rather than for a page."""
    return scope["path"].startswith(API)


async def of_token(gate: Gate, scope: Connection) -> Principal:
    """Give whoever the bearer token of a request speaks for. Raises 401; too many failures, `DeniedError`."""
    given = Headers.from_scope(scope).getall("authorization", [])
    if not given:
        if Headers.from_scope(scope).get("cookie"):
            raise unauthenticated("The API takes tokens; session cookies are not accepted here.")
        raise unauthenticated("This needs a token.")
    kind, _, token = given[0].partition(" ")
    token = token.strip()
    if len(given) > 1 or kind.lower() != "bearer" or not token:
        raise unauthenticated("The `Authorization` header is not one bearer token.")
    try:
        return await gate.tokens.authenticate_token(token[:LONGEST_TOKEN])
    except DeniedError as error:
        await gate.addresses(f"failed:{_network(scope['state']['client'])}")
        if token.count("_") > 1:
            await gate.prefixes(f"failed:{token.rsplit('_', 1)[0][:LONGEST_PREFIX]}")
        raise unauthenticated(error.message, error.hint) from error


async def admit(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Let a request in, or raise 401 or 403. For pages also: a form must come from our own page."""
    scope = connection.scope
    if scope["type"] != ScopeType.HTTP or scope["method"] == "OPTIONS" or not isinstance(handler, HTTPRouteHandler):
        return
    public = handler.opt.get("public")
    principal: Principal | None = scope["state"].get("principal")
    if not public:
        if principal is None:
            raise unauthenticated("You are not logged in.", "Log in, then come back to this page.")
        wanted = handler.opt.get("scope")
        if wanted not in principal.scopes:
            raise DeniedError(
                f"This credential lacks the scope {wanted}.",
                f"Create a token with the scope {wanted}, or ask an admin.",
            )
    if scope["method"] not in SAFE and not is_api(scope) and public != ANONYMOUS:
        await _same_site(Request(scope, connection.receive, connection.send))


async def _same_site(request: Request[Any, Any, Any]) -> None:
    """Refuse a form of another site: by the browser's own word, and by the session's secret where there is one."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    # A proxy may have put its own name for us into `Host`; then the public address says who we are.
    gate: Gate = request.app.state.gate
    ours = {request.headers.get("host", "").lower(), urlsplit(gate.public_url).netloc.lower()}
    foreign = origin is not None and urlsplit(origin).netloc.lower() not in ours - {""}
    if site not in {"same-origin", "none"} or foreign:
        raise DeniedError("This form came from another site.", "Open the page here and send it again.")
    expected = request.scope["state"].get("csrf") or ""
    if request.scope["state"].get("principal") is None:
        return
    given = request.headers.get(CSRF_HEADER)
    if given is None and "form" in request.headers.get("content-type", ""):
        given = str((await request.form()).get(CSRF_FIELD, ""))
    if not expected or not hmac.compare_digest(expected.encode(), (given or "").encode()):
        raise DeniedError("This page is out of date.", "Reload it, then do it again; what you typed is kept here.")


def check_declared(routes: Iterable[BaseRoute]) -> None:
    """Refuse to start with a route that says neither which scope it needs nor that it is public."""
    for route in routes:
        handlers: tuple[BaseRouteHandler, ...] = ()
        if isinstance(route, HTTPRoute):
            handlers = tuple(handler for method, (handler, _) in route.route_handler_map.items() if method != "OPTIONS")
        elif isinstance(route, ASGIRoute):
            handlers = (route.route_handler,)
        for handler in handlers:
            opt = handler.opt
            if opt.get("public") not in {True, ANONYMOUS} and not isinstance(opt.get("scope"), Scope):
                raise ImproperlyConfiguredException(f"{route.path} declares neither `scope` nor `public` in its opt")
