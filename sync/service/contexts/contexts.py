"""Serving context: from a task and paths to a packed bundle, with the receipt kept in the same breath.

Knows nothing of HTTP. The delimiter of the answer comes from the random source, never from content.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from uuid import UUID

from drift.lives.records import PathFacts
from drift.service import Drift
from drift.store.definitions import DefinitionStore
from specs.access import Principal, Role, Scope
from specs.authorship.writers import Writers
from specs.errors import MissingError, UserError
from specs.library import SpecText
from specs.limits import Quota
from specs.service import documents
from specs.service.auditing import record
from specs.service.library.library import Library
from specs.service.limits import use
from specs.service.revisions.authorship import Authorship
from specs.store.artifacts import CLEAR, Vault
from specs.store.connection import Clock, IdSource, RandomSource, Transactions
from specs.store.library import LibraryStore
from sync.contexts.bundle import DEFAULT_BUDGET, Bundle, check_budget, pack, tokens
from sync.contexts.context import Chosen, Passage, SpecSource, chosen, needed, standing
from sync.contexts.links import bound
from sync.contexts.meaning import Similar
from sync.contexts.ranking import MOST_RANKED, rank, within
from sync.contexts.receipts import Receipt, ServedContext, item
from sync.contexts.shelf import Asked, Shelf
from sync.contexts.ties import Area
from sync.contexts.wanted import Wanted
from sync.service.contexts.beside import going_on, open_findings
from sync.service.contexts.meanings import Asking
from sync.service.contexts.shelving import Shelves
from sync.store.bundles import BundleStore
from sync.store.holds import HoldStore
from sync.store.links import LinkStore

LONGEST_TASK = 20_000
MOST_PATHS = 200
MARK_BYTES = 8
TRIES = 3
# Passages are read up to so many budgets; what lies further down is counted only.
REACH = 4
NOWHERE = frozenset({"", ".", ".."})


class Contexts:
    """Context for tasks, and the receipts of what was served."""

    def __init__(  # noqa: PLR0913 (where it reads, and its sources of time, names and chance)
        self,
        database: Transactions,
        library: Library,
        drift: Drift,
        *,
        clock: Clock,
        new_id: IdSource,
        random: RandomSource,
        shelves: Shelves | None = None,
        asking: Asking | None = None,
        vault: Vault = CLEAR,
    ) -> None:
        self._database = database
        self._library = library
        self._authorship = Authorship(database, clock, new_id)
        self._drift = drift
        self._clock = clock
        self._new_id = new_id
        self._random = random
        self._shelves = shelves or Shelves()
        self._asking = asking or Asking()
        self._vault = vault

    async def serve(  # noqa: PLR0913 (what is asked, and what the caller has already)
        self,
        principal: Principal,
        project: UUID,
        task: str,
        paths: Sequence[str] = (),
        budget: int = DEFAULT_BUDGET,
        *,
        symbols: Sequence[str] = (),
        since: UUID | None = None,
        told: Collection[str] = (),
        keep: Callable[[Passage], bool] | None = None,
    ) -> ServedContext:
        """Give what bears on a task, within a token budget, and keep the receipt.

        What the caller has from the bundle `since`, or had been told before it, is not told again unless it changed;
        nor are passages whose digests it names as `told`.
        Of the sections only those are served that `keep` says yes to.
        Raises `UserError` for a task, path, symbol or budget that cannot be served, `MissingError` for no such bundle.
        """
        principal.require(project, Role.READER, Scope.CONTEXT)
        wanted = _checked(task, paths, budget, symbols)
        await use(self._database, project, Quota.CONTEXT, self._clock())
        before = None if since is None else await self.receipt(principal, project, since)
        asked = Wanted(task, wanted, budget, tuple(symbols))
        known = {*told, *(str(one.get("digest")) for one in (before.items if before else ()))}
        bundle = await self._bundle(principal, project, asked, known, keep)
        receipt = Receipt(
            id=self._new_id(),
            actor=principal.actor,
            task=task,
            paths=wanted,
            budget=budget,
            tokens=bundle.tokens,
            items=(*map(item, bundle.served), *(item(one, sent=False) for one in bundle.unchanged)),
            at=self._clock(),
            under=principal.task,
            fencing=None if principal.errand is None else principal.errand.fencing,
        )
        await self._keep(principal, project, receipt, len(bundle.served))
        return ServedContext(receipt, bundle)

    async def look(
        self, principal: Principal, project: UUID, task: str, paths: Sequence[str] = (), budget: int = DEFAULT_BUDGET
    ) -> Bundle:
        """Give just what would be served, and keep nothing: for people who want to see what agents are told."""
        principal.require(project, Role.READER, Scope.CONTEXT)
        asked = Wanted(task, _checked(task, paths, budget, ()), budget, ())
        return await self._bundle(principal, project, asked, ())

    async def _bundle(
        self,
        principal: Principal,
        project: UUID,
        asked: Wanted,
        known: Collection[str],
        keep: Callable[[Passage], bool] | None = None,
    ) -> Bundle:
        area = await self._around(principal, project, asked)
        found, degraded = await self._chosen(principal, project, asked, area)
        sections = [one for one in found.sections if keep is None or keep(one)]
        passages = (*found.ruling, *sections, *await self._beside(principal, project, asked, found))
        return pack(passages, asked.budget, self._random(MARK_BYTES).hex(), degraded=degraded, known=known)

    async def _around(self, principal: Principal, project: UUID, asked: Wanted) -> Area:
        """Give what is known of the code that a task touches: paths, modules of symbols, what is tied to them."""
        paths, drift = asked.paths, self._drift
        known = await drift.paths(principal, project, _with_folders(paths)) if paths else ()
        homes = [symbol.split(":", 1)[0] for symbol in asked.symbols if ":" in symbol]
        named = await drift.modules(principal, project, homes) if homes else ()
        area = _area(paths, known, named)
        users = await drift.importing(principal, project, area.names) if area.names else ()
        near = area.neighbours | {facts.module for facts in users if facts.module}
        touched = {*paths, *(facts.path for facts in named)}
        tied = await self._tied(project, area, asked.symbols, (touched, users))
        return replace(tied, symbols=asked.symbols, neighbours=near - area.names)

    async def _tied(
        self, project: UUID, area: Area, symbols: Sequence[str], near: tuple[set[str], Sequence[PathFacts]]
    ) -> Area:
        """Add which of those that import the touched code call it, and which sections a person tied to it."""
        touched, users = near
        named = {symbol.replace("#", ".").replace(":", ".").rpartition(".")[2].removesuffix("()") for symbol in symbols}
        async with self._database.read() as connection:
            store = DefinitionStore(connection)
            called = named or await store.named(project, touched)
            calling = set(await store.callers(project, called, [facts.path for facts in users]))
            links = await LinkStore(connection, project).of_paths(touched)
        callers = {name for facts in users if facts.path in calling for name in (facts.path, facts.module) if name}
        return replace(area, callers=frozenset(callers) - area.names, bound=bound(links, touched))

    async def _beside(self, principal: Principal, project: UUID, asked: Wanted, found: Chosen) -> tuple[Passage, ...]:
        """Give what is told besides: findings that stand there, and what proposals would change in what is served."""
        today = self._clock().date()
        findings = await open_findings(self._database, self._drift, principal, project, asked.paths, today=today)
        near = [*found.ruling, *_first(found.sections, asked.budget)]
        refs = self._shelves.of(project).refs
        return (
            *standing(findings),
            *await going_on(self._database, principal, project, refs=refs, asked=asked, served=near),
        )

    async def _keep(self, principal: Principal, project: UUID, receipt: Receipt, passages: int) -> None:
        """Keep a receipt, and say in the audit log that context was served."""
        async with self._database.transaction() as connection:
            await BundleStore(connection, project, self._vault).add(receipt)
            if receipt.under is not None:
                await HoldStore(connection, project).served(receipt.under, receipt.read)
            details = {"tokens": receipt.tokens, "passages": passages}
            await record(
                connection,
                principal,
                project,
                at=receipt.at,
                action="context.serve",
                subject=receipt.id,
                details=details,
            )

    async def ranked(
        self, principal: Principal, project: UUID, task: str, most: int = MOST_RANKED
    ) -> tuple[tuple[str, str], ...]:
        """Give the passages that bear on a task, best first, each by the path of its spec and its anchor."""
        principal.require(project, Role.READER, Scope.CONTEXT)
        kept = self._shelves.of(project)
        async with kept.lock:
            await self._shelves.up_to_date(self._database, project, kept)
            similar = await self._asking.similar(self._database, project, task, kept.shelf.alive)
            found = await asyncio.to_thread(rank, kept.shelf, Asked.of(task), Area(), similar, most)
            units = [(kept.shelf.volume(row.row).path, kept.shelf.units[row.row]) for row in found]
        return tuple((path, unit.anchor) for path, unit in units if unit is not None)

    async def _chosen(
        self, principal: Principal, project: UUID, wanted: Wanted, area: Area
    ) -> tuple[Chosen, tuple[str, ...]]:
        """Choose passages, read the specs they come from as they stood then, and say what could not be asked."""
        kept = self._shelves.of(project)
        asked = Asked.of(wanted.task, (*wanted.paths, *wanted.symbols))
        similar = await self._asking.similar(self._database, project, wanted.task, kept.shelf.alive)
        async with kept.lock:
            for _ in range(TRIES):
                await self._shelves.up_to_date(self._database, project, kept)
                shelf = kept.shelf
                ranked = await asyncio.to_thread(rank, shelf, asked, area, similar)
                near = within(shelf, ranked, REACH * wanted.budget)
                refs = {path: kept.refs[path] for path in needed(shelf, near, area)}
                sources = await self._sources(principal, project, refs.values())
                # A spec that was saved in between is another text: what was chosen of it is asked for again.
                if all(shelf.revision(path) == source.revision for path, source in sources.items()):
                    break
            same = {path: one for path, one in sources.items() if shelf.revision(path) == one.revision}
            degraded = _degraded(shelf, similar, wanted.task)
            return await asyncio.to_thread(chosen, shelf, near, same, area), degraded

    async def _sources(self, principal: Principal, project: UUID, refs: Collection[UUID]) -> dict[str, SpecSource]:
        """Read specs at their heads, with what in them no person said."""
        async with self._database.read() as connection:
            heads = await LibraryStore(connection, project).heads(list(refs)) if refs else ()
        revisions = {head.spec.id: head.revision.digest for head in heads}
        waiting = await self._authorship.unconfirmed(principal, project, revisions)
        lines = {ref: frozenset(one.line for one in found) for ref, found in waiting.items()}
        writers = await self._authorship.writers(principal, project, heads)
        made = await asyncio.to_thread(
            lambda: [_source(head, lines.get(head.spec.id, frozenset()), writers[head.spec.id]) for head in heads]
        )
        return {source.path: source for source in made}

    async def receipt(self, principal: Principal, project: UUID, bundle: UUID) -> Receipt:
        """Give the receipt of an earlier bundle. Raises `MissingError`."""
        principal.require(project, Role.READER, Scope.CONTEXT)
        async with self._database.read() as connection:
            found = await BundleStore(connection, project, self._vault).receipt(bundle)
        if found is None:
            raise MissingError("There is no such context bundle.", "Use the id that came with the bundle.")
        return found


def _checked(task: str, paths: Sequence[str], budget: int, symbols: Sequence[str]) -> tuple[str, ...]:
    """Refuse what cannot be served, and bring paths to their plain form."""
    if not task.strip() and not paths and not symbols:
        raise UserError("There is neither a task nor a path.", "Say in a sentence what you are about to do.")
    if len(symbols) > MOST_PATHS or any("\0" in symbol or _surrogates(symbol) for symbol in symbols):
        raise UserError(
            "The symbols cannot be read.", f"Name at most {MOST_PATHS}, such as `payments.charge:Card.pay`."
        )
    if len(task) > LONGEST_TASK or "\0" in task or _surrogates(task):
        raise UserError("The task text cannot be read.", f"Send at most {LONGEST_TASK} characters of plain text.")
    if problem := check_budget(budget):
        raise UserError(problem.message, problem.hint)
    if len(paths) > MOST_PATHS:
        raise UserError(
            f"{len(paths)} paths are too many.", f"Name at most {MOST_PATHS}; a folder stands for its files."
        )
    return tuple(dict.fromkeys(_plain(path) for path in paths))


def _surrogates(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _plain(path: str) -> str:
    segments = path.removeprefix("./").rstrip("/").split("/")
    if "\0" in path or _surrogates(path) or path.startswith("/") or NOWHERE & set(segments):
        raise UserError(
            "A path is not inside the repository.", "Write paths from its top, such as `src/payments/api.py`."
        )
    return "/".join(segments)


def _degraded(shelf: Shelf, similar: Similar | None, task: str) -> tuple[str, ...]:
    """Say what could not be asked: meaning at all, or that of passages which have no vectors yet."""
    if not task.strip():
        return ()
    if similar is None:
        return ("embeddings",)
    # Where only the likest were looked up, the others are not known to lack anything.
    every = similar.spread is None
    lacking = every and any(
        unit is not None and digest not in similar.best for unit, digest in zip(shelf.units, shelf.digests, strict=True)
    )
    return ("embeddings-pending",) if lacking else ()


def _with_folders(paths: Sequence[str]) -> tuple[str, ...]:
    """A file that is yet to be written is ruled by what rules its folder: ask about both."""
    folders = [str(PurePosixPath(path).parent) for path in paths]
    return tuple(dict.fromkeys([*paths, *(folder for folder in folders if folder != ".")]))


def _area(paths: Sequence[str], known: Sequence[PathFacts], named: Sequence[PathFacts] = ()) -> Area:
    wanted = list(named)
    for path in paths:
        inside = [facts for facts in known if facts.path == path or facts.path.startswith(f"{path}/")]
        folder = str(PurePosixPath(path).parent)
        beside = [facts for facts in known if str(PurePosixPath(facts.path).parent) == folder]
        wanted += inside or beside
    names = frozenset(facts.module for facts in wanted if facts.module)
    return Area(
        paths=tuple(paths),
        names=names,
        neighbours=frozenset(name for facts in wanted for name in facts.imports) - names,
        governing=frozenset(invariant for facts in wanted for invariant in facts.invariants),
        together=tuple(dict.fromkeys(path for facts in wanted[:MOST_PATHS] for path in facts.together)),
    )


def _source(head: SpecText, unconfirmed: frozenset[int], writers: Writers) -> SpecSource:
    """Make what may be served of a head, given the lines of statements that no person said, and who wrote what."""
    revision = head.revision
    return SpecSource(
        path=head.spec.path,
        revision=revision.digest,
        document=replace(documents.document(head.text), unconfirmed=unconfirmed),
        author=revision.actor.name,
        author_kind=revision.actor.kind.value,
        at=revision.at,
        writers=writers,
    )


def _first(sections: Sequence[Passage], budget: int) -> list[Passage]:
    """Give the passages that the budget may reach."""
    taken: list[Passage] = []
    held = 0
    for passage in sections:
        if held > budget:
            break
        held += tokens(passage.text)
        taken.append(passage)
    return taken
