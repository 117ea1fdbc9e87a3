"""Following projects: what happened after a place in their audit logs, in order, each once, none left out.

A project's log has one writer at a time and no gaps, so whoever reads "all after the n-th" twice misses nothing between
the two. Across projects there is no order but time: a cursor holds a place in each. Knows nothing of HTTP, and of
nothing that wakes a reader.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from specs.access import Principal, Project, Role, Scope
from specs.audit import Entry
from specs.errors import UserError
from specs.store.audit import AuditStore
from specs.store.connection import Clock, Connection, Transactions
from sync.feeds.cursor import DIGEST, START, GoneError, Place, decode, encode
from sync.feeds.event import Event
from sync.feeds.kinds import event_of
from sync.feeds.wanted import Wanted

REACH = timedelta(days=30)
BATCH = 200
MOST_PROJECTS = 100
_TOO_OLD = "This cursor is older than the feed reaches back."
_OTHER = "This cursor is of another history: of another installation, or from before a backup was restored."
_RESYNC = "Read the lists that you keep anew, then go on after the `cursor` given here, which was taken before."


@dataclass(frozen=True, slots=True)
class Told:
    """Wanted events, each with the cursor after it, and the cursor after all that was looked at.

    `more` says that there was more to look at than one reading does.
    """

    events: tuple[tuple[Event, str], ...]
    cursor: str
    more: bool = False


class Feeds:
    """Use cases of following projects. `reach` is how far back a feed goes."""

    def __init__(self, database: Transactions, clock: Clock, reach: timedelta = REACH) -> None:
        self._database = database
        self._clock = clock
        self._reach = reach

    async def begin(self, principal: Principal, projects: Sequence[Project], after: str | None) -> str:
        """Give the cursor from which somebody goes on: now, from the start of what is kept, or after a cursor.

        A project that the cursor does not know is followed from now on. Raises `GoneError` where nobody can go on from
        there, with a `cursor` of now; `UserError` for no cursor.
        """
        may_follow(principal, projects)
        async with self._database.read() as connection:
            store = AuditStore(connection)
            chains = [project.id for project in projects]
            now = dict.fromkeys(chains, Place()) | {
                end.chain: Place(end.n, end.digest[:DIGEST]) for end in await store.ends_of(chains)
            }
            if after is None:
                return encode(now)
            if after == START:
                return encode({chain: await self._start(store, chain) for chain in chains})
            known = {chain: place for chain, place in decode(after).items() if chain in now}
            if not known:
                raise gone(_OTHER, now)
            for chain, place in known.items():
                await self._check(store, chain, place, now)
        return encode(now | known)

    async def _start(self, store: AuditStore, chain: UUID) -> Place:
        n = await store.begun(chain, self._clock() - self._reach)
        return Place(n, (await store.at(chain, n))[0][:DIGEST])

    async def _check(self, store: AuditStore, chain: UUID, place: Place, now: Mapping[UUID, Place]) -> None:
        digest, following = await store.at(chain, place.n)
        if digest[:DIGEST] != place.digest:
            raise gone(_OTHER, now)
        if following is not None and following < self._clock() - self._reach:
            raise gone(_TOO_OLD, now)

    async def read(
        self, principal: Principal, projects: Sequence[Project], cursor: str, wanted: Wanted, limit: int = BATCH
    ) -> Told:
        """Give what happened after a cursor of `begin` or of this, `limit` entries at most of all projects together."""
        may_follow(principal, projects)
        places, named = decode(cursor), {project.id: project.slug for project in projects}
        async with self._database.ask() as connection:
            found = [pair for chain in places for pair in await self._after(connection, chain, places, limit)]
        found.sort(key=lambda pair: (pair[0].act.at, pair[0].chain.int, pair[0].n))
        chosen = in_order(found)[:limit]
        events = []
        for entry, name in chosen:
            places[entry.chain] = Place(entry.n, entry.digest[:DIGEST])
            event = event_of(entry, named[entry.chain], name)
            if event is not None and wanted.takes(event):
                events.append((event, encode(places)))
        return Told(tuple(events), encode(places), more=len(found) >= limit)

    @staticmethod
    async def _after(
        connection: Connection, chain: UUID, places: Mapping[UUID, Place], limit: int
    ) -> tuple[tuple[Entry, str], ...]:
        return await AuditStore(connection).following(chain, places[chain].n, limit)

    async def ends(self, chains: Iterable[UUID]) -> dict[UUID, int]:
        """Say how far chains have come: for whoever wakes readers, who then ask for themselves."""
        async with self._database.ask() as connection:
            return {end.chain: end.n for end in await AuditStore(connection).ends_of(chains)}


def in_order(found: Sequence[tuple[Entry, str]]) -> list[tuple[Entry, str]]:
    """Put entries that are sorted by time into an order that keeps each chain's own, also where its clocks did not."""
    rows: dict[UUID, list[tuple[Entry, str]]] = {}
    for pair in found:
        rows.setdefault(pair[0].chain, []).append(pair)
    turns = {chain: iter(sorted(pairs, key=lambda pair: pair[0].n)) for chain, pairs in rows.items()}
    return [next(turns[entry.chain]) for entry, _ in found]


def may_follow(principal: Principal, projects: Sequence[Project]) -> None:
    """Raise unless somebody may read all of these projects, and they are not too many for one cursor."""
    for project in projects:
        principal.require(project.id, Role.READER, Scope.READ)
    if not projects:
        raise UserError("There is no project to follow.", "Ask an admin to make you a member of one.")
    if len(projects) > MOST_PROJECTS:
        raise UserError("These are too many projects for one feed.", f"Name at most {MOST_PROJECTS} with `project`.")


def gone(message: str, now: Mapping[UUID, Place]) -> GoneError:
    """Make the error for a place from which nobody can go on."""
    return GoneError(message, _RESYNC, details={"cursor": encode(now)})
