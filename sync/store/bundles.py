"""Queries of context bundles: what was served to whom, for which task."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import Select, exists, func, insert, select, update

from specs.document import Yaml
from specs.revision import Actor, ActorKind
from specs.store.artifacts import CLEAR, ArtifactStore, Vault
from specs.store.connection import Connection
from specs.tables.people import actors
from sync.contexts.informed import Fetched
from sync.contexts.receipts import Receipt
from sync.tables.contexts import bundles

Items: TypeAlias = Sequence[Mapping[str, Yaml]]
MOST_READ = 500


@dataclass(frozen=True, slots=True)
class About:
    """A place in the code and the section that speaks about it."""

    path: str
    spec: str
    anchor: str

    def told_in(self, receipt: Receipt) -> bool:
        """Say whether a receipt is of a task at the place, or names the section."""
        if self.path in receipt.paths:
            return True
        return any((one.get("spec"), one.get("anchor")) == (self.spec, self.anchor) for one in receipt.items)


@dataclass(frozen=True, slots=True)
class Sought:
    """Which receipts a list wants; what is not given does not limit.

    `task` is the one they were asked for under, `path` a file or folder: wanted are those that name it, what is below
    it or a folder above it.
    """

    author: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    about: About | None = None
    task: UUID | None = None
    path: str = ""


class BundleStore:
    """The bundles of one project on one connection."""

    def __init__(self, connection: Connection, project: UUID, vault: Vault = CLEAR) -> None:
        self._connection = connection
        self._artifacts = ArtifactStore(connection, vault)
        self._project = project

    async def add(self, receipt: Receipt) -> None:
        """Keep a receipt."""
        artifact = await self._artifacts.keep(_written(receipt.items), receipt.at)
        await self._connection.execute(
            insert(bundles).values(
                id=receipt.id,
                project_id=self._project,
                actor_id=receipt.actor.id,
                task=receipt.task,
                paths=list(receipt.paths),
                budget=receipt.budget,
                tokens=receipt.tokens,
                items=[],
                artifact=artifact,
                at=receipt.at,
                task_id=receipt.under,
                fencing=receipt.fencing,
            )
        )

    async def receipt(self, bundle: UUID) -> Receipt | None:
        """Give one receipt; one whose passages are not kept any longer counts as none."""
        row = (await self._connection.execute(self._receipts().where(bundles.c.id == bundle))).mappings().one_or_none()
        if row is None or (items := await self._items(row["items"], row["artifact"])) is None:
            return None
        return _receipt(row, items)

    async def page(self, sought: Sought, *, before: UUID | None, limit: int) -> tuple[Receipt, ...]:
        """Give receipts, the newest first, from before one on. Those about a place are looked for in the last ones."""
        query = self._receipts().order_by(bundles.c.id.desc()).limit(limit if sought.about is None else MOST_READ)
        if before is not None:
            query = query.where(bundles.c.id < before)
        if sought.author is not None:
            query = query.where(bundles.c.actor_id == sought.author)
        if sought.since is not None:
            query = query.where(bundles.c.at >= sought.since)
        if sought.until is not None:
            query = query.where(bundles.c.at <= sought.until)
        if sought.task is not None:
            query = query.where(bundles.c.task_id == sought.task)
        if sought.path:
            named = func.unnest(bundles.c.paths).table_valued("value", name="named").render_derived()
            below = func.starts_with(named.c.value, f"{sought.path}/")
            above = func.starts_with(sought.path, named.c.value + "/")
            query = query.where(exists(select(named.c.value).where((named.c.value == sought.path) | below | above)))
        rows = (await self._connection.execute(query)).mappings().all()
        found: list[Receipt] = []
        for row in rows:
            receipt = _receipt(row, await self._items(row["items"], row["artifact"]) or ())
            if sought.about is None or sought.about.told_in(receipt):
                found.append(receipt)
            if len(found) == limit:
                break
        return tuple(found)

    async def fetched(self, tasks: Sequence[UUID]) -> dict[UUID, Fetched]:
        """Say what was served in the course of some tasks, of those for which anything was."""
        query = (
            select(bundles.c.task_id, func.count().label("bundles"), func.min(bundles.c.at).label("first"))
            .where(bundles.c.project_id == self._project, bundles.c.task_id.in_(list(tasks)))
            .group_by(bundles.c.task_id)
        )
        rows = await self._connection.execute(query)
        return {row.task_id: Fetched(row.bundles, row.first) for row in rows}

    def _receipts(self) -> Select[Any]:
        query = select(bundles, actors.c.name, actors.c.kind).join(actors, actors.c.id == bundles.c.actor_id)
        return query.where(bundles.c.project_id == self._project)

    async def _items(self, items: Items, artifact: str | None) -> Items | None:
        if artifact is None:
            return items
        body = await self._artifacts.read(artifact)
        return None if body is None else list(json.loads(body))


def _receipt(row: Mapping[str, Any], items: Items) -> Receipt:
    return Receipt(
        id=row["id"],
        actor=Actor(row["actor_id"], row["name"], ActorKind(row["kind"])),
        task=row["task"],
        paths=tuple(row["paths"]),
        budget=row["budget"],
        tokens=row["tokens"],
        items=tuple(items),
        at=row["at"],
        under=row["task_id"],
        fencing=row["fencing"],
    )


async def move_receipts(connection: Connection, vault: Vault, at: datetime, most: int) -> int:
    """Make artifacts of what receipts held before there were any; say of how many."""
    kept = bundles.c.artifact.is_(None) & (func.jsonb_array_length(bundles.c["items"]) > 0)
    query = select(bundles.c.id, bundles.c["items"]).where(kept).limit(most).with_for_update(skip_locked=True)
    rows = (await connection.execute(query)).all()
    for row in rows:
        artifact = await ArtifactStore(connection, vault).keep(_written(row[1]), at)
        change = update(bundles).where(bundles.c.id == row.id).values(items=[], artifact=artifact)
        await connection.execute(change)
    return len(rows)


def _written(items: Items) -> bytes:
    return json.dumps(list(items), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
