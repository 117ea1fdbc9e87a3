"""Reads what the server has that git has not: of each spec the heads since both agreed, with who wrote them.

One `Chains` reads for one publication, on one connection. Decides nothing of what becomes a commit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from specs.audit import Wanted
from specs.library import HistoryEntry, Spec
from specs.revision import Actor, ActorKind, Provenance, Revision
from specs.store.audit import AuditStore
from specs.store.connection import Connection
from specs.store.library import LibraryStore
from specs.store.people import ActorStore
from sync.binding.commits import Author, Known, Link, Word, author_of


@dataclass(frozen=True, slots=True)
class Line:
    """What git lacks of a spec, oldest first, and the text up to which it has it (None: it has none)."""

    links: tuple[Link, ...]
    base: str | None


class Chains:
    """The histories of a project's specs."""

    def __init__(self, connection: Connection, project: UUID, domain: str) -> None:
        self._connection = connection
        self._project = project
        self._domain = domain
        self._store = LibraryStore(connection, project)

    async def line(self, ref: UUID, *, new: bool) -> Line:
        """Give what git lacks of a spec; at least its head, where git has no file of it."""
        spec = await self._store.spec(ref)
        if spec is None:
            return Line((), None)
        since, aside = await self._agreed(spec)
        entries = await self._store.line(ref, since)
        if not entries and new:
            entries = (await self._store.line(ref, None))[-1:]
        base = await self._store.text(ref, spec.agreed) if spec.agreed is not None else None
        links = await self._links(spec, entries)
        if aside and links and not any(link.takes_in_git for link in links):
            links[-1] = replace(links[-1], takes_in_git=True)
        return Line(tuple(links), base)

    async def _agreed(self, spec: Spec) -> tuple[str | None, bool]:
        """Give the last head that git has behind it, and whether git has a text beside it."""
        digest, aside = spec.agreed, False
        while digest is not None and not await self._store.was_head(spec.id, digest):
            aside = True
            found = await self._store.revision(spec.id, digest)
            digest = found.parents[0] if found is not None and found.parents else None
        return digest, aside

    async def _links(self, spec: Spec, entries: Sequence[HistoryEntry]) -> list[Link]:
        revisions = [entry.revision for entry in entries]
        beside = {parent for one in revisions for parent in one.parents[1:]}
        sides = await self._store.several(spec.id, beside)
        texts = await self._store.texts(spec.id, {one.digest for one in revisions})
        authors = await self._authors([one.actor for one in revisions])
        links: list[Link] = []
        for entry in entries:
            one = entry.revision
            author = authors[one.actor.id]
            if one.actor.kind is ActorKind.SYSTEM and links:  # the server merged what they wrote
                author = links[-1].word.author
            taken = any(parent in sides and sides[parent].from_git for parent in one.parents[1:])
            links.append(Link(entry.seq, _word(one, author), texts[one.digest], taken))
        return links

    async def mover(self, ref: UUID, *, gone: bool) -> Word | None:
        """Say who gave a spec its path, or retired it, as the log tells of it."""
        spec = await self._store.spec(ref)
        actions = ("spec.retire",) if gone else ("spec.rename", "spec.save")
        for action in actions:
            wanted = Wanted(action=action, subject=str(ref))
            for entry in await AuditStore(self._connection).find(self._project, wanted, before=None, limit=1):
                act = entry.act
                who = act.on_behalf_of or act.actor
                found = await ActorStore(self._connection).account(id_=who)
                if spec is None or found is None:
                    continue
                author = (await self._authors([found.actor]))[who]
                provenance = Provenance.EXPLICIT if found.actor.kind is ActorKind.HUMAN else Provenance.INFERRED
                return Word(spec.head, author, act.at, "", provenance)
        return None

    async def _authors(self, actors: Sequence[Actor]) -> dict[UUID, Author]:
        names = await ActorStore(self._connection).names({one.id for one in actors})
        return {one.id: author_of(Known(one, *names.get(one.id, ("", ""))), self._domain) for one in actors}


def _word(one: Revision, author: Author) -> Word:
    return Word(one.digest, author, one.at, one.message, one.provenance)
