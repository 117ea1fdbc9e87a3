"""Use cases of signals: take in what tests, deployments and incidents tell, say how requirements stand.

Each signal is an entry of the audit log. What names no requirement is answered, kept and told again, never dropped.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from drift.lives.life import LifeState
from drift.lives.signals import DeploymentRow, IncidentRow, ResultRow, TraceRow
from drift.service.drift import Drift
from drift.service.recording import Finished
from drift.store.signals import SignalStore
from specs.access import Principal, Role, Scope
from specs.audit import Json
from specs.dialects import in_force
from specs.document import Document
from specs.errors import ConflictError, MissingError, UserError
from specs.parser import parse
from specs.service.auditing import record
from specs.service.library.library import Library
from specs.store.connection import Clock, Connection, IdSource, Transactions
from sync.contexts.links import Link, LinkState
from sync.store.links import LinkStore
from sync.traces.items import Catalogue
from sync.traces.junit import Case, Result, read_junit
from sync.traces.standing import Deployed, Ended, Incident, Place, Signals, Traceability, traceability
from sync.traces.tags import Tag, TagKind

MOST_FINDINGS = 2_000
PAGE = 200
# Where in the order of commits code came that a person tied to a section: nobody knows, so nothing is said to run it.
UNKNOWN = 2**62


@dataclass(frozen=True, slots=True)
class Reported:
    """What test results came to: how many ended how, and names in them that mean no requirement, with the reason."""

    results: Counter[str]
    unknown: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """How requirements stand, what runs where, and the incidents that are open."""

    traceability: Traceability
    running: tuple[DeploymentRow, ...]
    incidents: tuple[IncidentRow, ...]


class SignalCases:
    """Everything that may be told of code that is tested and runs."""

    def __init__(self, database: Transactions, library: Library, drift: Drift, clock: Clock, new_id: IdSource) -> None:
        self._database = database
        self._library = library
        self._drift = drift
        self._clock = clock
        self._new_id = new_id

    async def tests(
        self, principal: Principal, project: UUID, reports: Sequence[bytes], *, repository: str = "", commit: str = ""
    ) -> Reported:
        """Take in test results in the JUnit form. Needs an editor. Raises `UserError` for a report that is none."""
        principal.require(project, Role.EDITOR, Scope.CHECK)
        read = [await asyncio.to_thread(read_junit, data, f"report {n}") for n, data in enumerate(reports, start=1)]
        now = self._clock()
        rows = {(case.classname, case.name): case for cases in read for case in _worst_first(cases)}
        kept = [_row(case, repository, commit, now) for case in rows.values()]
        catalogue = await self._catalogue(principal, project)
        named = sorted({target for case in rows.values() for target in case.targets})
        unknown = tuple((one, found.problem) for one in named if (found := catalogue.find(one)).item is None)
        counts = Counter(case.result.value for case in rows.values())
        async with self._database.transaction() as connection:
            await SignalStore(connection).keep_results(project, kept)
            ended: dict[str, Json] = {word.value: counts[word.value] for word in Result}
            details: dict[str, Json] = {"repository": repository, "commit": commit, **ended}
            await self._audit(connection, principal, project, "tests.report", repository or "tests", details)
        return Reported(counts, unknown)

    async def deploy(
        self, principal: Principal, project: UUID, *, environment: str, commit: str, repository: str = ""
    ) -> None:
        """Record that a commit was put into an environment. Needs an editor."""
        principal.require(project, Role.EDITOR, Scope.CHECK)
        async with self._database.transaction() as connection:
            ident, now = self._new_id(), self._clock()
            told = {"repository": repository, "environment": environment, "commit": commit}
            await SignalStore(connection).deploy(ident, project, **told, actor=principal.actor.id, at=now)
            await self._audit(connection, principal, project, "deployment.record", environment, {**told})

    async def open_incident(
        self, principal: Principal, project: UUID, name: str, requirements: Sequence[str], paths: Sequence[str]
    ) -> tuple[tuple[str, str], ...]:
        """Open an incident that names requirements or paths; give the names that mean no requirement.

        Needs an editor. Raises `ConflictError` where one of this name is open, `UserError` where it names nothing.
        """
        principal.require(project, Role.EDITOR, Scope.CHECK)
        if not requirements and not paths:
            raise UserError("What does the incident concern?", "Name a requirement, or a file or folder of code.")
        catalogue = await self._catalogue(principal, project) if requirements else Catalogue({})
        now = self._clock()
        async with self._database.transaction() as connection:
            store = SignalStore(connection)
            who = principal.actor.id
            if not await store.open_incident(project, name, requirements=requirements, paths=paths, actor=who, at=now):
                raise ConflictError(f"An incident {name} is open already.", "Close it first, or choose another name.")
            details: dict[str, Json] = {"requirements": list(requirements), "paths": list(paths)}
            await self._audit(connection, principal, project, "incident.open", name, details)
        return tuple((one, found.problem) for one in requirements if (found := catalogue.find(one)).item is None)

    async def close_incident(self, principal: Principal, project: UUID, name: str) -> None:
        """Close an incident. Needs an editor. Raises `MissingError` where none of this name is open."""
        principal.require(project, Role.EDITOR, Scope.CHECK)
        async with self._database.transaction() as connection:
            if not await SignalStore(connection).close_incident(project, name, self._clock()):
                raise MissingError(f"No incident {name} is open.", "GET .../traceability lists those that are.")
            await self._audit(connection, principal, project, "incident.close", name, {})

    async def any(self, principal: Principal, project: UUID) -> bool:
        """Say whether there is any signal at all: where there is none, there is nothing to say of requirements."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            return await SignalStore(connection).any(project) or await LinkStore(connection, project).any()

    async def standing(self, principal: Principal, project: UUID, spec: UUID | None = None) -> Told:
        """Say how each requirement of a project, or of one spec, stands."""
        principal.require(project, Role.READER, Scope.READ)
        heads = await self._library.heads(principal, project)
        catalogue = await asyncio.to_thread(_catalogue_of, {one.spec.path: one.text for one in heads})
        verdicts = await self._verdicts(principal, project)
        async with self._database.read() as connection:
            store = SignalStore(connection)
            places, results = await store.places(project), await store.results(project)
            running, incidents = await store.running(project), await store.incidents(project)
            links = await LinkStore(connection, project).all(state=LinkState.CONFIRMED)
        signals = Signals(
            [*map(_place, places), *map(_bound, links)],
            [_ended(row) for row in results],
            verdicts,
            [Deployed(one.environment, one.commit, one.at, one.repository, one.order) for one in running],
            [
                Incident(one.name, one.opened_at, one.requirements, one.paths)
                for one in incidents
                if one.closed_at is None
            ],
        )
        found = await asyncio.to_thread(traceability, catalogue, signals)
        if spec is not None:
            paths = {one.spec.path for one in heads if one.spec.id == spec}
            if not paths:
                raise MissingError("There is no such spec.", "List the specs of the project.")
            found = replace(found, standings=tuple(one for one in found.standings if one.item.spec in paths))
        return Told(found, running, incidents)

    async def _verdicts(self, principal: Principal, project: UUID) -> dict[str, tuple[str, datetime | None]]:
        """Give the worst verdict of each invariant over all repositories, and since when something about it is open."""
        since: dict[str, datetime] = {}
        cursor: str | None = None
        for _ in range(MOST_FINDINGS // PAGE):
            page = await self._drift.findings(principal, project, state=LifeState.OPEN, cursor=cursor, limit=PAGE)
            for one in page.items:
                since[one.invariant] = min(since.get(one.invariant, one.opened.at), one.opened.at)
            cursor = page.next
            if cursor is None:
                break
        order = ("broken", "error", "unmatched", "waived", "kept")
        found: dict[str, str] = {}
        for row in await self._drift.invariants(principal, project):
            found[row.invariant] = min(found.get(row.invariant, "kept"), row.word, key=order.index)
        return {id_: (word, since.get(id_)) for id_, word in found.items()}

    async def _catalogue(self, principal: Principal, project: UUID) -> Catalogue:
        """Read what can be named. Whoever may tell of tests may know whether a name means something."""
        reader = replace(principal, scopes=principal.scopes | {Scope.READ})
        heads = await self._library.heads(reader, project)
        return await asyncio.to_thread(_catalogue_of, {one.spec.path: one.text for one in heads})

    async def _audit(  # noqa: PLR0913, PLR0917 (an entry is nothing less)
        self,
        connection: Connection,
        principal: Principal,
        project: UUID,
        action: str,
        subject: str,
        details: Mapping[str, Json],
    ) -> None:
        now = self._clock()
        await record(connection, principal, project, at=now, action=action, subject=subject, details=details)


async def see_places(connection: Connection, done: Finished) -> None:
    """Record which places of an evaluated commit name requirements."""
    if not done.evaluated.problem:
        await SignalStore(connection).replace_places(done.repository, done.commit.id, done.evaluated.traces)


def _catalogue_of(texts: dict[str, str]) -> Catalogue:
    return Catalogue({path: _document(path, text) for path, text in texts.items()})


@lru_cache(maxsize=2_000)
def _document(path: str, text: str) -> Document:
    """Parse a spec; heads are asked for again and again."""
    return in_force(path, parse(text))


def _worst_first(cases: Sequence[Case]) -> list[Case]:
    """Order cases so that of several runs of one test the worst is kept."""
    order = list(Result)
    return sorted(cases, key=lambda case: -order.index(case.result))


def _row(case: Case, repository: str, commit: str, now: datetime) -> ResultRow:
    def kept(text: str, most: int = 1_000) -> str:
        return text.replace("\0", "").encode("utf-8", "replace").decode()[:most]

    names = (kept(case.classname, 500), kept(case.name, 500), kept(case.file))
    targets = tuple(kept(one, 400) for one in case.targets)
    return ResultRow(repository, *names, case.result.value, kept(case.message), targets, commit, now, now)


def _place(row: TraceRow) -> Place:
    return Place(row.path, Tag(row.target, TagKind(row.kind), row.line, row.symbol), row.repository, row.since)


def _bound(link: Link) -> Place:
    """Make a place of code that a person tied to a section: it implements it, though no comment there says so."""
    tag = Tag(link.address, TagKind.IMPLEMENTATION, 1, link.symbol)
    return Place(link.path, tag, link.repository, UNKNOWN)


def _ended(row: ResultRow) -> Ended:
    case = Case(row.name, row.classname, row.file, Result(row.result), row.message, targets=list(row.targets))
    return Ended(case, row.repository, row.commit, row.since)
