"""The OpenAPI document and its page: what the framework derives from the handlers, plus what only we know.

We know the scope each route needs, the problems it may answer with, the headers it reads and the media types it
offers. The page uses assets of our own; nothing is loaded from elsewhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from litestar import Litestar, Response, Router, get
from litestar.connection import Request
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme, Tag
from litestar.routes import HTTPRoute

from app.api._conditions import JSON
from app.api._wire import In
from app.http.auth import ANONYMOUS, SAFE
from app.http.idempotency import KEY_PATTERN
from app.http.waiting import SCHEMA, STATUS
from app.problems import MEDIA_TYPE

ALWAYS = (400, 401, 403, 406, 429, 503)
WITH_BODY = (413, 415)
WITH_KEY = (409, 422)
SUCCESS = 300
PROBLEM = MappingProxyType(
    {
        "type": "object",
        "description": "Problem details (RFC 9457). Some problems have further members.",
        "required": ["type", "title", "status", "detail", "hint", "request_id"],
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string", "description": "What is wrong, for a person."},
            "hint": {"type": "string", "description": "What to do about it."},
            "request_id": {"type": "string", "description": "Names this request in the server's log."},
        },
    }
)
HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "If-Match": "The ETag of the revision that a save was made from.",
        "Last-Event-ID": "The cursor of the last event that came, which counts before `after`.",
        "If-None-Match": "An ETag that the caller has; 304 when nothing changed.",
        "Idempotency-Key": "A word of the caller's: the same request with the same key has one effect and one answer.",
    }
)
SHAPES: Mapping[str, Mapping[str, Any]] = MappingProxyType({"Idempotency-Key": {"pattern": KEY_PATTERN}})
DESCRIPTION = """
Living specs, and the check that the code still follows them.

Every request carries `Authorization: Bearer <token>`. Errors are problem details (RFC 9457) with a `hint` that says
what to do. Lists come in pages; `next` is the address of the following one. The ETag of a spec is the digest of its
revision: send it as `If-Match` when you save. A POST with an `Idempotency-Key` may be repeated without harm.

Whoever changes something in the course of a task sends `Holdfast-Task` and `Holdfast-Fencing`, the task's id and the
token that its claim gave: 409 with `code: stale-fencing`, and nothing is changed, once that token holds no longer.
"""


class NoRoutes(Router):
    """A router that takes nothing: the framework's own pages would load assets from elsewhere."""

    def register(self, value: object) -> list[Any]:  # noqa: ARG002 (the signature is the framework's)
        """Register nothing."""
        return []


def openapi_config(version: str, tags: Sequence[str]) -> OpenAPIConfig:
    """Say what the document is called; its routes are ours."""
    scheme = SecurityScheme(type="http", scheme="bearer", description="A token: `holdfast token create` makes one.")
    return OpenAPIConfig(
        title="Holdfast",
        version=version,
        description=DESCRIPTION,
        components=Components(security_schemes={"token": scheme}),
        tags=[Tag(name=name) for name in tags],
        use_handler_docstrings=True,
        openapi_router=NoRoutes(path="/api/v1/schema", route_handlers=[]),
    )


def document(app: Litestar) -> dict[str, Any]:
    """Make the whole document of an application."""
    made = deepcopy(app.openapi_schema.to_schema())
    schemas = made["components"].setdefault("schemas", {})
    _close(schemas)
    schemas["Problem"], schemas["Waiting"] = dict(PROBLEM), dict(SCHEMA)
    for path, method, handler in _operations(app):
        operation = made["paths"].get(path, {}).get(method.lower())
        if operation is not None:
            _complete(operation, handler, method)
    return made


def _close(schemas: dict[str, Any]) -> None:
    """Say of request bodies that they take no other field, and mend their lists, which may hold all else."""
    closed = {one.__name__ for one in _below(In)}
    for name, schema in schemas.items():
        if name.rpartition("_")[2] in closed:
            schema["additionalProperties"] = False
        for value in schema.get("properties", {}).values():
            match value.get("items"):
                case {"oneOf": [held, {**rest}]} if not rest:
                    value["items"] = held


