"""Helps whoever writes a spec: completes names, tells what is wrong, and tries invariants before they are saved.

Keeps nothing of what is typed. Code is read by children alone, at the commit that each repository was last compared at.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from drift.lives.life import LifeState
from drift.lives.records import Repository
from drift.service.drift import Drift
from drift.store.repositories import RepositoryStore
from specs.access import Principal, Role, Scope
from specs.document import Document
from specs.errors import MissingError, UserError
from specs.hygiene.reports import refusal_of_secrets
from specs.hygiene.secrets import secrets_in
from specs.library import MAX_TEXT_BYTES, Spec, SpecText
from specs.parser import parse
from specs.problem import Problem
from specs.reach import reach_of
from specs.service.hygiene import Hygiene
from specs.service.library.library import Library
from specs.service.working import worked
from specs.store.connection import Clock, Transactions
from specs.store.hygiene import HygieneStore
from sync.aids.codenames import CodeName, CodeNames, Form
from sync.aids.diagnosis import of_ids, of_images, of_kinds, of_mentions, ordered
from sync.aids.inheriting import holders, restated
from sync.aids.links import Completion, to_sections, to_specs
from sync.aids.trials import Trial, TrialRun, run_of
from sync.binding.plan import SpecHead, at_home
from sync.inbox.claims import standing_of
from sync.service.editing.desk import Desk
from sync.service.repositories.evaluations import request_for
from sync.service.repositories.fetching import Mirrors
from sync.service.repositories.speaking import called
from sync.store.bindings import BindingStore
from sync.store.claims import ClaimStore

MAX_WANTED = 200
MOST = 50
MOST_REPOSITORIES = 3
MOST_SPECS = 2_000
PATIENCE = 2.0
NOBODY = UUID(int=0)
NO_CODE = "No repository of this project has been compared yet, so there is no code to hold this against."
NOTHING = "There is no invariant in this text that could be tried."
NOT_HERE = "This spec governs none of the project's repositories that have been compared."


@dataclass(frozen=True, slots=True)
class Bound:
    """Where specs are at home: the repositories that each came out of, the prefix of each binding. `spec` is tried."""

    spec: UUID
    owners: Mapping[UUID, Collection[UUID]]
    prefixes: Mapping[UUID, str]

    def places(self, head: SpecHead, compared: Iterable[Repository]) -> list[tuple[Repository, bool]]:
        """Choose the repositories that a spec speaks about, each with whether it is a guest there."""
        chosen = []
        for one in compared:
            if at_home(head, self.owners, self.prefixes, one.id):
                chosen.append((one, False))
            elif head.reach.governs(called(one), home=False):
                chosen.append((one, True))
        return chosen

    def above(self, repository: Repository, texts: Iterable[SpecText]) -> list[SpecText]:
        """Choose those of some specs that are at home in a repository."""
        heads = [(one, SpecHead(one.spec.id, one.spec.path, one.revision.digest)) for one in texts]
        return [one for one, head in heads if at_home(head, self.owners, self.prefixes, repository.id)]


class Aiding:
    """Questions of writers. `desk` is what the process keeps for them."""

    def __init__(  # noqa: PLR0913 (what it asks)
        self,
        database: Transactions,
        *,
        library: Library,
        drift: Drift,
        hygiene: Hygiene,
        clock: Clock,
        desk: Desk,
        mirrors: Mirrors,
    ) -> None:
        self._database = database
        self._library = library
        self._drift = drift
        self._hygiene = hygiene
        self._clock = clock
        self._desk = desk
        self._mirrors = mirrors

    async def names(
        self, principal: Principal, project: UUID, wanted: str, form: Form, limit: int = 20
    ) -> tuple[tuple[Completion, ...], bool]:
        """Complete a name of the code; False where the code is still being read, and names may be missing."""
        principal.require(project, Role.READER, Scope.READ)
        check_wanted(wanted)
        known, whole = await self._known(project)
        found: dict[str, Completion] = {}
        for names in known:
            best = await worked(len(names.names), names.best, wanted, form, bounded(limit))
            for one in best:
                found.setdefault(one.text, _completion(one, wanted, form))
        return tuple(found.values())[: bounded(limit)], whole

    async def links(
        self, principal: Principal, project: UUID, wanted: str, path: str, limit: int = 20
    ) -> tuple[Completion, ...]:
        """Complete a link of the spec at `path`: to a spec, or behind `#` to a section of the one named before it."""
        principal.require(project, Role.READER, Scope.READ)
        check_wanted(wanted)
        name, mark, anchor = wanted.partition("#")
        if not mark:
            return to_specs(wanted.lstrip("./"), path, await self._specs(principal, project), bounded(limit))
        goal = normpath(join(dirname(path), unquote(name))) if name else path
        try:
            text = (await self._library.read(principal, project, goal)).text
        except MissingError:
            return ()
        document = await worked(len(text), parse, text)
        return to_sections(anchor, document, name, bounded(limit))

    async def diagnose(self, principal: Principal, project: UUID, path: str, text: str) -> tuple[Problem, ...]:
        """Tell what is wrong with a text as the spec at `path` would have it, in the order of its lines."""
        principal.require(project, Role.READER, Scope.READ)
        check_typed(text)
        document = await worked(len(text), parse, text)
        return await self.diagnose_parsed(principal, project, path, document)

    async def diagnose_parsed(
        self, principal: Principal, project: UUID, path: str, document: Document
    ) -> tuple[Problem, ...]:
        """Tell the same of a text that is parsed already."""
        text = document.text
        told = await self._hygiene.problems(principal, project, path, text) if path else ()
        known, _ = await self._known(project, patience=0)
        every = CodeNames(tuple(one for names in known for one in names.names)) if len(known) > 1 else None
        names = every or (known[0] if known else CodeNames())
        gone, taken = await self._checked(principal, project, path)
        problems = await asyncio.to_thread(_problems, path, document, names, gone)
        return ordered((*problems, *of_ids(document, taken), *told, *await self._secrets(project, text)))

    async def try_out(
        self, principal: Principal, project: UUID, path: str, text: str, repository: UUID | None = None
    ) -> Trial:
        """Hold the invariants of a typed text against the code as it was last compared. Saves nothing.

        Raises `ConflictError` where the same writer asked again meanwhile, `UnavailableError` where too many do.
        """
        principal.require(project, Role.READER, Scope.READ)
        check_typed(text)
        document = await worked(len(text), parse, text)
        if not document.invariants:
            return Trial("nothing", note=NOTHING)
        async with self._database.read() as connection:
            every = await RepositoryStore(connection).of_project(project)
        compared = [one for one in every if one.head and repository in {None, one.id}]
        if repository is not None and not any(one.id == repository for one in every):
            raise MissingError("There is no such repository.", "List the repositories of the project.")
        if not compared:
            return Trial("no-code", note=NO_CODE)
        bound = await self._bound(principal, project, path)
        reach = reach_of(document)
        head = SpecHead(bound.spec, path or "new.md", "", reach=reach)
        places = bound.places(head, compared)
        if not places:
            return Trial("no-code", note=NOT_HERE)
        wanted = restated(document.invariants)
        texts = await self._library.heads(principal, project) if wanted else ()
        above = {one.spec.path: one for one in texts if one.spec.path != path}
        said = {place: one.text for place, one in above.items()}
        names = await worked(sum(map(len, said.values())), holders, wanted, said)
        runs = [
            await self._run(principal, one, every, (path, document, guest), bound.above(one, [above[n] for n in names]))
            for one, guest in places[:MOST_REPOSITORIES]
        ]
        left = len(places) - len(runs)
        return Trial("tried", tuple(runs), f"{left} more repositories are not tried." if left else "")

    async def _run(
        self,
        principal: Principal,
        repository: Repository,
        every: Sequence[Repository],
        typed: tuple[str, Document, bool],
        above: Sequence[SpecText],
    ) -> TrialRun:
        """Try a typed text, a guest or not, in a repository; `above` are the specs that hold what it restates."""
        path, document, guest = typed
        async with self._database.read() as connection:
            binding = await BindingStore(connection).get(repository.id)
            claims = await ClaimStore(connection).of(repository.id)
            files = {file.place: file.path for file in await BindingStore(connection).files(repository.id)}
        mine = files.get(path, "")
        parents = above if mine else ()
        request = request_for(
            self._mirrors.place(repository.id),
            repository,
            repository.head,
            today=self._clock().date(),
            specs=[
                [path, mine, document.text, [], guest],
                *([one.spec.path, files.get(one.spec.path, ""), one.text, [], False] for one in parents),
            ],
            root=binding.root if binding else "",
            others=every,
            standing=standing_of(claims, trusted=False),
        )
        writer = (principal.actor.id, repository.project, repository.id)
        done = await self._desk.run(writer, request | {"trial": True})
        return run_of(repository.name, repository.head, done, document, placed=bool(mine))

    async def _bound(self, principal: Principal, project: UUID, path: str) -> "Bound":
        """Say where specs of a project are at home, for the one at this path."""
        try:
            ref = (await self._library.read(principal, project, path)).spec.id if path else NOBODY
        except MissingError:
            ref = NOBODY
        async with self._database.read() as connection:
            bindings = BindingStore(connection)
            return Bound(ref, await bindings.owners(project), await bindings.prefixes(project))

    async def _known(self, project: UUID, patience: float | None = None) -> tuple[list[CodeNames], bool]:
        """Give the names of the project's repositories, and whether they are those of their heads."""
        async with self._database.read() as connection:
            every = await RepositoryStore(connection).of_project(project)
            bindings = await BindingStore(connection).of_project(project)
        known, whole = [], True
        for one in [one for one in every if one.head][:MOST_REPOSITORIES]:
            mirror = self._mirrors.place(one.id)
            binding = bindings.get(one.id)
            request: dict[str, Any] = {"mirror": str(mirror), "cache": str(mirror.with_suffix(".facts"))}
            request |= {"commit": one.head, "root": binding.root if binding else ""}
            waits = PATIENCE if patience is None else patience
            names, read = await self._desk.names(one.id, one.head, request, waits)
            known.append(names)
            whole = whole and read
        return known, whole

    async def _specs(self, principal: Principal, project: UUID) -> list[Spec]:
        found: list[Spec] = []
        cursor = None
        while len(found) < MOST_SPECS:
            page = await self._library.list(principal, project, cursor=cursor, limit=200)
            found += page.items
            cursor = page.next
            if cursor is None:
                break
        return found

    async def _checked(self, principal: Principal, project: UUID, path: str) -> tuple[dict[str, str], dict[str, str]]:
        """Give what the last checks know: names of this spec's prose that are gone, ids that other specs have."""
        standing = await self._drift.invariants(principal, project)
        taken = {one.invariant: one.spec_path for one in standing if one.spec_path != path}
        mine = [one for one in standing if one.spec_path == path and one.kind == "mentions" and one.spec is not None]
        if not mine:
            return {}, taken
        found = await self._drift.findings(principal, project, state=LifeState.OPEN, spec=mine[0].spec, limit=200)
        gone = {str(one.data["reference"]): one.message for one in found.items if one.data.get("reference")}
        return gone, taken

    async def _secrets(self, project: UUID, text: str) -> tuple[Problem, ...]:
        found = await worked(len(text), secrets_in, text)
        if not found:
            return ()
        async with self._database.read() as connection:
            allowed = await HygieneStore(connection, project).among({one.id for one in found})
        told = (refusal_of_secrets([one]) for one in found if one.id not in allowed)
        return tuple(problem for problem in told if problem is not None)[:MOST]


