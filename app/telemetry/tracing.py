"""Traces of what this process does, for whoever collects them: off unless the environment names a collector.

Where they are off, nothing is loaded. `otel` alone knows the library. Of jobs it knows how each is wrapped.
"""

from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any, TypeAlias

import structlog

from app.origins import Origin, following, taken, words
from app.queue import CLOCK
from app.settings import Settings
from app.telemetry.spans import SILENT, Role, Tracing

LOG = structlog.get_logger("holdfast.traces")
Job: TypeAlias = Callable[[Callable[[], Awaitable[Any]], Any, Any], Awaitable[Any]]


def tracing(settings: Settings) -> Tracing:
    """Give what follows this process's work, one in each process; a library that is missing is said once."""
    return _made() if settings.traces else SILENT


@lru_cache(maxsize=1)
def _made() -> Tracing:
    try:
        from app.telemetry.otel import OpenTelemetry  # noqa: PLC0415 (nobody else loads the library)
    except ModuleNotFoundError:
        LOG.warning("traces.unavailable", hint='Install them: pip install "holdfast[server,otel]".')
        return SILENT
    return OpenTelemetry()


def followed(by: Tracing) -> Job:
    """Give what the queue wraps each job in: its lines name the job and the request, its span continues the trace."""

    async def follow(do: Callable[[], Awaitable[Any]], context: Any, _worker: Any) -> Any:
        job = context.job
        origin = taken(job.task_kwargs)
        # Not unbound: each job has a task of its own, and what the queue says of a job that failed comes after this.
        structlog.contextvars.bind_contextvars(job=job.id, task=job.task_name, **words(origin))
        if job.queue == CLOCK:
            return await do()
        said = {"messaging.system": "procrastinate", "messaging.message.id": str(job.id), **_named(origin, job)}
        with (
            by.span(job.task_name, Role.CONSUMER, origin.traceparent, said) as span,
            following(Origin(origin.request_id, span.traceparent or origin.traceparent)),
        ):
            return await do()

    return follow


def _named(origin: Origin, job: Any) -> dict[str, str]:
    told = {"holdfast.request_id": origin.request_id, "holdfast.project": str(job.task_kwargs.get("project", ""))}
    return {name: value for name, value in told.items() if value}
