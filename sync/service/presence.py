"""Who is at a spec just now: people who have it open in an editor, and agents whose tasks are about it.

An editor says every few seconds that it is open; who was not heard of for half a minute is not here. The process alone
remembers that: several processes of a server each know those who talk to them. Agents need not say anything: what they
hold a task for is known.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from specs.access import Principal, Role, Scope
from specs.revision import Actor
from specs.store.connection import Clock, Transactions
from sync.store.tasks import TaskStore

HERE = timedelta(seconds=30)
MOST = 20
MOST_SPECS = 10_000


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody at a spec: in the editor, or with a task (its number and what it is about)."""

    actor: Actor
    task: int = 0
    intent: str = ""


class Seats:
    """Who was last heard of at which spec, in this process."""

    def __init__(self) -> None:
        self._seen: dict[UUID, dict[UUID, tuple[Actor, datetime]]] = {}

    def take(self, spec: UUID, actor: Actor, at: datetime) -> None:
        """Note that somebody has a spec open."""
        if len(self._seen) >= MOST_SPECS:
            self._seen.clear()
        self._seen.setdefault(spec, {})[actor.id] = (actor, at)

    def leave(self, spec: UUID, actor: UUID) -> None:
        """Note that somebody closed it."""
        self._seen.get(spec, {}).pop(actor, None)

    def at(self, spec: UUID, since: datetime) -> tuple[Actor, ...]:
        """Give who had a spec open since then, by name; others are forgotten."""
        here = {ref: seat for ref, seat in self._seen.get(spec, {}).items() if seat[1] >= since}
        self._seen[spec] = here
        if not here:
            del self._seen[spec]
        return tuple(sorted((actor for actor, _ in here.values()), key=lambda one: (one.name, str(one.id))))


class Presence:
    """Notes and tells who is at a spec."""

    def __init__(self, database: Transactions, clock: Clock, seats: Seats) -> None:
        self._database = database
        self._clock = clock
        self._seats = seats

    def here(self, principal: Principal, project: UUID, spec: UUID) -> None:
        """Note that the caller has a spec of the project open."""
        principal.require(project, Role.EDITOR, Scope.WRITE)
        self._seats.take(spec, principal.actor, self._clock())

    def gone(self, principal: Principal, project: UUID, spec: UUID) -> None:
        """Note that the caller closed it."""
        principal.require(project, Role.EDITOR, Scope.WRITE)
        self._seats.leave(spec, principal.actor.id)

    async def others(self, principal: Principal, project: UUID, spec: UUID, path: str) -> tuple[Present, ...]:
        """Give who is at a spec besides the caller: who has it open, then who holds a task about it."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            active = await TaskStore(connection, project).active()
        found = [Present(actor) for actor in self._seats.at(spec, self._clock() - HERE)]
        found += [
            Present(task.holder, task.number, task.title)
            for task in active
            if task.holder is not None and any(name.partition("#")[0] == path for name in task.area.sections)
        ]
        return tuple(one for one in found if one.actor.id != principal.actor.id)[:MOST]
