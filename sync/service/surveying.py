"""What an architect asks of specs and code together: who owns what, who imports whom, which code no spec governs.

Knows no page and no wire. What is made of a repository's code is remembered until its next check.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar, cast
from uuid import UUID

from drift.lives.records import Check, InvariantVerdict, Repository
from drift.picture.atlas import Break, Code, CodeFile, View, code_of, divided, imports_between, look, touching
from drift.picture.coverage import Claim, Coverage, Ground, Held, coverage, cut, hold, straight
from drift.picture.stacks import Stack, stack_of
from drift.report import counts
from drift.store.checks import CheckStore
from drift.store.code import CodeStore
from drift.store.findings import FindingStore
from drift.store.repositories import RepositoryStore
from specs.access import Principal, Role, Scope
from specs.document import Document
from specs.errors import MissingError
from specs.library import SpecStatus, SpecText
from specs.parser import parse
from specs.service.library.library import Library
from specs.store.connection import Transactions
from specs.suggest import did_you_mean

NOBODY = "-"
KEPT = 24
MOST_PLOTS = 60
MOST_NAMES = 20
MENTIONS = "mentions"
T = TypeVar("T")


@dataclass(slots=True)
class Atlases:
    """What was made of code lately, by what it was made from; one per process. The oldest goes first."""

    kept: OrderedDict[Hashable, object] = field(default_factory=OrderedDict)

    async def of(self, key: Hashable, make: Callable[[], Awaitable[T]]) -> T:
        """Give what was made for a key, or make it."""
        if key not in self.kept:
            self.kept[key] = await make()
            while len(self.kept) > KEPT:
                self.kept.popitem(last=False)
        self.kept.move_to_end(key)
        return cast("T", self.kept[key])


@dataclass(frozen=True, slots=True)
class Graph:
    """A view of a repository's modules: the rules that could order it, the one that does, what is broken in it."""

    repository: Repository
    view: View
    rules: tuple[str, ...] = ()
    rule: str = ""
    breaks: tuple[Break, ...] = ()


@dataclass(frozen=True, slots=True)
class Imports:
    """The imports behind an arrow, by path and line: importer, imported, path, line; and those that break something."""

    repository: Repository
    rows: tuple[tuple[str, str, str, int], ...]
    breaks: tuple[Break, ...]


@dataclass(frozen=True, slots=True)
class Map:
    """The map of a folder, over the repositories it was made of. `known` is whether any was checked."""

    coverage: Coverage
    repositories: tuple[Repository, ...]
    known: bool


