"""Queries of what is kept no longer: how much of it there is, and its removal. Revisions and the audit log stand aside.

What is large is let go by letting nothing count that refers to it: rows keep the digest of what they rested on.
"""
# ruff: noqa: S608 (statements are put together of the texts below alone; values are bound)

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, TextClause, Uuid, bindparam, text

from specs.limits import Kept
from specs.store.connection import Connection

# The last check of each repository, the last of each verdict, and the first since the verdict is what it is: what says
# how things stand, and since when.
_STANDING = """
    select max(c.seq) from checks c join repositories r on r.id = c.repository_id and r.project_id = :project
    group by c.repository_id
    union
    select max(c.seq) from checks c join repositories r on r.id = c.repository_id and r.project_id = :project
    group by c.repository_id, c.verdict
    union
    select min(c.seq) from checks c
    join (select d.repository_id, d.verdict, max(d.seq) as seq from checks d
          join repositories r on r.id = d.repository_id and r.project_id = :project
          where d.verdict <> 'error' group by d.repository_id, d.verdict) o
      on o.repository_id = c.repository_id and o.verdict <> c.verdict and c.seq > o.seq and c.verdict <> 'error'
    group by c.repository_id, c.verdict
    union
    select min(c.seq) from checks c join repositories r on r.id = c.repository_id and r.project_id = :project
    group by c.repository_id, c.verdict
    having not exists (select from checks d where d.repository_id = c.repository_id
                       and d.verdict not in (c.verdict, 'error'))
"""
_OF_PROJECT = "join repositories r on r.id = c.repository_id and r.project_id = :project"
_LAST = """
    select max(l.seq) from checks l join repositories r on r.id = l.repository_id and r.project_id = :project
    where l.report is not null group by l.repository_id
"""
_CHECKS = f"""
    select c.id from checks c {_OF_PROJECT}
    where c.at < :before and c.seq not in ({_STANDING})
      and not exists (select from finding_events e where e.check_id = c.id)
"""
_FINDINGS = """
    select f.number from findings f where f.project_id = :project and f.state = 'resolved' and f.changed_at < :before
"""
_TOKENS = """
    select k.id from credentials k where k.kind <> 'password' and least(k.revoked_at, k.expires_at) < :before
      and k.project_id is not distinct from :project
"""
_SHOWN = "exists (select from texts t where position(i.name in t.body) > 0)"
_IMAGES = f"""
    select i.name from images i
    where i.project_id = :project and i.at < :before and not i.used and not {_SHOWN}
"""
_HELD = "exists (select from artifacts a where a.digest = {0})"
# What would go, by name: as rows of the id of what goes.
_GOING: Mapping[Kept, str] = {
    Kept.REPORTS: f"""
        select c.id from checks c {_OF_PROJECT}
        where c.at < :before and {_HELD.format("c.report")}
          and not exists (
            select from checks y where y.report = c.report and (y.at >= :before or y.seq in ({_LAST})))""",
    Kept.CHECKS: _CHECKS,
    Kept.FINDINGS: _FINDINGS,
    Kept.RECEIPTS: f"""
        select b.id from bundles b
        where b.project_id = :project and b.at < :before and {_HELD.format("b.artifact")}""",
    Kept.DECISIONS: f"""
        select g.id from gates g
        where g.project_id = :project and g.updated_at < :before and g.state <> 'needs-approval'
          and {_HELD.format("g.artifact")}""",
    Kept.IMAGES: _IMAGES,
    Kept.TOKENS: _TOKENS,
}
_GONE: Mapping[Kept, str] = {
    Kept.CHECKS: f"delete from checks where id in ({_CHECKS} limit :most)",
    Kept.FINDINGS: f"delete from findings where number in ({_FINDINGS} limit :most)",
    Kept.IMAGES: f"delete from images where project_id = :project and name in ({_IMAGES} limit :most)",
    Kept.TOKENS: f"delete from credentials where id in ({_TOKENS} limit :most)",
}
_UNUSED = """
    select a.digest from artifacts a
    where a.at < :settled
      and not exists (
        select from checks c join repositories r on r.id = c.repository_id
        join unnest(:projects, :reports) as k (project, before) on k.project = r.project_id
        where c.report = a.digest and (c.at >= k.before or c.seq = (
          select max(l.seq) from checks l where l.repository_id = c.repository_id and l.report is not null)))
      and not exists (
        select from bundles b join unnest(:projects, :receipts) as k (project, before) on k.project = b.project_id
        where b.artifact = a.digest and b.at >= k.before)
      and not exists (
        select from gates g join unnest(:projects, :decisions) as k (project, before) on k.project = g.project_id
        where g.artifact = a.digest and (g.updated_at >= k.before or g.state = 'needs-approval'))
      and not exists (select from images i where i.digest = a.digest)
      and not exists (select from repository_credentials c where c.artifact = a.digest)
"""
_TIMES = ARRAY(DateTime(timezone=True))


@dataclass(frozen=True, slots=True)
class Horizon:
    """From when on the large values of a project are kept, by what refers to them."""

    project: UUID
    reports: datetime
    receipts: datetime
    decisions: datetime


class RetentionStore:
    """What is kept no longer, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def going(self, what: Kept, project: UUID | None, before: datetime) -> int:
        """Count what of a project (None: of none) is older than a moment and not needed any longer."""
        query = text(f"select count(*) from ({_GOING[what]}) as going").bindparams(_PROJECT)
        return int((await self._connection.execute(query, {"project": project, "before": before})).scalar_one())

    async def remove(self, what: Kept, project: UUID | None, before: datetime, most: int) -> int:
        """Remove some of it; say how much. What is large goes with `remove_unused`."""
        gone = text(_GONE[what]).bindparams(_PROJECT)
        done = await self._connection.execute(gone, {"project": project, "before": before, "most": most})
        return done.rowcount

    async def note_shown(self, project: UUID) -> None:
        """Note which images some text refers to: revisions stay, and nobody has to look for those again."""
        shown = text(f"update images i set used = true where i.project_id = :project and not i.used and {_SHOWN}")
        await self._connection.execute(shown.bindparams(_PROJECT), {"project": project})

    async def unused(self, horizons: tuple[Horizon, ...], settled: datetime) -> tuple[int, int]:
        """Give how many large values nobody needs any longer, and their bytes; none that were kept since `settled`."""
        query = f"select count(*), coalesce(sum(length(body)), 0) from artifacts where digest in ({_UNUSED})"
        row = (await self._connection.execute(_bound(query), _row(horizons, settled))).one()
        return int(row[0]), int(row[1])

    async def remove_unused(self, horizons: tuple[Horizon, ...], settled: datetime, most: int) -> int:
        """Remove some of them; say how many."""
        gone = _bound(f"delete from artifacts where digest in ({_UNUSED} limit :most) and at < :settled")
        return (await self._connection.execute(gone, _row(horizons, settled) | {"most": most})).rowcount


_PROJECT = bindparam("project", type_=Uuid())


def _bound(query: str) -> TextClause:
    lists = [bindparam(name, type_=_TIMES) for name in ("reports", "receipts", "decisions")]
    return text(query).bindparams(bindparam("projects", type_=ARRAY(Uuid())), *lists)


def _row(horizons: tuple[Horizon, ...], settled: datetime) -> dict[str, object]:
    return {
        "projects": [one.project for one in horizons],
        "reports": [one.reports for one in horizons],
        "receipts": [one.receipts for one in horizons],
        "decisions": [one.decisions for one in horizons],
        "settled": settled,
    }
