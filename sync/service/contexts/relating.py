"""Which code a section speaks about, and which sections speak about code; and what people decide of what is proposed.

Words always answer; meaning is asked of vectors that jobs made, and where it is missing the answer says so. A tie that
a person confirmed is a binding from then on, one that a person rejected is not proposed again.
"""

import asyncio
from collections.abc import Mapping, Sequence
from uuid import UUID

from drift.store.code import CodeStore
from drift.store.vectors import VectorStore
from drift.tables.definitions import definition_vectors
from specs.access import Principal, Role, Scope
from specs.audit import Json
from specs.errors import DeniedError, MissingError, UserError
from specs.parser import parse
from specs.revision import ActorKind
from specs.service import writing
from specs.service.auditing import record
from specs.store.connection import Clock, Transactions
from specs.store.library import LibraryStore
from sync.contexts.codeshelf import CodeShelf, rank_code
from sync.contexts.links import Link, LinkState, bound
from sync.contexts.meaning import Similar
from sync.contexts.ranking import rank
from sync.contexts.related import Related, RelatedCode, RelatedSection
from sync.contexts.relations import LONGEST, degraded, hint_for, plain, rows_named, section_in, ties_of
from sync.contexts.shelf import Asked, Shelf
from sync.contexts.ties import Area
from sync.contexts.units import Unit
from sync.service.contexts.codeshelving import CodeShelves, code_at, confirmed, home_of, key_of
from sync.service.contexts.meanings import Asking
from sync.service.contexts.shelving import Shelves
from sync.store.links import LinkStore
from sync.traces.items import Catalogue

MOST = 50
ACTIONS = {LinkState.CONFIRMED: "link.confirm", LinkState.REJECTED: "link.reject"}


