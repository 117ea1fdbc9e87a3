"""Queries of the code at the heads: replace a repository's picture, ask what stands at some paths."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, Text, cast, delete, func, insert, or_, select

from drift.lives.evaluated import PathRow
from drift.lives.records import PathFacts
from drift.picture.atlas import CodeFile
from drift.picture.coverage import Ground
from drift.tables.code import code_paths
from drift.tables.repositories import repositories
from specs.store.connection import Connection

MAX_ANSWERS = 5000


class CodeStore:
    """The code at the heads, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def replace(self, repository: UUID, rows: Sequence[PathRow]) -> None:
        """Make these the paths of a repository; only what changed is written."""
        query = select(code_paths).where(code_paths.c.repository_id == repository)
        before = {
            row.path: PathRow(
                row.path,
                row.module,
                tuple(row.imports),
                tuple(row.invariants),
                tuple(row.together),
                row.lines,
                tuple(row.import_lines),
            )
            for row in await self._connection.execute(query)
        }
        after = {row.path: row for row in rows}
        stale = [path for path, row in before.items() if after.get(path) != row]
        if stale:
            ours = code_paths.c.repository_id == repository
            await self._connection.execute(delete(code_paths).where(ours, code_paths.c.path.in_(stale)))
        fresh = [
            {
                "repository_id": repository,
                "path": row.path,
                "module": row.module,
                "imports": list(row.imports),
                "invariants": list(row.invariants),
                "together": list(row.together),
                "lines": row.lines,
                "import_lines": list(row.at),
            }
            for row in after.values()
            if before.get(row.path) != row
        ]
        if fresh:
            await self._connection.execute(insert(code_paths), fresh)

    async def files(self, repository: UUID) -> tuple[CodeFile, ...]:
        """Give every file of code of a repository, by path: for the graph of its modules."""
        columns = (code_paths.c[name] for name in ("path", "module", "lines", "imports", "import_lines"))
        query = select(*columns).where(code_paths.c.repository_id == repository, code_paths.c.module != "")
        rows = await self._connection.execute(query.order_by(code_paths.c.path.collate("C")))
        return tuple(CodeFile(path, module, lines, tuple(names), tuple(at)) for path, module, lines, names, at in rows)

    async def ground(self, repository: UUID) -> tuple[Ground, ...]:
        """Give every file of a repository that is code or is governed, by path, with what governs it."""
        columns = (code_paths.c[name] for name in ("path", "lines", "invariants"))
        query = select(*columns).where(code_paths.c.repository_id == repository)
        rows = await self._connection.execute(query.order_by(code_paths.c.path.collate("C")))
        return tuple(Ground(path, lines, tuple(names)) for path, lines, names in rows)

    async def at(self, project: UUID, paths: Collection[str], limit: int = MAX_ANSWERS) -> tuple[PathFacts, ...]:
        """Give what is known of files, and of all below what is a folder; at most `limit`, by path."""
        if not paths:
            return ()
        same = [code_paths.c.path.in_(list(paths))]
        below = [func.starts_with(code_paths.c.path, path.rstrip("/") + "/") for path in paths if path.strip("/")]
        query = (
            select(code_paths)
            .join(repositories, repositories.c.id == code_paths.c.repository_id)
            .where(repositories.c.project_id == project, or_(*same, *below))
            .order_by(code_paths.c.path.collate("C"), code_paths.c.repository_id)
            .limit(limit)
        )
        return await self._facts(query)

    async def of_modules(self, project: UUID, modules: Collection[str]) -> tuple[PathFacts, ...]:
        """Give the files that are these modules: for the neighbours of a path, which it names by module."""
        query = (
            select(code_paths)
            .join(repositories, repositories.c.id == code_paths.c.repository_id)
            .where(repositories.c.project_id == project, code_paths.c.module.in_(list(modules)))
            .order_by(code_paths.c.path.collate("C"), code_paths.c.repository_id)
            .limit(MAX_ANSWERS)
        )
        return await self._facts(query)

    async def importing(self, project: UUID, modules: Collection[str], limit: int) -> tuple[PathFacts, ...]:
        """Give the files that import one of these modules, by path; at most `limit`."""
        query = (
            select(code_paths)
            .join(repositories, repositories.c.id == code_paths.c.repository_id)
            .where(
                repositories.c.project_id == project, code_paths.c.imports.op("&&")(cast(list(modules), ARRAY(Text)))
            )
            .order_by(code_paths.c.path.collate("C"), code_paths.c.repository_id)
            .limit(limit)
        )
        return await self._facts(query)

    async def _facts(self, query: Select[Any]) -> tuple[PathFacts, ...]:
        return tuple(
            PathFacts(
                row.repository_id,
                row.path,
                row.module,
                tuple(row.imports),
                tuple(row.invariants),
                tuple(row.together),
            )
            for row in await self._connection.execute(query)
        )
