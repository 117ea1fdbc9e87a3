"""What people ask of policies: which are in force, do their examples hold, what was decided and why, what would be.

Decides nothing that counts: `specs.service.policies.policies` does.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from specs.access import Principal, Role, Scope
from specs.errors import MissingError, UserError
from specs.library import Page, SpecStatus
from specs.paths import path_key
from specs.policy.change import Change, ChangedSpec, Side
from specs.policy.deciding import Decision, decide
from specs.policy.examples import Tried, try_examples
from specs.policy.explaining import Explained, explained
from specs.policy.facts import facts_of
from specs.policy.records import Decided, Notice
from specs.policy.shipped import shipped
from specs.revision import ActorKind
from specs.rules.policy import Policy
from specs.rules.registry import Event
from specs.service import writing
from specs.service.documents import document
from specs.service.paging import decode_number, encode_cursor, limited
from specs.service.policies.policies import Act, author_facts, circumstances, policies_in_force
from specs.store.connection import Clock, Connection, Transactions
from specs.store.library import LibraryStore
from specs.store.people import ActorStore
from specs.store.policies import PolicyStore

MAX_SPECS = 20


@dataclass(frozen=True, slots=True)
class InForce:
    """The policies in force, sorted by id. `name` is the set's; `replaced` are shipped ones whose place was taken."""

    policies: tuple[Policy, ...]
    replaced: frozenset[str]
    name: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A spec as it would be, for a trial. `former` names one that is there now by its path, where that would change."""

    path: str
    text: str
    former: str = ""
    retired: bool = False


class Ruling:
    """Use cases of reading and trying policies. Any member may."""

    def __init__(self, database: Transactions, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def in_force(self, principal: Principal, project: UUID) -> InForce:
        """Give the policies in force and where each comes from."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            policies, name = await policies_in_force(connection, project)
        own = {policy.id for policy in policies}
        kept = {policy.id for policy in policies if not policy.origin.spec}
        replaced = frozenset(policy.id for policy in shipped() if policy.id in own - kept)
        ordered = tuple(sorted(policies, key=lambda one: (one.id, one.origin.spec, one.origin.line)))
        return InForce(ordered, replaced, name)

    async def tried(self, principal: Principal, project: UUID) -> tuple[Tried, ...]:
        """Try the policies in force on their own examples."""
        found = await self.in_force(principal, project)
        return await asyncio.to_thread(try_examples, found.policies)

    async def decisions(
        self, principal: Principal, project: UUID, subject: str = "", *, cursor: str | None = None, limit: int = 50
    ) -> Page[Decided]:
        """Give decisions, newest first: all, those on a subject (a proposal, a check), or on the spec at a path."""
        principal.require(project, Role.READER, Scope.READ)
        before, count = None if cursor is None else decode_number(cursor), limited(limit)
        async with self._database.read() as connection:
            rows = await PolicyStore(connection, project).decisions(subject, before=before, limit=count + 1)
        more = encode_cursor(str(rows[count - 1].number)) if len(rows) > count else None
        return Page(rows[:count], more)

    async def explained(self, principal: Principal, project: UUID, subject: str) -> Explained | None:
        """Explain the last decision on a subject (a proposal, a check, a task, a path); None where there is none."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            last = await PolicyStore(connection, project).decisions(subject, before=None, limit=1)
            if not last:
                return None
            policies, _ = await policies_in_force(connection, project)
        return await asyncio.to_thread(explained, last[0].decision, policies, last[0].event)

    async def notices(
        self, principal: Principal, project: UUID, *, cursor: str | None = None, limit: int = 50
    ) -> Page[Notice]:
        """Give what policies want a member to know, by role or login, newest first."""
        principal.require(project, Role.READER, Scope.READ)
        before, count = None if cursor is None else decode_number(cursor), limited(limit)
        async with self._database.read() as connection:
            names = None if principal.everywhere else await _names(connection, principal, project)
            rows = await PolicyStore(connection, project).notices(names, before=before, limit=count + 1)
        more = encode_cursor(str(rows[count - 1].number)) if len(rows) > count else None
        return Page(rows[:count], more)

    async def attempt(
        self, principal: Principal, project: UUID, wanted: Sequence[Wanted], author: UUID | None = None
    ) -> Decision:
        """Say what would be decided on a change, by oneself or by another member; nothing is kept."""
        principal.require(project, Role.READER, Scope.READ)
        if not 0 < len(wanted) <= MAX_SPECS:
            raise UserError("A trial takes between one and twenty specs.", "Try the others apart.")
        for one in wanted:
            writing.check_input(one.path, one.text, "")
            if one.former:
                writing.check_input(one.former, "", "")
        async with self._database.read() as connection:
            specs = [await _changed(LibraryStore(connection, project), one) for one in wanted]
            actor, own = principal.actor, principal if author is None or author == principal.actor.id else None
            if own is None and author is not None:
                known = await ActorStore(connection).member(project, author)
                if known is None:
                    raise MissingError("There is no such member.", "List the members of the project.")
                actor = known.actor
            act = Act(project, Event.PROPOSAL, "", actor, self._clock())
            facts = await asyncio.to_thread(facts_of, Change(tuple(specs)), document)
            around = await circumstances(connection, act, own)
            policies, _ = await policies_in_force(connection, project, around.sources)
        return await asyncio.to_thread(decide, policies, facts.given(author_facts(around, act, own)))


async def _changed(store: LibraryStore, wanted: Wanted) -> ChangedSpec:
    """Give a wanted spec beside what is there now."""
    current = await store.at_path(path_key(wanted.former or wanted.path))
    after = Side(wanted.path, wanted.text, wanted.retired)
    if current is None:
        if wanted.former:
            raise writing.no_spec()
        return ChangedSpec(None, after)
    text = await store.text(current.id, current.head)
    return ChangedSpec(Side(current.path, text or "", current.status is SpecStatus.RETIRED), after)


async def _names(connection: Connection, principal: Principal, project: UUID) -> list[str]:
    """Give the names under which a member is told things: the roles up to its own, and its login."""
    role = principal.role_in(project)
    if role is None or principal.actor.kind is not ActorKind.HUMAN:
        return []
    account = await ActorStore(connection).account(id_=principal.actor.id)
    login = [account.login] if account is not None and account.login else []
    return [*login, *(one.value for one in Role if one.rank <= role.rank)]
