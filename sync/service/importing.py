"""Takes the Markdown of a repository's spec folders into the library, commit by commit, with its claimed authors.

A file that cannot be taken in (its name, its size, its bytes, another repository's spec in its place) is remembered
with the reason and holds up nothing. Everything may be repeated. Knows nothing of fetching or evaluating.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from drift.lives.evaluated import storable
from drift.lives.records import Repository
from specs.access import Principal
from specs.errors import HoldfastError, MissingError
from specs.library import GitOrigin
from specs.paths import path_key
from specs.revision import Provenance
from specs.service.admitting import WaitsError
from specs.service.imports import Imports
from specs.store.connection import Transactions
from sync.bindings import Binding, SpecFile, Trust
from sync.gitrepo.folders import Authored, FileChange, Folders
from sync.gitrepo.objects import Objects
from sync.plan import speaks_of_agent, spec_path
from sync.store.bindings import BindingStore

MAX_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class Source:
    """Where specs come from: a repository with its binding, its mirror, and the folders that hold specs there now."""

    repository: Repository
    binding: Binding
    mirror: Path
    folders: tuple[str, ...]

    def place(self, path: str) -> str:
        """Give the place in the project of a file of the repository."""
        return spec_path(self.folders, self.binding.prefix, path)


class SpecImport:
    """Imports the specs of one repository at a time."""

    def __init__(self, database: Transactions, imports: Imports, principal: Principal) -> None:
        self._database = database
        self._imports = imports
        self._principal = principal

    async def take(self, source: Source, commit: Authored) -> None:
        """Take in what a commit changed in the folders."""
        origin = origin_of(commit, source.binding.trust)
        for change in commit.changes:
            await self.change(source, change, origin)

    async def reconcile(self, source: Source, commit: Authored, replaced: str) -> None:
        """Make the specs what the folders hold at a commit, after the branch was moved there from elsewhere.

        No single commit explains the differences, so the texts come from the move itself: `<commit>+<replaced>`.
        """
        listing = await self._listing(source, commit.id)
        files = await self._files(source.repository)
        moved = replace(origin_of(commit, source.binding.trust), commit=f"{commit.id}+{replaced[:12]}")
        for path in sorted(files.keys() - listing.keys()):
            await self.change(source, FileChange(path, ""), moved)
        for path in sorted(listing):
            if files.get(path) != listing[path]:
                await self.change(source, FileChange(path, listing[path]), moved)

    async def agrees(self, source: Source, commit: str) -> bool:
        """Say whether what was imported is what the folders hold at the commit up to which it was.

        It is not where the configuration names other folders than it did, or was broken for a while.
        """
        return await self._files(source.repository) == await self._listing(source, commit)

    async def _files(self, repository: Repository) -> dict[str, str]:
        async with self._database.read() as connection:
            return {file.path: file.blob for file in await BindingStore(connection).files(repository.id)}

    @staticmethod
    async def _listing(source: Source, commit: str) -> dict[str, str]:
        found = await asyncio.to_thread(Folders(Objects(source.mirror), source.folders).listing, commit)
        return {storable(path): blob for path, blob in found.items()}

    async def change(self, source: Source, change: FileChange, origin: GitOrigin) -> None:
        """Take in one file's change."""
        repository = source.repository
        origin = replace(origin, repository=repository.name, branch=repository.branch)
        if change.old_path:
            old = await self._known(source, change.old_path)
            await self._rename(
                repository, old.place or source.place(change.old_path), source.place(change.path), origin
            )
            await self._forget(repository, change.old_path)
        if not change.blob:
            await self._remove(source, change.path, origin)
            return
        made = await self._put(source, change, origin)
        async with self._database.transaction() as connection:
            await BindingStore(connection).put_file(repository.id, repository.project, made)

    async def _put(self, source: Source, change: FileChange, origin: GitOrigin) -> SpecFile:
        """Bring a text to its spec, and say what became of the file."""
        path, place, repository = storable(change.path), source.place(change.path), source.repository
        try:
            text = await asyncio.to_thread(read_text, source.mirror, change.blob)
            await self._refuse_foreign(repository, place)
            saved = await self._imports.import_revision(self._principal, repository.project, place, text, origin)
        except WaitsError as error:
            # The file is read; its spec stays as it is until people decide.
            told = "" if error.spec is not None else storable(f"{error.message} {error.hint}")[:500]
            return SpecFile(path, error.spec, told, change.blob)
        except HoldfastError as error:
            if error.family in {error.family.UNAVAILABLE, error.family.INTERNAL}:
                raise
            return SpecFile(path, None, storable(f"{error.message} {error.hint}".strip())[:500], change.blob)
        # A commit that counted before may be behind what came since; then the file is not yet what its spec says.
        current = saved.revision.digest in {saved.spec.head, saved.spec.diverged, saved.spec.agreed}
        return SpecFile(path, saved.spec.id, "", change.blob if current else "")

    async def _refuse_foreign(self, repository: Repository, place: str) -> None:
        """Raise where the spec at a path came out of another repository: two would overwrite each other for ever."""
        async with self._database.read() as connection:
            other = await BindingStore(connection).other_owner(repository.project, path_key(place), repository.id)
        if other is not None:
            raise MissingError(
                f"The spec {place} comes from the repository {other}.", "Register one of them with another prefix."
            )

    async def _rename(self, repository: Repository, old: str, new: str, origin: GitOrigin) -> None:
        try:
            await self._imports.import_rename(self._principal, repository.project, old, new, origin)
        except HoldfastError as error:
            if error.family in {error.family.UNAVAILABLE, error.family.INTERNAL}:
                raise
            # A new name that no spec can have: the file's own import says so, and the spec goes with its old name.
            await self._imports.import_removal(self._principal, repository.project, old, origin)

    async def _remove(self, source: Source, path: str, origin: GitOrigin) -> None:
        file = await self._known(source, path)
        if not file.problem:  # a file that never became a spec removes none
            place = file.place or source.place(path)
            await self._imports.import_removal(self._principal, source.repository.project, place, origin)
        await self._forget(source.repository, path)

    async def _known(self, source: Source, path: str) -> SpecFile:
        """Give what a file became; nothing, where it is not known yet."""
        async with self._database.read() as connection:
            files = await BindingStore(connection).files(source.repository.id)
        return next((file for file in files if file.path == storable(path)), SpecFile(path, None, "", ""))

    async def _forget(self, repository: Repository, path: str) -> None:
        async with self._database.transaction() as connection:
            await BindingStore(connection).drop_files(repository.id, [storable(path)])