def _problems(path: str, document: Document, names: CodeNames, gone: dict[str, str]) -> tuple[Problem, ...]:
    mentions = of_mentions(path or "new.md", document, names, gone)
    return (*document.problems, *of_kinds(document), *mentions, *of_images(document))


def _completion(one: CodeName, wanted: str, form: Form) -> Completion:
    """Say how a name goes into the text: in prose a symbol by its own name, unless its module was typed as well."""
    text = one.text
    if form == "name" and one.what == "symbol":
        text = one.dotted if "." in wanted or "#" in wanted else one.own
    detail = f"{one.path}:{one.line}" if one.what == "symbol" else one.path if one.path != one.text else ""
    return Completion(text, one.text, one.kind or one.what, detail)


def check_wanted(wanted: str) -> None:
    """Refuse a query that no name is as long as."""
    if len(wanted) > MAX_WANTED:
        raise UserError("This is too long for a name.", f"Type at most {MAX_WANTED} characters.")


def check_typed(text: str) -> None:
    """Refuse a text that no spec could hold."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_TEXT_BYTES:
        raise UserError("This text is too long.", "A spec holds at most 1 MiB; split it by subject.")


def bounded(limit: int) -> int:
    """Keep a number of answers within bounds."""
    return min(max(limit, 1), MOST)
