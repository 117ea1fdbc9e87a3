"""Tasks: who makes them, who holds them for how long, and how they end.

Whoever claims a task gets a fencing token and a lease by the database's clock. Each step locks the task, looks at that
clock and asks `sync.tasks.lifecycle`; a token that no longer holds changes nothing. Agents and people claim, renew and
finish alike; only people make tasks for others. Knows no HTTP.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from specs.access import Principal, Role, Scope
from specs.audit import Json
from specs.errors import MissingError
from specs.library import Page
from specs.proposals.state import ONE_REVIEWER
from specs.rules.actions import Verdict
from specs.service import writing
from specs.service.paging import decode_number, encode_cursor, limited
from specs.service.proposals.admitting import gated
from specs.service.proposals.proposing import must_be_person
from specs.store.connection import Clock, Connection, IdSource, Transactions
from sync.service.tasks.rules import ruled
from sync.service.tasks.staleness import announce
from sync.service.tasks.steps import (
    check_reason,
    input_of,
    locked,
    new_task,
    no_task,
    passing,
    refuse,
    refuse_input,
    refused,
    tell_made,
    told,
)
from sync.store.artifacts import Artifact, artifacts_of, keep_artifacts
from sync.store.errands import Served, receipts_of
from sync.store.holds import HoldStore
from sync.store.tasks import Note, TaskStore
from sync.store.usage import Spent, UsageStore
from sync.tasks import lifecycle
from sync.tasks.checking import check_lease, checked, checked_area
from sync.tasks.lifecycle import Step
from sync.tasks.overlaps import Overlap, overlaps
from sync.tasks.task import DEFAULT_LEASE, ENDED, Area, Phase, Task, TaskState, Wanted

MOST_NOTES = 200


@dataclass(frozen=True, slots=True)
class Held:
    """A task as its holder sees it at `now`: who else is at work in its area, and what it is to be told, once."""

    task: Task
    now: datetime
    overlaps: tuple[Overlap, ...] = ()
    news: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A task as anyone sees it at `now`, with what was said of it."""

    task: Task
    now: datetime
    overlaps: tuple[Overlap, ...] = ()
    notes: tuple[Note, ...] = ()
    spent: tuple[Spent, ...] = ()
    receipts: tuple[Served, ...] = ()
    artifacts: tuple[Artifact, ...] = ()