class Relating:
    """Use cases of code and sections that speak of the same."""

    def __init__(
        self,
        database: Transactions,
        clock: Clock,
        *,
        shelves: Shelves | None = None,
        codes: CodeShelves | None = None,
        asking: Asking | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._shelves = shelves or Shelves()
        self._codes = codes or CodeShelves()
        self._asking = asking or Asking()

    async def of_section(self, principal: Principal, project: UUID, section: str, limit: int = 10) -> Related:
        """Give the code that a section (`path#anchor`, or a requirement's key) may speak about, confirmed first.

        Raises `UserError` for what is no address, `MissingError` where nothing has it.
        """
        principal.require(project, Role.READER, Scope.READ)
        most = _limited(limit)
        _, path, unit, covers = await self._unit(project, section)
        kept = self._codes.of(project)
        async with kept.lock:
            await self._codes.up_to_date(self._database, project, kept)
            async with self._database.read() as connection:
                links = [one for one in await LinkStore(connection, project).all() if _of(one, path, unit)]
            similar = await self._alike(project, unit, kept.shelf)
            ties = await asyncio.to_thread(ties_of, kept.shelf, unit, covers)
            ranked = await asyncio.to_thread(rank_code, kept.shelf, unit.meaning, similar, ties)
            tied = [confirmed(kept, one) for one in links if one.state is LinkState.CONFIRMED]
            decided = {(str(one.repository_id), one.path, one.symbol) for one in links}
            decided |= {(str(at.code.repository_id), at.code.path, at.code.symbol) for at in tied}
            found = [
                RelatedCode(code_at(kept, row.row), round(row.score, 4), row.reasons)
                for row in ranked[: most + len(decided)]
                if key_of(kept.shelf, row.row) not in decided
            ]
        lacking = degraded(kept.shelf, similar)
        return Related(f"{path}#{unit.anchor}", unit.title, (*tied, *found[:most]), (), lacking)

    async def of_code(
        self, principal: Principal, project: UUID, path: str = "", symbol: str = "", limit: int = 10
    ) -> Related:
        """Give the sections that may speak about a file, or about a definition (`path#Name` or `Name`), bound first.

        Raises `UserError` where neither is named, `MissingError` where there is no such code.
        """
        principal.require(project, Role.READER, Scope.READ)
        most = _limited(limit)
        kept = self._codes.of(project)
        async with kept.lock:
            await self._codes.up_to_date(self._database, project, kept)
            rows = rows_named(kept.shelf, path, symbol)
            said = [(kept.shelf.digests[row], kept.shelf.rows[row], kept.shelf.places[row]) for row in rows]
        files = tuple(dict.fromkeys(place.path for _, _, place in said))
        text = "\n".join(one.meaning(place.path) for _, one, place in said if one is not None)[: LONGEST * 8]
        area = await self._around(project, files, symbol or path)
        similar = await self._alike_passages(project, [digest for digest, _, _ in said], text)
        shelved = self._shelves.of(project)
        async with shelved.lock:
            await self._shelves.up_to_date(self._database, project, shelved)
            asked = Asked.of(text, files)
            ranked = await asyncio.to_thread(rank, shelved.shelf, asked, area, similar, most + MOST)
            found = [(row, shelved.shelf.volume(row.row).path, shelved.shelf.units[row.row]) for row in ranked]
        async with self._database.read() as connection:
            links = [one for one in await LinkStore(connection, project).all() if one.path in files]
        symbols = {one.name for _, one, _ in said if one is not None} if symbol else None
        links = [one for one in links if symbols is None or not one.symbol or one.symbol in symbols]
        states = {(one.spec, one.anchor): one for one in links}
        made = [
            RelatedSection(
                spec, unit.anchor, unit.title, round(row.score, 4), row.reasons, _confirming(states, spec, unit)
            )
            for row, spec, unit in found
            if unit is not None and not _refused(states, spec, unit)
        ]
        made.sort(key=lambda one: one.link is None)
        return Related(symbol or path, "", (), tuple(made[:most]), () if similar is not None else ("embeddings",))

    async def links(
        self, principal: Principal, project: UUID, state: LinkState | None = None
    ) -> tuple[RelatedCode, ...]:
        """Give what people decided; confirmed ties say how they stand."""
        principal.require(project, Role.READER, Scope.READ)
        kept = self._codes.of(project)
        async with kept.lock:
            await self._codes.up_to_date(self._database, project, kept)
            async with self._database.read() as connection:
                links = await LinkStore(connection, project).all(state=state)
            return tuple(confirmed(kept, one) for one in links)

    async def beside(self, principal: Principal, project: UUID, spec: UUID) -> tuple[RelatedCode, ...] | None:
        """Give the bindings of a spec, with how they stand; None where no code of the project is known."""
        principal.require(project, Role.READER, Scope.READ)
        kept = self._codes.of(project)
        async with kept.lock:
            await self._codes.up_to_date(self._database, project, kept)
            if not kept.commits:
                return None
            async with self._database.read() as connection:
                links = await LinkStore(connection, project).all(spec, state=LinkState.CONFIRMED)
            return tuple(confirmed(kept, one) for one in links)

    async def decide(  # noqa: PLR0913 (who says what of which pair, and why)
        self,
        principal: Principal,
        project: UUID,
        section: str,
        code: str,
        state: LinkState | None,
        *,
        repository: str = "",
        because: str = "",
    ) -> Link:
        """Confirm or reject that a section speaks about code (`path#Name`, `path`), or take the decision back (None).

        A reviewer's, and a person's, to say. Raises `DeniedError`, `UserError`, `MissingError`.
        """
        principal.require(project, Role.REVIEWER, Scope.WRITE)
        if principal.actor.kind is not ActorKind.HUMAN:
            raise DeniedError(
                "Only a person can bind code.", "Ask a reviewer of the project: agents propose, people decide."
            )
        writing.check_input(None, "", because)
        spec, path, unit, _ = await self._unit(project, section)
        file, _, symbol = plain(code).partition("#")
        kept = self._codes.of(project)
        async with kept.lock:
            await self._codes.up_to_date(self._database, project, kept)
            home, digest = home_of(kept, file, symbol, repository)
        stated, at = state or LinkState.REJECTED, self._clock()
        names = (home, kept.names.get(home, ""), file, symbol)
        link = Link(spec, path, unit.anchor, *names, stated, digest, principal.actor, at, because)
        await self._keep(principal, project, link, withdrawn=state is None)
        return link

    async def _keep(self, principal: Principal, project: UUID, link: Link, *, withdrawn: bool) -> None:
        """Keep what somebody decided, or take it back, with the entry of the audit log."""
        async with self._database.transaction() as connection:
            store = LinkStore(connection, project)
            if not withdrawn:
                await store.put(link, principal.actor.id, link.at)
            elif not await store.drop(link):
                raise MissingError("Nobody decided on this tie.", "`holdfast related --decided` lists all.")
            action = "link.withdraw" if withdrawn else ACTIONS[link.state]
            details: dict[str, Json] = {
                "path": link.spec,
                "sections": [link.anchor],
                "symbols": [link.code],
                "repository": link.repository,
                "because": link.because,
            }
            await record(
                connection, principal, project, at=link.at, action=action, subject=link.spec_id, details=details
            )

    async def _unit(self, project: UUID, section: str) -> tuple[UUID, str, Unit, tuple[str, ...]]:
        """Find a section on the shelf; give its spec with the path, the passage, and what the spec covers."""
        asked = plain(section).removeprefix("./")
        wanted, _, anchor = asked.partition("#")
        kept = self._shelves.of(project)
        async with kept.lock:
            await self._shelves.up_to_date(self._database, project, kept)
            shelf = kept.shelf
            known = sorted(shelf.revisions)
            path = next((one for one in known if one in {wanted, f"{wanted}.md"}), "")
            ends = [one for one in known if one.removesuffix(".md").endswith(f"/{wanted.removesuffix('.md')}")]
            path = path or (ends[0] if len(ends) == 1 else "")
            if not path:
                raise MissingError(
                    f"There is no spec {wanted!r}.", hint_for(wanted, known, "List the specs of the project.")
                )
            found = section_in(shelf, path, anchor) or await self._by_key(project, shelf, kept.refs[path], path, anchor)
            if found is None:
                near = [f"{path}#{unit.anchor}" for unit in shelf.units_of(path)]
                raise MissingError(f"{path} has no section {anchor!r}.", hint_for(asked, near, "It has no sections."))
            return kept.refs[path], path, found, shelf.covers_of(path)

    async def _by_key(self, project: UUID, shelf: Shelf, ref: UUID, path: str, key: str) -> Unit | None:
        """Find the section in which a requirement stands."""
        if not key:
            return None
        async with self._database.read() as connection:
            heads = await LibraryStore(connection, project).heads([ref])
        named = Catalogue({head.spec.path: parse(head.text) for head in heads}).find(f"{path}#{key}")
        return section_in(shelf, path, named.item.anchor) if named.item is not None else None

    async def _alike(self, project: UUID, unit: Unit, shelf: CodeShelf) -> Similar | None:
        """Say how alike definitions are to a passage, by its kept vector, else by one made now."""
        model = self._asking.name
        made: list[Sequence[float]] = []
        if model:
            async with self._database.read() as connection:
                kept = await VectorStore(connection, project, model).of([unit.digest])
            made = list(kept.values())
        if not made:
            told = await self._asking.vectors([unit.meaning])
            if told is None:
                return None
            model, made = told[0], list(told[1])
        async with self._database.transaction() as connection:
            alike = await VectorStore(connection, project, model, definition_vectors).alike(made, made[0], shelf.alive)
        if not alike.found:
            return None
        best = {digest: scores[0] for digest, scores in alike.found.items()}
        return Similar(best, {}, alike.usual, alike.spread)

    async def _alike_passages(self, project: UUID, digests: Sequence[str], text: str) -> Similar | None:
        """Say how alike passages are to definitions, by their kept vectors, else by one made of their words."""
        model = self._asking.name
        if model:
            async with self._database.read() as connection:
                kept = await VectorStore(connection, project, model, definition_vectors).of(digests)
            if kept:
                parts = list(kept.values())
                held = self._shelves.of(project).shelf.alive
                async with self._database.transaction() as connection:
                    alike = await VectorStore(connection, project, model).alike(parts, parts[0], held)
                if alike.found:
                    best = {digest: scores[0] for digest, scores in alike.found.items()}
                    title = {digest: scores[1] for digest, scores in alike.found.items()}
                    return Similar(best, title, alike.usual, alike.spread)
        return await self._asking.similar(self._database, project, text, self._shelves.of(project).shelf.alive)

    async def _around(self, project: UUID, files: Sequence[str], symbol: str) -> Area:
        async with self._database.read() as connection:
            facts = await CodeStore(connection).at(project, files)
            links = await LinkStore(connection, project).of_paths(files)
        names = frozenset(one.module for one in facts if one.module)
        ruling = frozenset(invariant for one in facts for invariant in one.invariants)
        symbols = (symbol.replace("#", ":"),) if "#" in symbol or "/" not in symbol else ()
        return Area(tuple(files), names, governing=ruling, symbols=symbols, bound=bound(links, files))


def _limited(limit: int) -> int:
    if not 0 < limit <= MOST:
        raise UserError(f"{limit} is no number of answers.", f"Ask for 1 to {MOST}.")
    return limit


def _of(link: Link, path: str, unit: Unit) -> bool:
    return link.spec == path and link.anchor in unit.anchors


def _confirming(links: Mapping[tuple[str, str], Link], spec: str, unit: Unit) -> Link | None:
    found = [one for anchor in unit.anchors if (one := links.get((spec, anchor))) is not None]
    return next((one for one in found if one.state is LinkState.CONFIRMED), None)


def _refused(links: Mapping[tuple[str, str], Link], spec: str, unit: Unit) -> bool:
    return any(one is not None for anchor in unit.anchors if (one := links.get((spec, anchor)))) and (
        _confirming(links, spec, unit) is None
    )
