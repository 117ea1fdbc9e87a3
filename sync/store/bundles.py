"""Queries of context bundles: what was served to whom, for which task."""

from uuid import UUID

from sqlalchemy import insert, select

from specs.revision import Actor, ActorKind
from specs.store.connection import Connection
from specs.tables.people import actors
from sync.contexts.receipts import Receipt
from sync.tables import bundles


class BundleStore:
    """The bundles of one project on one connection."""

    def __init__(self, connection: Connection, project: UUID) -> None:
        self._connection = connection
        self._project = project

    async def add(self, receipt: Receipt) -> None:
        """Keep a receipt."""
        await self._connection.execute(
            insert(bundles).values(
                id=receipt.id,
                project_id=self._project,
                actor_id=receipt.actor.id,
                task=receipt.task,
                paths=list(receipt.paths),
                budget=receipt.budget,
                tokens=receipt.tokens,
                items=list(receipt.items),
                at=receipt.at,
            )
        )

    async def receipt(self, bundle: UUID) -> Receipt | None:
        """Give one receipt."""
        query = (
            select(bundles, actors.c.name, actors.c.kind)
            .join(actors, actors.c.id == bundles.c.actor_id)
            .where(bundles.c.project_id == self._project, bundles.c.id == bundle)
        )
        row = (await self._connection.execute(query)).mappings().one_or_none()
        if row is None:
            return None
        return Receipt(
            id=row["id"],
            actor=Actor(row["actor_id"], row["name"], ActorKind(row["kind"])),
            task=row["task"],
            paths=tuple(row["paths"]),
            budget=row["budget"],
            tokens=row["tokens"],
            items=tuple(row["items"]),
            at=row["at"],
        )
