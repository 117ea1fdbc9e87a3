"""Ends tasks for certain.

Before Python 3.12 `asyncio.wait_for` gives up a cancellation that comes just as what it waits for is done
(python/cpython#86296), and the drivers of databases wait with it: a task that is cancelled once may go on for ever.
"""

import asyncio
from typing import Any

AGAIN = 1.0


async def ended(*tasks: "asyncio.Future[Any]") -> None:
    """Cancel tasks, again and again, until all have ended. How they ended is nobody's concern any more."""
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=AGAIN)
    for task in tasks:
        if not task.cancelled():
            task.exception()
