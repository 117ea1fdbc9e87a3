"""Rehearses policies before they are proposed: their own examples, and what they would have decided on what was.

Nothing is kept. A decision is recorded with its facts, so asking again what another policy says of them is exact.
"""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from specs.access import Principal, Role, Scope
from specs.errors import UserError
from specs.parser import parse
from specs.policy.deciding import Decision, decide
from specs.policy.examples import Tried, try_examples
from specs.policy.facts import Facts
from specs.policy.records import Decided
from specs.rules.policy import Policy
from specs.rules.reading import read_policy
from specs.service import writing
from specs.service.policies.policies import policies_in_force
from specs.store.connection import Transactions
from specs.store.policies import PolicyStore

FENCE = "```"
MOST = 100
NAME = "rehearsal.md"


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A decision that was, and what would be decided with the rehearsed policies."""

    was: Decided
    now: Decision


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What came of a rehearsal: the policies, their examples, how many decisions were asked again, which differ."""

    policies: tuple[Policy, ...]
    tried: tuple[Tried, ...]
    asked: int
    otherwise: tuple[Otherwise, ...]


class Rehearsing:
    """The use case of rehearsing. Any member may."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    async def rehearse(self, principal: Principal, project: UUID, text: str, subject: str = "") -> Rehearsal:
        """Try policies as though they were in force, in the place of those of the same ids.

        `text` is a spec with policy blocks, or the inside of one block. They are asked on the last decisions, or on
        those on a `subject` (a proposal, a check, the path of a spec). Raises `UserError` where there is no policy.
        """
        principal.require(project, Role.READER, Scope.READ)
        writing.check_input(NAME, text, "")
        whole = text if FENCE in text else f"{FENCE}yaml policy\n{text.strip()}\n{FENCE}\n"
        async with self._database.read() as connection:
            current, _ = await policies_in_force(connection, project)
            past = await PolicyStore(connection, project).decisions(subject, before=None, limit=MOST)
        return await asyncio.to_thread(_rehearsed, whole, current, past)


def _rehearsed(text: str, current: tuple[Policy, ...], past: tuple[Decided, ...]) -> Rehearsal:
    # Of a draft, too: here nothing comes into force.
    wanted = tuple(read_policy(block).policy for block in parse(text).policies)
    if not wanted:
        raise UserError("There is no policy in this text.", "Write it as a ```yaml policy block, or its inside alone.")
    taken = {one.id for one in wanted if not one.broken}
    together = (*wanted, *(one for one in current if one.id not in taken))
    otherwise = []
    for one in past:
        now = decide(together, Facts(one.decision.facts), one.event)
        if now.told != one.decision.told:
            otherwise.append(Otherwise(one, now))
    return Rehearsal(wanted, try_examples(wanted), len(past), tuple(otherwise))
