"""Routes for those who run the server: is it alive, is it ready, what Prometheus wants to know. No users, no tokens."""

import hmac
import ipaddress
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol

import structlog
from litestar import Litestar, Response, get
from litestar.connection import Request

from app.db.fitting import Fit
from app.http.auth import ANONYMOUS
from app.problems import HttpError
from app.telemetry.metrics import Metrics
from specs.errors import UnavailableError

LOG = structlog.get_logger("holdfast.system")
FORWARDING = ("x-forwarded-for", "x-real-ip", "forwarded")


class Health(Protocol):
    """What can be asked of the database."""

    async def ping(self) -> None:
        """Return if the database answers soon; raise `UnavailableError` otherwise."""

    async def fit(self) -> Fit:
        """Say how the schema and this program go together."""


async def no_jobs() -> Mapping[str, int]:
    """Count the jobs where there is no queue."""
    return {}


@dataclass(frozen=True, slots=True)
class Instruments:
    """What the routes here look at; made once per process."""

    database: Health
    metrics: Metrics
    metrics_token: str
    jobs: Callable[[], Awaitable[Mapping[str, int]]] = no_jobs


@get("/health", opt={"public": ANONYMOUS}, include_in_schema=False)
async def health() -> dict[str, str]:
    """Say that the process lives; asks nothing of anyone."""
    return {"status": "alive"}


@get("/ready", opt={"public": ANONYMOUS}, include_in_schema=False)
async def ready(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Say that requests can be answered: the database is there and has the schema of this program."""
    database: Health = request.app.state.instruments.database
    await database.ping()
    await look_whether_it_fits(request.app)
    refuse_what_does_not_fit(request.app)
    return {"status": "ready"}


async def look_whether_it_fits(app: Litestar) -> None:
    """Note whether the schema and this program go together. Raises `UnavailableError` where nobody can say."""
    app.state.unfit = (await app.state.instruments.database.fit()).hint


def refuse_what_does_not_fit(app: Litestar) -> None:
    """Raise `UnavailableError` where the schema was older than this program when last seen, or too new for it."""
    if hint := app.state.get("unfit", ""):
        raise UnavailableError("The database has another schema than this program.", hint)


@get("/metrics", opt={"public": ANONYMOUS}, include_in_schema=False)
async def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Give the metrics of this process, to this machine or to whoever has the metrics token."""
    instruments: Instruments = request.app.state.instruments
    _admit_scrape(request, instruments.metrics_token)
    up = True
    counts: Mapping[str, int] = {}
    try:
        await instruments.database.ping()
        counts = await instruments.jobs()
    except UnavailableError:
        up = False
    instruments.metrics.database(up=up)
    instruments.metrics.jobs(counts)
    return Response(instruments.metrics.text(), media_type=instruments.metrics.content_type)


def _admit_scrape(request: Request[Any, Any, Any], token: str) -> None:
    """Let in the holder of the token; without a token set, this machine alone, and no proxy on it."""
    if token:
        given = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        if hmac.compare_digest(given.encode(), token.encode()):
            return
        raise HttpError(
            HTTPStatus.UNAUTHORIZED,
            "The metrics need their token.",
            "Send `Authorization: Bearer <HOLDFAST_METRICS_TOKEN>`.",
            headers={"www-authenticate": 'Bearer realm="metrics"'},
        )
    host = request.client.host if request.client else ""
    forwarded = any(name in request.headers for name in FORWARDING)
    if forwarded or not _is_loopback(host):
        raise HttpError(
            HTTPStatus.FORBIDDEN,
            "The metrics are for this machine alone.",
            "Set HOLDFAST_METRICS_TOKEN and send it as a bearer token.",
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


ROUTES = (health, ready, metrics)
