"""What people and agents ask about drift: verdicts, invariants, findings and their lives, trends, the code at the head.

Every question names its principal and its project, and sees nothing of another. Knows nothing of HTTP, of git or of
how a check is made.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from drift.lives.history import Holding, Sighting, holding
from drift.lives.life import LifeState
from drift.lives.records import (
    Badge,
    Check,
    CheckDetail,
    CheckVerdict,
    FindingDetail,
    FindingEvent,
    FindingRecord,
    InvariantVerdict,
    PathFacts,
    Repository,
    RepositoryVerdict,
)
from drift.lives.trend import Week, trend
from drift.lives.wanted import Cluster, Tally, Wanted
from drift.report import counts
from drift.store.checks import CheckStore
from drift.store.code import CodeStore
from drift.store.findings import FindingStore
from drift.store.history import HistoryStore
from drift.store.repositories import RepositoryStore
from specs.access import Principal, Role, Scope
from specs.errors import MissingError, UserError
from specs.library import Page
from specs.store.artifacts import CLEAR, Vault
from specs.store.connection import Clock, Transactions

MAX_PAGE = 200
MOST_TURNS = 1000
SEVERITIES = ("error", "warning", "info")
Item = TypeVar("Item")


class Drift:
    """Questions about the code side."""

    def __init__(self, database: Transactions, clock: Clock, vault: Vault = CLEAR) -> None:
        self._database = database
        self._clock = clock
        self._vault = vault

    async def findings(  # noqa: PLR0913 (each a filter of the list)
        self,
        principal: Principal,
        project: UUID,
        *,
        repository: UUID | None = None,
        state: LifeState | None = None,
        spec: UUID | None = None,
        invariant: str = "",
        path: str = "",
        severity: str = "",
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[FindingRecord]:
        """Give findings, the newest first. `path` is a file, or a folder and all below it."""
        wanted = Wanted(repository, state, spec, invariant, path, severity)
        return await self.wanted(principal, project, wanted, cursor=cursor, limit=limit)

    async def wanted(
        self, principal: Principal, project: UUID, wanted: Wanted, *, cursor: str | None = None, limit: int = 50
    ) -> Page[FindingRecord]:
        """Give the findings that are wanted, the newest first."""
        may_read(principal, project)
        if wanted.severity and wanted.severity not in SEVERITIES:
            raise UserError("There is no such severity.", f"Use one of {', '.join(SEVERITIES)}.")
        before = place(cursor)
        async with self._database.read() as connection:
            found = await FindingStore(connection).page(project, wanted, before=before, limit=bounded(limit) + 1)
        return page(found, bounded(limit))

    async def tally(self, principal: Principal, project: UUID, wanted: Wanted) -> tuple[Tally, ...]:
        """Count the findings that are wanted, sort by sort: what stands beside each choice of a list."""
        may_read(principal, project)
        async with self._database.read() as connection:
            return await FindingStore(connection).tally(project, wanted)

    async def clusters(self, principal: Principal, project: UUID, since: datetime) -> tuple[Cluster, ...]:
        """Give the open findings by repository and invariant: what there is to act on, and what of it is fresh."""
        may_read(principal, project)
        async with self._database.read() as connection:
            return await FindingStore(connection).clusters(project, since)

    async def finding(
        self, principal: Principal, project: UUID, fingerprint: str, repository: UUID | None = None
    ) -> FindingDetail:
        """Give a finding and all that happened to it. Raises `MissingError`."""
        may_read(principal, project)
        async with self._database.read() as connection:
            store = FindingStore(connection)
            found = await store.find(project, fingerprint, repository)
            if found is None:
                raise MissingError("There is no such finding.", "List the findings to see which there are.")
            return FindingDetail(found, await store.events(found.repository, found.fingerprint))

    async def happened(
        self, principal: Principal, project: UUID, since: datetime, until: datetime
    ) -> tuple[tuple[FindingRecord, FindingEvent], ...]:
        """Give what happened to findings in a span of time, oldest first."""
        may_read(principal, project)
        async with self._database.read() as connection:
            return await FindingStore(connection).happened(project, since, until)

    async def lives(self, principal: Principal, project: UUID, since: datetime) -> tuple[FindingDetail, ...]:
        """Give the findings that are open, or to which something happened since, with all that ever happened to them.

        Sorted by repository and fingerprint.
        """
        may_read(principal, project)
        async with self._database.read() as connection:
            return await FindingStore(connection).lives(project, since)

    async def verdicts(
        self, principal: Principal, project: UUID, before: datetime | None = None
    ) -> tuple[RepositoryVerdict, ...]:
        """Give how each repository stands: how many invariants are broken on which branch, and since when.

        With `before` as it stood by all that happened until then; findings are counted as they are open now.
        """
        may_read(principal, project)
        async with self._database.read() as connection:
            checks = CheckStore(connection)
            repositories = await RepositoryStore(connection).of_project(project)
            latest = await checks.latest(project, before)
            standing = await checks.standing(project, before=before)
            counted = await checks.open_by_severity(project)
            return tuple(
                [await self._verdict(checks, one, latest.get(one.id), standing, counted) for one in repositories]
            )

    @staticmethod
    async def _verdict(
        checks: CheckStore,
        repository: Repository,
        last: Check | None,
        standing: tuple[InvariantVerdict, ...],
        counted: Mapping[UUID, Mapping[str, int]],
    ) -> RepositoryVerdict:
        ours = [
            one
            for one in standing
            if one.repository == repository.id and counts(one.invariant, one.kind, one.anchor, one.verdict)
        ]
        turned = await checks.since(repository.id, last.verdict) if last else None
        return RepositoryVerdict(
            repository=repository,
            verdict=last.verdict if last else None,
            invariants=len(ours),
            broken=sum(one.word in {"broken", "error"} for one in ours),
            unmatched=sum(one.word == "unmatched" for one in ours),
            since=turned.cause.at if turned else None,
            commit=turned.commit if turned else "",
            problem=last.problem if last and last.verdict is CheckVerdict.ERROR else "",
            open=counted.get(repository.id, {}),
            waived=sum(one.waived for one in ours),
        )

    async def invariants(
        self, principal: Principal, project: UUID, spec: UUID | None = None
    ) -> tuple[InvariantVerdict, ...]:
        """Give how each invariant (of one spec) stands at the last finished check of each repository."""
        may_read(principal, project)
        async with self._database.read() as connection:
            return await CheckStore(connection).standing(project, spec)

    async def badges(self, principal: Principal, project: UUID) -> Mapping[UUID, Badge]:
        """Give the badge of each spec that has invariants or open findings."""
        may_read(principal, project)
        async with self._database.read() as connection:
            standing = await CheckStore(connection).standing(project)
            still_open = await FindingStore(connection).open_by_spec(project)
        counts: dict[UUID, dict[str, int]] = {
            spec: {"open": sum(found.values()), "info": found.get("info", 0), "errors": found.get("error", 0)}
            for spec, found in still_open.items()
        }
        for one in standing:
            if one.spec is not None:
                count = counts.setdefault(one.spec, {})
                count[one.word] = count.get(one.word, 0) + 1
        return {spec: Badge(**count) for spec, count in counts.items()}

    async def trend(
        self, principal: Principal, project: UUID, repository: UUID | None = None, weeks: int = 12
    ) -> tuple[Week, ...]:
        """Give what came, went and was open in each of the last weeks, the running one last."""
        may_read(principal, project)
        async with self._database.read() as connection:
            passages = await FindingStore(connection).passages(project, repository)
        return trend(passages, self._clock(), min(max(weeks, 1), 520))

    async def checks(
        self,
        principal: Principal,
        project: UUID,
        repository: UUID | None = None,
        *,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[Check]:
        """Give the checks of a project, the newest first."""
        may_read(principal, project)
        before = place(cursor)
        async with self._database.read() as connection:
            found = await CheckStore(connection).page(project, repository, before=before, limit=bounded(limit) + 1)
        return page(found, bounded(limit))

    async def history(  # noqa: PLR0913 (each narrows the list)
        self,
        principal: Principal,
        project: UUID,
        invariant: str,
        repository: UUID | None = None,
        *,
        turns: bool = False,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[Sighting]:
        """Give what each check said of an invariant, the newest first; with `turns`, where that changed alone."""
        may_read(principal, project)
        before = place(cursor)
        async with self._database.read() as connection:
            store = HistoryStore(connection)
            found = await store.page(
                project, invariant, repository, turns=turns, before=before, limit=bounded(limit) + 1
            )
        return page(found, bounded(limit))

    async def holding(self, principal: Principal, project: UUID, invariant: str) -> tuple[Holding, ...]:
        """Say of each repository whether an invariant holds there, since when, and when it last did."""
        may_read(principal, project)
        async with self._database.read() as connection:
            turns = await HistoryStore(connection).page(
                project, invariant, None, turns=True, before=None, limit=MOST_TURNS
            )
        found: dict[UUID, list[Sighting]] = {}
        for _, one in turns:
            found.setdefault(one.repository, []).append(one)
        return tuple([standing for rows in found.values() if (standing := holding(rows))])

    async def check(self, principal: Principal, project: UUID, ref: UUID) -> CheckDetail:
        """Give a check with its report. Raises `MissingError`."""
        may_read(principal, project)
        async with self._database.read() as connection:
            store = CheckStore(connection, self._vault)
            found = await store.find(project, ref)
            if found is None:
                raise MissingError("There is no such check.", "List the checks of the project.")
            check, digest = found
            return CheckDetail(check, await store.report(digest) if digest else {})

    async def paths(self, principal: Principal, project: UUID, paths: Collection[str]) -> tuple[PathFacts, ...]:
        """Give module, imports and governing invariants of files, and of all that is below what is a folder."""
        return await self._code(principal, project, lambda store: store.at(project, paths))

    async def modules(self, principal: Principal, project: UUID, modules: Collection[str]) -> tuple[PathFacts, ...]:
        """Give the same of the files that are these modules."""
        return await self._code(principal, project, lambda store: store.of_modules(project, modules))

    async def importing(
        self, principal: Principal, project: UUID, modules: Collection[str], limit: int = 200
    ) -> tuple[PathFacts, ...]:
        """Give the same of the files that import one of these modules."""
        return await self._code(principal, project, lambda store: store.importing(project, modules, limit))

    async def _code(
        self, principal: Principal, project: UUID, ask: Callable[[CodeStore], Awaitable[tuple[PathFacts, ...]]]
    ) -> tuple[PathFacts, ...]:
        principal.require(project, Role.READER, Scope.CONTEXT if Scope.READ not in principal.scopes else Scope.READ)
        async with self._database.read() as connection:
            return await ask(CodeStore(connection))


def may_read(principal: Principal, project: UUID) -> None:
    """Raise unless the principal may look at the project."""
    principal.require(project, Role.READER, Scope.READ)


def bounded(limit: int) -> int:
    """Keep the length of a page within reason."""
    return min(max(limit, 1), MAX_PAGE)


def place(cursor: str | None) -> int | None:
    """Read a cursor: the number of the last item that was given. Raises `UserError` for anything else."""
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):  # noqa: PLR2004 (digits of a bigint)
        raise UserError("The cursor is not one of ours.", "Use `next` of the page before, or leave the cursor out.")
    return int(cursor)


def page(found: tuple[tuple[int, Item], ...], limit: int) -> Page[Item]:
    """Cut what was asked for, with one more, into a page."""
    items = tuple(item for _, item in found[:limit])
    return Page(items, str(found[limit - 1][0]) if len(found) > limit else None)
