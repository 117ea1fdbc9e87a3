"""Queries of what people let through though it looks like a secret, in one project."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from specs.library import SpecStatus
from specs.revision import Actor, ActorKind
from specs.store.connection import Connection
from specs.tables.hygiene import allowed_secrets
from specs.tables.library import former_paths, revisions, specs, texts
from specs.tables.people import actors


@dataclass(frozen=True, slots=True)
class Allowed:
    """Something let through, named by rule and fingerprint; who let it, when and why."""

    id: str
    because: str
    actor: Actor
    at: datetime


class HygieneStore:
    """What one project lets through, on one connection."""

    def __init__(self, connection: Connection, project: UUID) -> None:
        self._connection = connection
        self._project = project

    async def allow(self, allowed: Allowed) -> bool:
        """Let something through; False when it was let through already."""
        made = upsert(allowed_secrets).values(
            project_id=self._project,
            id=allowed.id,
            because=allowed.because,
            actor_id=allowed.actor.id,
            at=allowed.at,
        )
        new = made.on_conflict_do_nothing().returning(allowed_secrets.c.id)
        return (await self._connection.execute(new)).one_or_none() is not None

    async def among(self, ids: Collection[str]) -> frozenset[str]:
        """Give those of some names that are let through."""
        query = select(allowed_secrets.c.id).where(
            allowed_secrets.c.project_id == self._project, allowed_secrets.c.id.in_(ids)
        )
        return frozenset((await self._connection.execute(query)).scalars())

    async def heads_by(self, keys: Collection[str]) -> dict[str, tuple[str, str]]:
        """Give path and text of the specs that have, or last had, some path keys, by the key asked for."""
        head = (revisions.c.spec_id == specs.c.id) & (revisions.c.digest == specs.c.head)
        known = select(specs.c.path, texts.c.body).join(revisions, head)
        known = known.join(texts, texts.c.digest == revisions.c.text_digest).where(
            specs.c.project_id == self._project, specs.c.status == SpecStatus.ACTIVE
        )
        once = known.add_columns(former_paths.c.path_key).join(former_paths, former_paths.c.spec_id == specs.c.id)
        former = once.where(former_paths.c.project_id == self._project, former_paths.c.path_key.in_(keys))
        now = known.add_columns(specs.c.path_key).where(specs.c.path_key.in_(keys))
        found: dict[str, tuple[str, str]] = {}
        for query in (former, now):
            for path, text, key in await self._connection.execute(query):
                found[key] = (path, text)
        return found

    async def linking(self, names: Collection[str], path: str, limit: int) -> tuple[tuple[UUID, str, str, str], ...]:
        """Give id, path, head and text of active specs whose text holds one of some names, and of the one at a path."""
        head = (revisions.c.spec_id == specs.c.id) & (revisions.c.digest == specs.c.head)
        query = select(specs.c.id, specs.c.path, specs.c.head, texts.c.body).join(revisions, head)
        query = query.join(texts, texts.c.digest == revisions.c.text_digest).where(
            specs.c.project_id == self._project,
            specs.c.status == SpecStatus.ACTIVE,
            or_(specs.c.path == path, *(texts.c.body.contains(name, autoescape=True) for name in names)),
        )
        rows = await self._connection.execute(query.order_by(specs.c.path).limit(limit))
        return tuple((row.id, row.path, row.head, row.body) for row in rows)

    async def all(self, limit: int) -> tuple[Allowed, ...]:
        """Give what is let through, the latest first."""
        query = (
            select(allowed_secrets, actors.c.name, actors.c.kind)
            .join(actors, actors.c.id == allowed_secrets.c.actor_id)
            .where(allowed_secrets.c.project_id == self._project)
            .order_by(allowed_secrets.c.at.desc(), allowed_secrets.c.id)
            .limit(limit)
        )
        return tuple(
            Allowed(row.id, row.because, Actor(row.actor_id, row.name, ActorKind(row.kind)), row.at)
            for row in await self._connection.execute(query)
        )
