"""Search over what the specs of a project say now, and over what they once said."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from specs.access import Principal, Role, Scope
from specs.errors import UserError
from specs.library import SpecText, check_text
from specs.parser import parse
from specs.revision import Revision
from specs.search import Place, Query, places, read_query, score, terms
from specs.service import writing
from specs.store.connection import Transactions
from specs.store.library import LibraryStore
from specs.store.search import SearchStore

MAX_FOUND = 50
MAX_CANDIDATES = 500
UNINDEXED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A line that answers, and the anchor of the section it stands in."""

    place: Place
    anchor: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A spec that answers, at `found.revision`: its head, or the last revision that did.

    For a past one, `first` is the earliest revision that answered and `gone` the head that no longer did.
    """

    found: SpecText
    places: tuple[FoundPlace, ...]
    first: Revision | None = None
    gone: Revision | None = None

    @property
    def past(self) -> bool:
        """Say whether the spec no longer says so."""
        return self.found.spec.head != self.found.revision.digest


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits, the best first; `more` when there are others, which a narrower question would show."""

    hits: tuple[Hit, ...]
    more: bool


class Searching:
    """The use case of searching."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    async def search(  # noqa: PLR0913 (each a filter of the search)
        self,
        principal: Principal,
        project: UUID,
        text: str,
        *,
        past: bool = False,
        retired: bool = False,
        limit: int = 20,
    ) -> SearchResult:
        """Give the specs that hold every word (or its beginning) and every "quoted phrase" of a question.

        With `past`, specs that once did and no longer do come after those that do. Raises `UserError` where the
        question has no word.
        """
        principal.require(project, Role.READER, Scope.READ)
        writing.refuse(check_text(text))
        query = read_query(text)
        if query.empty:
            raise UserError("There is no word to look for.", 'Type words, or a "phrase in quotes".')
        count = max(1, min(limit, MAX_FOUND))
        await self._index_missing(project)
        async with self._database.read() as connection:
            store, library = SearchStore(connection, project), LibraryStore(connection, project)
            now = await store.at_heads(query, retired=retired, limit=MAX_CANDIDATES)
            heads = await library.heads(now) if now else ()
            old = await store.before(query, besides=now, limit=count + 1) if past else ()
            gone = [await _past(store, library, query, span) for span in old]
        current = await asyncio.to_thread(_ranked, heads, query, count)
        more = len(heads) + len(gone) > count
        return SearchResult((*current, *gone)[:count], more)

    async def _index_missing(self, project: UUID) -> None:
        """Make terms for texts that came before there were any; a few at a time, so that nobody waits for all."""
        async with self._database.read() as connection:
            missing = await SearchStore(connection, project).unindexed(UNINDEXED_AT_ONCE)
        if missing:
            found = await asyncio.to_thread(lambda: {digest: terms(body) for digest, body in missing.items()})
            async with self._database.transaction() as connection:
                await SearchStore(connection, project).index(found)


async def _past(store: SearchStore, library: LibraryStore, query: Query, span: tuple[UUID, int, int]) -> Hit:
    spec, first, last = span
    current = await writing.found(library, spec)
    brought = await library.revision(spec, await store.digest_at(spec, first))
    revision = await library.revision(spec, await store.digest_at(spec, last))
    text = None if revision is None else await library.text(spec, revision.digest)
    if revision is None or text is None:
        raise writing.no_revision()
    after = await store.next_head(spec, last)
    return Hit(
        SpecText(current, revision, text),
        await asyncio.to_thread(_places, text, query),
        first=brought,
        gone=None if after is None else await library.revision(spec, after),
    )


def _ranked(heads: tuple[SpecText, ...], query: Query, count: int) -> tuple[Hit, ...]:
    """Give the heads that answer best, with their places."""
    best = sorted(heads, key=lambda head: (-score(head.spec.title, head.text, query), head.spec.path))
    return tuple(Hit(head, _places(head.text, query)) for head in best[:count])


def _places(text: str, query: Query) -> tuple[FoundPlace, ...]:
    found = places(text, query)
    sections = parse(text).sections
    return tuple(
        FoundPlace(
            place,
            next((section.anchor for section in reversed(sections) if section.line <= place.line), ""),
        )
        for place in found
    )
