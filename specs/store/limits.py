"""Queries of what a project may use, of what it uses, and of what was used in a window of time."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Executable, Uuid, bindparam, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from specs.audit import INSTALLATION
from specs.limits import LimitKind
from specs.store.connection import Connection
from specs.tables.library import revisions, specs
from specs.tables.limits import project_limits, usage_counters
from specs.tables.people import credentials, members

_LOCK = text("select pg_advisory_xact_lock(hashtext('quota'), hashtext(:project))")
_SPECS = text("""
select coalesce(
    (select value from project_limits where project_id = :project and kind = 'quota' and name = 'specs'),
    (select value from project_limits where project_id = :all and kind = 'quota' and name = 'specs')),
  (select count(*) from specs where project_id = :project and status = 'active')
""").bindparams(bindparam("project", type_=Uuid()), bindparam("all", type_=Uuid()))


class LimitStore:
    """The limits of one project, or with `INSTALLATION` those of all, on one connection."""

    def __init__(self, connection: Connection, project: UUID) -> None:
        self._connection = connection
        self._project = project

    async def said(self, kind: LimitKind) -> tuple[dict[str, int], dict[str, int]]:
        """Give what the project says, and what the installation says, by name."""
        table = project_limits
        query = select(table).where(table.c.kind == kind, table.c.project_id.in_([self._project, INSTALLATION]))
        found: dict[UUID, dict[str, int]] = {self._project: {}, INSTALLATION: {}}
        for row in await self._connection.execute(query):
            found[row.project_id][row.name] = row.value
        return ({} if self._project == INSTALLATION else found[self._project]), found[INSTALLATION]

    async def put(self, kind: LimitKind, values: Mapping[str, int | None]) -> None:
        """Say limits, or with None take back what was said."""
        table = project_limits
        for name, value in values.items():
            if value is None:
                same = (table.c.project_id == self._project, table.c.kind == kind, table.c.name == name)
                await self._connection.execute(delete(table).where(*same))
                continue
            row = upsert(table).values(project_id=self._project, kind=kind.value, name=name, value=value)
            keys = ["project_id", "kind", "name"]
            await self._connection.execute(row.on_conflict_do_update(index_elements=keys, set_={"value": value}))

    async def lock(self) -> None:
        """Be the only one to use up what is left, until the transaction ends."""
        await self._connection.execute(_LOCK, {"project": str(self._project)})

    async def specs_left(self) -> tuple[int | None, int]:
        """Give how many specs there may be (None: nobody says) and how many are not retired, in one question."""
        row = (await self._connection.execute(_SPECS, {"project": self._project, "all": INSTALLATION})).one()
        return row[0], row[1]

    async def specs(self) -> int:
        """Count the specs that are not retired."""
        return await self._count(select(func.count()).where(specs.c.project_id == self._project, _ACTIVE))

    async def text_bytes(self) -> int:
        """Sum up the texts at the heads of specs that are not retired."""
        head = (revisions.c.spec_id == specs.c.id) & (revisions.c.digest == specs.c.head)
        whole = select(func.coalesce(func.sum(revisions.c.size), 0)).select_from(specs.join(revisions, head))
        return await self._count(whole.where(specs.c.project_id == self._project, _ACTIVE))

    async def members(self) -> int:
        """Count the members."""
        return await self._count(select(func.count()).where(members.c.project_id == self._project))

    async def tokens(self, at: datetime) -> int:
        """Count the tokens for this project that open it at a moment."""
        alive = (credentials.c.revoked_at.is_(None), credentials.c.expires_at > at, credentials.c.kind == "token")
        return await self._count(select(func.count()).where(credentials.c.project_id == self._project, *alive))

    async def used(self, name: str, window: int, at: datetime) -> int:
        """Give what was used in the window that a moment lies in."""
        table = usage_counters
        same = (table.c.project_id == self._project, table.c.name == name, table.c.window_start == _start(window, at))
        return await self._count(select(func.coalesce(func.max(table.c.count), 0)).where(*same))

    async def use(self, name: str, window: int, at: datetime, most: int) -> bool:
        """Use one more in this window; False, and nothing is used, where that would be more than `most`."""
        if most <= 0:
            return False
        table = usage_counters
        row = {"project_id": self._project, "name": name, "window_start": _start(window, at)}
        one = upsert(table).values(**row, count=1)
        more = one.on_conflict_do_update(
            index_elements=list(row), set_={"count": table.c.count + 1}, where=table.c.count < most
        )
        return (await self._connection.execute(more.returning(table.c.count))).first() is not None

    async def _count(self, query: Executable) -> int:
        return int((await self._connection.execute(query)).scalar_one())


async def forget_usage(connection: Connection, before: datetime) -> int:
    """Forget windows that began before a moment; say how many."""
    gone = delete(usage_counters).where(usage_counters.c.window_start < before)
    return (await connection.execute(gone)).rowcount


_ACTIVE = specs.c.status == "active"


def _start(window: int, at: datetime) -> datetime:
    """Give when the window began: windows follow one another, they do not slide."""
    return datetime.fromtimestamp(int(at.timestamp()) // window * window, UTC)