def _below(kind: type[Any]) -> Iterator[type[Any]]:
    below: list[type[Any]] = kind.__subclasses__()
    for one in below:
        yield one
        yield from _below(one)


def _operations(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for method, (handler, _) in route.route_handler_map.items():
                yield route.path_format, method, handler


def _complete(operation: dict[str, Any], handler: HTTPRouteHandler, method: str) -> None:
    opt = handler.opt
    responses: dict[str, Any] = operation["responses"]
    responses.pop("400", None)
    success = next((key for key in responses if int(key) < SUCCESS), "200")
    statuses = {*opt.get("statuses", ()), *(() if opt.get("public") else ALWAYS)}
    has_body = "requestBody" in operation
    if has_body:
        statuses |= {400, *WITH_BODY}
    if method == "POST":
        statuses |= set(WITH_KEY)
    if method not in SAFE and not opt.get("public"):
        statuses |= {409}
    headers = list(opt.get("headers", ()))
    if method == "POST" and not opt.get("public"):
        headers.append("Idempotency-Key")
    _offer(responses[success], opt.get("offers", (JSON,)))
    if opt.get("waits"):
        content = {JSON: {"schema": {"$ref": "#/components/schemas/Waiting"}}}
        responses[str(STATUS)] = {"description": "It waits for review as a proposal.", "content": content}
    for status in sorted(statuses):
        if status < SUCCESS:
            responses[str(status)] = deepcopy(responses[success]) | {"description": HTTPStatus(status).phrase}
        elif status == HTTPStatus.NOT_MODIFIED:
            responses[str(status)] = {"description": "The caller has this revision already."}
        else:
            content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
            responses[str(status)] = {"description": HTTPStatus(status).phrase, "content": content}
    if not opt.get("public"):
        operation["security"] = [{"token": []}]
        operation["x-scope"] = str(opt["scope"])
    parameters = operation.setdefault("parameters", [])
    for name in headers:
        schema = {"type": "string", "maxLength": 255, **SHAPES.get(name, {})}
        parameters.append({"name": name, "in": "header", "description": HEADERS[name], "schema": schema})


def _offer(response: dict[str, Any], offers: Sequence[str]) -> None:
    """Name the media types a route gives besides JSON."""
    for offer in offers:
        if offer != JSON:
            kind = "object" if offer.endswith("+json") else "string"
            response.setdefault("content", {})[offer] = {"schema": {"type": kind}}


@get("/api/v1/openapi.json", opt={"public": ANONYMOUS}, include_in_schema=False, media_type=JSON)
async def openapi_json(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """Give the OpenAPI document."""
    state = request.app.state
    if state.get("openapi") is None:
        state.openapi = document(request.app)
    made: dict[str, Any] = state.openapi
    return made


PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Holdfast API</title>
<link rel="icon" href="/static/favicon.svg">
<link rel="stylesheet" href="/static/vendor/swagger-ui/swagger-ui.css">
</head>
<body>
<main id="api"></main>
<noscript>This page needs JavaScript. The document itself: <a href="/api/v1/openapi.json">openapi.json</a>.</noscript>
<script src="/static/vendor/swagger-ui/swagger-ui-bundle.js"></script>
<script nonce="{nonce}">
SwaggerUIBundle({{url: "/api/v1/openapi.json", dom_id: "#api", deepLinking: true, validatorUrl: null,
  persistAuthorization: false, tryItOutEnabled: false}});
</script>
</body>
</html>
"""


@get("/api/docs", opt={"public": ANONYMOUS, "offers": ("text/html",)}, include_in_schema=False)
async def docs(request: Request[Any, Any, Any]) -> Response[str]:
    """Give the page that shows the OpenAPI document."""
    return Response(PAGE.format(nonce=request.scope["state"]["nonce"]), media_type="text/html")


ROUTES = (openapi_json, docs)
