"""Queries of bindings, of the files they brought, and of webhook deliveries."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, false, func, null, select, union_all, update
from sqlalchemy.dialects.postgresql import insert as upsert

from drift.tables.repositories import repositories
from specs.store.connection import Connection
from specs.store.proposals import WAITED_FOR
from specs.tables.base import Id
from specs.tables.library import former_paths, specs
from sync.binding.bindings import OWN_BRANCH, Binding, Held, Publish, Pushed, Received, SpecFile, Trust
from sync.tables.repositories import bindings, deliveries, spec_files


@dataclass(frozen=True, slots=True)
class Concern:
    """What a change of some specs is of concern to.

    Their project's repositories and those they are published to, in an order that is the same for all who lock them one
    by one; and those of the specs that proposals would change which wait.
    """

    repositories: tuple[UUID, ...]
    published: tuple[UUID, ...]
    pending: tuple[UUID, ...]


_WAITING = WAITED_FOR.subquery()
_CONCERNED = union_all(
    select(repositories.c.id, func.coalesce(bindings.c.publish != Publish.NONE, false()).label("published"), null())
    .outerjoin(bindings, bindings.c.repository_id == repositories.c.id)
    .where(repositories.c.project_id == bindparam("project", type_=Id)),
    select(null(), false(), _WAITING.c.spec_id),
)


class BindingStore:
    """Bindings on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, made: Binding) -> None:
        """Bind a repository."""
        folders = None if made.folders is None else list(made.folders)
        row = {
            "repository_id": made.repository,
            "folders": folders,
            "prefix": made.prefix,
            "trust": made.trust,
            "publish": made.publish,
            "publish_branch": made.branch,
            "root": made.root,
        }
        await self._connection.execute(bindings.insert().values(row))

    async def get(self, repository: UUID) -> Binding | None:
        """Give the binding of a repository."""
        query = select(bindings).where(bindings.c.repository_id == repository)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _binding(row)

    async def change(self, repository: UUID, *, trust: Trust, publish: Publish, branch: str) -> None:
        """Change how a repository is bound; what was pushed elsewhere is not what is pushed now."""
        forgotten: dict[str, object] = {"pushed_plan": "", "request_url": "", "publish_problem": "", "held": []}
        values = {"trust": trust, "publish": publish, "publish_branch": branch, "publish_hint": "", **forgotten}
        await self._connection.execute(update(bindings).where(bindings.c.repository_id == repository).values(values))

    async def set_pushed(self, repository: UUID, done: Pushed) -> None:
        """Record how a try to publish ended."""
        values = {
            "pushed": done.commit,
            "pushed_plan": done.plan,
            "pushed_at": done.at,
            "publish_problem": done.problem,
            "publish_hint": done.hint,
            "held": [[one.path, one.why] for one in done.held],
            "request_url": done.request_url,
        }
        await self._connection.execute(update(bindings).where(bindings.c.repository_id == repository).values(values))

    async def publishing(self, project: UUID) -> dict[UUID, str]:
        """Give the prefix of each repository of a project to which something is published."""
        query = (
            select(bindings.c.repository_id, bindings.c.prefix)
            .join(repositories, repositories.c.id == bindings.c.repository_id)
            .where(repositories.c.project_id == project, bindings.c.publish != Publish.NONE)
            .order_by(bindings.c.repository_id)
        )
        return {row.repository_id: row.prefix for row in await self._connection.execute(query)}

    async def concerned(self, project: UUID, changed: Collection[UUID]) -> Concern:
        """Say what a change of some specs is of concern to. One question, since every save asks it."""
        given = {"project": project, "specs": list(changed)}
        rows = (await self._connection.execute(_CONCERNED, given)).all()
        found = sorted((ref, goes) for ref, goes, _ in rows if ref is not None)
        return Concern(
            repositories=tuple(ref for ref, _ in found),
            published=tuple(ref for ref, goes in found if goes),
            pending=tuple(sorted(spec for *_, spec in rows if spec is not None)),
        )

    async def prefixes(self, project: UUID) -> dict[UUID, str]:
        """Give the prefix of each repository of a project."""
        query = (
            select(bindings.c.repository_id, bindings.c.prefix)
            .join(repositories, repositories.c.id == bindings.c.repository_id)
            .where(repositories.c.project_id == project)
        )
        return {row.repository_id: row.prefix for row in await self._connection.execute(query)}

    async def of_project(self, project: UUID) -> dict[UUID, Binding]:
        """Give the binding of each repository of a project."""
        query = (
            select(bindings)
            .join(repositories, repositories.c.id == bindings.c.repository_id)
            .where(repositories.c.project_id == project)
        )
        return {row.repository_id: _binding(row) for row in await self._connection.execute(query)}

    async def set_imported(self, repository: UUID, commit: str) -> None:
        """Remember up to which commit the history was imported."""
        change = update(bindings).where(bindings.c.repository_id == repository).values(imported=commit)
        await self._connection.execute(change)

    async def files(self, repository: UUID) -> tuple[SpecFile, ...]:
        """Give the files of a repository's folders, by path."""
        query = (
            select(spec_files, specs.c.path.label("place"))
            .outerjoin(specs, specs.c.id == spec_files.c.spec_id)
            .where(spec_files.c.repository_id == repository)
        )
        rows = await self._connection.execute(query.order_by(spec_files.c.path.collate("C")))
        return tuple(SpecFile(row.path, row.spec_id, row.problem, row.blob, row.place or "") for row in rows)

    async def files_at(self, repository: UUID, paths: Collection[str]) -> dict[str, SpecFile]:
        """Give those of some files of a repository's folders that are known, by path."""
        if not paths:
            return {}
        query = (
            select(spec_files, specs.c.path.label("place"))
            .outerjoin(specs, specs.c.id == spec_files.c.spec_id)
            .where(spec_files.c.repository_id == repository, spec_files.c.path.in_(list(paths)))
        )
        rows = await self._connection.execute(query)
        return {row.path: SpecFile(row.path, row.spec_id, row.problem, row.blob, row.place or "") for row in rows}

    async def file_of(self, repository: UUID, path_key: str, but: str) -> str | None:
        """Name another file of a repository that became the spec at a path of its project; None where there is none."""
        query = (
            select(spec_files.c.path)
            .join(specs, specs.c.id == spec_files.c.spec_id)
            .where(spec_files.c.repository_id == repository, specs.c.path_key == path_key, spec_files.c.path != but)
            .limit(1)
        )
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def former_has_file(self, repository: UUID, path_key: str) -> bool:
        """Say whether the spec that had a path before has a file of a repository, under its new name."""
        query = (
            select(spec_files.c.path)
            .join(repositories, repositories.c.id == spec_files.c.repository_id)
            .join(former_paths, former_paths.c.spec_id == spec_files.c.spec_id)
            .where(spec_files.c.repository_id == repository, former_paths.c.path_key == path_key)
            .where(former_paths.c.project_id == repositories.c.project_id)
            .limit(1)
        )
        return (await self._connection.execute(query)).scalar_one_or_none() is not None

    async def put_file(self, repository: UUID, project: UUID, file: SpecFile) -> None:
        """Record what a file became."""
        values = {"spec_id": file.spec, "problem": file.problem, "blob": file.blob}
        row = {"repository_id": repository, "path": file.path, "project_id": project, **values}
        made = upsert(spec_files).values(row)
        await self._connection.execute(
            made.on_conflict_do_update(index_elements=["repository_id", "path"], set_=values)
        )

    async def put_files(self, repository: UUID, project: UUID, files: Sequence[SpecFile]) -> None:
        """Record what files became, each named once."""
        rows = [
            {"repository_id": repository, "path": file.path, "project_id": project}
            | {"spec_id": file.spec, "problem": file.problem, "blob": file.blob}
            for file in sorted(files, key=lambda file: file.path)
        ]
        made = upsert(spec_files)
        values = {name: made.excluded[name] for name in ("spec_id", "problem", "blob")}
        again = made.on_conflict_do_update(index_elements=["repository_id", "path"], set_=values)
        if rows:
            await self._connection.execute(again, rows)

    async def drop_files(self, repository: UUID, paths: Collection[str]) -> None:
        """Forget files that are gone."""
        gone = delete(spec_files).where(spec_files.c.repository_id == repository, spec_files.c.path.in_(list(paths)))
        await self._connection.execute(gone)

    async def let_go(self, repository: UUID, path: str, spec: UUID | None) -> None:
        """Forget a file that moved away, unless another spec's file took its path."""
        same = spec_files.c.spec_id.is_not_distinct_from(spec)
        gone = delete(spec_files).where(spec_files.c.repository_id == repository, spec_files.c.path == path, same)
        await self._connection.execute(gone)

    async def owners(self, project: UUID) -> dict[UUID, frozenset[UUID]]:
        """Say out of which repositories each spec came."""
        query = select(spec_files.c.spec_id, spec_files.c.repository_id).where(
            spec_files.c.project_id == project, spec_files.c.spec_id.is_not(None)
        )
        found: dict[UUID, set[UUID]] = {}
        for row in await self._connection.execute(query):
            found.setdefault(row.spec_id, set()).add(row.repository_id)
        return {spec: frozenset(refs) for spec, refs in found.items()}

    async def other_owner(self, project: UUID, path_key: str, repository: UUID) -> str | None:
        """Name another repository out of which the spec at a path came; None where there is none."""
        query = (
            select(repositories.c.name)
            .join(spec_files, spec_files.c.repository_id == repositories.c.id)
            .join(specs, specs.c.id == spec_files.c.spec_id)
            .where(specs.c.project_id == project, specs.c.path_key == path_key, repositories.c.id != repository)
            .limit(1)
        )
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def receive(self, repository: UUID, made: Received) -> bool:
        """Record a delivery; False when it, or one of the same bytes, came before."""
        row = {
            "repository_id": repository,
            "delivery": made.delivery,
            "digest": made.digest,
            "sender": made.sender,
            "at": made.at,
        }
        added = upsert(deliveries).values(row).on_conflict_do_nothing().returning(deliveries.c.delivery)
        return (await self._connection.execute(added)).one_or_none() is not None

    async def forget_deliveries(self, before: datetime) -> None:
        """Forget deliveries so old that a replay of one does no harm."""
        await self._connection.execute(delete(deliveries).where(deliveries.c.at < before))


def _binding(row: Any) -> Binding:
    return Binding(
        row.repository_id,
        None if row.folders is None else tuple(row.folders),
        row.prefix,
        row.imported,
        Trust(row.trust),
        Publish(row.publish),
        row.publish_branch or OWN_BRANCH,
        row.root,
        _pushed(row),
    )


def _pushed(row: Any) -> Pushed:
    held = tuple(Held(str(path), str(why)) for path, why in row.held)
    return Pushed(
        row.pushed,
        row.pushed_plan,
        row.pushed_at,
        row.publish_problem,
        row.publish_hint,
        held,
        row.request_url,
    )
