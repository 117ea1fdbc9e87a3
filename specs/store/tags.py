"""Queries of tags. Every one is scoped by its project."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, delete, func, insert, literal, select
from sqlalchemy.dialects.postgresql import insert as upsert

from specs.library import SpecStatus
from specs.revision import Actor, ActorKind
from specs.store.connection import Connection
from specs.tables.library import revisions, specs
from specs.tables.people import actors
from specs.tables.tags import tagged, tags
from specs.tags import Tag, Tagged

_PATH_ORDER = tagged.c.path.collate("C")


class TagStore:
    """The tags of one project on one connection."""

    def __init__(self, connection: Connection, project: UUID) -> None:
        self._connection = connection
        self._project = project

    async def add(self, tag: Tag) -> bool:
        """Add a tag that holds nothing yet; False when the name is taken."""
        row = {
            "project_id": self._project,
            "name": tag.name,
            "message": tag.message,
            "actor_id": tag.actor.id,
            "at": tag.at,
        }
        made = upsert(tags).values(row).on_conflict_do_nothing(index_elements=["project_id", "name"])
        return (await self._connection.execute(made.returning(tags.c.name))).one_or_none() is not None

    async def hold_heads(self, name: str) -> int:
        """Let a tag hold every active spec at its head; give how many there are."""
        active = self._specs(name, specs.c.head).where(specs.c.status == SpecStatus.ACTIVE)
        return await self._hold(active)

    async def hold(self, name: str, chosen: Mapping[UUID, str]) -> int:
        """Let a tag hold specs at revisions; those that the project does not have are not counted."""
        held = 0
        for spec, digest in chosen.items():
            row = self._specs(name, revisions.c.digest).join(revisions, revisions.c.spec_id == specs.c.id)
            row = row.where(specs.c.id == spec, revisions.c.digest == digest)
            held += await self._hold(row)
        return held

    async def _hold(self, chosen: Select[Any]) -> int:
        columns = ["project_id", "name", "spec_id", "path", "title", "revision"]
        held = insert(tagged).from_select(columns, chosen).returning(tagged.c.spec_id)
        return len((await self._connection.execute(held)).all())

    def _specs(self, name: str, revision: Any) -> Select[Any]:
        project = specs.c.project_id
        chosen = select(project, literal(name), specs.c.id, specs.c.path, specs.c.title, revision)
        return chosen.where(project == self._project)

    async def page(self, *, after: tuple[datetime, str] | None, limit: int) -> tuple[Tag, ...]:
        """Give tags, the newest first, from after a time and name on."""
        query = self._tags().order_by(tags.c.at.desc(), tags.c.name.collate("C")).limit(limit)
        if after is not None:
            at, name = after
            query = query.where((tags.c.at < at) | ((tags.c.at == at) & (tags.c.name.collate("C") > name)))
        return tuple(_tag(row) for row in (await self._connection.execute(query)).mappings())

    async def find(self, name: str) -> Tag | None:
        """Give a tag."""
        row = (await self._connection.execute(self._tags().where(tags.c.name == name))).mappings().one_or_none()
        return None if row is None else _tag(row)

    def _tags(self) -> Select[Any]:
        held = and_(tagged.c.project_id == tags.c.project_id, tagged.c.name == tags.c.name)
        count = select(func.count()).where(held).scalar_subquery()
        return (
            select(tags, actors.c.name.label("actor_name"), actors.c.kind.label("actor_kind"), count.label("count"))
            .join(actors, actors.c.id == tags.c.actor_id)
            .where(tags.c.project_id == self._project)
        )

    async def items(self, name: str) -> tuple[Tagged, ...]:
        """Give what a tag holds, by path."""
        at = and_(revisions.c.spec_id == tagged.c.spec_id, revisions.c.digest == tagged.c.revision)
        query = (
            select(tagged, revisions.c.text_digest)
            .join(revisions, at)
            .where(tagged.c.project_id == self._project, tagged.c.name == name)
            .order_by(_PATH_ORDER)
        )
        rows = (await self._connection.execute(query)).mappings()
        return tuple(
            Tagged(row["spec_id"], row["path"], row["title"], row["revision"], row["text_digest"]) for row in rows
        )

    async def names(self, spec: UUID) -> tuple[tuple[str, str], ...]:
        """Give the tags that hold a spec, the newest first, each with the revision it holds."""
        at = and_(tags.c.project_id == tagged.c.project_id, tags.c.name == tagged.c.name)
        query = (
            select(tagged.c.name, tagged.c.revision)
            .join(tags, at)
            .where(tagged.c.project_id == self._project, tagged.c.spec_id == spec)
            .order_by(tags.c.at.desc(), tags.c.name.collate("C"))
        )
        return tuple((row.name, row.revision) for row in await self._connection.execute(query))

    async def remove(self, name: str) -> None:
        """Forget a tag. The revisions it held stay."""
        await self._connection.execute(delete(tags).where(tags.c.project_id == self._project, tags.c.name == name))


def _tag(row: Any) -> Tag:
    actor = Actor(row["actor_id"], row["actor_name"], ActorKind(row["actor_kind"]))
    return Tag(row["name"], row["message"], actor, row["at"], row["count"])
