"""Queries of meaning: which vectors are missing, which passages are alike, which projects have new heads.

Up to `EXACT` vectors every one is compared; above that the index finds the likest, and a sample tells of the others.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Float, Table, delete, func, literal, select, text
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.dialects.postgresql import insert as upsert

from drift.tables.vectors import passage_vectors, vector_states
from specs.library import SpecStatus
from specs.store.connection import Connection
from specs.tables.library import specs

EXACT = 20_000
NEAREST = 200
# A digest is as good as a random number: those below this are one in 64.
SAMPLE = "04"
LEAST_SAMPLE = 100
Vector = Sequence[float]


@dataclass(frozen=True, slots=True)
class Alike:
    """How alike passages are to a question: by digest, to the likest of its parts (first) and to its title.

    `usual` and `spread` (mean and deviation over all) are given where only some passages were compared.
    """

    found: Mapping[str, tuple[float, float]]
    usual: tuple[float, float] = (0.0, 0.0)
    spread: tuple[float, float] | None = None


class VectorStore:
    """The vectors of one project by one model, of passages or of what else `table` holds, on one connection."""

    def __init__(self, connection: Connection, project: UUID, model: str, table: Table = passage_vectors) -> None:
        self._connection = connection
        self._table = table
        self._ours = (table.c.project_id == project) & (table.c.model == model)
        self._key = {"project_id": project, "model": model}

    async def digests(self) -> frozenset[str]:
        """Give the digests of what has a vector."""
        query = select(self._table.c.digest).where(self._ours)
        return frozenset((await self._connection.execute(query)).scalars())

    async def of(self, digests: Collection[str]) -> dict[str, list[float]]:
        """Give the vectors that there are of these."""
        query = select(self._table.c.digest, self._table.c.vector).where(
            self._ours, self._table.c.digest.in_(list(digests))
        )
        return {row.digest: list(map(float, row.vector)) for row in await self._connection.execute(query)}

    async def add(self, vectors: Mapping[str, Vector]) -> None:
        """Keep vectors by digest; one that is there stays."""
        rows = [{**self._key, "digest": digest, "vector": list(vector)} for digest, vector in vectors.items()]
        if rows:
            await self._connection.execute(upsert(self._table).on_conflict_do_nothing(), rows)

    async def drop(self, digests: Collection[str]) -> None:
        """Forget vectors of passages that are no more."""
        if digests:
            gone = self._table.c.digest.in_(list(digests))
            await self._connection.execute(delete(self._table).where(self._ours, gone))

    async def alike(self, parts: Sequence[Vector], title: Vector, held: int) -> Alike:
        """Say how alike passages are to a question, all of them or the likest; `held` is about how many there are."""
        if held <= EXACT:
            return Alike(await self._compared(parts, title, literal(value=True)))
        await self._connection.execute(text("set local hnsw.iterative_scan = relaxed_order"))
        await self._connection.execute(text(f"set local hnsw.ef_search = {NEAREST}"))
        near: set[str] = set()
        for part in (*parts, title):
            query = select(self._table.c.digest).where(self._ours)
            query = query.order_by(self._table.c.vector.cosine_distance(list(part))).limit(NEAREST)
            near.update((await self._connection.execute(query)).scalars())
        sample = await self._compared(parts, title, self._table.c.digest < SAMPLE)
        found = await self._compared(parts, title, self._table.c.digest.in_(list(near)))
        if len(sample) < LEAST_SAMPLE:
            return Alike(found)
        usual, spread = zip(*(_moments(list(column)) for column in zip(*sample.values(), strict=True)), strict=True)
        return Alike({**sample, **found}, (usual[0], usual[1]), (spread[0], spread[1]))

    async def _compared(
        self, parts: Sequence[Vector], title: Vector, which: ColumnElement[bool]
    ) -> dict[str, tuple[float, float]]:
        nearest = [self._table.c.vector.cosine_distance(list(part)) for part in parts]
        least = func.least(*nearest, type_=Float) if len(nearest) > 1 else nearest[0]
        named = self._table.c.vector.cosine_distance(list(title)) if list(title) != list(parts[0]) else least
        query = select(self._table.c.digest, (1 - least).label("a"), (1 - named).label("b")).where(self._ours, which)
        return {row.digest: (row.a, row.b) for row in await self._connection.execute(query)}

    async def mark(self, state: str) -> None:
        """Note that the vectors are those of these heads."""
        made = upsert(vector_states).values(**self._key, state=state)
        keys = ["project_id", "model"]
        await self._connection.execute(made.on_conflict_do_update(index_elements=keys, set_={"state": state}))


def _moments(values: Sequence[float]) -> tuple[float, float]:
    """Give mean and deviation."""
    mean = math.fsum(values) / len(values)
    return mean, math.sqrt(math.fsum((value - mean) ** 2 for value in values) / len(values))


async def behind(connection: Connection, model: str) -> dict[UUID, str]:
    """Give the projects whose heads are not those that their vectors were made of, with what names the heads now."""
    heads = func.string_agg(specs.c.head, aggregate_order_by(literal(""), specs.c.id))
    state = func.md5(heads)
    query = (
        select(specs.c.project_id, state.label("state"))
        .outerjoin(vector_states, (vector_states.c.project_id == specs.c.project_id) & (vector_states.c.model == model))
        .where(specs.c.status == SpecStatus.ACTIVE)
        .group_by(specs.c.project_id, vector_states.c.state)
        .having(state != func.coalesce(vector_states.c.state, ""))
    )
    return {row.project_id: row.state for row in await connection.execute(query)}
