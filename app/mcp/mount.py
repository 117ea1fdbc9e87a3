"""The protocol under `/mcp` of the server: who asks, from which page, about which project. Loads the SDK on first use.

Each request brings its token and stands alone, so any process may answer it, and a token that was taken back is refused
at the next call. There are no sessions and no standing streams to keep: GET and DELETE have nothing to do here.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from litestar import Request, asgi, get
from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.params import FromPath
from litestar.types import Receive, Scope, Send

from app.http.auth import ANONYMOUS, Gate, of_token
from app.http.edge import send_problem
from app.mcp.inside import inside
from app.mcp.served import ServedSource
from app.mcp.source import Source
from app.problems import HttpError, describe
from app.settings import Settings
from app.unit import CHALLENGE, Unit
from app.versions import version
from specs.access import Principal
from specs.access import Scope as Right
from specs.errors import DeniedError, HoldfastError, UnavailableError, UserError

PLACE = "/mcp"
METADATA = "/.well-known/oauth-protected-resource"
SOURCE = "mcp_source"
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
# A token that has none of these has no business here.
RIGHTS = (Right.CONTEXT, Right.READ, Right.WRITE, Right.CHECK)


class Door:
    """The endpoint of one application, and the task that keeps it running from its first request on.

    `ended` is set when the server is about to stop.
    """

    def __init__(self, settings: Settings, ended: asyncio.Event) -> None:
        self._settings = settings
        self._lock = asyncio.Lock()
        self._ended = ended
        self._keeper: asyncio.Task[None] | None = None
        self._endpoint: Any = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Be ready to answer until the block ends; what is then still running is cancelled."""
        try:
            yield
        finally:
            self._ended.set()
            if self._keeper is not None:
                await self._keeper

    async def endpoint(self) -> Any:
        """Give what answers, begun. Raises `UnavailableError` where the SDK is not installed."""
        async with self._lock:
            if self._endpoint is None:
                begun: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
                self._keeper = asyncio.create_task(self._keep(begun))
                self._endpoint = await begun
        return self._endpoint

    async def _keep(self, begun: "asyncio.Future[Any]") -> None:
        try:
            protocol = await asyncio.to_thread(import_module, "app.mcp.protocol")
            server = protocol.make_server(_source_of, version(), self._ended)
            endpoint = protocol.Endpoint(server, self._settings.max_body_bytes)
            async with endpoint.run():
                begun.set_result(endpoint)
                await self._ended.wait()
        except ModuleNotFoundError as error:
            refusal = UnavailableError("This server speaks no MCP.", "Install it: pip install 'holdfast[server]'.")
            refusal.__cause__ = error
            begun.set_exception(refusal)


def _source_of(context: Any) -> Source:
    source: Source = context.request.scope["state"][SOURCE]
    return source


@asgi(PLACE, is_mount=True, copy_scope=True, opt={"public": ANONYMOUS})
async def serve(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request of the protocol, or say why not as a problem."""
    if scope["type"] != ScopeType.HTTP:
        return
    app = scope["litestar_app"]
    try:
        _same_site(scope, app.state.gate)
        principal = await _caller(scope, app.state.gate)
        if scope["method"] != "POST":
            raise HttpError(
                HTTPStatus.METHOD_NOT_ALLOWED,
                "There is no stream to open or to end here.",
                "Send each message by POST; `subscriptions/listen` streams what changes.",
                headers={"allow": "POST"},
            )
        endpoint = await app.state.mcp.endpoint()
        name = _named(scope) or await _only(Unit(app.state.database, app.state.parts, principal))
        scope["state"][SOURCE] = ServedSource(inside(app, scope, name), name) if name else _Undecided()
    except HoldfastError as error:
        await send_problem(describe(error), str(scope["state"].get("request_id", "")), send)
        return
    await endpoint(scope, receive, send)


async def _caller(scope: Scope, gate: Gate) -> Principal:
    """Find out who asks. Raises 401 or 403 that say where what this resource takes is described."""
    place = f'resource_metadata="{gate.public_url or _own_address(scope)}{METADATA}{PLACE}{_rest(scope)}"'
    try:
        principal = await of_token(gate, scope)
    except HttpError as error:
        wrong = ', error="invalid_token"' if Headers.from_scope(scope).get("authorization") else ""
        challenge = {"www-authenticate": f"{CHALLENGE}{wrong}, {place}"}
        raise HttpError(error.status, error.message, error.hint, headers=challenge) from error
    if not principal.scopes.intersection(RIGHTS):
        wanted = " ".join(RIGHTS[:2])
        raise HttpError(
            HTTPStatus.FORBIDDEN,
            "This credential reads nothing.",
            f"Create a token with the scopes {wanted}.",
            headers={"www-authenticate": f'{CHALLENGE}, error="insufficient_scope", scope="{wanted}", {place}'},
        )
    return principal


def _same_site(scope: Scope, gate: Gate) -> None:
    """Refuse a page of another site: a browser sends its origin, whatever name its address was given."""
    origin = Headers.from_scope(scope).get("origin")
    if origin is None:
        return
    server = scope.get("server")
    port = f":{server[1]}" if server else ""
    ours = {urlsplit(gate.public_url).netloc.lower(), *(f"{name}{port}" for name in LOOPBACK)} - {""}
    if urlsplit(origin).netloc.lower() not in ours:
        raise DeniedError(
            "This request came from a page of another site.", "Connect from a program, or from our pages."
        )


def _rest(scope: Scope) -> str:
    """Give the path below the mount: "" or `/NAME`."""
    return "" if scope["path"] in {"", "/"} else scope["path"].rstrip("/")


def _named(scope: Scope) -> str:
    rest = _rest(scope).removeprefix("/")
    if "/" in rest:
        raise HttpError(HTTPStatus.NOT_FOUND, "There is nothing here.", "Connect to /mcp/PROJECT.")
    return rest


async def _only(unit: Unit) -> str:
    """Give the one project that the caller sees; "" where there are several."""
    found = await unit.projects.list(unit.principal)
    return found[0].slug if len(found) == 1 else ""


class _Undecided:
    """Stands for the project of a caller that sees several: whatever is asked, the answer is that one must be named."""

    def __getattr__(self, name: str) -> Any:
        async def refuse(*_: object) -> None:
            raise UserError("Which project?", "This token sees several or none: connect to /mcp/PROJECT.")

        return refuse


def _own_address(scope: Scope) -> str:
    host = Headers.from_scope(scope).get("host", "localhost")
    return f"{scope['scheme']}://{host}"


async def _metadata(request: Request[Any, Any, Any], rest: str) -> dict[str, object]:
    settings: Settings = request.app.state.settings
    base = settings.public_url or _own_address(request.scope)
    return {
        "resource": f"{base}{PLACE}{rest}",
        "resource_name": "Holdfast",
        "bearer_methods_supported": ["header"],
        "scopes_supported": [str(right) for right in RIGHTS],
    }


@get(f"{METADATA}{PLACE}", opt={"public": ANONYMOUS}, include_in_schema=False)
async def metadata(request: Request[Any, Any, Any]) -> dict[str, object]:
    """Describe this protected resource (RFC 9728). People make its tokens here: there is no authorization server."""
    return await _metadata(request, "")


@get(f"{METADATA}{PLACE}/{{project:str}}", opt={"public": ANONYMOUS}, include_in_schema=False)
async def metadata_of_project(request: Request[Any, Any, Any], project: FromPath[str]) -> dict[str, object]:
    """Describe it as it is for one project, whether that is there or not."""
    return await _metadata(request, f"/{project}")


ROUTES = (serve, metadata, metadata_of_project)
