"""Structured logs of the server: one JSON object a line, with the request's id, without secrets.

Every logger of the process (ours, the web server's, the job queue's) ends in one handler. A value from outside cannot
forge a line: JSON escapes every control character. Knows neither requests nor settings.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog
from structlog.typing import Processor, WrappedLogger

SECRET_NAMES = frozenset({"authorization", "cookie", "set-cookie", "password", "secret", "token"})
HIDDEN = "[hidden]"
# Our own tokens, and the user part of an address: both leave no trace in a log, whoever wrote them there.
SECRETS = re.compile(r"hf_[a-z2-7]{4,12}_[a-z2-7]{8,}|(?<=://)[^/\s@]+(?=@)")
TOO_LONG = 4000
QUIET = {
    "alembic": logging.WARNING,
    "granian": logging.WARNING,
    "httpx": logging.WARNING,
    "mcp": logging.WARNING,
    "opentelemetry": logging.ERROR,
    "_granian": logging.ERROR,
    "procrastinate": logging.WARNING,
}


def scrub(_logger: WrappedLogger, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take tokens, passwords in addresses and overlong texts out of an entry."""
    for key, value in event.items():
        if key.lower() in SECRET_NAMES:
            event[key] = HIDDEN
        elif isinstance(value, str):
            event[key] = SECRETS.sub(HIDDEN, value if len(value) <= TOO_LONG else value[:TOO_LONG] + "…")
    return event


def configure(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send all logs of this process to `stream` (standard error by default) as JSON lines."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        structlog.processors.UnicodeDecoder(),
        scrub,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.PositionalArgumentsFormatter(), *shared],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            scrub,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, least in QUIET.items():
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(max(least, level))
