"""Who is at a spec just now: people who have it open in an editor, and agents whose tasks are about it.

An editor says every few seconds that it is open; who was not heard of for half a minute is not here. The database
remembers that, for all processes of a server. Agents need not say anything: what they hold a task for is known.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from specs.access import Principal, Role, Scope
from specs.revision import Actor
from specs.store.connection import Clock, Transactions
from sync.store.presences import PresenceStore
from sync.store.tasks import TaskStore

HERE = timedelta(seconds=30)
MOST = 20


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody at a spec: in the editor, or with a task (its number and what it is about)."""

    actor: Actor
    task: int = 0
    intent: str = ""


class Presence:
    """Notes and tells who is at a spec."""

    def __init__(self, database: Transactions, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def here(self, principal: Principal, project: UUID, spec: UUID) -> None:
        """Note that the caller has a spec of the project open."""
        principal.require(project, Role.EDITOR, Scope.WRITE)
        at = self._clock()
        async with self._database.transaction() as connection:
            await PresenceStore(connection, project, spec).take(principal.actor.id, at, at - HERE)

    async def gone(self, principal: Principal, project: UUID, spec: UUID) -> None:
        """Note that the caller closed it."""
        principal.require(project, Role.EDITOR, Scope.WRITE)
        async with self._database.transaction() as connection:
            await PresenceStore(connection, project, spec).leave(principal.actor.id)

    async def others(self, principal: Principal, project: UUID, spec: UUID, path: str) -> tuple[Present, ...]:
        """Give who is at a spec besides the caller: who has it open, then who holds a task about it."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            seated = await PresenceStore(connection, project, spec).at(self._clock() - HERE)
            active = await TaskStore(connection, project).active()
        found = [Present(actor) for actor in seated]
        found += [
            Present(task.holder, task.number, task.title)
            for task in active
            if task.holder is not None and any(name.partition("#")[0] == path for name in task.area.sections)
        ]
        return tuple(one for one in found if one.actor.id != principal.actor.id)[:MOST]
