"""The board of a project's tasks: what is in which phase, who holds it, what it spent of its budget, whom it meets."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from specs.access import Principal, Role, Scope
from specs.errors import UserError
from specs.policy.caps import cap_of
from specs.rules.policy import Policy
from specs.rules.registry import Event, Value
from specs.service.policies.policies import policies_in_force
from specs.store.connection import Transactions
from sync.store.tasks import TaskStore
from sync.store.usage import Spent, UsageStore
from sync.tasks.board import Budget, Column, Narrowed, board_of
from sync.tasks.task import Task

MOST, MOST_ENDED, MOST_ACTIVE, LONGEST_WORDS = 200, 20, 200, 200
EVERYTHING = Narrowed()


@dataclass(frozen=True, slots=True)
class Board:
    """The columns at `now`, and the names of those who hold something, by id."""

    columns: tuple[Column, ...]
    now: datetime
    holders: Mapping[UUID, str]


class Boards:
    """Use cases of the board."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    async def board(self, principal: Principal, project: UUID, narrowed: Narrowed = EVERYTHING) -> Board:
        """Give the tasks that are to be done, and those that ended last, by phase; at most 200 and 20."""
        principal.require(project, Role.READER, Scope.READ)
        if len(narrowed.words) > LONGEST_WORDS or not narrowed.words.isprintable():
            raise UserError("That cannot be looked for.", f"Look for at most {LONGEST_WORDS} characters on one line.")
        async with self._database.read() as connection:
            store = TaskStore(connection, project)
            tasks, totals = await store.board(narrowed, MOST, MOST_ENDED)
            active, now = (await store.active())[:MOST_ACTIVE], await store.now()
            spent = await UsageStore(connection, project).budgets([one.id for one in tasks])
            policies, _ = await policies_in_force(connection, project)
        budgets = await asyncio.to_thread(_budgets, tasks, spent, policies)
        holders = {one.holder.id: one.holder.name for one in active if one.holder is not None}
        return Board(board_of(tasks, now, totals, budgets, active), now, holders)


def _budgets(tasks: Sequence[Task], spent: Mapping[UUID, Spent], policies: Sequence[Policy]) -> dict[UUID, Budget]:
    """Give what each task spent and may spend: as policies see an agent that spends on it."""
    caps: dict[tuple[str, str], tuple[float | None, float | None]] = {}
    found = {}
    for one in tasks:
        key = one.phase.value, one.size.value
        if key not in caps:
            facts: dict[str, Value] = {
                "author_kind": "agent",
                "author_role": Role.EDITOR.value,
                "task_step": "spend",
                "task_phase": one.phase.value,
                "task_size": one.size.value,
                "context_served": True,
            }
            tokens, cost = (cap_of(policies, Event.TASK, facts, name) for name in ("tokens", "cost"))
            caps[key] = tokens, cost
        used = spent.get(one.id, Spent())
        found[one.id] = Budget(used.tokens, used.cost, *caps[key])
    return found