class Tasks:
    """Use cases of tasks."""

    def __init__(self, database: Transactions, clock: Clock, new_id: IdSource) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id

    async def create(self, principal: Principal, project: UUID, wanted: Wanted) -> LookedAt:
        """Make a task for whoever claims it. Of people alone: an agent begins what it does itself."""
        principal.require(project, Role.EDITOR, Scope.WRITE)
        must_be_person(principal)
        plain = input_of(checked(wanted))
        async with self._database.transaction() as connection:
            made = await self._made(connection, principal, project, plain)
            found = await TaskStore(connection, project).find(made.id)
            return LookedAt(found or made, made.created_at)

    async def begin(
        self, principal: Principal, project: UUID, wanted: Wanted, *, lease: timedelta = DEFAULT_LEASE
    ) -> Held:
        """Make a task and claim it at once: how an agent says what it is about to do."""
        principal.require(project, Role.EDITOR, Scope.WRITE)
        plain = input_of(checked(wanted))
        refuse_input(check_lease(lease))
        async with gated(self._database) as connection:
            made = await self._made(connection, principal, project, plain)
            policy = await self._may(connection, principal, made, "begin")
            return await self._claimed(connection, principal, made, lease, policy)

    async def claim(
        self,
        principal: Principal,
        project: UUID,
        task: UUID | None = None,
        *,
        lease: timedelta = DEFAULT_LEASE,
        phase: Phase | None = None,
    ) -> Held:
        """Take a task on, or the oldest that is free (in a phase): `task.fencing` is the token from here on.

        Raises `ConflictError` where it is not free, `MissingError` where there is none, `DeniedError` where a policy
        says no.
        """
        principal.require(project, Role.EDITOR, Scope.WRITE)
        refuse_input(check_lease(lease))
        async with gated(self._database) as connection:
            store = TaskStore(connection, project)
            if task is None:
                found = await store.next(phase)
                if found is None:
                    raise MissingError("No task is free.", "Make one, or wait until one is given back.")
            else:
                found = await locked(store, task)
            refuse(lifecycle.claim(found, principal.actor, lease, await store.now()))
            policy = await self._may(connection, principal, found, "claim")
            return await self._claimed(connection, principal, found, lease, policy)

    async def renew(
        self, principal: Principal, project: UUID, task: UUID, fencing: int, *, lease: timedelta = DEFAULT_LEASE
    ) -> Held:
        """Let a lease last longer, and hear what is new. Raises `ConflictError` where the token holds no longer."""
        principal.require(project, Role.EDITOR, Scope.WRITE)
        refuse_input(check_lease(lease))
        async with self._database.transaction() as connection:
            store = TaskStore(connection, project)
            found, now = await locked(store, task), await store.now()
            after = refuse(lifecycle.renew(found, principal.actor, fencing, lease, now))
            await store.put(after)
            await announce(connection, after, self._clock(), now)
            return await self._held(store, after, now)

    async def finish(  # noqa: PLR0913 (who finishes what, and what came of it)
        self, principal: Principal, project: UUID, task: UUID, fencing: int, note: str = "", *, commit: str = ""
    ) -> Held:
        """Finish the phase that a task is in: it goes on, is done, or waits for people, as the policies say.

        `commit` is the one whose check tells whether the work holds; else it is the check told in the task's course.
        Raises `ConflictError` where the token holds no longer, `DeniedError` where a policy says no.
        """
        principal.require(project, Role.EDITOR, Scope.WRITE)
        writing.check_words(note)
        async with gated(self._database) as connection:
            store = TaskStore(connection, project)
            found, now = await locked(store, task), await store.now()
            if refuse(lifecycle.complete(found, principal.actor, fencing, now)) == found:
                return Held(found, now)
            decision = await ruled(connection, principal, found, "pass", self._clock(), commit=commit)
            if decision.verdict is Verdict.DENY:
                raise refused(decision)
            needs = (decision.reviewers or ONE_REVIEWER) if decision.verdict is Verdict.REVIEW else ()
            step = lifecycle.complete(found, principal.actor, fencing, now, needs=needs, reasons=decision.reasons)
            if note.strip():
                await store.add_note(found, principal.actor.id, note, now)
            await keep_artifacts(connection, found, now)
            await store.put(step.task)
            action, details = passing(found, step.task)
            await told(
                connection, principal, step.task, action, self._clock(), details=details, policy=decision.policies
            )
            return Held(step.task, now)

    async def fail(self, principal: Principal, project: UUID, task: UUID, fencing: int, reason: str) -> Held:
        """End a task that cannot be done. Raises `ConflictError` where the token holds no longer."""
        principal.require(project, Role.EDITOR, Scope.WRITE)
        check_reason(reason)
        async with self._database.transaction() as connection:
            store = TaskStore(connection, project)
            found, now = await locked(store, task), await store.now()
            after = refuse(lifecycle.fail(found, principal.actor, fencing, reason, now))
            if after != found:
                await store.put(after)
                await told(connection, principal, after, "task.fail", self._clock(), details={"reason": reason})
            return Held(after, now)

    async def give_back(self, principal: Principal, project: UUID, task: UUID, fencing: int, note: str = "") -> Held:
        """Let go of a task that is not finished. Raises `ConflictError` where the token holds no longer."""
        principal.require(project, Role.EDITOR, Scope.WRITE)
        writing.check_words(note)
        async with self._database.transaction() as connection:
            store = TaskStore(connection, project)
            found, now = await locked(store, task), await store.now()
            after = refuse(lifecycle.give_back(found, principal.actor, fencing, now))
            if note.strip():
                await store.add_note(found, principal.actor.id, note, now)
            await store.put(after)
            await told(connection, principal, after, "task.give-back", self._clock(), details={"note": note})
            return Held(after, now)

    async def note(self, principal: Principal, project: UUID, task: UUID, body: str, fencing: int = 0) -> None:
        """Say something of a task; whoever holds it names its token, which must hold.

        An agent says nothing of tasks that it does not hold. Raises `ConflictError` for a token that holds no longer.
        """
        principal.require(project, Role.EDITOR, Scope.WRITE)
        check_reason(body)
        if not fencing:
            must_be_person(principal)
        async with self._database.transaction() as connection:
            store = TaskStore(connection, project)
            found, now = await locked(store, task), await store.now()
            if fencing:
                refuse(Step(found, lifecycle.fenced(found, fencing, now, principal.actor)))
            await store.add_note(found, principal.actor.id, body, now)
            await told(connection, principal, found, "task.note", self._clock(), details={"body": body})

    async def get(self, principal: Principal, project: UUID, task: UUID) -> LookedAt:
        """Give a task, with who else is at work in its area and what was said of it."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            store = TaskStore(connection, project)
            found = await store.find(task)
            if found is None:
                raise no_task()
            now = await store.now()
            others = await store.active(found.id) if lifecycle.standing(found, now) not in ENDED else ()
            return LookedAt(
                found,
                now,
                overlaps(found.area, others),
                notes=await store.notes(task, MOST_NOTES),
                spent=await UsageStore(connection, project).split(task),
                receipts=await receipts_of(connection, task, MOST_NOTES),
                artifacts=await artifacts_of(connection, found, MOST_NOTES),
            )

    async def list(  # noqa: PLR0913 (each a filter of the list)
        self,
        principal: Principal,
        project: UUID,
        *,
        states: Collection[TaskState] = (),
        holder: UUID | None = None,
        number: int | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> tuple[Page[Task], datetime]:
        """Give tasks, the newest first, and the time at which they stand so."""
        principal.require(project, Role.READER, Scope.READ)
        count, before = limited(limit), None if cursor is None else decode_number(cursor)
        async with self._database.read() as connection:
            store = TaskStore(connection, project)
            rows = await store.page(states, holder, number=number, before=before, limit=count + 1)
            now = await store.now()
        more = encode_cursor(str(rows[count - 1].number)) if len(rows) > count else None
        return Page(rows[:count], more), now

    async def active_in(
        self, principal: Principal, project: UUID, area: Area, but: UUID | None = None
    ) -> tuple[Overlap, ...]:
        """Give the tasks that somebody holds now and that touch what an area touches; `but` is one's own."""
        principal.require(project, Role.READER, Scope.CONTEXT)
        plain = input_of(checked_area(area))
        async with self._database.read() as connection:
            return overlaps(plain, await TaskStore(connection, project).active(but))

    async def _made(self, connection: Connection, principal: Principal, project: UUID, wanted: Wanted) -> Task:
        made = await new_task(connection, principal, project, wanted, self._new_id())
        await tell_made(connection, principal, made, self._clock())
        return made

    async def _claimed(
        self, connection: Connection, principal: Principal, before: Task, lease: timedelta, policy: str = ""
    ) -> Held:
        """Give a locked task to the principal, and let those know who are at work in the same area."""
        store = TaskStore(connection, before.project)
        now = await store.now()
        after = refuse(lifecycle.claim(before, principal.actor, lease, now))
        await store.put(after)
        await HoldStore(connection, after.project).begin(after.id, after.area.sections)
        held = await self._held(store, after, now)
        at = self._clock()
        details: dict[str, Json] = {
            "fencing": after.fencing,
            "phase": after.phase.value,
            "paths": [*after.area.paths],
            "holder": str(principal.actor.id),
            "until": (now + lease).isoformat(),
        }
        await told(connection, principal, after, "task.claim", at, details=details, policy=policy or None)
        for met in held.overlaps:
            await told(connection, principal, after, "task.overlap", at, details=_log(met))
        await store.add_news([(met.task, "overlap", _met(after, met)) for met in held.overlaps], now)
        return held

    async def _held(self, store: TaskStore, task: Task, now: datetime) -> Held:
        met = overlaps(task.area, await store.active(task.id))
        return Held(task, now, met, await store.take_news(task))

    async def _may(self, connection: Connection, principal: Principal, task: Task, step: str) -> str:
        """Raise unless the policies let a step through as it is; give the name of their set."""
        decision = await ruled(connection, principal, task, step, self._clock())
        if decision.verdict is not Verdict.ALLOW:
            raise refused(decision)
        return decision.policies


def _log(overlap: Overlap) -> dict[str, Json]:
    shared = overlap.shared
    return {
        "with": str(overlap.task.id),
        "paths": [*shared.paths],
        "symbols": [*shared.symbols],
        "sections": [*shared.sections],
    }


def _met(mine: Task, overlap: Overlap) -> dict[str, object]:
    """Say to the holder of another task who came into its area."""
    holder = mine.holder.name if mine.holder is not None else ""
    return {"task": str(mine.id), "title": mine.title, "holder": holder, "shared": list(overlap.told)}
