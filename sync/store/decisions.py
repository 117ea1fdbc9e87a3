"""Queries of what people decided on findings, and of the findings on which nobody has decided."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, insert, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.sql import ColumnElement

from drift.lives.life import LifeState
from drift.tables.findings import findings
from drift.tables.repositories import repositories
from specs.revision import Actor, ActorKind
from specs.store.connection import Connection
from specs.tables.people import actors
from sync.inbox.decisions import BrokenRule, Choice, FindingDecision
from sync.tables.decisions import finding_decisions
from sync.tables.tasks import tasks
from sync.tasks.task import ENDED

_ENDER = actors.alias("ender")


class FindingDecisionStore:
    """Decisions on the findings of one project, on one connection."""

    def __init__(self, connection: Connection, project: UUID) -> None:
        self._connection = connection
        self._project = project

    async def lock(self, refs: Iterable[UUID]) -> None:
        """Make every other decision on findings of these repositories wait for the end of the transaction."""
        query = select(repositories.c.id).where(repositories.c.id.in_(sorted(refs))).order_by(repositories.c.id)
        await self._connection.execute(query.with_for_update(key_share=True))

    async def add(self, made: Sequence[FindingDecision]) -> None:
        """Keep decisions; of each finding the one that stood before was ended by the caller."""
        rows = [
            {
                "id": one.id,
                "project_id": self._project,
                "repository_id": one.repository,
                "fingerprint": one.fingerprint,
                "invariant": one.invariant,
                "message": one.message,
                "choice": one.choice.value,
                "until": one.until,
                "because": one.because,
                "task_id": one.task,
                "actor_id": one.actor.id,
                "at": one.at,
            }
            for one in made
        ]
        await self._connection.execute(insert(finding_decisions), rows)

    async def end(self, ids: Collection[UUID], by: UUID, at: datetime) -> None:
        """End decisions that stand."""
        ours = (finding_decisions.c.project_id == self._project) & finding_decisions.c.id.in_(list(ids))
        values = {"ended_at": at, "ended_by": by}
        await self._connection.execute(update(finding_decisions).where(ours).values(values))

    async def several(self, ids: Collection[UUID]) -> tuple[FindingDecision, ...]:
        """Give decisions by their ids, in the order they were made."""
        query = self._query().where(finding_decisions.c.id.in_(list(ids))).order_by(finding_decisions.c.number)
        return tuple(map(_decision, (await self._connection.execute(query)).mappings()))

    async def together(self, ident: UUID) -> tuple[FindingDecision, ...]:
        """Give the decisions that somebody made at once with one."""
        one = finding_decisions.alias("one")
        same = (one.c.actor_id == finding_decisions.c.actor_id) & (one.c.at == finding_decisions.c.at)
        query = self._query().where(exists().where(one.c.id == ident, same)).order_by(finding_decisions.c.number)
        return tuple(map(_decision, (await self._connection.execute(query)).mappings()))

    async def standing(self, fingerprints: Collection[str]) -> tuple[FindingDecision, ...]:
        """Give the decisions that stand on some findings."""
        query = self._query().where(
            finding_decisions.c.ended_at.is_(None), finding_decisions.c.fingerprint.in_(list(fingerprints))
        )
        return tuple(map(_decision, (await self._connection.execute(query)).mappings()))

    async def ending(self, until: date, limit: int) -> tuple[FindingDecision, ...]:
        """Give the waivers that stand and end by a day, the soonest first, of findings that are not resolved."""
        query = self._query().where(
            finding_decisions.c.ended_at.is_(None), finding_decisions.c.until <= until, _there()
        )
        query = query.order_by(finding_decisions.c.until, finding_decisions.c.number).limit(limit)
        return tuple(map(_decision, (await self._connection.execute(query)).mappings()))

    async def page(self, *, before: int | None, limit: int) -> tuple[tuple[int, FindingDecision], ...]:
        """Give decisions with their numbers, the newest first, from before a number on."""
        query = self._query().order_by(finding_decisions.c.number.desc()).limit(limit)
        if before is not None:
            query = query.where(finding_decisions.c.number < before)
        return tuple((row["number"], _decision(row)) for row in (await self._connection.execute(query)).mappings())

    async def undecided(self, severity: str, today: date, limit: int) -> tuple[BrokenRule, ...]:
        """Give the rules with open findings on which no decision stands, those that wait longest first."""
        rule = func.coalesce(func.nullif(findings.c.invariant, ""), findings.c.kind).label("rule")
        newest = (findings.c.changed_at.desc(), findings.c.fingerprint.desc())
        first = func.min(findings.c.changed_at).label("since")
        group = (findings.c.repository_id, rule, findings.c.spec_path)
        query = (
            select(
                *group,
                func.count().label("number"),
                first,
                func.array_agg(aggregate_order_by(findings.c.fingerprint, *newest))[1].label("newest"),
                func.array_agg(aggregate_order_by(findings.c.changed_reference, *newest))[1].label("reference"),
            )
            .where(findings.c.project_id == self._project, findings.c.state == LifeState.OPEN.value)
            .where(findings.c.severity == severity, ~_decided(today))
            .group_by(*group)
            .order_by(first, rule)
            .limit(limit)
        )
        rows = await self._connection.execute(query)
        return tuple(
            BrokenRule(row.repository_id, row.rule, row.spec_path, row.number, row.since, row.newest, row.reference)
            for row in rows
        )

    async def findings(
        self, rules: Sequence[tuple[UUID, str]], severity: str, today: date, most: int
    ) -> tuple[tuple[UUID, str, str, str, str], ...]:
        """Give open findings of rules on which no decision stands: repository, rule, fingerprint, message, place."""
        rule = func.coalesce(func.nullif(findings.c.invariant, ""), findings.c.kind)
        order = (findings.c.code_path, findings.c.line, findings.c.fingerprint)
        rank = func.row_number().over(partition_by=(findings.c.repository_id, rule), order_by=order).label("rank")
        ranked = (
            select(findings.c.repository_id, rule.label("rule"), findings.c.message, *order, rank)
            .where(findings.c.project_id == self._project, findings.c.state == LifeState.OPEN.value)
            .where(findings.c.severity == severity, ~_decided(today))
            .where(tuple_(findings.c.repository_id, rule).in_(list(rules)))
            .subquery()
        )
        query = (
            select(ranked).where(ranked.c.rank <= most).order_by(ranked.c.repository_id, ranked.c.rule, ranked.c.rank)
        )
        return tuple(
            (
                row.repository_id,
                row.rule,
                row.fingerprint,
                row.message,
                f"{row.code_path}:{row.line}" if row.code_path else "",
            )
            for row in await self._connection.execute(query)
        )

    def _query(self) -> Select[Any]:
        return _joined().where(finding_decisions.c.project_id == self._project)


async def waivers_of(connection: Connection, repository: UUID) -> tuple[FindingDecision, ...]:
    """Give the waivers that stand in a repository, by fingerprint."""
    query = _joined().where(
        finding_decisions.c.repository_id == repository,
        finding_decisions.c.ended_at.is_(None),
        finding_decisions.c.choice == Choice.WAIVE.value,
    )
    rows = (await connection.execute(query.order_by(finding_decisions.c.fingerprint))).mappings()
    return tuple(map(_decision, rows))


async def last_waiver_of(connection: Connection, repository: UUID) -> FindingDecision | None:
    """Give the waiver of a repository that was given or ended last."""
    moved = func.coalesce(finding_decisions.c.ended_at, finding_decisions.c.at)
    query = _joined().where(
        finding_decisions.c.repository_id == repository, finding_decisions.c.choice == Choice.WAIVE.value
    )
    row = (await connection.execute(query.order_by(moved.desc()).limit(1))).mappings().one_or_none()
    return None if row is None else _decision(row)


async def unannounced(
    connection: Connection, until: date, least: int
) -> tuple[tuple[UUID, FindingDecision, int | None], ...]:
    """Give the waivers of all projects that end by a day, locked, of whose end it is still to be told.

    Each comes with its project and how many days before its end that was told last; `least` is the last time.
    """
    again = finding_decisions.c.announced.is_(None) | (finding_decisions.c.announced > least)
    query = _joined().where(finding_decisions.c.ended_at.is_(None), finding_decisions.c.until <= until, _there(), again)
    query = query.order_by(finding_decisions.c.project_id, finding_decisions.c.number)
    rows = (await connection.execute(query.with_for_update(of=finding_decisions, skip_locked=True))).mappings()
    return tuple((row["project_id"], _decision(row), row["announced"]) for row in rows)


async def announced(connection: Connection, ids: Collection[str], days: int) -> None:
    """Note of waivers that it was told how many days before their end they are."""
    same = finding_decisions.c.id.in_([UUID(one) for one in ids])
    await connection.execute(update(finding_decisions).where(same).values(announced=days))


def _there() -> ColumnElement[bool]:
    """Say that what was decided on is still found."""
    return exists().where(
        findings.c.repository_id == finding_decisions.c.repository_id,
        findings.c.fingerprint == finding_decisions.c.fingerprint,
        findings.c.state != LifeState.RESOLVED.value,
    )


def _decided(today: date) -> ColumnElement[bool]:
    """Say that a decision stands on a finding: a waiver whose day is not over, a task that is not ended."""
    at_work = exists().where(
        tasks.c.id == finding_decisions.c.task_id, ~tasks.c.state.in_([one.value for one in ENDED])
    )
    return exists().where(
        finding_decisions.c.repository_id == findings.c.repository_id,
        finding_decisions.c.fingerprint == findings.c.fingerprint,
        finding_decisions.c.ended_at.is_(None),
        or_(finding_decisions.c.until >= today, and_(finding_decisions.c.task_id.is_not(None), at_work)),
    )


def _joined() -> Select[Any]:
    named = (actors.c.name.label("actor_name"), actors.c.kind.label("actor_kind"))
    ended = (_ENDER.c.name.label("ender_name"), _ENDER.c.kind.label("ender_kind"))
    return (
        select(finding_decisions, *named, *ended)
        .join(actors, actors.c.id == finding_decisions.c.actor_id)
        .outerjoin(_ENDER, _ENDER.c.id == finding_decisions.c.ended_by)
    )


def _decision(row: Any) -> FindingDecision:
    ended_by = None
    if row["ended_by"] is not None:
        ended_by = Actor(row["ended_by"], row["ender_name"], ActorKind(row["ender_kind"]))
    return FindingDecision(
        id=row["id"],
        repository=row["repository_id"],
        fingerprint=row["fingerprint"],
        invariant=row["invariant"],
        message=row["message"],
        choice=Choice(row["choice"]),
        because=row["because"],
        actor=Actor(row["actor_id"], row["actor_name"], ActorKind(row["actor_kind"])),
        at=row["at"],
        until=row["until"],
        task=row["task_id"],
        ended_at=row["ended_at"],
        ended_by=ended_by,
    )
