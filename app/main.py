"""The server put together: routes, services, who asks, errors, limits. The composition root; knows everything below."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from litestar import Litestar, Router
from litestar.connection import Request
from litestar.di import Provide
from litestar.response import Response
from litestar.static_files import create_static_files_router
from litestar.types import ControllerRouterHandler

from app import api, queue, web
from app.api import _keys, _openapi
from app.api._conditions import named_task, negotiate
from app.background.meaning import model
from app.background.workers import working
from app.db.database import Database
from app.events.feeding import Readers
from app.events.wakes import Wakes
from app.http import system, webhooks
from app.http.auth import (
    ANONYMOUS,
    FAILURES_OF_ADDRESS,
    FAILURES_OF_PREFIX,
    FAILURES_WINDOW,
    SAFE,
    Credentials,
    Gate,
    admit,
    check_declared,
    is_api,
)
from app.http.edge import Edge
from app.http.idempotency import Idempotency
from app.http.waiting import waits
from app.identity.passwords import Argon2Passwords
from app.identity.sessions import Limiter, Sessions
from app.installation.mirroring import mirrors
from app.installation.serverkey import server_key, vault
from app.mcp import mount
from app.problems import INTERNAL, describe
from app.programs.evaluator import survey_in_child, try_in_child
from app.settings import Settings
from app.sources import now, random_bytes
from app.telemetry.metrics import Metrics
from app.telemetry.tracing import tracing
from app.unit import Parts, Services, Unit
from app.web.entrance.signing_in import single_sign_on
from app.web.errors import page, waits_page
from app.web.statics import MIDDLEWARE
from specs.errors import UnavailableError
from specs.service.proposals.admitting import WaitsError
from sync.service.contexts.meanings import Asking
from sync.service.editing.desk import Desk
from sync.service.feeds.webhooks import Sending
from sync.service.repositories.repositories import Ground
from sync.service.tasks.errands import sent

LOG = structlog.get_logger("holdfast.app")
STATIC = Path(__file__).parent / "web" / "static"
VERSION = "1"
BARE = ("/health", "/ready", "/metrics", "/static/", "/webhooks/", "/mcp", "/.well-known/")
LOGIN_TRIES = 10
ISSUER = "holdfast"
LOGIN_WINDOW = timedelta(minutes=5)


def create_app(settings: Settings, *, revive: Callable[[], object] | None = None, worker: bool = False) -> Litestar:
    """Make the application. `settings.database_url` names a migrated database.

    `revive` brings an embedded database back when it is gone; `worker` says to do jobs in this process too.
    """
    return furnish(make_routes(settings.max_body_bytes), settings, revive=revive, worker=worker)


def make_routes(max_body_bytes: int) -> Litestar:
    """Make the routes and what stands around each of them, which takes half a second, with nothing behind them."""
    app = Litestar(
        route_handlers=_routes(),
        guards=[admit],
        middleware=[Credentials, Idempotency],
        dependencies={"unit": Provide(_unit)},
        exception_handlers={Exception: _answer},
        lifespan=[_life],
        openapi_config=_openapi.openapi_config(VERSION, [module.__name__.rsplit(".", 1)[-1] for module in api.MODULES]),
        request_max_body_size=max_body_bytes,
        include_in_schema=False,
        logging_config=None,
    )
    check_declared(app.routes)
    app.state.routed = app.asgi_handler
    return app


def furnish(
    app: Litestar, settings: Settings, *, revive: Callable[[], object] | None = None, worker: bool = False
) -> Litestar:
    """Put services behind routes; where others were there before, those must have ended."""
    database = Database(settings.database_url, revive=revive)
    following = tracing(settings)
    following.watch(database.observe)
    metrics = Metrics()
    https = settings.public_url.startswith("https://")
    parts = make_parts(database, settings)
    services = Services(database, parts)
    access = services.access
    wakes = Wakes(database, services.feeds)
    database.on_audit = wakes.tell
    sessions = Sessions(database, access, now, random_bytes)
    app.state.settings = settings
    app.state.works = worker
    app.state.sessions, app.state.sign_on = sessions, single_sign_on(settings, database)
    app.state.database = database
    app.state.parts = parts
    app.state.ended = asyncio.Event()
    app.state.mcp = mount.Door(settings, app.state.ended)
    app.state.wakes = wakes
    app.state.readers = Readers()
    app.state.instruments = system.Instruments(
        database, metrics, settings.metrics_token, jobs=partial(queue.counts, database)
    )
    app.state.gate = Gate(
        tokens=access,
        sessions=sessions,
        addresses=Limiter(database, now, FAILURES_OF_ADDRESS, FAILURES_WINDOW),
        prefixes=Limiter(database, now, FAILURES_OF_PREFIX, FAILURES_WINDOW),
        public_url=settings.public_url,
        trust_forwarded=settings.trust_forwarded,
    )
    app.asgi_handler = Edge(app.state.routed, metrics, https=https, tracing=following)
    return app


def make_parts(database: Database, settings: Settings) -> Parts:
    """Make what all services of a process share."""
    return Parts(
        passwords=Argon2Passwords(),
        limit=Limiter(database, now, LOGIN_TRIES, LOGIN_WINDOW),
        ground=Ground(settings.repository_roots, server_key(settings)),
        vault=vault(settings),
        mirrors=mirrors(settings),
        on_wanted=queue.wanted,
        on_change=queue.changed,
        on_settled=queue.settled,
        issuer=urlsplit(settings.public_url).netloc or ISSUER,
        asking=Asking(model(settings)),
        reach=timedelta(days=settings.feed_days),
        sending=Sending(server_key(settings), settings.allow_private_addresses),
        on_due=queue.deliver,
        on_asked=queue.run,
        desk=Desk(try_in_child, survey_in_child),
    )


def _routes() -> list[ControllerRouterHandler]:
    tagged = [
        Router(
            path=api.BASE,
            route_handlers=module.ROUTES,
            guards=[negotiate],
            tags=[module.__name__.rsplit(".", 1)[-1]],
            include_in_schema=True,
        )
        for module in api.MODULES
    ]
    static = create_static_files_router(
        "/static",
        [STATIC],
        opt={"public": ANONYMOUS},
        name="static",
        middleware=MIDDLEWARE,
    )
    return [
        *system.ROUTES,
        *webhooks.ROUTES,
        *_openapi.ROUTES,
        *_keys.ROUTES,
        *mount.ROUTES,
        *tagged,
        static,
        *web.ROUTES,
    ]


async def _unit(request: Request[Any, Any, Any]) -> Unit:
    """Give a request its services: over the database, or inside the transaction of its idempotency key.

    Whoever changes something on the API does so for the task that the request names, or that the agent holds.
    """
    system.refuse_what_does_not_fit(request.app)
    state = request.scope["state"]
    database = state.get("transactions") or request.app.state.database
    principal = state.get("principal")
    if principal is not None and request.method not in SAFE and is_api(request.scope):
        principal = await sent(database, principal, named_task(request.headers))
    return Unit(database, request.app.state.parts, principal)


def _answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Turn whatever a request raised into an answer: problem details on the API, a page elsewhere."""
    if isinstance(error, WaitsError):
        return waits(request, error) if is_api(request.scope) else waits_page(request, error)
    problem = describe(error)
    if problem is INTERNAL:
        LOG.error("request.failed", path=request.scope["path"], exc_info=error)
    if is_api(request.scope) or request.scope["path"].startswith(BARE):
        return problem.response(str(request.scope["state"].get("request_id", "")))
    return page(request, problem)


@asynccontextmanager
async def _life(app: Litestar) -> AsyncIterator[None]:
    state = app.state
    try:
        with suppress(UnavailableError):  # a database that is away is waited for
            await system.look_whether_it_fits(app)
        state.parts.asking.begin()
        async with state.mcp.open(), working(state.database, state.settings) if state.works else nullcontext():
            yield
    finally:
        await state.wakes.close()
        await state.parts.desk.close()
        await state.database.close()
