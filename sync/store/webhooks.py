"""Queries of webhooks and of the tries to deliver to them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from specs.store.connection import Connection
from specs.tables.audit import audit_ends
from sync.feeds.webhooks import Answer, Delivery, Webhook
from sync.tables.webhooks import webhook_deliveries, webhooks

COLUMNS = tuple(column.name for column in webhooks.c if column.name != "project_id")


class WebhookStore:
    """Webhooks on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, hook: Webhook) -> bool:
        """Add a webhook; False where its name is taken."""
        row = {name: getattr(hook, name) for name in COLUMNS}
        row |= {"project_id": hook.project, "kinds": [*hook.kinds]}
        try:
            async with self._connection.begin_nested():
                await self._connection.execute(insert(webhooks).values(row))
        except IntegrityError:
            return False
        return True

    async def count(self, project: UUID) -> int:
        """Count the webhooks of a project."""
        query = select(func.count()).select_from(webhooks).where(webhooks.c.project_id == project)
        return int((await self._connection.execute(query)).scalar_one())

    async def get(self, hook: UUID, project: UUID | None = None, *, lock: bool = False) -> Webhook | None:
        """Give a webhook, of a project where one is named; locked, others who change it wait."""
        query = select(webhooks).where(webhooks.c.id == hook)
        if project is not None:
            query = query.where(webhooks.c.project_id == project)
        row = (await self._connection.execute(query.with_for_update() if lock else query)).mappings().one_or_none()
        return None if row is None else _hook(row)

    async def named(self, project: UUID, name: str) -> Webhook | None:
        """Give the webhook of a name."""
        query = select(webhooks).where(webhooks.c.project_id == project, webhooks.c.name == name)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return None if row is None else _hook(row)

    async def of(self, project: UUID) -> tuple[Webhook, ...]:
        """Give the webhooks of a project by name."""
        query = select(webhooks).where(webhooks.c.project_id == project).order_by(webhooks.c.name)
        return tuple(_hook(row) for row in (await self._connection.execute(query)).mappings())

    async def due(self, now: datetime) -> tuple[UUID, ...]:
        """Give the webhooks that have something to look at and may try now."""
        waits = and_(webhooks.c.disabled_at.is_(None), or_(webhooks.c.next_at.is_(None), webhooks.c.next_at <= now))
        behind = exists().where(audit_ends.c.chain == webhooks.c.project_id, audit_ends.c.n > webhooks.c.n)
        rows = await self._connection.execute(select(webhooks.c.id).where(waits, behind).order_by(webhooks.c.id))
        return tuple(rows.scalars())

    async def change(self, hook: UUID, *, at: int | None = None, **values: Any) -> bool:
        """Set columns; with `at`, only where the webhook still stands at that entry. False where it does not."""
        query = update(webhooks).where(webhooks.c.id == hook)
        if at is not None:
            query = query.where(webhooks.c.n == at, webhooks.c.disabled_at.is_(None))
        return (await self._connection.execute(query.values(values))).rowcount == 1

    async def remove(self, hook: UUID) -> None:
        """Remove a webhook with its deliveries."""
        await self._connection.execute(delete(webhooks).where(webhooks.c.id == hook))

    async def tried(self, hook: UUID, delivery: Delivery) -> None:
        """Keep what became of a try; its number is given here."""
        row = {
            "webhook_id": hook,
            "event": delivery.event,
            "n": delivery.n,
            "type": delivery.type,
            "at": delivery.at,
            "attempt": delivery.attempt,
            "replay": delivery.replay,
            "status": delivery.answer.status,
            "milliseconds": delivery.answer.milliseconds,
            "problem": delivery.answer.problem,
        }
        await self._connection.execute(insert(webhook_deliveries).values(row))

    async def deliveries(self, hook: UUID, before: int | None, limit: int) -> tuple[Delivery, ...]:
        """Give tries, the latest first, those before a number only."""
        query = select(webhook_deliveries).where(webhook_deliveries.c.webhook_id == hook)
        if before is not None:
            query = query.where(webhook_deliveries.c.number < before)
        rows = await self._connection.execute(query.order_by(webhook_deliveries.c.number.desc()).limit(limit))
        return tuple(_delivery(row) for row in rows.mappings())

    async def delivery(self, hook: UUID, number: int) -> Delivery | None:
        """Give one try."""
        query = select(webhook_deliveries).where(
            webhook_deliveries.c.webhook_id == hook, webhook_deliveries.c.number == number
        )
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return None if row is None else _delivery(row)

    async def forget(self, before: datetime) -> int:
        """Forget tries made before a time; say how many."""
        gone = delete(webhook_deliveries).where(webhook_deliveries.c.at < before)
        return (await self._connection.execute(gone)).rowcount


def _hook(row: Mapping[Any, Any]) -> Webhook:
    values = {name: row[name] for name in COLUMNS} | {"kinds": tuple(row["kinds"])}
    return Webhook(project=row["project_id"], **values)


def _delivery(row: Mapping[Any, Any]) -> Delivery:
    answer = Answer(row["status"], row["milliseconds"], row["problem"])
    return Delivery(
        row["number"], row["event"], row["n"], row["type"], row["at"], row["attempt"], row["replay"], answer
    )