def read_text(mirror: Path, blob: str) -> str:
    """Read a spec's text out of a mirror. Raises `MissingError` for what is too large or not UTF-8."""
    objects = Objects(mirror)
    if objects.size(blob) > MAX_BYTES:
        raise MissingError("The file is larger than 2 MB.", "Split the spec.")
    data = objects.blob(blob)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MissingError(f"The file is not UTF-8 (byte {error.start}).", "Save it as UTF-8.") from error


def origin_of(commit: Authored, trust: Trust) -> GitOrigin:
    """Say where a commit's texts come from.

    They are a person's word where the branch is trusted and neither the commit nor what it merges tells of an agent.
    """
    message = storable(commit.message)
    agent = speaks_of_agent(commit.author, commit.email, message)
    helped = commit.behind is None or any(speaks_of_agent(*one) for one in commit.behind)
    explicit = trust is Trust.BRANCH and not agent and not helped
    return GitOrigin(
        commit=commit.id,
        author_name=storable(commit.author),
        author_email=storable(commit.email),
        at=bounded(commit.at, commit.committed),
        message=message,
        agent=agent,
        provenance=Provenance.EXPLICIT if explicit else Provenance.INFERRED,
    )


def bounded(authored: datetime, committed: datetime) -> datetime:
    """Give the author's time, but never one later than the commit itself."""
    return min(authored, committed)
