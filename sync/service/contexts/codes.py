"""Keeps what definitions say of themselves, and their vectors, those of the code at each repository's head.

Definitions are read at once after a commit was evaluated; vectors follow in small rounds, those of code that specs
speak for first. Whatever is missing or late, search goes on with words.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID

from drift.describing import Described
from drift.lives.evaluated import MAX_PATH, clean
from drift.store.definitions import Behind, DefinitionStore, FileRow, undescribed
from drift.store.repositories import RepositoryStore
from drift.store.vectors import VectorStore
from drift.tables.definitions import definition_vectors
from specs.parser import parse
from specs.store.connection import Transactions
from specs.store.library import LibraryStore
from sync.contexts.meaning import Encoder
from sync.contexts.ties import reaches
from sync.store.bindings import BindingStore

BATCH = 32
ROUND = 256
MOST_VECTORS = 30_000
KEPT_SPECS = 20_000
MOST_LINE = 2**31 - 1
LONGEST = {"name": 300, "kind": 40, "signature": 240, "said": 600, "body": 64}
Describer: TypeAlias = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any]]]
"""Reads definitions in a process of its own. What goes wrong there comes back as `problem`."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a run did, for the log."""

    files: int = 0
    gone: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What the text of a spec says of code: the globs it covers, and what it names."""

    covers: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()


class Codes:
    """Brings definitions and vectors up to the heads. `mirror` says where a repository's mirror is."""

    def __init__(
        self,
        database: Transactions,
        mirror: Callable[[UUID], Path],
        describer: Describer,
        load: Callable[[], Encoder | None],
    ) -> None:
        self._database = database
        self._mirror = mirror
        self._describer = describer
        self._load = load
        self._said: OrderedDict[str, Said] = OrderedDict()

    async def undescribed(self) -> tuple[Behind, ...]:
        """Give the repositories whose definitions are not those of their heads."""
        async with self._database.read() as connection:
            return await undescribed(connection)

    async def describe(self, repository: UUID) -> Read:
        """Read the definitions of the files that changed since they were last read."""
        async with self._database.read() as connection:
            found = await RepositoryStore(connection).get(repository)
            binding = await BindingStore(connection).get(repository)
            known = await DefinitionStore(connection).blobs(repository)
        if found is None or not found.head:
            return Read()
        mirror = self._mirror(repository)
        told = await self._describer(
            {
                "mirror": str(mirror),
                "commit": found.head,
                "root": binding.root if binding is not None else "",
                "cache": str(mirror.parent / f"{mirror.name}.cache"),
                "known": known,
            }
        )
        try:
            files, paths = read_files(told), {str(path)[:MAX_PATH] for path in clean(told.get("paths", []))}
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            files, paths, told = (), set(known), {"problem": f"not a description ({type(error).__name__})"}
        if problem := str(told.get("problem", "")):
            files, paths = (), set(known)
        gone = known.keys() - paths
        async with self._database.transaction() as connection:
            if await RepositoryStore(connection).get(repository) is None:
                return Read()
            await DefinitionStore(connection).replace(repository, files, gone, found.head)
        return Read(len(files), len(gone), problem)

    async def unembedded(self) -> tuple[UUID, ...]:
        """Give the projects with definitions that lack vectors; none without a model."""
        model = await asyncio.to_thread(self._load)
        if model is None:
            return ()
        async with self._database.read() as connection:
            return tuple(await DefinitionStore(connection).unembedded(model.name))

    async def embed(self, project: UUID, most: int = ROUND) -> int:
        """Make the vectors of at most so many definitions, those that specs speak for first; say how many were made."""
        model = await asyncio.to_thread(self._load)
        if model is None:
            return 0
        async with self._database.read() as connection:
            store = DefinitionStore(connection)
            behind = (await store.unembedded(model.name)).get(project, {})
            room = MOST_VECTORS - await store.held(project, model.name)
        first = await self._spoken_for(project, behind)
        async with self._database.read() as connection:
            rows = await DefinitionStore(connection).lacking(project, model.name, first, max(0, min(most, room)))
        wanted = {digest: one.meaning(path) for digest, path, one in rows}
        digests = sorted(wanted, key=lambda digest: len(wanted[digest]))
        for start in range(0, len(digests), BATCH):
            batch = digests[start : start + BATCH]
            vectors = await asyncio.to_thread(model.encode, [wanted[digest] for digest in batch])
            async with self._database.transaction() as connection:
                store_ = VectorStore(connection, project, model.name, definition_vectors)
                await store_.add(dict(zip(batch, vectors, strict=True)))
        if not rows:
            async with self._database.transaction() as connection:
                await DefinitionStore(connection).settle(project, model.name, behind)
        return len(wanted)

    async def _spoken_for(self, project: UUID, repositories: Iterable[UUID]) -> list[tuple[UUID, str]]:
        """Give the files that specs cover or mention. Specs that were read before are not read again."""
        async with self._database.read() as connection:
            library, store = LibraryStore(connection, project), DefinitionStore(connection)
            heads = await library.head_digests()
            unread = [ref for ref, head in heads.values() if head not in self._said]
            texts = await library.heads(unread) if unread else ()
            paths = {repository: await store.blobs(repository) for repository in repositories}
        for spec in texts:
            self._said[spec.revision.digest] = await asyncio.to_thread(_said, spec.text)
        told = [self._said[head] for _, head in heads.values() if head in self._said]
        while len(self._said) > KEPT_SPECS:
            self._said.popitem(last=False)
        return await asyncio.to_thread(_covered, told, paths)


def _said(text: str) -> Said:
    document = parse(text)
    if document.front_matter.status == "retired":
        return Said()
    names = frozenset(mention.text.strip("/") for mention in document.mentions)
    return Said(tuple(document.front_matter.covers), names)


def _covered(told: Iterable[Said], paths: Mapping[UUID, Mapping[str, str]]) -> list[tuple[UUID, str]]:
    specs = list(told)
    globs = [glob for one in specs for glob in one.covers]
    named = frozenset().union(*(one.names for one in specs))
    return [
        (repository, path)
        for repository, files in paths.items()
        for path in files
        if path in named or reaches(globs, path)
    ]


def read_files(told: Mapping[str, Any]) -> tuple[FileRow, ...]:
    """Read what the child printed. Raises `ValueError`, `TypeError` or `KeyError` for what is something else."""
    found = []
    for path, blob, calls, rows in clean(told["files"]) if "files" in told else ():
        if not (isinstance(path, str) and isinstance(blob, str)) or len(path) > MAX_PATH:
            raise ValueError("not a file")
        definitions = {one.name: one for one in map(_definition, rows)}
        names = tuple(str(name)[: LONGEST["name"]] for name in calls)
        found.append(FileRow(path, blob, tuple(definitions.values()), names))
    return tuple(found)


def _definition(row: Any) -> Described:
    name, kind, line, *rest = row
    texts = (name, kind, *rest)
    if not all(isinstance(text, str) for text in texts) or type(line) is not int:
        raise TypeError("not a definition")
    cut = {key: value[:most] for (key, most), value in zip(LONGEST.items(), texts, strict=True)}
    return Described(line=min(max(line, 1), MOST_LINE), **cut)
