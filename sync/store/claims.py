"""Queries of the claims in the locks of repositories."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from drift.debt.claims import ClaimState
from drift.debt.lock import Entry
from specs.revision import Actor, ActorKind
from specs.store.connection import Connection
from specs.tables.people import actors
from sync.inbox.claims import Decision, LockClaim
from sync.tables.claims import lock_claims


class ClaimStore:
    """Claims on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def of(self, repository: UUID) -> dict[str, LockClaim]:
        """Give every claim of a repository, by id."""
        query = _joined().where(lock_claims.c.repository_id == repository)
        return {row["id"]: _claim(row) for row in (await self._connection.execute(query)).mappings()}

    async def see(  # noqa: PLR0913 (where, what, whose)
        self,
        repository: UUID,
        project: UUID,
        claims: Mapping[str, Entry],
        *,
        commit: str,
        author: str,
        at: datetime,
        state: ClaimState,
    ) -> None:
        """Record the claims that a commit's lock holds; new ones are the commit's and get the state."""
        ours = lock_claims.c.repository_id == repository
        await self._connection.execute(
            update(lock_claims).where(ours).values(present=lock_claims.c.id.in_(list(claims)))
        )
        same = {"repository_id": repository, "project_id": project, "commit": commit, "author": author, "at": at}
        rows = [
            {
                **same,
                "id": name,
                "invariant": one.invariant,
                "subject": one.subject,
                "state": one.state,
                "until": one.until,
                "by": one.by,
                "because": one.because,
                "present": True,
                "standing": state,
            }
            for name, one in claims.items()
        ]
        if rows:
            await self._connection.execute(upsert(lock_claims).on_conflict_do_nothing(), rows)

    async def page(
        self, project: UUID, repository: UUID | None, state: ClaimState | None, *, before: int | None, limit: int
    ) -> tuple[tuple[int, LockClaim], ...]:
        """Give the claims whose lines are there, with their numbers, the newest first, from before a number on."""
        query = _joined().where(lock_claims.c.project_id == project, lock_claims.c.present)
        if repository is not None:
            query = query.where(lock_claims.c.repository_id == repository)
        if state is not None:
            query = query.where(lock_claims.c.standing == state)
        if before is not None:
            query = query.where(lock_claims.c.number < before)
        query = query.order_by(lock_claims.c.number.desc()).limit(limit)
        return tuple((row["number"], _claim(row)) for row in (await self._connection.execute(query)).mappings())

    async def unannounced(self, least: int) -> tuple[tuple[UUID, LockClaim, int | None], ...]:
        """Give the waivers that count in all projects, locked, of whose end it is still to be told.

        Each comes with its project and how many days before its end that was told last; `least` is the last time.
        """
        query = _joined().where(
            lock_claims.c.present,
            lock_claims.c.standing == ClaimState.APPROVED,
            lock_claims.c.state == "waived",
            lock_claims.c.announced.is_(None) | (lock_claims.c.announced > least),
        )
        query = query.order_by(lock_claims.c.project_id, lock_claims.c.number)
        rows = (await self._connection.execute(query.with_for_update(of=lock_claims, skip_locked=True))).mappings()
        return tuple((row["project_id"], _claim(row), row["announced"]) for row in rows)

    async def announced(self, repository: UUID, claim: str, days: int) -> None:
        """Note that it was told how many days before its end a waiver is."""
        same = (lock_claims.c.repository_id == repository) & (lock_claims.c.id == claim)
        await self._connection.execute(update(lock_claims).where(same).values(announced=days))

    async def decide(
        self, project: UUID, ids: Sequence[str], state: ClaimState, made: Decision
    ) -> tuple[LockClaim, ...]:
        """Set the state of the project's claims of these ids whose lines are there, and give them."""
        ours = (lock_claims.c.project_id == project) & lock_claims.c.id.in_(list(ids)) & lock_claims.c.present
        values = {"standing": state, "decided_by": made.actor.id, "decided_at": made.at, "reason": made.reason}
        await self._connection.execute(update(lock_claims).where(ours).values(values))
        rows: Iterable[Mapping[Any, Any]] = (await self._connection.execute(_joined().where(ours))).mappings()
        return tuple(sorted((_claim(row) for row in rows), key=lambda one: (one.repository, one.id)))


def _joined() -> Select[Any]:
    named = (actors.c.id.label("actor_id"), actors.c.name.label("actor_name"), actors.c.kind.label("actor_kind"))
    return select(lock_claims, *named).outerjoin(actors, actors.c.id == lock_claims.c.decided_by)


def _claim(row: Mapping[Any, Any]) -> LockClaim:
    who = None
    if row["actor_id"] is not None:
        actor = Actor(row["actor_id"], row["actor_name"], ActorKind(row["actor_kind"]))
        who = Decision(actor, row["decided_at"], row["reason"])
    return LockClaim(
        row["id"],
        row["repository_id"],
        Entry(row["invariant"], row["subject"], row["state"], row["until"], row["by"], row["because"]),
        row["commit"],
        row["author"],
        row["at"],
        row["present"],
        ClaimState(row["standing"]),
        who,
    )
