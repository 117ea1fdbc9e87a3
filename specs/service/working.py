"""Runs pure work where it holds up nobody: short work at once, long work off the event loop."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

# Characters that are read in a few milliseconds. To hand less to a thread costs more than it saves.
AT_ONCE = 20_000
P = ParamSpec("P")
T = TypeVar("T")


async def worked(size: int, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Give what pure work over so many characters gives."""
    return work(*args, **kwargs) if size <= AT_ONCE else await asyncio.to_thread(work, *args, **kwargs)
