"""Queries of findings: what is known of a branch, what a check changes, lists for people, events for the trend."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from drift.lives.life import Event, Known, LifeEvent, LifeState, Reason
from drift.lives.records import CauseRecord, FindingDetail, FindingEvent, FindingRecord
from drift.lives.trend import Passage
from drift.lives.wanted import CAME, Cluster, Tally, Wanted
from drift.picture.atlas import Break
from drift.store.filtering import conditions, filtered, of_finding
from drift.store.rows import CAUSE, cause, cause_columns, finding
from drift.tables.findings import finding_events, findings
from specs.store.connection import Connection

SEEN = ("invariant", "kind", "severity", "spec_id", "spec_path", "spec_anchor", "code_path", "line", "message", "fix")
MOST_BREAKS = 5000
CLUSTERED = (
    *("invariant", "kind", "severity", "spec_path", "count", "fresh", "returned", "files"),
    *("first", "last", "message"),
)


class FindingStore:
    """Findings on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def known(self, repository: UUID) -> dict[str, Known]:
        """Give what is remembered of every finding of a repository."""
        columns = (findings.c.fingerprint, findings.c.invariant, findings.c.state, findings.c.regressed)
        query = select(*columns).where(findings.c.repository_id == repository)
        return {
            row.fingerprint: Known(row.fingerprint, row.invariant, LifeState(row.state), row.regressed)
            for row in await self._connection.execute(query)
        }

    async def specs_of(self, repository: UUID) -> dict[str, UUID | None]:
        """Give the spec that each finding was of when it was last seen."""
        query = select(findings.c.fingerprint, findings.c.spec_id).where(findings.c.repository_id == repository)
        return {row.fingerprint: row.spec_id for row in await self._connection.execute(query)}

    async def see(self, rows: Sequence[Mapping[str, Any]], known: Mapping[str, Known], by: CauseRecord) -> None:
        """Record the findings that a check saw: new ones are added, of others only what was seen is renewed."""
        if not rows:
            return
        causes = {**cause_columns(by, "opened"), **cause_columns(by, "changed")}
        lives = ((row, known[row["fingerprint"]]) for row in rows)
        values = [{**row, **causes, "state": life.state, "regressed": life.regressed} for row, life in lives]
        made = upsert(findings)
        renewed = {name: made.excluded[name] for name in (*SEEN, "data")}
        moved = or_(
            findings.c.data.is_distinct_from(made.excluded.data),
            findings.c.spec_id.is_distinct_from(made.excluded.spec_id),
        )
        statement = made.on_conflict_do_update(
            index_elements=["repository_id", "fingerprint"], set_=renewed, where=moved
        )
        await self._connection.execute(statement, values)

    async def happen(
        self, repository: UUID, check: UUID, events: Sequence[tuple[Event, CauseRecord]], known: Mapping[str, Known]
    ) -> None:
        """Record what a check made happen, and set the findings to the states that `known` has after it."""
        if not events:
            return
        changes = [
            {
                "on": event.fingerprint,
                "to": known[event.fingerprint].state,
                "times": known[event.fingerprint].regressed,
                **cause_columns(by, "by"),
            }
            for event, by in events
        ]
        target = (findings.c.repository_id == repository) & (findings.c.fingerprint == bindparam("on"))
        new: dict[str, Any] = {"state": bindparam("to"), "regressed": bindparam("times")}
        moved = new | {f"changed_{name}": bindparam(f"by_{name}") for name in CAUSE}
        await self._connection.execute(update(findings).where(target).values(moved), changes)
        first = [
            change
            for change, (event, _) in zip(changes, events, strict=True)
            if event.kind in {LifeEvent.OPENED, LifeEvent.WAIVED}
        ]
        if first:
            await self._set_opened(target, first)
        rows = [
            {
                "repository_id": repository,
                "fingerprint": event.fingerprint,
                "check_id": check,
                "kind": event.kind,
                "reason": event.reason,
                **cause_columns(by, "cause"),
            }
            for event, by in events
        ]
        await self._connection.execute(insert(finding_events), rows)

    async def _set_opened(self, target: Any, changes: Sequence[Mapping[str, Any]]) -> None:
        """Set the first cause of findings that have no event yet."""
        earlier = (
            select(finding_events.c.id)
            .where(
                finding_events.c.repository_id == findings.c.repository_id,
                finding_events.c.fingerprint == findings.c.fingerprint,
            )
            .exists()
        )
        opened: dict[str, Any] = {f"opened_{name}": bindparam(f"by_{name}") for name in CAUSE}
        await self._connection.execute(update(findings).where(target, ~earlier).values(opened), changes)

    async def page(
        self, project: UUID, wanted: Wanted, *, before: int | None, limit: int
    ) -> tuple[tuple[int, FindingRecord], ...]:
        """Give findings with their numbers, the newest first, from before a number on."""
        query = filtered(project, wanted).order_by(findings.c.number.desc()).limit(limit)
        if before is not None:
            query = query.where(findings.c.number < before)
        return tuple((row["number"], finding(row)) for row in (await self._connection.execute(query)).mappings())

    async def tally(self, project: UUID, wanted: Wanted) -> tuple[Tally, ...]:
        """Count the findings that are wanted by repository, state, severity, kind, spec and invariant."""
        sorts = [findings.c[name] for name in ("repository_id", "state", "severity", "kind", "spec_id", "invariant")]
        query = select(*sorts, func.count()).where(*conditions(project, wanted)).group_by(*sorts)
        rows = await self._connection.execute(query.order_by(*sorts))
        return tuple(Tally(repository, LifeState(state), *rest) for repository, state, *rest in rows)

    async def clusters(self, project: UUID, since: datetime) -> tuple[Cluster, ...]:
        """Give the open findings by repository and invariant, with how many of them came or came back since."""
        column = findings.c
        fresh = select(finding_events.c.id).where(
            of_finding(), finding_events.c.kind.in_(sorted(CAME)), finding_events.c.cause_at >= since
        )
        came = fresh.correlate(findings).exists()
        sorts = (column.repository_id, column.invariant, column.kind, column.severity, column.spec_id, column.spec_path)
        query = (
            select(
                *sorts,
                func.count().label("count"),
                func.count().filter(came).label("fresh"),
                func.count().filter(column.regressed > 0).label("returned"),
                func.count(column.code_path.distinct()).label("files"),
                func.min(column.opened_at).label("first"),
                func.max(column.changed_at).label("last"),
                func.max(column.number).label("newest"),
            )
            .where(column.project_id == project, column.state == LifeState.OPEN)
            .group_by(*sorts)
            .subquery()
        )
        shown = select(query, column.fingerprint, column.message).join(findings, column.number == query.c.newest)
        rows = (await self._connection.execute(shown)).mappings()
        return tuple(
            Cluster(
                repository=row["repository_id"],
                spec=row["spec_id"],
                sample=row["fingerprint"],
                **{name: row[name] for name in CLUSTERED},
            )
            for row in rows
        )

    async def breaks(self, repository: UUID, invariant: str = "") -> tuple[Break, ...]:
        """Give the open findings of a repository that name an import, errors first; at most `MOST_BREAKS`."""
        column = findings.c
        importer, imported = (column.data[name].astext for name in ("importer", "imported"))
        names = ("invariant", "severity", "fingerprint", "message", "code_path", "line")
        query = (
            select(importer, imported, *(column[name] for name in names))
            .where(column.repository_id == repository, column.state == LifeState.OPEN)
            .where(importer.is_not(None), imported.is_not(None))
            .order_by(column.severity, column.number.desc())
            .limit(MOST_BREAKS)
        )
        if invariant:
            query = query.where(column.invariant == invariant)
        return tuple([Break(*row) for row in await self._connection.execute(query)])

    async def find(self, project: UUID, fingerprint: str, repository: UUID | None) -> FindingRecord | None:
        """Give a finding of a project; of several repositories' the open one, then the newest."""
        query = filtered(project, Wanted(repository=repository)).where(findings.c.fingerprint == fingerprint)
        query = query.order_by(findings.c.state != LifeState.OPEN, findings.c.number.desc()).limit(1)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return None if row is None else finding(row)

    async def events(self, repository: UUID, fingerprint: str) -> tuple[FindingEvent, ...]:
        """Give all that happened to a finding, oldest first."""
        ours = (finding_events.c.repository_id == repository) & (finding_events.c.fingerprint == fingerprint)
        query = select(finding_events).where(ours).order_by(finding_events.c.id)
        return tuple(
            FindingEvent(
                LifeEvent(row["kind"]),
                cause(row, "cause"),
                None if row["reason"] is None else Reason(row["reason"]),
                row["check_id"],
            )
            for row in (await self._connection.execute(query)).mappings()
        )

    async def passages(self, project: UUID, repository: UUID | None) -> Iterable[Passage]:
        """Give every event of a project in the order they happened; a finding's name holds its repository's."""
        query = (
            select(
                finding_events.c.repository_id,
                finding_events.c.fingerprint,
                finding_events.c.kind,
                finding_events.c.cause_at,
            )
            .join(
                findings,
                (findings.c.repository_id == finding_events.c.repository_id)
                & (findings.c.fingerprint == finding_events.c.fingerprint),
            )
            .where(findings.c.project_id == project)
            .order_by(finding_events.c.id)
        )
        if repository is not None:
            query = query.where(finding_events.c.repository_id == repository)
        return [
            Passage(f"{row.repository_id}:{row.fingerprint}", LifeEvent(row.kind), row.cause_at)
            for row in await self._connection.execute(query)
        ]

    async def happened(
        self, project: UUID, since: datetime, until: datetime
    ) -> tuple[tuple[FindingRecord, FindingEvent], ...]:
        """Give the events of a span of time with their findings, oldest first: for reports."""
        at = finding_events.c.cause_at
        query = (
            select(findings, *(column.label(f"event__{column.name}") for column in finding_events.c))
            .join(
                finding_events,
                (findings.c.repository_id == finding_events.c.repository_id)
                & (findings.c.fingerprint == finding_events.c.fingerprint),
            )
            .where(findings.c.project_id == project, at >= since, at < until)
            .order_by(finding_events.c.id)
        )
        rows = (await self._connection.execute(query)).mappings()
        return tuple((finding(row), _event(row)) for row in rows)

    async def of_check(
        self, check: UUID, kinds: Iterable[LifeEvent], limit: int
    ) -> tuple[tuple[FindingRecord, LifeEvent], ...]:
        """Give the first findings to which a check made one of these things happen, in the order of the code."""
        query = (
            select(findings, finding_events.c.kind.label("happened"))
            .join(
                finding_events,
                (findings.c.repository_id == finding_events.c.repository_id)
                & (findings.c.fingerprint == finding_events.c.fingerprint),
            )
            .where(finding_events.c.check_id == check, finding_events.c.kind.in_([*kinds]))
            .order_by(findings.c.code_path, findings.c.line, findings.c.fingerprint)
            .limit(limit)
        )
        rows = (await self._connection.execute(query)).mappings()
        return tuple((finding(row), LifeEvent(row["happened"])) for row in rows)

    async def lives(self, project: UUID, since: datetime) -> tuple[FindingDetail, ...]:
        """Give every finding that is open, or to which something happened since, with all of its events."""
        key = (finding_events.c.repository_id == findings.c.repository_id) & (
            finding_events.c.fingerprint == findings.c.fingerprint
        )
        event = finding_events.alias("recent")
        same = (event.c.repository_id == findings.c.repository_id) & (event.c.fingerprint == findings.c.fingerprint)
        recent = select(event.c.id).where(same, event.c.cause_at >= since).correlate(findings).exists()
        query = (
            select(findings, *(column.label(f"event__{column.name}") for column in finding_events.c))
            .join(finding_events, key)
            .where(findings.c.project_id == project, or_(findings.c.state == LifeState.OPEN, recent))
            .order_by(findings.c.repository_id, findings.c.fingerprint, finding_events.c.id)
        )
        rows = (await self._connection.execute(query)).mappings().all()
        grouped = groupby(rows, key=lambda row: (row["repository_id"], row["fingerprint"]))
        return tuple(
            FindingDetail(finding(group[0]), tuple(_event(row) for row in group))
            for group in (list(rows) for _, rows in grouped)
        )

    async def open_by_spec(self, project: UUID) -> dict[UUID, dict[str, int]]:
        """Count the open findings of each spec by severity."""
        query = (
            select(findings.c.spec_id, findings.c.severity, func.count())
            .where(
                findings.c.project_id == project, findings.c.state == LifeState.OPEN, findings.c.spec_id.is_not(None)
            )
            .group_by(findings.c.spec_id, findings.c.severity)
        )
        counted: dict[UUID, dict[str, int]] = {}
        for spec, severity, number in await self._connection.execute(query):
            counted.setdefault(spec, {})[severity] = number
        return counted


def _event(row: Mapping[Any, Any]) -> FindingEvent:
    reason = row["event__reason"]
    return FindingEvent(
        LifeEvent(row["event__kind"]),
        cause(row, "event__cause"),
        None if reason is None else Reason(reason),
        row["event__check_id"],
    )
