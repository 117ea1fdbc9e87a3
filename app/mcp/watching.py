"""What changed between two states of the specs, for those who subscribed. Asks the source; knows no protocol."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from app.mcp.source import Source, State
from specs.errors import UnavailableError

SECONDS = 2.0
MOST_STREAMS = 256


@dataclass(frozen=True, slots=True)
class Change:
    """What changed: the paths of specs that say something else now, and whether specs came or went."""

    paths: frozenset[str]
    listing: bool


def change(before: State, after: State) -> Change:
    """Compare two states."""
    told = frozenset(path for path in {*before.heads, *after.heads} if before.heads.get(path) != after.heads.get(path))
    return Change(told, before.heads.keys() != after.heads.keys())


async def watch(source: Source, begin: State, ended: asyncio.Event) -> AsyncIterator[Change]:
    """Give each change since a state, until the event is set. Goes on while the source is away; raises what refuses."""
    state = begin
    while not ended.is_set():
        try:
            async with asyncio.timeout(SECONDS):
                await ended.wait()
        except TimeoutError:
            pass
        else:
            return
        try:
            now = await source.state(state.name)
        except UnavailableError:
            continue
        if now is not None:
            yield change(state, now)
            state = now
