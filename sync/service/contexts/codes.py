"""Keeps what definitions say of themselves, and their vectors, those of the code at each repository's head.

Definitions are read at once after a commit was evaluated; vectors follow in small rounds, those of code that specs
speak for first. Whatever is missing or late, search goes on with words.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
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
        """Give the files that specs cover or mention."""
        async with self._database.read() as connection:
            library = LibraryStore(connection, project)
            heads = await library.heads([ref for ref, _ in (await library.head_digests()).values()])
            store = DefinitionStore(connection)
            paths = {repository: await store.blobs(repository) for repository in repositories}
        texts = [head.text for head in heads]
        return await asyncio.to_thread(_covered, texts, paths)


def _covered(texts: Collection[str], paths: Mapping[UUID, Mapping[str, str]]) -> list[tuple[UUID, str]]:
    documents = [one for one in map(parse, texts) if one.front_matter.status != "retired"]
    globs = [glob for one in documents for glob in one.front_matter.covers]
    named = {mention.text.strip("/") for one in documents for mention in one.mentions}
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
