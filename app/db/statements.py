"""Tells whoever follows this process's work of each statement: the operation's name, never the text or a parameter."""

import re
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from app.telemetry.spans import Begin

OPERATION = re.compile(r"[A-Za-z]{1,20}")
# Where a connection keeps what ends the statement under way.
_ENDING = "holdfast_statement"


def watch(engine: AsyncEngine, begin: Begin) -> None:
    """Tell of each statement of an engine."""

    def begun(connection: Any, _cursor: object, statement: str, *_rest: object) -> None:
        found = OPERATION.search(statement)
        connection.info[_ENDING] = begin(found[0].upper() if found else "SQL")

    def done(connection: Any, *_rest: object) -> None:
        _end(connection, failed=False)

    def failed(context: Any) -> None:
        if context.connection is not None:
            _end(context.connection, failed=True)

    event.listen(engine.sync_engine, "before_cursor_execute", begun)
    event.listen(engine.sync_engine, "after_cursor_execute", done)
    event.listen(engine.sync_engine, "handle_error", failed)


def _end(connection: Any, *, failed: bool) -> None:
    # A connection that was invalidated has no place for notes any more.
    ending = None if connection.invalidated else connection.info.pop(_ENDING, None)
    if ending is not None:
        ending(failed)
