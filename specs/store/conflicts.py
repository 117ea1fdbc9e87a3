"""Queries of conflicts, every one scoped by its project: add one, find, list, change choices, settle."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select, update

from specs.conflicts import Choice, ConflictRecord, ConflictState
from specs.revision import Actor, ActorKind
from specs.store.connection import Connection
from specs.tables.conflicts import conflicts
from specs.tables.library import specs
from specs.tables.people import actors

_OPENER, _SETTLER = actors.alias("opener"), actors.alias("settler")
_RECORD = (
    select(
        conflicts,
        specs.c.path,
        *(_OPENER.c[name].label(f"opener_{name}") for name in ("id", "name", "kind")),
        *(_SETTLER.c[name].label(f"settler_{name}") for name in ("id", "name", "kind")),
    )
    .join(specs, (specs.c.project_id == conflicts.c.project_id) & (specs.c.id == conflicts.c.spec_id))
    .join(_OPENER, _OPENER.c.id == conflicts.c.opened_by)
    .outerjoin(_SETTLER, _SETTLER.c.id == conflicts.c.settled_by)
)


class ConflictStore:
    """The conflicts of one project on one connection."""

    def __init__(self, connection: Connection, project: UUID) -> None:
        self._connection = connection
        self._project = project

    async def add(self, record: ConflictRecord) -> None:
        """Add a conflict that opens."""
        row = {
            "id": record.id,
            "project_id": self._project,
            "spec_id": record.spec,
            "opened_by": record.opened_by.id,
            "opened_at": record.opened_at,
        }
        await self._connection.execute(insert(conflicts).values(row | _changing(record)))

    async def find(self, conflict: UUID) -> ConflictRecord | None:
        """Give a conflict by its id."""
        return await self._one(conflicts.c.id == conflict)

    async def open_of(self, spec: UUID, theirs: Sequence[str]) -> ConflictRecord | None:
        """Give the open conflict in which one of these side revisions of a spec waits: the newest of several."""
        return await self._one(
            (conflicts.c.spec_id == spec) & conflicts.c.theirs.in_(theirs) & (conflicts.c.state == ConflictState.OPEN)
        )

    async def _one(self, condition: Any) -> ConflictRecord | None:
        query = self._records().where(condition).order_by(conflicts.c.id.desc()).limit(1)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return None if row is None else _record(row)

    async def page(
        self, *, spec: UUID | None, state: ConflictState | None, before: UUID | None, limit: int
    ) -> tuple[ConflictRecord, ...]:
        """Give conflicts, the newest first, from before an id on."""
        query = self._records().order_by(conflicts.c.id.desc()).limit(limit)
        if spec is not None:
            query = query.where(conflicts.c.spec_id == spec)
        if state is not None:
            query = query.where(conflicts.c.state == state)
        if before is not None:
            query = query.where(conflicts.c.id < before)
        return tuple(_record(row) for row in (await self._connection.execute(query)).mappings())

    async def change(self, record: ConflictRecord) -> None:
        """Write what may change of a conflict that is open."""
        changed = update(conflicts).where(
            conflicts.c.project_id == self._project,
            conflicts.c.id == record.id,
            conflicts.c.state == ConflictState.OPEN,
        )
        await self._connection.execute(changed.values(_changing(record)))

    async def taken_in(self, spec: UUID, theirs: Sequence[str], resolution: str, by: UUID, at: datetime) -> None:
        """Close every open conflict in which one of these side revisions waits: a revision took them in."""
        settled = update(conflicts).where(
            conflicts.c.project_id == self._project,
            conflicts.c.spec_id == spec,
            conflicts.c.theirs.in_(theirs),
            conflicts.c.state == ConflictState.OPEN,
        )
        await self._connection.execute(
            settled.values(state=ConflictState.RESOLVED, resolution=resolution, settled_by=by, settled_at=at)
        )

    async def awaits(self, spec: UUID, theirs: Sequence[str], proposal: UUID) -> None:
        """Say that a proposal would take these side revisions in, where they wait."""
        waiting = update(conflicts).where(
            conflicts.c.project_id == self._project,
            conflicts.c.spec_id == spec,
            conflicts.c.theirs.in_(theirs),
            conflicts.c.state == ConflictState.OPEN,
        )
        await self._connection.execute(waiting.values(proposal_id=proposal))

    async def awaiting(self, spec: UUID, proposal: UUID) -> tuple[str, ...]:
        """Give the side revisions of a spec that a proposal would take in, and that wait still."""
        found = (
            select(conflicts.c.theirs)
            .where(
                conflicts.c.project_id == self._project,
                conflicts.c.spec_id == spec,
                conflicts.c.proposal_id == proposal,
                conflicts.c.state == ConflictState.OPEN,
            )
            .order_by(conflicts.c.id)
        )
        return tuple((await self._connection.execute(found)).scalars())

    async def release(self, proposal: UUID) -> None:
        """Say that a proposal no longer takes in what it was made to take in: its delta is another."""
        held = update(conflicts).where(conflicts.c.project_id == self._project, conflicts.c.proposal_id == proposal)
        await self._connection.execute(held.values(proposal_id=None))

    def _records(self) -> Select[Any]:
        return _RECORD.where(conflicts.c.project_id == self._project)


def _changing(record: ConflictRecord) -> dict[str, object]:
    return {
        "base": record.base,
        "ours": record.ours,
        "theirs": record.theirs,
        "state": record.state,
        "choices": [_stored(choice) for choice in record.choices],
        "regions": record.regions,
        "decided": record.decided,
        "settled_by": None if record.settled_by is None else record.settled_by.id,
        "settled_at": record.settled_at,
        "resolution": record.resolution,
        "proposal_id": record.proposal,
    }


def _stored(choice: Choice) -> dict[str, object]:
    actor = choice.actor
    return {
        "region": choice.region,
        "take": choice.take,
        "text": choice.text,
        "actor": {"id": str(actor.id), "name": actor.name, "kind": actor.kind.value},
        "at": choice.at.isoformat(),
    }


def _choice(row: dict[str, Any]) -> Choice:
    actor = row["actor"]
    by = Actor(UUID(actor["id"]), actor["name"], ActorKind(actor["kind"]))
    return Choice(row["region"], row["take"], row["text"], by, datetime.fromisoformat(row["at"]))


def _record(row: Any) -> ConflictRecord:
    settled = row["settler_id"] is not None
    return ConflictRecord(
        id=row["id"],
        spec=row["spec_id"],
        path=row["path"],
        base=row["base"],
        ours=row["ours"],
        theirs=row["theirs"],
        state=ConflictState(row["state"]),
        choices=tuple(_choice(choice) for choice in row["choices"]),
        regions=row["regions"],
        decided=row["decided"],
        opened_by=Actor(row["opener_id"], row["opener_name"], ActorKind(row["opener_kind"])),
        opened_at=row["opened_at"],
        settled_by=Actor(row["settler_id"], row["settler_name"], ActorKind(row["settler_kind"])) if settled else None,
        settled_at=row["settled_at"],
        resolution=row["resolution"],
        proposal=row["proposal_id"],
    )
