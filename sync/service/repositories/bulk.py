"""Takes in the history of spec folders: commits that bring nothing special together, each other one by itself.

What is left is what one commit after the other would leave. Everything may be repeated.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from specs.errors import HoldfastError
from specs.library import Saved
from specs.paths import check_path, path_key
from specs.service.library.arriving import Brought
from specs.store.connection import Connection
from sync.binding.bindings import SpecFile
from sync.gitrepo.folders import Authored, FileChange
from sync.gitrepo.objects import Objects
from sync.service.repositories.importing import Source, SpecImport, stored_path, text_of
from sync.store.bindings import BindingStore
from sync.store.publications import PublicationStore

# Characters, and commits, that land in one transaction.
MAX_TOGETHER = 2_000_000
FEW, MORE = 4, 4


@dataclass(frozen=True, slots=True)
class _File:
    """A file as a commit has it: where it is kept, its place in the project, its text, the spec that it is if known."""

    path: str
    place: str
    text: str
    blob: str
    spec: SpecFile | None


class BulkImport(SpecImport):
    """Imports the specs of one repository at a time, many commits at once."""

    async def take_all(self, source: Source, commits: Sequence[Authored]) -> None:
        """Take in commits of a line, oldest first, as `take` does with each."""
        start, many = 0, len(commits)
        while start < len(commits):
            asked = commits[start : start + many]
            done = await self._together(source, asked)
            # Where one is special, the next often is, too: then not much is prepared in vain.
            many = many * MORE if done == len(asked) else max(done, 1) * FEW
            if not done:
                await self.take(source, asked[0])
            start += max(done, 1)

    async def _together(self, source: Source, commits: Sequence[Authored]) -> int:
        """Take in the first of some commits, as many as are nothing special; say how many."""
        repository = source.repository
        paths = {stored_path(change.path) for commit in commits for change in commit.changes}
        async with self._database.read() as connection:
            ours = await PublicationStore(connection, repository.id).among(commit.id for commit in commits)
            known = await BindingStore(connection).files_at(repository.id, paths)
        plain = await asyncio.to_thread(_plain, source, commits, ours, known)
        brought = []
        for commit, files in zip(commits, plain, strict=False):
            if files:
                git = replace(await self.origin(source, commit), repository=repository.name, branch=repository.branch)
                brought += [Brought(one.place, one.text, git, one.spec.spec if one.spec else None) for one in files]
        rows = [file for files in plain for file in files]

        async def beside(connection: Connection, saved: Sequence[Saved]) -> None:
            done = zip(rows, saved, strict=False)
            made = {file.path: SpecFile(file.path, one.spec.id, "", file.blob) for file, one in done}
            await BindingStore(connection).put_files(repository.id, repository.project, [*made.values()])

        left = len(await self._imports.import_many(self._principal, repository.project, brought, beside))
        done = 0
        for files in plain:
            left -= len(files)
            if left < 0:
                break
            done += 1
        return done


def _plain(
    source: Source, commits: Sequence[Authored], ours: Collection[str], known: Mapping[str, SpecFile]
) -> list[list[_File]]:
    """Give the files of the first commits, up to the first that does more than write new texts of files."""
    objects, size = Objects(source.mirror), 0
    found: list[list[_File]] = []
    holders: dict[str, str] = {}
    for commit in commits:
        files = [] if commit.id in ours else _files(objects, source, commit.changes, known)
        size += sum(len(file.text) for file in files or ())
        if files is None or (size > MAX_TOGETHER and found) or (commit.id in ours and commit.changes):
            return found
        for file in files:
            if holders.setdefault(path_key(file.place), file.path) != file.path:
                return found
        found.append(files)
    return found


def _files(
    objects: Objects, source: Source, changes: Sequence[FileChange], known: Mapping[str, SpecFile]
) -> list[_File] | None:
    """Read the files that a commit writes; None where it moves or removes some, or one is or was no spec."""
    found = []
    for change in changes:
        path, place = stored_path(change.path), source.place(change.path)
        was = known.get(path)
        stuck = was is not None and (was.spec is None or was.problem != "")
        if not change.blob or change.old_path or stuck or check_path(place):
            return None
        try:
            text = text_of(objects, change.blob)
        except HoldfastError:
            return None
        found.append(_File(path, place, text, change.blob, was))
    return found
