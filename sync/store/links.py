"""Queries of the ties between sections and code that people decided on."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from drift.tables.repositories import repositories
from specs.revision import Actor, ActorKind
from specs.store.connection import Connection
from specs.tables.library import specs
from specs.tables.people import actors
from sync.contexts.links import Link, LinkState
from sync.tables.links import code_links

MOST = 5_000
KEYS = ("project_id", "spec_id", "anchor", "repository_id", "path", "symbol")


class LinkStore:
    """The ties of one project, on one connection."""

    def __init__(self, connection: Connection, project: UUID) -> None:
        self._connection = connection
        self._project = project

    async def all(self, spec: UUID | None = None, *, state: LinkState | None = None) -> tuple[Link, ...]:
        """Give the ties (of one spec, of one state) in the order of specs and paths."""
        wanted: list[ColumnElement[bool]] = [code_links.c.project_id == self._project]
        wanted += [code_links.c.spec_id == spec] if spec is not None else []
        wanted += [code_links.c.state == state.value] if state is not None else []
        return await self._read(*wanted)

    async def of_paths(self, paths: Collection[str]) -> tuple[Link, ...]:
        """Give the confirmed ties of files, and of all below what is a folder."""
        if not paths:
            return ()
        from_here = or_(
            code_links.c.path.in_(list(paths)),
            *(code_links.c.path.startswith(path.rstrip("/") + "/", autoescape=True) for path in paths),
        )
        confirmed = code_links.c.state == LinkState.CONFIRMED.value
        return await self._read(code_links.c.project_id == self._project, confirmed, from_here)

    async def any(self) -> bool:
        """Say whether anybody confirmed a tie."""
        confirmed = code_links.c.state == LinkState.CONFIRMED.value
        query = select(exists().where(code_links.c.project_id == self._project, confirmed))
        return bool((await self._connection.execute(query)).scalar_one())

    async def put(self, link: Link, actor: UUID, at: datetime) -> None:
        """Keep what somebody decided, in place of what was decided before."""
        values = {
            "project_id": self._project,
            "spec_id": link.spec_id,
            "anchor": link.anchor,
            "repository_id": link.repository_id,
            "path": link.path,
            "symbol": link.symbol,
            "state": link.state.value,
            "digest": link.digest,
            "because": link.because,
            "decided_by": actor,
            "decided_at": at,
        }
        made = upsert(code_links).values(**values)
        again = {name: value for name, value in values.items() if name not in KEYS}
        await self._connection.execute(made.on_conflict_do_update(index_elements=list(KEYS), set_=again))

    async def drop(self, link: Link) -> bool:
        """Forget what was decided; say whether anything was."""
        table = code_links
        mine = (table.c.project_id == self._project) & (table.c.spec_id == link.spec_id)
        mine &= (table.c.anchor == link.anchor) & (table.c.repository_id == link.repository_id)
        mine &= (table.c.path == link.path) & (table.c.symbol == link.symbol)
        return (await self._connection.execute(delete(table).where(mine).returning(table.c.path))).first() is not None

    async def _read(self, *wanted: ColumnElement[bool]) -> tuple[Link, ...]:
        query = (
            select(
                code_links,
                specs.c.path.label("spec"),
                repositories.c.name.label("repository"),
                actors.c.id.label("actor"),
                actors.c.kind,
                actors.c.name,
            )
            .join(specs, specs.c.id == code_links.c.spec_id)
            .join(repositories, repositories.c.id == code_links.c.repository_id)
            .join(actors, actors.c.id == code_links.c.decided_by)
            .where(*wanted)
            .order_by(specs.c.path.collate("C"), code_links.c.anchor, code_links.c.path.collate("C"))
            .limit(MOST)
        )
        return tuple(
            Link(
                row["spec_id"],
                row["spec"],
                row["anchor"],
                row["repository_id"],
                row["repository"],
                row["path"],
                row["symbol"],
                LinkState(row["state"]),
                row["digest"],
                Actor(row["actor"], row["name"], ActorKind(row["kind"])),
                row["decided_at"],
                row["because"],
            )
            for row in (await self._connection.execute(query)).mappings()
        )
