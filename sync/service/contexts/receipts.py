"""Receipts of what was served, found again from what came of it: a proposal, a check, a finding."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from drift.store.findings import FindingStore
from specs.access import Principal, Role, Scope
from specs.errors import MissingError
from specs.library import Page
from specs.service.paging import decode_cursor, encode_cursor, limited, no_cursor
from specs.store.artifacts import CLEAR, Vault
from specs.store.connection import Connection, Transactions
from specs.store.proposals import ProposalStore
from sync.contexts.informed import Informed, informed
from sync.contexts.receipts import Receipt
from sync.store.bundles import About, BundleStore, Sought
from sync.store.gates import GateStore
from sync.store.tasks import TaskStore

# What somebody was told longer before the deed is not what they acted on.
BEFORE = timedelta(hours=24)
MOST_TASKS = 50


@dataclass(frozen=True, slots=True)
class Trace:
    """What came of it: wanted are receipts of its author in the day before, or of a finding those about its place."""

    proposal: UUID | None = None
    gate: UUID | None = None
    finding: str = ""


class Receipts:
    """Questions about receipts."""

    def __init__(self, database: Transactions, vault: Vault = CLEAR) -> None:
        self._database = database
        self._vault = vault

    async def list(  # noqa: PLR0913 (each a filter of the list)
        self,
        principal: Principal,
        project: UUID,
        *,
        author: UUID | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        trace: Trace | None = None,
        task: UUID | None = None,
        path: str = "",
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[Receipt]:
        """Give receipts, the newest first; `task` and `path` narrow them as `Sought` says.

        Raises `MissingError` for what is traced and is not there.
        """
        principal.require(project, Role.READER, Scope.READ)
        count, before = limited(limit), None if cursor is None else _place(cursor)
        async with self._database.read() as connection:
            sought = Sought(author, since, until, task=task, path=path.strip().strip("/"))
            if trace is not None:
                sought = await _traced(connection, project, trace, sought, self._vault)
            rows = await BundleStore(connection, project, self._vault).page(sought, before=before, limit=count + 1)
        return Page(rows[:count], encode_cursor(str(rows[count - 1].id)) if len(rows) > count else None)

    async def informed(
        self, principal: Principal, project: UUID, since: datetime, now: datetime, limit: int = MOST_TASKS
    ) -> tuple[Informed, ...]:
        """Say of the tasks taken on since, the newest first, what was fetched for them, and what drifted there."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            tasks = await TaskStore(connection, project).taken(since, limit)
            if not tasks:
                return ()
            fetched = await BundleStore(connection, project, self._vault).fetched([one.id for one in tasks])
            first = min(one.created_at for one in tasks)
            happened = await FindingStore(connection).happened(project, first, now)
        return informed(tasks, fetched, happened, now)


def _place(cursor: str) -> UUID:
    try:
        return UUID(decode_cursor(cursor))
    except ValueError as error:
        raise no_cursor() from error


async def _traced(connection: Connection, project: UUID, trace: Trace, sought: Sought, vault: Vault) -> Sought:
    """Narrow what is sought to what the author of something had been told before it."""
    if trace.proposal is not None:
        proposal = await ProposalStore(connection, project).find(trace.proposal)
        if proposal is None:
            raise MissingError("There is no such proposal.", "List the proposals of the project.")
        return _day_before(replace(sought, author=proposal.author.id), proposal.created_at)
    if trace.gate is not None:
        gate = await GateStore(connection, project, vault).find(trace.gate)
        if gate is None:
            raise MissingError("There is no such gate.", "List the gates of the project.")
        return _day_before(replace(sought, author=gate.actor.id), gate.created_at)
    if trace.finding:
        finding = await FindingStore(connection).find(project, trace.finding, None)
        if finding is None:
            raise MissingError("There is no such finding.", "List the findings to see which there are.")
        about = About(finding.code_path, finding.spec_path, finding.spec_anchor)
        return _day_before(replace(sought, about=about), finding.opened.at)
    return sought


def _day_before(sought: Sought, at: datetime) -> Sought:
    since, until = at - BEFORE, at
    return replace(
        sought,
        since=max(since, sought.since) if sought.since else since,
        until=min(until, sought.until) if sought.until else until,
    )
