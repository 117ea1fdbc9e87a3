"""Asks our own API in this process: the same routes, guards, idempotency and errors as over HTTP, by the same token."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

import msgspec
from litestar.datastructures import Headers
from litestar.types import ASGIApp, Message, Scope

from app.api import BASE
from app.client import JSON, Answer, refused
from app.mcp.asking import Ask, quoted

# What a request says about who asks, for which task, from where, and under which name it is followed.
CARRIED = ("authorization", "holdfast-task", "holdfast-fencing", "x-forwarded-for", "host", "user-agent")


def inside(app: ASGIApp, scope: Scope, project: str) -> Ask:
    """Give what asks the API about a project as the caller of the request in `scope`."""
    given = Headers.from_scope(scope)
    carried = {name: given[name] for name in CARRIED if name in given}
    carried["x-request-id"] = str(scope["state"].get("request_id", ""))
    carried["traceparent"] = str(scope["state"].get("traceparent", ""))

    async def ask(
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        accept: str = JSON,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        place, _, query = f"{BASE}/projects/{quoted(project)}{path}".partition("?")
        sent = b"" if body is None else msgspec.json.encode(body)
        told = {**carried, "accept": accept, "content-type": JSON, "content-length": str(len(sent)), **(headers or {})}
        answer = await _exchange(app, _request(scope, method, place, query, told), sent)
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise refused(answer.status, answer.body, answer.headers)
        return answer

    return ask


def _request(scope: Scope, method: str, place: str, query: str, headers: Mapping[str, str]) -> Any:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": scope["scheme"],
        "path": unquote(place),
        "raw_path": place.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers.items()],
        "client": scope.get("client"),
        "server": scope.get("server"),
        "extensions": {},
    }


async def _exchange(app: ASGIApp, request: Any, sent: bytes) -> Answer:
    """Send one request and take its whole answer."""
    status, headers, parts = 0, {}, []
    asked = False

    async def receive() -> Any:
        nonlocal asked
        if asked:
            return {"type": "http.disconnect"}
        asked = True
        return {"type": "http.request", "body": sent, "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            headers.update(
                {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in message["headers"]}
            )
        elif message["type"] == "http.response.body":
            parts.append(message["body"])

    await app(request, receive, send)
    return Answer(status, b"".join(parts), headers)
