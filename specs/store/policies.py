"""Queries of policies: the texts that may hold them, decisions, outcomes, freezes, notices. Scoped by project."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    delete,
    func,
    insert,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from specs.access import Role
from specs.policy.change import Side
from specs.policy.deciding import Decision
from specs.policy.recorded import decision_json, decision_of
from specs.policy.records import Circumstances, Decided, Freeze, Notice, Record
from specs.revision import Actor, ActorKind
from specs.rules.registry import NEVER, Event
from specs.store.connection import Connection
from specs.tables.base import Id, Time
from specs.tables.library import revisions, specs, texts
from specs.tables.people import actors, members
from specs.tables.policies import decisions, freezes, notices, outcomes

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_FROZEN_BY = actors.alias("frozen_by_actor")
_DECIDED = insert(decisions).inline()
_DECIDED_ALL = text("""
insert into decisions (project_id, subject, event, actor_id, at, decision, policies, paths)
select :project, subject, :event, actor, :at, decision, policies, paths
from rows from (
    json_to_recordset(cast(:rows as json)) as (subject text, actor uuid, decision jsonb, policies text, paths text[])
) with ordinality as r (subject, actor, decision, policies, paths, nth)
order by nth
""").bindparams(
    bindparam("project", type_=Id),
    *(bindparam(name, type_=Text) for name in ("event", "rows")),
    bindparam("at", type_=Time),
)
_SOURCES = (
    select(specs.c.path, specs.c.head)
    .join(revisions, and_(revisions.c.spec_id == specs.c.id, revisions.c.digest == specs.c.head))
    .join(texts, texts.c.digest == revisions.c.text_digest)
    .where(specs.c.project_id == bindparam("project"), specs.c.status == "active", texts.c.policies)
    .order_by(specs.c.path_key.collate("C"))
)


def _circumstances() -> Select[Any]:
    """Make the one question for all that a decision rests on: every write asks it."""
    project, actor = bindparam("project", type_=Id), bindparam("actor", type_=Id)
    mine = and_(outcomes.c.project_id == project, outcomes.c.actor_id == actor)
    last_freeze = select(func.max(freezes.c.since)).where(freezes.c.project_id == project, freezes.c.actor_id == actor)
    earlier = outcomes.alias()
    last_good = select(func.max(earlier.c.n)).where(
        earlier.c.project_id == project,
        earlier.c.actor_id == actor,
        earlier.c.event == outcomes.c.event,
        earlier.c.good,
    )
    lately = (
        select(
            func.count(case((outcomes.c.n > func.coalesce(last_good.scalar_subquery(), 0), 1))).label("in_row"),
            func.count(case((outcomes.c.at > bindparam("hour"), 1))).label("in_hour"),
            func.count(case((outcomes.c.at > bindparam("day"), 1))).label("in_day"),
        )
        .where(mine, ~outcomes.c.good)
        .where(outcomes.c.at > func.coalesce(last_freeze.scalar_subquery(), bindparam("ever", type_=Time)))
        .subquery()
    )
    held = (
        select(freezes.c.until, freezes.c.reason)
        .where(freezes.c.project_id == project, freezes.c.actor_id == actor)
        .where(freezes.c.thawed_at.is_(None), freezes.c.until > bindparam("now"))
        .order_by(freezes.c.until.desc(), freezes.c.n)
        .limit(1)
        .subquery()
    )
    role = select(members.c.role).where(members.c.project_id == project, members.c.actor_id == actor)
    behalf = select(actors.c.name).where(actors.c.id == bindparam("behalf", type_=Id))
    sources = _SOURCES.subquery()
    listed = select(func.jsonb_agg(func.jsonb_build_array(sources.c.path, sources.c.head)))
    return select(
        *lately.c,
        *held.c,
        role.scalar_subquery().label("role"),
        behalf.scalar_subquery().label("behalf"),
        func.coalesce(listed.scalar_subquery(), text("'[]'::jsonb")).label("sources"),
    ).select_from(lately.outerjoin(held, true()))


_CIRCUMSTANCES = _circumstances()


class PolicyStore:
    """What one project's policies are and did, on one connection."""

    def __init__(self, connection: Connection, project: UUID) -> None:
        self._connection = connection
        self._project = project

    async def texts(self) -> tuple[tuple[Side, str], ...]:
        """Give the heads of active specs that may hold policies, each with the digest of its revision, by path."""
        rows = await self._connection.execute(_SOURCES.add_columns(texts.c.body), {"project": self._project})
        return tuple((Side(row.path, row.body), row.head) for row in rows)

    async def add_decision(self, subject: str, event: Event, actor: UUID, at: datetime, decision: Decision) -> None:
        """Keep a decision."""
        row = {**_deciding(subject, decision), "event": event.value, "actor_id": actor, "at": at}
        await self._connection.execute(_DECIDED, {**row, "project_id": self._project})

    async def add_decisions(self, made: Sequence[tuple[str, UUID, Decision]], event: Event, at: datetime) -> None:
        """Keep decisions on what is done at one time, each with its subject and whose act it is, in their order."""
        rows = json.dumps([{**_deciding(subject, decision), "actor": str(actor)} for subject, actor, decision in made])
        given = {"project": self._project, "event": event.value, "at": at, "rows": rows}
        await self._connection.execute(_DECIDED_ALL, given)

    async def decisions(self, subject: str, *, before: int | None, limit: int) -> tuple[Decided, ...]:
        """Give decisions, newest first: all of them, those on a subject, or those that touch the spec at a path."""
        query = (
            select(decisions, actors.c.name.label("actor_name"), actors.c.kind.label("actor_kind"))
            .join(actors, actors.c.id == decisions.c.actor_id)
            .where(decisions.c.project_id == self._project)
            .order_by(decisions.c.n.desc())
            .limit(limit)
        )
        if subject:
            touched = decisions.c.paths.bool_op("@>")(cast([subject], ARRAY(Text)))
            query = query.where(touched if subject.endswith(".md") else decisions.c.subject == subject)
        if before is not None:
            query = query.where(decisions.c.n < before)
        return tuple(_decided(row) for row in (await self._connection.execute(query)).mappings())

    async def add_outcome(self, actor: UUID, event: Event, reference: str, *, good: bool, at: datetime) -> bool:
        """Keep how something turned out; False when that was known already."""
        row = {"project_id": self._project, "actor_id": actor, "event": event.value, "reference": reference}
        made = upsert(outcomes).values(**row, good=good, at=at).on_conflict_do_nothing()
        return (await self._connection.execute(made.returning(outcomes.c.n))).one_or_none() is not None

    async def drop_outcome(self, actor: UUID, event: Event, reference: str) -> None:
        """Forget how something turned out, since whoever said so took it back."""
        ours = (outcomes.c.project_id == self._project) & (outcomes.c.actor_id == actor)
        known = (outcomes.c.event == event.value) & (outcomes.c.reference == reference)
        await self._connection.execute(delete(outcomes).where(ours, known))

    async def circumstances(self, actor: UUID, behalf: UUID | None, now: datetime) -> Circumstances:
        """Give what a decision on an actor's act rests on.

        Its failures count since it was last frozen; a success ends the row of its event alone.
        """
        given = {"project": self._project, "actor": actor, "behalf": behalf, "now": now, "ever": now - NEVER}
        row = (await self._connection.execute(_CIRCUMSTANCES, {**given, "hour": now - HOUR, "day": now - DAY})).one()
        return Circumstances(
            role=None if row.role is None else Role(row.role),
            behalf=row.behalf or "",
            lately=Record(row.in_row, row.in_hour, row.in_day),
            frozen=None if row.until is None else (row.until, row.reason),
            sources=tuple((path, head) for path, head in row.sources),
        )

    async def freeze(self, actor: UUID, since: datetime, until: datetime, reason: str, by: UUID | None) -> None:
        """Freeze an actor."""
        row = {"actor_id": actor, "since": since, "until": until, "reason": reason, "frozen_by": by}
        await self._connection.execute(insert(freezes).values(project_id=self._project, **row))

    async def thaw(self, actor: UUID, at: datetime, by: UUID, reason: str) -> int:
        """End what freezes an actor now; say how much that was."""
        change = (
            update(freezes)
            .where(freezes.c.project_id == self._project, freezes.c.actor_id == actor)
            .where(freezes.c.thawed_at.is_(None), freezes.c.until > at)
            .values(thawed_at=at, thawed_by=by, thaw_reason=reason)
        )
        return (await self._connection.execute(change)).rowcount

    async def frozen(self, now: datetime, actor: UUID | None = None) -> tuple[Freeze, ...]:
        """Give what freezes the actors of a project now, or one of them; the longest first."""
        query = (
            select(
                freezes,
                *_labelled(actors, "actor"),
                *_labelled(_FROZEN_BY, "by"),
            )
            .join(actors, actors.c.id == freezes.c.actor_id)
            .outerjoin(_FROZEN_BY, _FROZEN_BY.c.id == freezes.c.frozen_by)
            .where(freezes.c.project_id == self._project, freezes.c.thawed_at.is_(None), freezes.c.until > now)
            .order_by(freezes.c.until.desc(), freezes.c.n)
        )
        if actor is not None:
            query = query.where(freezes.c.actor_id == actor)
        return tuple(_freeze(row) for row in (await self._connection.execute(query)).mappings())

    async def add_notice(self, at: datetime, whom: Sequence[str], subject: str, message: str) -> None:
        """Leave word for people."""
        row = {"at": at, "whom": list(whom), "subject": subject, "message": message}
        await self._connection.execute(insert(notices).values(project_id=self._project, **row))

    async def notices(self, names: Sequence[str] | None, *, before: int | None, limit: int) -> tuple[Notice, ...]:
        """Give notices to anyone of some names (None: to anyone at all), newest first."""
        query = select(notices).where(notices.c.project_id == self._project)
        if names is not None:
            query = query.where(notices.c.whom.bool_op("&&")(cast(list(names), ARRAY(Text))))
        if before is not None:
            query = query.where(notices.c.n < before)
        rows = await self._connection.execute(query.order_by(notices.c.n.desc()).limit(limit))
        return tuple(Notice(row.n, row.at, tuple(row.whom), row.subject, row.message) for row in rows)


def _deciding(subject: str, decision: Decision) -> dict[str, Any]:
    return {
        "subject": subject,
        "decision": decision_json(decision),
        "policies": decision.policies,
        "paths": decision.facts.get("paths", ()),
    }


def _labelled(table: Any, mark: str) -> list[Any]:
    return [table.c[name].label(f"{mark}_{name}") for name in ("name", "kind")]


def _freeze(row: Any) -> Freeze:
    by = row["frozen_by"]
    return Freeze(
        actor=Actor(row["actor_id"], row["actor_name"], ActorKind(row["actor_kind"])),
        since=row["since"],
        until=row["until"],
        reason=row["reason"],
        by=None if by is None else Actor(by, row["by_name"], ActorKind(row["by_kind"])),
    )


def _decided(row: Any) -> Decided:
    return Decided(
        number=row["n"],
        subject=row["subject"],
        event=Event(row["event"]),
        actor=Actor(row["actor_id"], row["actor_name"], ActorKind(row["actor_kind"])),
        at=row["at"],
        decision=replace(decision_of(row["decision"]), policies=row["policies"]),
    )