class Survey:
    """Questions that need both what specs say and what is known of the code."""

    def __init__(self, database: Transactions, library: Library, atlases: Atlases) -> None:
        self._database = database
        self._library = library
        self._atlases = atlases

    async def owned(self, principal: Principal, project: UUID, owner: str) -> frozenset[UUID]:
        """Give the specs that somebody owns; `-` asks for those of nobody. Raises `MissingError`."""
        heads = await self._library.heads(principal, project)
        owners = {head.spec.id: parse(head.text).front_matter.owners for head in heads}
        found = frozenset(ref for ref, named in owners.items() if (owner in named if owner != NOBODY else not named))
        if not found and owner != NOBODY:
            known = {one for named in owners.values() for one in named}
            hint = did_you_mean(owner, known) or f"Owners are: {', '.join(sorted(known)[:12]) or 'none'}."
            raise MissingError(f"No spec is owned by {owner!r}.", hint)
        return found

    async def graph(
        self, principal: Principal, project: UUID, *, repository: str = "", at: str = "", rule: str = ""
    ) -> Graph | None:
        """Look at a package of a repository (the first, unless named); None where no code is known yet.

        `rule` names an invariant of kind layers that orders the parts, and whose breaks alone are marked. Raises
        `MissingError` for what there is not.
        """
        principal.require(project, Role.READER, Scope.READ)
        found = await self._repository(project, repository)
        if found is None:
            return None
        one, last = found
        code, _ = await self._code(one, last)
        if not code.segments:
            return None
        stacks = await self._stacks(principal, project)
        stack = chosen(stacks, rule)
        place = at or (stack.container if stack and divided(code, stack.container) else "")
        if divided(code, place) is None:
            hint = did_you_mean(place, set(code.segments)) or "Begin at the top: leave `at` out."
            raise MissingError(f"There is no module or package {place[:120]!r} in {one.name}.", hint)
        breaks = await self._breaks(one, rule)
        view = await asyncio.to_thread(look, code, place, breaks, stack)
        seen = touching(breaks, code, view.at)
        return Graph(one, view, tuple(sorted(stacks)), rule, seen)

    async def imports(  # noqa: PLR0913 (where, and between which parts)
        self, principal: Principal, project: UUID, *, repository: str, at: str, importer: str, imported: str
    ) -> Imports:
        """Give the imports behind an arrow of a view. Raises `MissingError` where there is no such arrow."""
        graph = await self.graph(principal, project, repository=repository, at=at)
        rows: tuple[tuple[str, str, str, int], ...] = ()
        if graph is not None:
            found = await self._repository(project, repository)
            code, files = await self._code(graph.repository, found[1] if found else None)
            rows = imports_between(files, code, graph.view, importer, imported)
            pairs = {(row[0], row[1]) for row in rows}
            breaks = tuple(
                one for one in graph.breaks if (one.importer, one.imported) in pairs or direct(one, importer, imported)
            )
            if rows or breaks:
                return Imports(graph.repository, rows, breaks)
        raise MissingError("There is no such arrow.", "Go back to the graph: the code may have changed.")

    async def names(self, principal: Principal, project: UUID, *, repository: str, text: str) -> tuple[str, ...]:
        """Give modules and packages that hold all words of a text, the shortest first."""
        principal.require(project, Role.READER, Scope.READ)
        found = await self._repository(project, repository)
        words = text.lower().split()
        if found is None or not words:
            return ()
        code, _ = await self._code(*found)
        names = {name for name in code.segments if all(word in name.lower() for word in words)}
        return tuple(sorted(names, key=lambda name: (len(name), name))[:MOST_NAMES])

    async def coverage(self, principal: Principal, project: UUID, *, repository: str = "", at: str = "") -> Map:
        """Map the code of all repositories, or of one. Raises `MissingError` for a folder that there is not."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            everyone = await RepositoryStore(connection).of_project(project)
            latest = await CheckStore(connection).latest(project)
            standing = await CheckStore(connection).standing(project)
        mine = named(everyone, repository)
        checked = [one for one in mine if one.id in latest]
        heads = [one for one in await self._library.heads(principal, project) if in_force(one)]
        made_of = (
            tuple(one.id for one in mine),
            tuple((one.id, latest[one.id].id) for one in checked),
            tuple(sorted((head.spec.path, head.revision.digest) for head in heads)),
        )

        async def compare() -> Held:
            files: list[Ground] = []
            async with self._database.read() as connection:
                for one in checked:
                    files += await CodeStore(connection).ground(one.id)
            return await asyncio.to_thread(held_of, files, heads, standing, {one.id for one in mine})

        held = await self._atlases.of(("held", project, *made_of), compare)
        place = at.strip("/")
        if place and not any(one.path == place or one.path.startswith(f"{place}/") for one, *_ in held.files):
            raise MissingError(f"There is no code in {place[:120]!r}.", "Begin at the top: leave `at` out.")
        made = await self._atlases.of(
            ("map", project, *made_of, place), partial(asyncio.to_thread, mapped, held, place)
        )
        return Map(cut(made, MOST_PLOTS), tuple(mine), bool(checked))

    async def _repository(self, project: UUID, name: str) -> tuple[Repository, Check | None] | None:
        async with self._database.read() as connection:
            everyone = await RepositoryStore(connection).of_project(project)
            latest = await CheckStore(connection).latest(project)
        mine = named(everyone, name)
        if not mine:
            return None
        one = next((one for one in mine if one.id in latest), mine[0])
        return one, latest.get(one.id)

    async def _code(self, repository: Repository, last: Check | None) -> tuple[Code, tuple[CodeFile, ...]]:
        async def make() -> tuple[Code, tuple[CodeFile, ...]]:
            async with self._database.read() as connection:
                files = await CodeStore(connection).files(repository.id)
            return await asyncio.to_thread(code_of, files), files

        return await self._atlases.of(("code", repository.id, last.id if last else None), make)

    async def _breaks(self, repository: Repository, rule: str) -> tuple[Break, ...]:
        async with self._database.read() as connection:
            return await FindingStore(connection).breaks(repository.id, rule)

    async def _documents(self, principal: Principal, project: UUID) -> Mapping[str, Document]:
        heads = await self._library.heads(principal, project)
        return documents_of([head for head in heads if in_force(head)])

    async def _stacks(self, principal: Principal, project: UUID) -> Mapping[str, Stack]:
        documents = await self._documents(principal, project)
        found = (stack_of(block) for document in documents.values() for block in document.invariants)
        return {stack.invariant: stack for stack in found if stack is not None}


def in_force(head: SpecText) -> bool:
    """Say whether a spec is not retired in the library."""
    return head.spec.status is not SpecStatus.RETIRED


def documents_of(heads: Sequence[SpecText]) -> dict[str, Document]:
    """Parse specs, but those that say of themselves that they are retired."""
    parsed = {head.spec.path: parse(head.text) for head in heads}
    return {path: one for path, one in parsed.items() if one.front_matter.status != "retired"}


def held_of(
    files: Sequence[Ground], heads: Sequence[SpecText], standing: Sequence[InvariantVerdict], repositories: set[UUID]
) -> Held:
    """Hold code against specs: of what looks at a file, only the invariants that people wrote count."""
    claims = claims_of(documents_of(heads), standing, repositories)
    counted = {name for claim in claims for name in claim.invariants}
    ground = [Ground(file.path, file.lines, tuple(n for n in file.invariants if n in counted)) for file in files]
    return hold(ground, claims)


def mapped(held: Held, place: str) -> Coverage:
    """Map a folder; everything is opened up to where it divides."""
    made = coverage(held, place)
    return made if place else straight(made, held)


def direct(one: Break, importer: str, imported: str) -> bool:
    """Say whether a broken import is the very arrow: what it names may lie outside the code."""
    return (one.importer, one.imported) == (importer, imported)


def chosen(stacks: Mapping[str, Stack], rule: str) -> Stack | None:
    """Find the rule that orders a view. Raises `MissingError`."""
    if rule and rule not in stacks:
        hint = did_you_mean(rule, stacks) or f"Rules are: {', '.join(sorted(stacks)[:12]) or 'none'}."
        raise MissingError(f"There is no invariant of kind layers {rule[:120]!r}.", hint)
    return stacks.get(rule)


def named(everyone: Sequence[Repository], name: str) -> list[Repository]:
    """Give the repository of a name, or all. Raises `MissingError`."""
    found = [one for one in everyone if not name or name in {one.name, str(one.id)}]
    if name and not found:
        names = [one.name for one in everyone]
        hint = did_you_mean(name, names) or f"There are: {', '.join(sorted(names)[:12]) or 'none'}."
        raise MissingError(f"There is no repository {name[:120]!r}.", hint)
    return found


def claims_of(
    documents: Mapping[str, Document], standing: Sequence[InvariantVerdict], repositories: set[UUID]
) -> list[Claim]:
    """Say what each spec asks of code: its invariants as they were last evaluated, and what it covers."""
    asked: dict[str, dict[str, set[Any]]] = {path: {} for path in documents}
    for one in standing:
        real = one.kind != MENTIONS and counts(one.invariant, one.kind, one.anchor, one.verdict)
        if one.repository in repositories and one.spec_path in asked and real:
            asked[one.spec_path].setdefault(one.invariant, set()).add(one.verdict)
    return [
        Claim(
            path,
            frozenset(asked[path]),
            tuple(sorted(name for name, verdicts in asked[path].items() if verdicts == {"unmatched"})),
            document.front_matter.covers,
        )
        for path, document in sorted(documents.items())
    ]
