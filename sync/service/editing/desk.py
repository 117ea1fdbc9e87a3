"""What a process keeps for those who write: names of code by commit, and the dry runs that go on.

Children read the code; each commit's names are read once and kept for the repositories asked for last. A writer has one
dry run at a time: the next one ends it. Knows no database.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from uuid import UUID

from drift.lives.evaluated import Evaluated, failed
from specs.errors import ConflictError, UnavailableError
from sync.aids.codenames import CodeNames

MOST_KEPT = 8
MOST_AT_ONCE = 2
MOST_TRIES = 3
PATIENCE = 10.0
Ask: TypeAlias = Callable[[Mapping[str, Any]], Awaitable[Evaluated]]
Survey: TypeAlias = Callable[[Mapping[str, Any]], Awaitable[CodeNames | None]]


async def no_trial(request: Mapping[str, Any]) -> Evaluated:
    """Answer where nothing may be run."""
    del request
    return failed("This process runs no evaluations.")


async def no_names(request: Mapping[str, Any]) -> CodeNames | None:
    """Answer where nothing may be read."""
    del request
    return None


@dataclass(slots=True)
class Read:
    """The names of a repository: those known, the commit they are of, and the child that reads a later one."""

    commit: str = ""
    names: CodeNames = field(default_factory=CodeNames)
    reading: asyncio.Task[None] | None = None
    wanted: str = ""
    tries: int = 0


class Desk:
    """Names and dry runs of one process."""

    def __init__(self, ask: Ask = no_trial, survey: Survey = no_names) -> None:
        self._ask = ask
        self._survey = survey
        self._read: OrderedDict[UUID, Read] = OrderedDict()
        self._trials: dict[Hashable, asyncio.Task[Evaluated]] = {}
        self._free = asyncio.Semaphore(MOST_AT_ONCE)

    async def names(
        self, repository: UUID, commit: str, request: Mapping[str, Any], patience: float
    ) -> tuple[CodeNames, bool]:
        """Give the names of a commit, and whether they are those: until they are read, older ones or none are given."""
        read = self._read.setdefault(repository, Read())
        self._read.move_to_end(repository)
        while len(self._read) > MOST_KEPT:
            self._read.popitem(last=False)
        if read.commit != commit:
            self._begin(read, commit, request)
            if read.reading is not None:
                await asyncio.wait({read.reading}, timeout=patience)
        return read.names, read.commit == commit

    def _begin(self, read: Read, commit: str, request: Mapping[str, Any]) -> None:
        if read.wanted != commit:
            read.wanted, read.tries = commit, 0
        if (read.reading is None or read.reading.done()) and read.tries < MOST_TRIES:
            read.tries += 1
            read.reading = asyncio.create_task(self._fill(read, commit, request))

    async def _fill(self, read: Read, commit: str, request: Mapping[str, Any]) -> None:
        names = await self._survey(request)
        if names is not None:
            read.names, read.commit = names, commit

    async def run(self, writer: Hashable, request: Mapping[str, Any]) -> Evaluated:
        """Have something evaluated for a writer; what ran for the same one is ended.

        Raises `ConflictError` where a later one ended this one, `UnavailableError` where others keep all hands busy.
        """
        before = self._trials.pop(writer, None)
        if before is not None:
            before.cancel()
        task = self._trials[writer] = asyncio.create_task(self._run(request))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if self._trials.get(writer) is not task and task.cancelled():
                raise ConflictError(
                    "A later dry run took the place of this one.", "Wait for the answer to that."
                ) from None
            task.cancel()
            raise
        finally:
            if self._trials.get(writer) is task:
                del self._trials[writer]

    async def close(self) -> None:
        """End what goes on."""
        going = [*self._trials.values(), *(read.reading for read in self._read.values() if read.reading is not None)]
        for task in going:
            task.cancel()
        await asyncio.gather(*going, return_exceptions=True)

    async def _run(self, request: Mapping[str, Any]) -> Evaluated:
        try:
            await asyncio.wait_for(self._free.acquire(), PATIENCE)
        except TimeoutError:
            raise UnavailableError("Other dry runs go on.", "Try again in a few seconds.") from None
        try:
            return await self._ask(request)
        finally:
            self._free.release()
