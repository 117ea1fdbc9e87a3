"""Wakes whoever follows a project when its audit log grew, in whichever process that happened.

A wake-up says no more than "look again": what happened is read from the log itself, so one that is lost, late or
doubled costs a moment and nothing else. It is sent after the commit and not in it, since PostgreSQL lets transactions
that notify commit only one after the other. Chains that somebody follows are looked at now and then all the same, for
what a process did not live to tell.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from uuid import UUID

import psycopg
import structlog

from app.db.database import Database
from app.ending import ended
from specs.errors import HoldfastError
from sync.service.feeds.feeds import Feeds

LOG = structlog.get_logger("holdfast.wakes")
CHANNEL = "holdfast_audit"
LOOK_SECONDS = 2.0
PAUSE = 1.0
GATHER = 0.02


class Wakes:
    """The wake-ups of one process. Nothing runs before somebody listens or tells; `close` ends all listening."""

    def __init__(self, database: Database, feeds: Feeds) -> None:
        self._database = database
        self._feeds = feeds
        self._ears: dict[UUID, set[asyncio.Event]] = {}
        self._known: dict[UUID, int] = {}
        self._untold: set[UUID] = set()
        self._listener: asyncio.Task[None] | None = None
        self._teller: asyncio.Task[None] | None = None
        self.closed = False

    def tell(self, chains: frozenset[UUID]) -> None:
        """Wake the listeners to some chains here, and soon those of other processes."""
        self._wake(chains)
        self._untold |= chains
        if self._teller is None or self._teller.done():
            self._teller = asyncio.get_running_loop().create_task(self._tell())

    @contextmanager
    def listening(self, chains: Iterable[UUID]) -> Iterator[asyncio.Event]:
        """Give what is set whenever one of these chains may have grown; whoever waits for it clears it, then looks."""
        ear, wanted = asyncio.Event(), tuple(chains)
        for chain in wanted:
            self._ears.setdefault(chain, set()).add(ear)
        if self.closed:
            ear.set()
        elif self._listener is None or self._listener.done():
            self._listener = asyncio.get_running_loop().create_task(self._listen())
        try:
            yield ear
        finally:
            for chain in wanted:
                self._ears[chain].discard(ear)
                if not self._ears[chain]:
                    del self._ears[chain]
                    self._known.pop(chain, None)

    async def close(self) -> None:
        """Wake everyone for the last time, and stop."""
        self.closed = True
        self._wake(tuple(self._ears))
        await ended(*filter(None, (self._listener, self._teller)))

    def _wake(self, chains: Iterable[UUID]) -> None:
        for chain in chains:
            for ear in self._ears.get(chain, ()):
                ear.set()

    async def _tell(self) -> None:
        """Tell the other processes, of many commits at once where they come thick and fast."""
        while self._untold:
            await asyncio.sleep(GATHER)
            chains, self._untold = self._untold, set()
            with suppress(HoldfastError):
                await self._database.notify(CHANNEL, map(str, chains))

    async def _listen(self) -> None:
        """Hear what other processes tell, and look now and then, for as long as anyone here listens."""
        while self._ears and not self.closed:
            try:
                async with self._connected() as connection:
                    await connection.execute(f"listen {CHANNEL}".encode())
                    while self._ears and not self.closed:
                        await self._look()
                        async for heard in connection.notifies(timeout=LOOK_SECONDS):
                            self._wake([UUID(heard.payload)])
            except (HoldfastError, psycopg.Error, OSError, ValueError) as error:
                LOG.info("wakes.restart", error=type(error).__name__)
                await asyncio.sleep(PAUSE)
                self._wake(tuple(self._ears))

    async def _look(self) -> None:
        ends = await self._feeds.ends(tuple(self._ears))
        self._wake([chain for chain, n in ends.items() if self._known.get(chain) != n])
        self._known = ends

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[psycopg.AsyncConnection[tuple[object, ...]]]:
        connecting = asyncio.ensure_future(psycopg.AsyncConnection.connect(self._database.conninfo, autocommit=True))
        try:
            connection = await asyncio.shield(connecting)
        except asyncio.CancelledError:
            # Nobody else knows of a connection that is made in this moment.
            await ended(connecting)
            if not connecting.cancelled() and connecting.exception() is None:
                connecting.result().pgconn.finish()
            raise
        try:
            yield connection
        finally:
            await connection.close()
