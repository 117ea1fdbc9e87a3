"""What the work of this moment comes from: the id of a request, and where its trace stands.

A job that a request puts into the queue carries both along, and whoever does the job takes them up again. Knows neither
the web nor the queue, and no library of traces.
"""

import re
from collections.abc import Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import structlog

from specs.service.auditing import on_request

# What a job's arguments call its origin.
ARGUMENT = "origin"
SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}\Z")
# W3C Trace Context: version, trace, parent and flags; versions to come may say more behind them.
_BODY = "(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
TRACEPARENT = re.compile(rf"00-{_BODY}\Z|(?!00|ff)[0-9a-f]{{2}}-{_BODY}(?=-|\Z)")


@dataclass(frozen=True, slots=True)
class Origin:
    """The id of a request, and the `traceparent` of whatever goes on in its name; either may be empty."""

    request_id: str = ""
    traceparent: str = ""

    @property
    def trace(self) -> str:
        """The id of the trace; empty where there is none."""
        return self.traceparent[3:35]


NOWHERE = Origin()
_CURRENT: ContextVar[Origin] = ContextVar("origin", default=NOWHERE)


def arrived(headers: Iterable[tuple[bytes, bytes]]) -> Origin:
    """Take over what the caller calls this request, where it is plain words; else name it after its trace, or anew."""
    given = {name: value.decode("latin-1") for name, value in headers if name in {b"x-request-id", b"traceparent"}}
    named, trace = given.get(b"x-request-id", ""), given.get(b"traceparent", "")
    traceparent = f"00{trace[2:55]}" if TRACEPARENT.match(trace) else ""
    if SANE_ID.match(named):
        return Origin(named, traceparent)
    return Origin(traceparent[3:35] or uuid4().hex, traceparent)


@contextmanager
def following(origin: Origin) -> Iterator[None]:
    """Have all that is logged, audited and put into the queue in the block say where it comes from."""
    token = _CURRENT.set(origin)
    try:
        with structlog.contextvars.bound_contextvars(**words(origin)), on_request(origin.request_id):
            yield
    finally:
        _CURRENT.reset(token)


def words(origin: Origin) -> dict[str, str]:
    """Give what a log line says of an origin."""
    told = {"request_id": origin.request_id, "trace_id": origin.trace}
    return {name: value for name, value in told.items() if value}


def carried() -> dict[str, Any]:
    """Give what a job that is put into the queue now carries along, as an argument; nothing outside of requests."""
    origin = _CURRENT.get()
    told = {"request_id": origin.request_id, "traceparent": origin.traceparent}
    found = {name: value for name, value in told.items() if value}
    return {ARGUMENT: found} if found else {}


def taken(arguments: MutableMapping[str, Any]) -> Origin:
    """Take out of a job's arguments where it comes from."""
    told = arguments.pop(ARGUMENT, None) or {}
    return Origin(str(told.get("request_id", "")), str(told.get("traceparent", "")))
