"""Queries of what code says of itself: which repositories are behind, what files define, what lacks vectors."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, Text, and_, case, cast, delete, func, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from drift.describing import Described
from drift.tables.code import code_paths
from drift.tables.definitions import code_definitions, code_files, code_states, definition_vectors
from drift.tables.repositories import repositories
from specs.store.connection import Connection

ROWS_AT_ONCE = 2_000
MOST_CALLERS = 100


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file as it is stored: its blob, what it calls, its definitions."""

    path: str
    blob: str
    definitions: tuple[Described, ...]
    calls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Behind:
    """A repository whose head is not the commit that its definitions are those of."""

    repository: UUID
    commit: str


async def undescribed(connection: Connection) -> tuple[Behind, ...]:
    """Give the repositories with a head whose definitions are those of another commit, or of none."""
    query = (
        select(repositories.c.id, repositories.c.head)
        .outerjoin(code_states, code_states.c.repository_id == repositories.c.id)
        .where(repositories.c.head != "", repositories.c.head != func.coalesce(code_states.c.commit, ""))
        .order_by(repositories.c.id)
    )
    return tuple(Behind(row.id, row.head) for row in await connection.execute(query))


class DefinitionStore:
    """The definitions of repositories, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def blobs(self, repository: UUID) -> dict[str, str]:
        """Give the blob of each file as it was described."""
        query = select(code_files.c.path, code_files.c.blob).where(code_files.c.repository_id == repository)
        return {row.path: row.blob for row in await self._connection.execute(query)}

    async def replace(self, repository: UUID, files: Sequence[FileRow], gone: Collection[str], commit: str) -> None:
        """Put these files in place of what was known of them, forget those that are gone, note the commit."""
        stale = [*gone, *(one.path for one in files)]
        for start in range(0, len(stale), ROWS_AT_ONCE):
            paths = stale[start : start + ROWS_AT_ONCE]
            ours = (code_files.c.repository_id == repository) & code_files.c.path.in_(paths)
            await self._connection.execute(delete(code_files).where(ours))
        made = [
            {"repository_id": repository, "path": one.path, "blob": one.blob, "calls": list(one.calls)} for one in files
        ]
        rows = [
            {"repository_id": repository, "path": file.path, **one._asdict(), "digest": one.digest(file.path)}
            for file in files
            for one in file.definitions
        ]
        for table, values in ((code_files, made), (code_definitions, rows)):
            for start in range(0, len(values), ROWS_AT_ONCE):
                await self._connection.execute(insert(table), values[start : start + ROWS_AT_ONCE])
        state = upsert(code_states).values(repository_id=repository, commit=commit)
        again = {"commit": commit, "embedded": ""}
        await self._connection.execute(state.on_conflict_do_update(index_elements=["repository_id"], set_=again))

    async def commits(self, project: UUID) -> dict[UUID, str]:
        """Give the commit that the definitions of each repository of a project are those of."""
        query = (
            select(code_states.c.repository_id, code_states.c.commit)
            .join(repositories, repositories.c.id == code_states.c.repository_id)
            .where(repositories.c.project_id == project)
        )
        return {row.repository_id: row.commit for row in await self._connection.execute(query)}

    async def definitions(self, repository: UUID, paths: Collection[str]) -> dict[str, list[Described]]:
        """Give the definitions of each of some files, in the order of the file."""
        table = code_definitions
        query = select(table.c.path, *(table.c[name] for name in Described._fields)).where(
            table.c.repository_id == repository, table.c.path.in_(list(paths))
        )
        found: dict[str, list[Described]] = {path: [] for path in paths}
        for row in await self._connection.execute(query.order_by(table.c.path, table.c.line, table.c.name)):
            found[row.path].append(Described(row.name, row.kind, row.line, row.signature, row.said, row.body))
        return found

    async def callers(self, project: UUID, names: Collection[str], among: Collection[str]) -> tuple[str, ...]:
        """Give which of some files of a project call something of one of these names, by path."""
        if not names or not among:
            return ()
        calls = code_files.c.calls.op("&&")(cast(list(names), ARRAY(Text)))
        query = (
            select(code_files.c.path)
            .join(repositories, repositories.c.id == code_files.c.repository_id)
            .where(repositories.c.project_id == project, code_files.c.path.in_(list(among)), calls)
            .order_by(code_files.c.path.collate("C"))
            .limit(MOST_CALLERS)
        )
        return tuple((await self._connection.execute(query)).scalars())

    async def named(self, project: UUID, paths: Collection[str]) -> frozenset[str]:
        """Give the last names of what files of a project define."""
        query = (
            select(code_definitions.c.name)
            .join(repositories, repositories.c.id == code_definitions.c.repository_id)
            .where(repositories.c.project_id == project, code_definitions.c.path.in_(list(paths)))
        )
        return frozenset(name.rpartition(".")[2] for name in (await self._connection.execute(query)).scalars())

    async def unembedded(self, model: str) -> dict[UUID, dict[UUID, str]]:
        """Give, by project, the repositories of which not all that is to have a vector has one, with their commits."""
        query = (
            select(repositories.c.project_id, code_states.c.repository_id, code_states.c.commit)
            .join(repositories, repositories.c.id == code_states.c.repository_id)
            .where(code_states.c.embedded != model)
            .order_by(repositories.c.project_id, code_states.c.repository_id)
        )
        found: dict[UUID, dict[UUID, str]] = {}
        for row in await self._connection.execute(query):
            found.setdefault(row.project_id, {})[row.repository_id] = row.commit
        return found

    async def lacking(
        self, project: UUID, model: str, first: Collection[tuple[UUID, str]], most: int
    ) -> list[tuple[str, str, Described]]:
        """Give the definitions of a project without a vector, each with digest and path: those to be made next.

        Those in the files `first` come first, then those in files that an invariant governs, then what is documented.
        """
        table, ours = code_definitions, definition_vectors
        named = [f"{repository} {path}" for repository, path in first]
        wanted = (func.concat(table.c.repository_id, " ", table.c.path) == func.any(cast(named, ARRAY(Text)))).label(
            "w"
        )
        rank = case(
            (wanted, 0), (func.coalesce(func.cardinality(code_paths.c.invariants), 0) > 0, 1), (table.c.said != "", 2)
        )
        query = (
            select(table.c.digest, table.c.path, *(table.c[name] for name in Described._fields))
            .join(repositories, repositories.c.id == table.c.repository_id)
            .outerjoin(
                code_paths, and_(code_paths.c.repository_id == table.c.repository_id, code_paths.c.path == table.c.path)
            )
            .outerjoin(
                ours,
                and_(ours.c.project_id == project, ours.c.model == model, ours.c.digest == table.c.digest),
            )
            .where(repositories.c.project_id == project, ours.c.digest.is_(None))
            .order_by(case((rank.is_(None), 3), else_=rank), table.c.digest)
            .limit(most)
        )
        return [
            (row.digest, row.path, Described(row.name, row.kind, row.line, row.signature, row.said, row.body))
            for row in await self._connection.execute(query)
        ]

    async def held(self, project: UUID, model: str) -> int:
        """Count the vectors of a project."""
        ours = (definition_vectors.c.project_id == project) & (definition_vectors.c.model == model)
        return int((await self._connection.execute(select(func.count()).where(ours))).scalar_one())

    async def settle(self, project: UUID, model: str, done: Mapping[UUID, str]) -> None:
        """Note that nothing lacks a vector at some commits, and forget the vectors of what is no more."""
        there = (
            select(code_definitions.c.digest)
            .join(repositories, repositories.c.id == code_definitions.c.repository_id)
            .where(repositories.c.project_id == project)
        )
        vectors = definition_vectors
        ours = (vectors.c.project_id == project) & (vectors.c.model == model)
        await self._connection.execute(delete(vectors).where(ours, vectors.c.digest.not_in(there)))
        at = tuple_(code_states.c.repository_id, code_states.c.commit).in_(list(done.items()))
        await self._connection.execute(update(code_states).where(at).values(embedded=model))
