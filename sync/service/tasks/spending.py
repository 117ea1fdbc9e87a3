"""What tasks cost: told by whoever holds them, capped by policies with a hard stop, shown by task and by section."""

from dataclasses import dataclass
from uuid import UUID

from specs.access import Principal, Role, Scope
from specs.audit import Json
from specs.errors import UserError
from specs.library import check_text
from specs.rules.actions import Verdict
from specs.store.connection import Clock, Transactions
from sync.service.tasks.rules import ruled
from sync.service.tasks.steps import locked, refuse, told
from sync.service.tasks.tasks import Held
from sync.store.tasks import TaskStore
from sync.store.usage import Spent, Usage, UsageStore
from sync.tasks import lifecycle
from sync.tasks.lifecycle import Step

MOST_TOKENS, MOST_COST, LONGEST_MODEL = 10**12, 10**9, 200
MOST_SECTIONS = 200


@dataclass(frozen=True, slots=True)
class Bill:
    """A task after something was spent on it, and what it cost in all."""

    held: Held
    spent: Spent


class Spending:
    """Use cases of what tasks cost."""

    def __init__(self, database: Transactions, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def spend(self, principal: Principal, project: UUID, task: UUID, fencing: int, usage: Usage) -> Bill:
        """Tell what was spent. Where a policy does not let the task go on, it is frozen: its token holds no longer.

        Raises `ConflictError` where it held no longer before.
        """
        principal.require(project, Role.EDITOR, Scope.WRITE)
        _check(usage)
        async with self._database.transaction() as connection:
            store, spending, at = TaskStore(connection, project), UsageStore(connection, project), self._clock()
            found, now = await locked(store, task), await store.now()
            refuse(Step(found, lifecycle.fenced(found, fencing, now, principal.actor)))
            await spending.add(found, principal.actor.id, usage, now)
            decision = await ruled(connection, principal, found, "spend", at)
            spent = (await spending.of([task]))[task]
            details: dict[str, Json] = {"tokens": usage.tokens, "cost": _told(usage.cost), "model": usage.model}
            if decision.verdict is Verdict.ALLOW:
                await told(connection, principal, found, "task.spend", at, details=details)
                return Bill(Held(found, now), spent)
            reason = " ".join(decision.reasons) or "A policy does not let it go on."
            after = refuse(lifecycle.freeze(found, reason[:1000], now))
            await store.put(after)
            await told(connection, principal, after, "task.spend", at, details=details)
            why: dict[str, Json] = {"reason": reason, "tokens": spent.tokens, "cost": _told(spent.cost)}
            await told(connection, principal, after, "task.stop", at, details=why, policy=decision.policies or None)
            return Bill(Held(after, now), spent)

    async def by_section(self, principal: Principal, project: UUID, prefix: str = "") -> tuple[Spent, ...]:
        """Give what the tasks about each section (or requirement) cost, the dearest first."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            return await UsageStore(connection, project).by_section(prefix, MOST_SECTIONS)


def _check(usage: Usage) -> None:
    if not (0 <= usage.tokens <= MOST_TOKENS and 0 <= usage.cost <= MOST_COST):
        raise UserError("Nothing costs that.", "Send tokens and cost as numbers, neither below zero.")
    if len(usage.model) > LONGEST_MODEL or not usage.model.isprintable() or check_text(usage.model) is not None:
        raise UserError("The model's name cannot be kept.", f"Send at most {LONGEST_MODEL} characters on one line.")


def _told(cost: float) -> str:
    return f"{cost:.6f}".rstrip("0").rstrip(".")
