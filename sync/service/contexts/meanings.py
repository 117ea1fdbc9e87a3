"""Searching by meaning: the vectors of passages made as specs change, and the likeness of a task asked in time.

Everything here may be missing or late: who asks for likeness gets None then, and goes on without. Encoding happens in
threads of its own, so that no event loop waits for the model.
"""

import asyncio
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from drift.store.vectors import VectorStore, behind
from specs.parser import parse
from specs.store.connection import Transactions
from specs.store.library import LibraryStore
from sync.contexts.meaning import Encoder, Similar, Vector, parts, title_of
from sync.contexts.units import units

PATIENCE = 0.6
MOST_AT_ONCE = 4
BATCH = 8
KEPT_TEXTS = 2_000
KEPT_SPECS = 20_000


def no_encoder() -> Encoder | None:
    """Give the encoder of an installation without the model."""
    return None


class Asking:
    """Turns tasks into vectors, as many at once as there are processors, within `patience` seconds; keeps the latest.

    The first call starts to load the model and, like any that takes too long, comes to nothing.
    """

    def __init__(self, load: Callable[[], Encoder | None] = no_encoder, patience: float = PATIENCE) -> None:
        self._load = load
        self._patience = patience
        self._threads = ThreadPoolExecutor(min(MOST_AT_ONCE, os.cpu_count() or 1), "encode")
        self._kept: OrderedDict[str, Vector] = OrderedDict()
        self._keeping = threading.Lock()
        self._name = ""

    @property
    def name(self) -> str:
        """Name the model; "" until it was loaded."""
        return self._name

    def begin(self) -> None:
        """Have the model loaded, without waiting for it."""
        self._threads.submit(self._loaded)

    async def vectors(self, texts: Sequence[str]) -> tuple[str, list[Vector]] | None:
        """Give the model's name and a vector for each text; None where there is no model or it takes too long."""
        loop = asyncio.get_running_loop()
        try:
            return await asyncio.wait_for(loop.run_in_executor(self._threads, self._encoded, texts), self._patience)
        except TimeoutError:
            return None

    def _encoded(self, texts: Sequence[str]) -> tuple[str, list[Vector]] | None:
        model = self._loaded()
        if model is None:
            return None
        with self._keeping:
            found = {text: self._kept[text] for text in texts if text in self._kept}
        wanted = [text for text in dict.fromkeys(texts) if text not in found]
        fresh = dict(zip(wanted, model.encode(wanted) if wanted else (), strict=True))
        found |= fresh
        with self._keeping:
            self._kept.update(fresh)
            while len(self._kept) > KEPT_TEXTS:
                self._kept.popitem(last=False)
        return model.name, [found[text] for text in texts]

    def _loaded(self) -> Encoder | None:
        model = self._load()
        self._name = model.name if model is not None else ""
        return model

    async def similar(self, database: Transactions, project: UUID, task: str, held: int) -> Similar | None:
        """Say how alike a project's passages are to a task; None where meaning cannot be asked."""
        if not task.strip():
            return None
        cut = parts(task)
        made = await self.vectors([*cut, title_of(task)])
        if made is None:
            return None
        model, vectors = made
        async with database.transaction() as connection:
            alike = await VectorStore(connection, project, model).alike(vectors[:-1], vectors[-1], held)
        if not alike.found:
            return None
        best = {digest: scores[0] for digest, scores in alike.found.items()}
        title = {digest: scores[1] for digest, scores in alike.found.items()}
        return Similar(best, title, alike.usual, alike.spread)


class Meanings:
    """Keeps the vectors of all projects those of their passages."""

    def __init__(self, database: Transactions, load: Callable[[], Encoder | None]) -> None:
        self._database = database
        self._load = load
        self._texts: OrderedDict[str, Mapping[str, str]] = OrderedDict()

    async def behind(self) -> dict[UUID, str]:
        """Give the projects that have passages without vectors, with what names their heads; none without a model."""
        model = await asyncio.to_thread(self._load)
        if model is None:
            return {}
        async with self._database.read() as connection:
            return await behind(connection, model.name)

    async def embed(self, project: UUID, state: str) -> int:
        """Make the vectors that a project lacks, forget those of passages that are gone, and say how many were made.

        What was made stays when this is cut short. `state` names the heads, as `behind` gave it.
        """
        model = await asyncio.to_thread(self._load)
        if model is None:
            return 0
        wanted = await self._wanted(project)
        async with self._database.read() as connection:
            held = await VectorStore(connection, project, model.name).digests()
        missing = sorted((digest for digest in wanted if digest not in held), key=lambda one: len(wanted[one]))
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            vectors = await asyncio.to_thread(model.encode, [wanted[digest] for digest in batch])
            async with self._database.transaction() as connection:
                await VectorStore(connection, project, model.name).add(dict(zip(batch, vectors, strict=True)))
        async with self._database.transaction() as connection:
            store = VectorStore(connection, project, model.name)
            await store.drop([digest for digest in held if digest not in wanted])
            await store.mark(state)
        return len(missing)

    async def _wanted(self, project: UUID) -> dict[str, str]:
        """Give the texts to have vectors of, by digest. Specs that were read before are not read again."""
        async with self._database.read() as connection:
            store = LibraryStore(connection, project)
            heads = await store.head_digests()
            unread = [ref for ref, head in heads.values() if head not in self._texts]
            texts = await store.heads(unread) if unread else ()
        for spec in texts:
            self._texts[spec.revision.digest] = await asyncio.to_thread(_meanings, spec.text)
        found: dict[str, str] = {}
        for _, head in heads.values():
            found.update(self._texts.get(head, {}))
        while len(self._texts) > KEPT_SPECS:
            self._texts.popitem(last=False)
        return found


def _meanings(text: str) -> dict[str, str]:
    document = parse(text)
    if document.front_matter.status == "retired":
        return {}
    return {unit.digest: unit.meaning for unit in units(document)}
