"""Queries of the library: specs, their paths, revisions and texts. Every one is scoped by its project."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, Text, any_, bindparam, case, delete, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from specs.conflicts import Written
from specs.library import ANYONE, HistoryEntry, Known, Spec, SpecStatus, SpecText, Whose
from specs.revision import Actor, ActorKind, Provenance, Revision
from specs.store.connection import Connection
from specs.store.questions import (
    BY_ID,
    KNOWN,
    LOCKED,
    REVISION,
    SENT_BEFORE,
    SHOWN_AT_PATH,
    SHOWN_BY_ID,
    SHOWN_FORMERLY_AT,
    SPEC_COLUMNS,
)
from specs.tables.library import former_paths, revisions, specs, texts
from specs.tables.people import actors
from specs.tables.tags import tagged

# Byte order, whatever the database's collation: a cursor must mean the same on every installation.
_PATH_ORDER = specs.c.path_key.collate("C")


class LibraryStore:
    """The specs of one project on one connection."""

    def __init__(self, connection: Connection, project: UUID) -> None:
        self._connection = connection
        self._project = project

    async def spec(self, spec: UUID, *, lock: bool = False) -> Spec | None:
        """Give a spec by its id; `lock` makes other writers of it wait for the end of the transaction."""
        given = {"project": self._project, "spec": spec}
        row = (await self._connection.execute(LOCKED if lock else BY_ID, given)).mappings().one_or_none()
        return None if row is None else _spec(row)

    async def at_path(self, path_key: str, *, lock: bool = False) -> Spec | None:
        """Give the spec that has a path now."""
        return await self._spec(select(specs).where(specs.c.path_key == path_key), lock=lock)

    async def taken(self, path_keys: Collection[str]) -> frozenset[str]:
        """Give those of some paths that specs have."""
        query = select(specs.c.path_key).where(
            specs.c.project_id == self._project, specs.c.path_key == any_(bindparam("keys", type_=ARRAY(Text)))
        )
        return frozenset((await self._connection.execute(query, {"keys": list(path_keys)})).scalars())

    async def formerly_at(self, path_key: str) -> Spec | None:
        """Give the spec that had a path before, where no other has taken it."""
        query = select(specs).join(former_paths, former_paths.c.spec_id == specs.c.id)
        return await self._spec(query.where(former_paths.c.path_key == path_key), lock=False)

    async def _spec(self, query: Select[Any], *, lock: bool) -> Spec | None:
        query = query.where(specs.c.project_id == self._project)
        if lock:
            query = query.with_for_update(of=specs)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return None if row is None else _spec(row)

    async def shown(self, ref: UUID | str, digest: str | None) -> tuple[Spec, SpecText | None] | None:
        """Give a spec by its id or path key, a former one too, and with it its head or the revision of a digest."""
        given = {"project": self._project, "digest": digest}
        if isinstance(ref, UUID):
            return await self._shown(SHOWN_BY_ID, {**given, "spec": ref})
        given["path"] = ref
        return await self._shown(SHOWN_AT_PATH, given) or await self._shown(SHOWN_FORMERLY_AT, given)

    async def _shown(self, query: Select[Any], given: Mapping[str, object]) -> tuple[Spec, SpecText | None] | None:
        row = (await self._connection.execute(query, given)).mappings().one_or_none()
        if row is None:
            return None
        spec = _spec(row, "spec__")
        return spec, None if row["body"] is None else SpecText(spec, _revision(row), row["body"])

    async def page(self, *, prefix: str, retired: bool, after: str | None, limit: int) -> tuple[tuple[str, Spec], ...]:
        """Give specs with their path keys, ordered by them, from after a key on."""
        query = select(specs).where(specs.c.project_id == self._project).order_by(_PATH_ORDER).limit(limit)
        if prefix:
            query = query.where(func.starts_with(specs.c.path_key, prefix))
        if not retired:
            query = query.where(specs.c.status == SpecStatus.ACTIVE)
        if after is not None:
            query = query.where(after < _PATH_ORDER)
        return tuple((row["path_key"], _spec(row)) for row in (await self._connection.execute(query)).mappings())

    async def heads(self, only: Collection[UUID] | None = None) -> tuple[SpecText, ...]:
        """Give the active specs (or `only` these, retired ones too) with the texts of their heads, by path."""
        at_head = (revisions.c.spec_id == specs.c.id) & (revisions.c.digest == specs.c.head)
        query = (
            REVISION.join(specs, at_head)
            .join(texts, texts.c.digest == revisions.c.text_digest)
            .add_columns(texts.c.body, *SPEC_COLUMNS)
            .where(specs.c.project_id == self._project)
            .order_by(_PATH_ORDER)
        )
        wanted = specs.c.status == SpecStatus.ACTIVE if only is None else specs.c.id.in_(only)
        rows = (await self._connection.execute(query.where(wanted))).mappings()
        return tuple(SpecText(_spec(row, "spec__"), _revision(row), row["body"]) for row in rows)

    async def head_digests(self) -> dict[str, tuple[UUID, str]]:
        """Give the id and the head of each active spec by path, without their texts."""
        query = select(specs.c.path, specs.c.id, specs.c.head).where(
            specs.c.project_id == self._project, specs.c.status == SpecStatus.ACTIVE
        )
        return {row.path: (row.id, row.head) for row in await self._connection.execute(query)}

    async def tagged(self, name: str) -> tuple[SpecText, ...]:
        """Give the specs that a tag holds, with the paths, titles and texts they had, by path."""
        query = (
            REVISION.join(tagged, (revisions.c.spec_id == tagged.c.spec_id) & (revisions.c.digest == tagged.c.revision))
            .join(specs, specs.c.id == tagged.c.spec_id)
            .join(texts, texts.c.digest == revisions.c.text_digest)
            .add_columns(texts.c.body, tagged.c.path, tagged.c.title.label("then"))
            .add_columns(*SPEC_COLUMNS)
            .where(tagged.c.project_id == self._project, tagged.c.name == name)
            .order_by(tagged.c.path.collate("C"))
        )
        rows = (await self._connection.execute(query)).mappings()
        return tuple(
            SpecText(replace(_spec(row, "spec__"), path=row["path"], title=row["then"]), _revision(row), row["body"])
            for row in rows
        )

    async def add_spec(self, spec: Spec, path_key: str) -> bool:
        """Add a spec, whose head must be added in the same transaction; False when the path is taken."""
        row = {
            "id": spec.id,
            "project_id": self._project,
            "path": spec.path,
            "path_key": path_key,
            "title": spec.title,
            "status": spec.status,
            "head": spec.head,
            "diverged": spec.diverged,
            "agreed": spec.agreed,
            "retired_origin": spec.retired_origin,
            "created_at": spec.created_at,
            "updated_at": spec.updated_at,
        }
        made = upsert(specs).values(row).on_conflict_do_nothing(index_elements=["project_id", "path_key"])
        added = (await self._connection.execute(made.returning(specs.c.id))).one_or_none() is not None
        if added:
            await self._forget_path(path_key)
        return added

    async def set_against_git(self, spec: UUID, *, diverged: str | None, agreed: str | None) -> None:
        """Say how the head stands against what git has."""
        await self._change(spec, {"diverged": diverged, "agreed": agreed})

    async def set_status(self, spec: UUID, status: SpecStatus, at: datetime, origin: str | None = None) -> None:
        """Retire or restore a spec; `origin` is the commit that retires it."""
        await self._change(spec, {"status": status, "updated_at": at, "retired_origin": origin})

    async def set_path(self, spec: Spec, path: str, path_key: str, old_key: str, at: datetime) -> bool:
        """Give a spec another path and let the old one lead on; False when the new one is taken."""
        try:
            async with self._connection.begin_nested():
                await self._change(spec.id, {"path": path, "path_key": path_key, "updated_at": at})
        except IntegrityError:
            return False
        await self._forget_path(path_key)
        # Names that differ in spelling only are the same file on some systems: that is a rename in place.
        if old_key != path_key:
            await self.lead_on(spec.path, old_key, spec.id, at)
        return True

    async def lead_on(self, path: str, path_key: str, spec: UUID, at: datetime) -> None:
        """Let a path that no spec has lead on to one."""
        made = upsert(former_paths).values(
            project_id=self._project, path_key=path_key, spec_id=spec, path=path, until=at
        )
        again = {"spec_id": spec, "path": path, "until": at}
        await self._connection.execute(
            made.on_conflict_do_update(index_elements=["project_id", "path_key"], set_=again)
        )

    async def _change(self, spec: UUID, values: dict[str, object]) -> None:
        change = update(specs).where(specs.c.project_id == self._project, specs.c.id == spec).values(values)
        await self._connection.execute(change)

    async def _forget_path(self, path_key: str) -> None:
        await self._connection.execute(
            delete(former_paths).where(former_paths.c.project_id == self._project, former_paths.c.path_key == path_key)
        )

    async def revision(self, spec: UUID, digest: str) -> Revision | None:
        """Give a revision without its text."""
        return await self._one_revision(spec, revisions.c.digest == digest)

    async def known(self, spec: UUID, digests: Collection[str]) -> dict[str, Known]:
        """Give revisions of a spec with their texts and where they stand, by their digests."""
        given = {"project": self._project, "spec": spec, "digests": list(digests)}
        rows = (await self._connection.execute(KNOWN, given)).mappings()
        return {row["digest"]: Known(_revision(row), row["body"], row["behind_head"]) for row in rows}

    async def several(self, spec: UUID, digests: Collection[str]) -> dict[str, Revision]:
        """Give revisions of a spec by their digests."""
        query = self._revisions(spec).where(revisions.c.digest.in_(list(digests)))
        found = [_revision(row) for row in (await self._connection.execute(query)).mappings()]
        return {one.digest: one for one in found}

    async def from_origin(self, spec: UUID, origin: str) -> Revision | None:
        """Give the revision that a commit brought."""
        return await self._one_revision(spec, revisions.c.origin == origin)

    async def last_from_git(self, spec: UUID) -> Revision | None:
        """Give the last head that a commit brought."""
        return await self._one_revision(spec, func.starts_with(revisions.c.origin, "git:") & ~revisions.c.side)

    async def _one_revision(self, spec: UUID, condition: Any) -> Revision | None:
        query = self._revisions(spec).where(condition).order_by(revisions.c.seq.desc()).limit(1)
        return next((_revision(row) for row in (await self._connection.execute(query)).mappings()), None)

    async def text(self, spec: UUID, digest: str) -> str | None:
        """Give the text of a revision."""
        query = (
            select(texts.c.body)
            .join(revisions, revisions.c.text_digest == texts.c.digest)
            .where(revisions.c.project_id == self._project, revisions.c.spec_id == spec, revisions.c.digest == digest)
        )
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def texts(self, spec: UUID, digests: Collection[str]) -> dict[str, str]:
        """Give the texts of some revisions of a spec, by digest."""
        query = (
            select(revisions.c.digest, texts.c.body)
            .join(texts, texts.c.digest == revisions.c.text_digest)
            .where(revisions.c.project_id == self._project, revisions.c.spec_id == spec)
            .where(revisions.c.digest.in_(digests))
        )
        return {row.digest: row.body for row in await self._connection.execute(query)}

    async def read_many(self, wanted: Collection[tuple[UUID, str]]) -> dict[tuple[UUID, str], tuple[Revision, str]]:
        """Give revisions of any specs with their texts, by spec and digest; those that are not there are left out."""
        query = (
            REVISION.join(texts, texts.c.digest == revisions.c.text_digest)
            .add_columns(texts.c.body)
            .where(revisions.c.project_id == self._project)
            .where(tuple_(revisions.c.spec_id, revisions.c.digest).in_(list(wanted)))
        )
        rows = (await self._connection.execute(query)).mappings()
        return {(row["spec_id"], row["digest"]): (_revision(row), row["body"]) for row in rows}

    async def heads_since(self, spec: UUID, base: str | None, limit: int) -> tuple[Written, ...]:
        """Give the texts that were the head after a revision was, the newest first, with who wrote them.

        What the server itself merged is the word of whom it merged in.
        """
        side, author = revisions.alias("side"), actors.alias("author")
        query = (
            select(
                texts.c.body,
                case((actors.c.kind == "system", side.c.provenance), else_=revisions.c.provenance).label("said"),
                *(author.c[name].label(f"actor_{name}") for name in ("id", "name", "kind")),
            )
            .select_from(revisions)
            .join(texts, texts.c.digest == revisions.c.text_digest)
            .join(actors, actors.c.id == revisions.c.actor_id)
            .outerjoin(side, (side.c.spec_id == spec) & (side.c.digest == revisions.c.parents[2]))
            .join(author, author.c.id == case((actors.c.kind == "system", side.c.actor_id), else_=actors.c.id))
            .where(revisions.c.project_id == self._project, revisions.c.spec_id == spec, ~revisions.c.side)
            .order_by(revisions.c.seq.desc())
            .limit(limit)
        )
        if base is not None:
            since = select(revisions.c.seq).where(revisions.c.spec_id == spec, revisions.c.digest == base)
            query = query.where(revisions.c.seq > since.scalar_subquery())
        rows = (await self._connection.execute(query)).mappings()
        return tuple(
            Written(
                (Actor(row["actor_id"], row["actor_name"], ActorKind(row["actor_kind"])),),
                row["body"],
                row["said"] == Provenance.INFERRED,
            )
            for row in rows
        )

    async def sent_before(self, made: Revision) -> str | None:
        """Give the revision in which the same actor sent the same text made from the same parents, if one did."""
        given = {"project": self._project, "spec": made.spec_id, "text": made.text_digest, "actor": made.actor.id}
        given |= {"parents": list(made.parents), "origin": made.origin}
        return (await self._connection.execute(SENT_BEFORE, given)).scalar_one_or_none()

    async def former_head(self, spec: UUID, text_digest: str, since: str) -> str | None:
        """Give the newest head that had a text, of those that came after a revision."""
        query = (
            select(revisions.c.digest)
            .where(revisions.c.project_id == self._project, revisions.c.spec_id == spec, ~revisions.c.side)
            .where(revisions.c.text_digest == text_digest, revisions.c.seq > _number(spec, since))
            .order_by(revisions.c.seq.desc())
            .limit(1)
        )
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def last_saying(self, spec: UUID, message: str, since: str) -> Revision | None:
        """Give the newest head with a message, of those that came after a revision."""
        later = (revisions.c.seq > _number(spec, since)) & ~revisions.c.side
        return await self._one_revision(spec, later & (revisions.c.message == message))

    async def title(self, spec: UUID, digest: str) -> str:
        """Give the title that a revision's text bears."""
        query = select(revisions.c.title).where(
            revisions.c.project_id == self._project, revisions.c.spec_id == spec, revisions.c.digest == digest
        )
        return str((await self._connection.execute(query)).scalar_one())

    async def history(
        self, spec: UUID, *, before: int | None, limit: int, whose: Whose = ANYONE
    ) -> tuple[HistoryEntry, ...]:
        """Give revisions by arrival, newest first, from before a number on; those of someone only."""
        query = self._revisions(spec).order_by(revisions.c.seq.desc()).limit(limit)
        if whose.actor is not None:
            query = query.where(revisions.c.actor_id == whose.actor)
        if whose.kind is not None:
            query = query.where(actors.c.kind == whose.kind)
        if whose.provenance is not None:
            query = query.where(revisions.c.provenance == whose.provenance)
        if before is not None:
            query = query.where(revisions.c.seq < before)
        rows = (await self._connection.execute(query)).mappings()
        return tuple(HistoryEntry(_revision(row), side=row["side"], seq=row["seq"]) for row in rows)

    async def authors(self, spec: UUID) -> tuple[Actor, ...]:
        """Give whoever made a revision of a spec, by name."""
        mine = (revisions.c.project_id == self._project) & (revisions.c.spec_id == spec)
        query = select(actors.c.id, actors.c.name, actors.c.kind).where(
            actors.c.id.in_(select(revisions.c.actor_id).where(mine))
        )
        rows = await self._connection.execute(query.order_by(actors.c.name.collate("C"), actors.c.id))
        return tuple(Actor(row.id, row.name, ActorKind(row.kind)) for row in rows)

    async def line(self, spec: UUID, after: str | None, *, limit: int | None = None) -> tuple[HistoryEntry, ...]:
        """Give the revisions that were the head, oldest first: those after one of them, or all."""
        query = self._revisions(spec).where(~revisions.c.side).order_by(revisions.c.seq).limit(limit)
        if after is not None:
            query = query.where(revisions.c.seq > _number(spec, after))
        rows = (await self._connection.execute(query)).mappings()
        return tuple(HistoryEntry(_revision(row), side=False, seq=row["seq"]) for row in rows)

    async def was_head(self, spec: UUID, digest: str) -> bool:
        """Say whether a revision is or was the head."""
        query = select(revisions.c.seq).where(
            revisions.c.project_id == self._project, revisions.c.spec_id == spec, revisions.c.digest == digest
        )
        return (await self._connection.execute(query.where(~revisions.c.side))).one_or_none() is not None

    async def all(self) -> tuple[Spec, ...]:
        """Give every spec of the project, retired ones too, by path."""
        query = select(specs).where(specs.c.project_id == self._project).order_by(_PATH_ORDER)
        return tuple(_spec(row) for row in (await self._connection.execute(query)).mappings())

    def _revisions(self, spec: UUID) -> Select[Any]:
        return REVISION.where(revisions.c.project_id == self._project, revisions.c.spec_id == spec)


def _number(spec: UUID, digest: str) -> Any:
    return select(revisions.c.seq).where(revisions.c.spec_id == spec, revisions.c.digest == digest).scalar_subquery()


def _spec(row: Any, mark: str = "") -> Spec:
    return Spec(
        id=row[mark + "id"],
        project=row[mark + "project_id"],
        path=row[mark + "path"],
        title=row[mark + "title"],
        status=SpecStatus(row[mark + "status"]),
        head=row[mark + "head"],
        created_at=row[mark + "created_at"],
        updated_at=row[mark + "updated_at"],
        diverged=row[mark + "diverged"],
        agreed=row[mark + "agreed"],
        retired_origin=row[mark + "retired_origin"],
    )


def _revision(row: Any) -> Revision:
    return Revision(
        digest=row["digest"],
        spec_id=row["spec_id"],
        parents=tuple(row["parents"]),
        text_digest=row["text_digest"],
        size=row["size"],
        actor=Actor(row["actor_id"], row["actor_name"], ActorKind(row["actor_kind"])),
        provenance=Provenance(row["provenance"]),
        message=row["message"],
        at=row["at"],
        origin=row["origin"],
    )
