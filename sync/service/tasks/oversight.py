"""What people do with tasks of others: freeze, thaw, cancel, and answer to a phase that waits for them.

No agent does any of it, whatever its role. And what nobody has to do: writing down that leases ran out.
"""

from datetime import datetime
from uuid import UUID

from specs.access import SERVER, Principal, Role, Scope
from specs.audit import Json
from specs.errors import DeniedError
from specs.policy.quorum import quorum
from specs.service import writing
from specs.service.proposals.proposing import must_be_person, people_of
from specs.store.connection import Clock, Connection, Transactions
from specs.store.people import ActorStore
from sync.gates.gate import may_decide
from sync.service.tasks.staleness import announce
from sync.service.tasks.steps import check_reason, locked, passing, refuse, told
from sync.service.tasks.tasks import Held
from sync.store.holds import behind, lapsed_in
from sync.store.tasks import TaskStore
from sync.tasks import lifecycle
from sync.tasks.task import Task, TaskState

MOST_AT_ONCE = 100


class Oversight:
    """Use cases of people who look after tasks."""

    def __init__(self, database: Transactions, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def freeze(self, principal: Principal, project: UUID, task: UUID, reason: str) -> Held:
        """Stop a task, whoever holds it. Needs a person who reviews, and a reason."""
        _looks_after(principal, project)
        check_reason(reason)
        async with self._database.transaction() as connection:
            store = TaskStore(connection, project)
            found, now = await locked(store, task), await store.now()
            after = refuse(lifecycle.freeze(found, reason, now))
            return await self._put(connection, principal, after, now, action="task.freeze", reason=reason)

    async def thaw(self, principal: Principal, project: UUID, task: UUID, reason: str = "") -> Held:
        """Open a frozen task again; its budget begins anew. Needs a person who reviews."""
        _looks_after(principal, project)
        writing.check_words(reason)
        async with self._database.transaction() as connection:
            store = TaskStore(connection, project)
            found, now = await locked(store, task), await store.now()
            after = refuse(lifecycle.thaw(found, await store.spent_until(task) + 1, now))
            return await self._put(connection, principal, after, now, action="task.thaw", reason=reason)

    async def cancel(self, principal: Principal, project: UUID, task: UUID, reason: str) -> Held:
        """End a task that is wanted no longer. Of people who made it, or who review."""
        principal.require(project, Role.EDITOR, Scope.WRITE)
        must_be_person(principal)
        check_reason(reason)
        async with self._database.transaction() as connection:
            store = TaskStore(connection, project)
            found, now = await locked(store, task), await store.now()
            if found.by.id != principal.actor.id:
                _looks_after(principal, project)
            after = refuse(lifecycle.cancel(found, reason, now))
            return await self._put(connection, principal, after, now, action="task.cancel", reason=reason)

    async def answer(self, principal: Principal, project: UUID, task: UUID, *, approve: bool, body: str = "") -> Held:
        """Say of a phase that waits that it may pass, or that it is to be done again (and why).

        Of people alone with the role that is asked for, and never of what they finished themselves.
        """
        principal.require(project, Role.EDITOR, Scope.WRITE)
        must_be_person(principal)
        writing.check_words(body)
        if not approve:
            check_reason(body)
        async with self._database.transaction() as connection:
            store = TaskStore(connection, project)
            found, now = await locked(store, task), await store.now()
            passed = refuse(lifecycle.approve(found, now))
            await _may_answer(connection, principal, found)
            await store.add_note(found, principal.actor.id, body, now, "approve" if approve else "decline")
            if not approve:
                after = refuse(lifecycle.decline(found, body, now))
                return await self._put(connection, principal, after, now, action="task.decline", reason=body)
            if await _enough(connection, store, found):
                action, details = passing(found, passed)
                held = await self._put(connection, principal, passed, now, action="task.approve", reason=body)
                await told(connection, principal, passed, action, self._clock(), details=details)
                return held
            return await self._put(connection, principal, found, now, action="task.approve", reason=body)

    async def tidy(self) -> tuple[int, int]:
        """Write down, in all projects, which leases ran out and what changed under holders' hands; say of how many.

        Nothing depends on it but those who read the log: tokens are void by the clock, and holders hear when they ask.
        """
        async with self._database.read() as connection:
            projects, known = await lapsed_in(connection), await behind(connection, MOST_AT_ONCE)
        over = [await self.lapse(project) for project in projects]
        changed = [await self._announce(project, task) for project, task in known]
        return sum(over), sum(changed)

    async def _announce(self, project: UUID, task: UUID) -> int:
        async with self._database.transaction() as connection:
            store = TaskStore(connection, project)
            found, now = await locked(store, task), await store.now()
            held = lifecycle.standing(found, now) is TaskState.CLAIMED
            return await announce(connection, found, self._clock(), now) if held else 0

    async def lapse(self, project: UUID) -> int:
        """Write down which leases ran out, and say how many. Nothing waits for it: their tokens are void by then."""
        async with self._database.transaction() as connection:
            store = TaskStore(connection, project)
            found, now = await store.lapsed(MOST_AT_ONCE), await store.now()
            steps = [(task, lifecycle.expire(task, now)) for task in found]
            done = [(task, step) for task, step in steps if step.refusal is None]
            for _, step in done:
                await store.put(step.task)
            for task, step in done:
                holder = task.holder.name if task.holder is not None else ""
                details: dict[str, Json] = {"holder": holder, "fencing": task.fencing}
                await told(connection, SERVER, step.task, "task.expire", self._clock(), details=details)
            return len(done)

    async def _put(  # noqa: PLR0913 (who did what to which task, when and why)
        self, connection: Connection, principal: Principal, after: Task, now: datetime, *, action: str, reason: str
    ) -> Held:
        await TaskStore(connection, after.project).put(after)
        await told(
            connection, principal, after, action, self._clock(), details={"reason": reason, "state": after.state.value}
        )
        return Held(after, now)


async def _may_answer(connection: Connection, principal: Principal, task: Task) -> None:
    member = await ActorStore(connection).member(task.project, principal.actor.id)
    role = None if member is None or member.disabled else member.role
    if task.asker is not None and task.asker.id == principal.actor.id:
        raise DeniedError("Nobody answers for their own work.", "Ask another member of the project.")
    if not may_decide(role, task.needs):
        wanted = " and ".join(need.told for need in task.needs) or "1 from reviewer"
        raise DeniedError("This is not yours to decide on.", f"It wants {wanted}.")


async def _enough(connection: Connection, store: TaskStore, task: Task) -> bool:
    """Say whether all have approved that are wanted."""
    people = people_of(await ActorStore(connection).members(task.project))
    asker = None if task.asker is None else task.asker.id
    eligible = {actor: role for actor, role in people.items() if actor != asker}
    said = await store.approvals(task)
    approved = {actor: role for actor, role in eligible.items() if actor in said}
    return quorum(task.needs, approved, eligible, None if asker is None else people.get(asker)).enough


def _looks_after(principal: Principal, project: UUID) -> None:
    principal.require(project, Role.REVIEWER, Scope.WRITE)
    must_be_person(principal)
