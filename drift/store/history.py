"""Queries of the history of an invariant: what each check said of it, and where that changed."""

from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from drift.lives.history import Sighting
from drift.lives.records import WAIVED
from drift.store.rows import cause
from drift.tables.checks import check_invariants, checks
from drift.tables.repositories import commits
from specs.store.connection import Connection

CAUSES = tuple(column for column in checks.c if column.name.startswith("cause_"))


class HistoryStore:
    """The history of invariants, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def page(  # noqa: PLR0913 (each narrows the list)
        self,
        project: UUID,
        invariant: str,
        repository: UUID | None,
        *,
        turns: bool,
        before: int | None,
        limit: int,
    ) -> tuple[tuple[int, Sighting], ...]:
        """Give what checks said of an invariant, the newest first, with their numbers; only `turns` where asked."""
        seen = _seen(project, invariant, repository)
        query = (
            select(seen, commits.c.author, commits.c.message)
            .outerjoin(commits, and_(commits.c.repository_id == seen.c.repository_id, commits.c.id == seen.c.commit))
            .order_by(seen.c.seq.desc())
            .limit(limit)
        )
        if turns:
            query = query.where(seen.c.earlier.is_distinct_from(seen.c.verdict))
        if before is not None:
            query = query.where(seen.c.seq < before)
        rows = (await self._connection.execute(query)).mappings()
        return tuple((row["seq"], _sighting(row)) for row in rows)


def _seen(project: UUID, invariant: str, repository: UUID | None) -> Any:
    """Give each check that evaluated an invariant, with what the one before it in the same repository said."""
    one = (
        select(
            checks.c.seq,
            checks.c.id,
            checks.c.repository_id,
            checks.c.commit,
            *CAUSES,
            case((check_invariants.c.waived, WAIVED), else_=check_invariants.c.verdict).label("verdict"),
            check_invariants.c.findings,
        )
        .join(checks, checks.c.id == check_invariants.c.check_id)
        .where(check_invariants.c.project_id == project, check_invariants.c.invariant == invariant)
        .ext(distinct_on(checks.c.seq))
        .order_by(checks.c.seq, check_invariants.c.place)
    )
    if repository is not None:
        one = one.where(checks.c.repository_id == repository)
    each = one.subquery()
    earlier, after = (
        func.lag(column).over(partition_by=each.c.repository_id, order_by=each.c.seq)
        for column in (each.c.verdict, each.c.commit)
    )
    return select(each, earlier.label("earlier"), after.label("after")).subquery()


def _sighting(row: Any) -> Sighting:
    return Sighting(
        check=row["id"],
        repository=row["repository_id"],
        commit=row["commit"],
        author=row["author"] or "",
        message=row["message"] or "",
        cause=cause(row, "cause"),
        verdict=row["verdict"],
        findings=row["findings"],
        before=row["earlier"] or "",
        after=row["after"] or "",
    )
