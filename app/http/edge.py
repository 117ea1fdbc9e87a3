"""The outermost layer around the application: request id, one log line, metrics, security headers, impossible paths.

It stands outside the framework's routing, so that answers nobody routed (404, a failed handler) get the same
treatment. Knows no services and no users.
"""

import re
import secrets
import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import structlog
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import HttpMethod, ScopeType
from litestar.types import ASGIApp, HTTPResponseStartEvent, HTTPScope, Message, Receive, Scope, Send

from app.origins import Origin, arrived, following
from app.problems import INTERNAL, ProblemDetails
from app.telemetry.metrics import METHODS, Metrics
from app.telemetry.spans import SILENT, Role, Span, Tracing
from specs.access import TOKEN_MARK

LOG = structlog.get_logger("holdfast.http")
CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
TOKEN_NAMES = frozenset({"token", "access_token", "api_key", "apikey", "auth", "authorization", "bearer", "password"})
QUIET_ROUTES = frozenset({"/health", "/ready", "/metrics"})
LONGEST_NAME = 100
HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    }
)
API_POLICY = "default-src 'none'; frame-ancestors 'none'"
PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
CONTROL_PROBLEM = ProblemDetails(
    400,
    "bad-request",
    "The address contains a control character or bytes that are not UTF-8.",
    "A spec path is a plain relative path such as `payments/refunds.md`.",
)
TOKEN_PROBLEM = ProblemDetails(
    400,
    "token-in-address",
    "A credential was sent in the address, where logs and histories keep it.",
    "Send it as `Authorization: Bearer <token>`. If it was a real token, revoke it now and make another.",
)


class Edge:
    """Wraps an ASGI application. One per application."""

    def __init__(self, app: ASGIApp, metrics: Metrics, *, https: bool, tracing: Tracing = SILENT) -> None:
        self._app = app
        self._metrics = metrics
        self._https = https
        self._tracing = tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection; anything but an HTTP request passes through."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        origin = arrived(scope["headers"])
        path = scope["path"]
        seen = SILENT if path in QUIET_ROUTES or path.startswith("/static/") else self._tracing
        said = {"http.request.method": _method(scope), "holdfast.request_id": origin.request_id}
        with seen.span(_method(scope), Role.SERVER, origin.traceparent, said) as span:
            origin = Origin(origin.request_id, span.traceparent or origin.traceparent)
            with following(origin):
                await self._serve(scope, receive, send, origin, span)

    async def _serve(self, scope: HTTPScope, receive: Receive, send: Send, origin: Origin, span: Span) -> None:
        request_id = origin.request_id
        state: dict[str, Any] = scope.setdefault("state", {})
        state["request_id"] = request_id
        state["traceparent"] = origin.traceparent
        state["nonce"] = secrets.token_urlsafe(16)
        started = time.perf_counter()
        # What is mounted sees the rest of the path alone.
        path = scope["path"]
        # A HEAD is a GET whose body stays here; no handler needs to know.
        head = scope["method"] == "HEAD"
        if head:
            state["head"] = True
            scope["method"] = HttpMethod.GET
        status = 0
        self._metrics.begin()

        async def dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._dress(message, request_id, state["nonce"])
            elif head and message["type"] == "http.response.body":
                message["body"] = b""
            await send(message)

        try:
            problem = impossible(scope)
            if problem is not None:
                await send_problem(problem, request_id, dressed)
            else:
                await self._app(scope, receive, dressed)
        except Exception:
            LOG.exception("request.failed", path=path)
            if status:
                raise
            await send_problem(INTERNAL, request_id, dressed)
        finally:
            self._done(scope, path, status or 500, time.perf_counter() - started)
            _tell(span, scope, status or 500)

    def _dress(self, message: HTTPResponseStartEvent, request_id: str, nonce: str) -> None:
        headers = MutableScopeHeaders.from_message(message)
        headers["x-request-id"] = request_id
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        html = headers.get("content-type", "").startswith("text/html")
        headers.setdefault("content-security-policy", PAGE_POLICY.format(nonce=nonce) if html else API_POLICY)
        if self._https:
            headers.setdefault("strict-transport-security", "max-age=31536000")

    def _done(self, scope: HTTPScope, path: str, status: int, seconds: float) -> None:
        route = str(scope.get("path_template") or "")
        self._metrics.end(scope["method"], route, status, seconds)
        if route in QUIET_ROUTES and status < 400:  # noqa: PLR2004 (HTTP's first error status)
            return
        client = scope.get("client")
        LOG.info(
            "request",
            method=scope["method"],
            path=path,
            route=route,
            status=status,
            milliseconds=round(seconds * 1000, 1),
            client=client[0] if client else "",
        )


def impossible(scope: HTTPScope) -> ProblemDetails | None:
    """Say why this address can never be served: control characters in it, or a credential in its query."""
    query = scope.get("query_string", b"").decode("latin-1")
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    if CONTROL.search(scope["path"]) or "\ufffd" in scope["path"]:
        return CONTROL_PROBLEM
    for key, value in pairs:
        if key.lower() in TOKEN_NAMES or value.startswith(TOKEN_MARK):
            return TOKEN_PROBLEM
        if CONTROL.search(key) or CONTROL.search(value):
            return CONTROL_PROBLEM
    return None


def _method(scope: HTTPScope) -> str:
    """Give a request's method; one that nobody knows is none, as spans may not grow by what visitors make up."""
    return str(scope["method"]) if scope["method"] in METHODS else "HTTP"


def _tell(span: Span, scope: HTTPScope, status: int) -> None:
    """Say what became of a request: its route, which project, how it was answered; never its address."""
    route = str(scope.get("path_template") or "")
    said: dict[str, str | int] = {"http.response.status_code": status}
    if route:
        said["http.route"] = route
    if project := scope.get("path_params", {}).get("project"):
        said["holdfast.project"] = str(project)[:LONGEST_NAME]
    name = f"{_method(scope)} {route}" if route else ""
    span.tell(name, said, failed=status >= 500)  # noqa: PLR2004 (HTTP's first error of the server)


async def send_problem(problem: ProblemDetails, request_id: str, send: Send) -> None:
    """Send a problem without the framework."""
    body = msgspec.json.encode(problem.content(request_id))
    headers = {
        "content-type": "application/problem+json",
        "content-length": str(len(body)),
        "cache-control": "no-store",
    }
    raw = [(key.encode(), value.encode()) for key, value in {**headers, **problem.headers}.items()]
    await send({"type": "http.response.start", "status": problem.status, "headers": raw})
    await send({"type": "http.response.body", "body": body, "more_body": False})
