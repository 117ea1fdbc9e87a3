"""Queries of gates and of what people said of them. Scoped by project."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from specs.access import Role
from specs.revision import Actor, ActorKind
from specs.rules.actions import Reviewers
from specs.store.artifacts import CLEAR, ArtifactStore, Vault
from specs.store.connection import Connection
from specs.tables.people import actors
from sync.gates.gate import Answer, Gate, GateReview, GateState
from sync.tables.gates import gate_reviews, gates

_LEAN = [column for column in gates.c if column.name != "report"]


class GateStore:
    """The gates of one project on one connection."""

    def __init__(self, connection: Connection, project: UUID, vault: Vault = CLEAR) -> None:
        self._connection = connection
        self._artifacts = ArtifactStore(connection, vault)
        self._project = project

    async def add(self, gate: Gate) -> bool:
        """Keep a new gate; False where there is one of its digest."""
        artifact = await self._artifacts.keep(_written(gate.report), gate.created_at) if gate.report else None
        row = {
            "id": gate.id,
            "project_id": self._project,
            "digest": gate.digest,
            "repository": gate.repository,
            "commit": gate.commit,
            "specs": gate.specs,
            "policies": gate.policies,
            "findings": gate.findings,
            "verdict": gate.verdict,
            "counts": dict(gate.counts),
            "tag": gate.tag,
            "branch": gate.branch,
            "pull": gate.pull,
            "agent": gate.agent,
            "report": {},
            "artifact": artifact,
            "actor_id": gate.actor.id,
            "created_at": gate.created_at,
            **_standing(gate),
        }
        made = upsert(gates).values(row).on_conflict_do_nothing(index_elements=["project_id", "digest"])
        return (await self._connection.execute(made.returning(gates.c.id))).one_or_none() is not None

    async def put(self, gate: Gate) -> None:
        """Write down how a gate stands now."""
        change = update(gates).where(gates.c.project_id == self._project, gates.c.id == gate.id)
        await self._connection.execute(change.values(_standing(gate)))

    async def find(self, ref: UUID | str, *, lock: bool = False, lean: bool = False) -> Gate | None:
        """Give a gate by its id or by its digest, whole, or `lean`: without its report."""
        same = gates.c.id == ref if isinstance(ref, UUID) else gates.c.digest == ref
        query = self._query(gates.c.report).where(same)
        row = (await self._connection.execute(query.with_for_update(of=gates) if lock else query)).one_or_none()
        if row is None:
            return None
        report = None if lean else await self._report(row)
        return _gate(row, await self._reviews(row.id), report)

    async def _report(self, row: Row[Any]) -> Any:
        body = None if row.artifact is None else await self._artifacts.read(row.artifact)
        return row.report if body is None else json.loads(body)

    async def page(
        self, *, state: str, repository: str, commit: str, after: tuple[datetime, UUID] | None, limit: int
    ) -> tuple[Gate, ...]:
        """Give gates, the newest first, without their reports."""
        query = self._query().order_by(gates.c.created_at.desc(), gates.c.id.desc()).limit(limit)
        for column, value in ((gates.c.state, state), (gates.c.repository, repository), (gates.c.commit, commit)):
            if value:
                query = query.where(column == value)
        if after is not None:
            query = query.where(tuple_(gates.c.created_at, gates.c.id) < tuple_(*after))
        return tuple(_gate(row, ()) for row in await self._connection.execute(query))

    async def add_review(self, gate: UUID, review: GateReview) -> None:
        """Keep what a person said."""
        row = {"gate_id": gate, "actor_id": review.actor.id, "answer": review.answer, "body": review.body}
        await self._connection.execute(insert(gate_reviews).values(**row, at=review.at))

    async def _reviews(self, gate: UUID) -> tuple[GateReview, ...]:
        query = (
            select(gate_reviews, actors.c.name, actors.c.kind)
            .join(actors, actors.c.id == gate_reviews.c.actor_id)
            .where(gate_reviews.c.gate_id == gate)
            .order_by(gate_reviews.c.n)
        )
        rows = await self._connection.execute(query)
        return tuple(
            GateReview(Actor(row.actor_id, row.name, ActorKind(row.kind)), Answer(row.answer), row.body, row.at)
            for row in rows
        )

    def _query(self, *more: Any) -> Select[Any]:
        named = (actors.c.name.label("actor_name"), actors.c.kind.label("actor_kind"))
        chosen = select(*_LEAN, *more, *named).join(actors, actors.c.id == gates.c.actor_id)
        return chosen.where(gates.c.project_id == self._project)


async def move_findings(connection: Connection, vault: Vault, at: datetime, most: int) -> int:
    """Make artifacts of what gates held before there were any; say of how many."""
    kept = gates.c.artifact.is_(None) & (gates.c.report != func.jsonb_build_object())
    query = select(gates.c.id, gates.c.report).where(kept).limit(most).with_for_update(skip_locked=True)
    rows = (await connection.execute(query)).all()
    for row in rows:
        artifact = await ArtifactStore(connection, vault).keep(_written(row.report), at)
        await connection.execute(update(gates).where(gates.c.id == row.id).values(report={}, artifact=artifact))
    return len(rows)


def _written(report: Any) -> bytes:
    return json.dumps(report, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _standing(gate: Gate) -> dict[str, Any]:
    return {
        "state": gate.state.value,
        "ruling": gate.ruling,
        "needs": [{"role": need.role.value, "count": need.count} for need in gate.needs],
        "reasons": list(gate.reasons),
        "updated_at": gate.updated_at,
    }


def _gate(row: Row[Any], reviews: tuple[GateReview, ...], report: Any = None) -> Gate:
    return Gate(
        id=row.id,
        project=row.project_id,
        digest=row.digest,
        state=GateState(row.state),
        repository=row.repository,
        commit=row.commit,
        specs=row.specs,
        policies=row.policies,
        findings=row.findings,
        verdict=row.verdict,
        ruling=row.ruling,
        actor=Actor(row.actor_id, row.actor_name, ActorKind(row.actor_kind)),
        created_at=row.created_at,
        updated_at=row.updated_at,
        needs=tuple(Reviewers(Role(one["role"]), one["count"]) for one in row.needs),
        reasons=tuple(row.reasons),
        counts=row.counts,
        tag=row.tag,
        branch=row.branch,
        pull=row.pull,
        agent=row.agent,
        report=report,
        reviews=reviews,
    )
