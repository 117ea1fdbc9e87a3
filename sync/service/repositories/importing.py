"""Takes the Markdown of a repository's spec folders into the library, commit by commit, with its claimed authors.

A file that cannot be taken in (its name, its size, its bytes, another repository's spec in its place) is remembered
with the reason and holds up nothing. Everything may be repeated. Knows nothing of fetching or evaluating.
"""

import asyncio
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from drift.lives.evaluated import storable
from drift.lives.records import Repository
from specs.access import Principal
from specs.errors import HoldfastError, MissingError
from specs.library import GitOrigin
from specs.paths import check_path, path_key
from specs.revision import Provenance
from specs.service.library.imports import Imports
from specs.service.people.commitkeys import signer
from specs.service.proposals.admitting import DeclinedError, WaitsError
from specs.store.connection import Transactions
from sync.binding.bindings import Binding, Publication, SpecFile, Trust
from sync.binding.commits import claimed_revisions
from sync.binding.plan import LFS, packages_of, paired, speaks_of_agent, spec_path
from sync.gitrepo.folders import Authored, FileChange, Folders
from sync.gitrepo.objects import Objects
from sync.store.bindings import BindingStore
from sync.store.publications import PublicationStore

MAX_BYTES = 2_000_000
MAX_KEPT, SHOWN = 1000, 200


@dataclass(frozen=True, slots=True)
class Source:
    """Where specs come from: a repository with its binding, its mirror, and the folders that hold specs there now.

    `tip` is the commit at which its branch is.
    """

    repository: Repository
    binding: Binding
    mirror: Path
    folders: tuple[str, ...]
    tip: str = ""

    def place(self, path: str) -> str:
        """Give the place in the project of a file of the repository."""
        packages = packages_of(self.folders, self.binding.root) if self.binding.folders is None else {}
        return spec_path(self.folders, self.binding.prefix, path, packages)

    def was(self, file: SpecFile) -> str:
        """Give the place that a known file gave its spec; where its folder counts no more, the spec's own."""
        inside = any(not folder or file.path.startswith(folder + "/") for folder in self.folders)
        return self.place(file.path) if inside else file.place


class SpecImport:
    """Imports the specs of one repository at a time."""

    def __init__(self, database: Transactions, imports: Imports, principal: Principal) -> None:
        self._database = database
        self._imports = imports
        self._principal = principal

    async def take(self, source: Source, commit: Authored) -> None:
        """Take in what a commit changed in the folders. One of ours brings nothing new: it says how far git is."""
        if not commit.changes:
            return
        async with self._database.read() as connection:
            ours = await PublicationStore(connection, source.repository.id).of(commit.id)
        if ours and not await self._undone(source, ours):
            await self._ours(source, ours, {change.path for change in commit.changes})
            return
        await self._apply(source, commit.changes, await self.origin(source, commit))

    async def _undone(self, source: Source, ours: Sequence[Publication]) -> bool:
        """Say whether a commit of ours is back on a branch that was put back behind it.

        Then it brings something new: what it holds was left out here meanwhile, and no commit says so there.
        """
        history = Folders(Objects(source.mirror), source.folders)
        for one in ours:
            since = await self._imports.undone(self._principal, source.repository.project, one.spec, one.revision)
            if not since:
                continue
            async with self._database.read() as connection:
                told = await PublicationStore(connection, source.repository.id).holding(one.spec, since)
            if not any([await asyncio.to_thread(history.fork, commit, source.tip) == commit for commit in told]):
                return True
        return False

    async def origin(self, source: Source, commit: Authored) -> GitOrigin:
        """Say where a commit's texts come from, and whose word they are.

        What a member signed is theirs where no agent had a hand in it: as the author's, if that is who committed it.
        """
        origin = origin_of(commit, source.binding.trust)
        if commit.signature is None or origin.agent or helped(commit):
            return origin
        async with self._database.read() as connection:
            found = await signer(connection, source.repository.project, *commit.signature)
        if found is None:
            return origin
        own = commit.committer.casefold() == commit.email.casefold()
        return replace(origin, provenance=Provenance.EXPLICIT, author=found if own else None)

    async def _ours(self, source: Source, ours: Sequence[Publication], changed: Collection[str]) -> None:
        """Note which files hold which specs after a commit of ours."""
        repository = source.repository
        here = [one for one in ours if one.path in changed or one.old_path in changed]
        async with self._database.transaction() as connection:
            files = BindingStore(connection)
            gone = [one.old_path for one in here if one.old_path] + [one.path for one in here if not one.blob]
            await files.drop_files(repository.id, gone)
            for one in here:
                if one.blob:
                    await files.put_file(repository.id, repository.project, SpecFile(one.path, one.spec, "", one.blob))
        for one in here:
            if one.revision:
                await self._imports.published(self._principal, repository.project, one.spec, one.revision)

    async def rewind(self, source: Source, fork: str) -> None:
        """Take in that a branch was put back to a commit ("" for a history that shares nothing with what it was).

        What came from git since is git's to take back; what was written here since stays, and goes there again.
        """
        before = await self._listing(source, fork) if fork else {}
        for file in (await self._files(source.repository)).values():
            if before.get(file.path) == file.blob:
                continue
            mine = await self._rewound(source, file, before.get(file.path), fork)
            if mine and file.path not in before:
                await self._forget(source.repository, [file.path])

    async def reconcile(self, source: Source, commit: Authored, replaced: str) -> None:
        """Make the specs what the folders hold at a commit, after the branch was moved there from elsewhere.

        No single commit explains the differences, so the texts come from the move itself: `<commit>+<replaced>`.
        """
        listing = await self._listing(source, commit.id)
        files = await self._files(source.repository)
        moved = replace(origin_of(commit, source.binding.trust), commit=f"{commit.id}+{replaced[:12]}")
        fresh = {blob: path for path, blob in listing.items() if path not in files}
        changes = []
        for file in (file for path, file in files.items() if path not in listing):
            target = fresh.pop(file.blob, "") if file.blob else ""
            changes.append(FileChange(target, file.blob, file.path) if target else FileChange(file.path, ""))
        renamed = {change.path for change in changes}
        for path, blob in sorted(listing.items()):
            if path not in renamed and (path not in files or files[path].blob != blob):
                changes.append(FileChange(path, blob))
        await self._apply(source, tuple(changes), moved)

    async def _rewound(self, source: Source, file: SpecFile, blob: str | None, fork: str) -> bool:
        """Say where git was put back to, of a file; False where nothing was written here since."""
        if file.spec is None:
            return False
        text = None
        if blob is not None:
            try:
                text = await asyncio.to_thread(read_text, source.mirror, blob)
            except HoldfastError:
                text = None
        return await self._imports.rewound(self._principal, source.repository.project, file.spec, text, fork)

    async def agrees(self, source: Source, commit: str) -> bool:
        """Say whether what was imported is what the folders hold at the commit up to which it was.

        It is not where the configuration names other folders than it did, or was broken for a while.
        """
        files = await self._files(source.repository)
        return {path: file.blob for path, file in files.items()} == await self._listing(source, commit)

    async def retry(self, source: Source, commit: str) -> None:
        """Try again with the files that something kept out which may be over: a name that was taken, a decision."""
        files = await self._files(source.repository)
        stuck = {file.path: file for file in files.values() if file.problem or not file.blob}
        if not stuck:
            return
        history = Folders(Objects(source.mirror), source.folders)
        for commit_of in await asyncio.to_thread(history.bringing, commit, tuple(sorted(stuck))):
            origin = await self.origin(source, commit_of)
            for change in commit_of.changes:
                # A file whose name is not its spec's yet is renamed once more.
                known = stuck[stored_path(change.path)]
                elsewhere = known.spec is not None and known.place != source.place(change.path)
                await self._one(source, change, origin, known, was=known.place if elsewhere else "")

    async def _files(self, repository: Repository) -> dict[str, SpecFile]:
        async with self._database.read() as connection:
            return {file.path: file for file in await BindingStore(connection).files(repository.id)}

    @staticmethod
    async def _listing(source: Source, commit: str) -> dict[str, str]:
        found = await asyncio.to_thread(Folders(Objects(source.mirror), source.folders).listing, commit)
        return {stored_path(path): blob for path, blob in found.items()}

    async def _apply(self, source: Source, changes: Sequence[FileChange], origin: GitOrigin) -> None:
        """Take in changes that belong together: first what moves or comes, then what goes."""
        repository = source.repository
        given = [(change.path, change.blob, change.old_path) for change in changes]
        together = [FileChange(*one) for one in paired(given, source.place)]
        paths = {stored_path(path) for change in together for path in (change.path, change.old_path) if path}
        async with self._database.read() as connection:
            known = await BindingStore(connection).files_at(repository.id, paths)
        for change in in_turn([one for one in together if one.blob]):
            old = known.get(stored_path(change.old_path)) if change.old_path else None
            was = source.was(old) if old is not None else ""
            await self._one(source, change, origin, old or known.get(stored_path(change.path)), was=was)
        for change in (one for one in together if not one.blob):
            await self._remove(source, change.path, origin, known.get(stored_path(change.path)))

    async def _one(
        self, source: Source, change: FileChange, origin: GitOrigin, known: SpecFile | None, *, was: str
    ) -> None:
        """Take in one file that is there; `was` is its place before, if it moved."""
        repository = source.repository
        origin = replace(origin, repository=repository.name, branch=repository.branch)
        problem = ""
        if was and known is not None and known.spec is not None:
            problem = await self._rename(source, change.path, was, origin, known)
        made = await self._put(source, change, origin, known)
        made = replace(made, problem=problem or made.problem)
        if made == (None if known is None else replace(known, place="")):
            return
        async with self._database.transaction() as connection:
            files = BindingStore(connection)
            await files.put_file(repository.id, repository.project, made)
            if known is not None and known.path != made.path:
                await files.let_go(repository.id, known.path, known.spec)

    async def _put(self, source: Source, change: FileChange, origin: GitOrigin, known: SpecFile | None) -> SpecFile:
        """Bring a text to its spec, and say what became of the file."""
        path, place, repository = stored_path(change.path), source.place(change.path), source.repository
        spec = known.spec if known is not None else None
        try:
            text = await asyncio.to_thread(read_text, source.mirror, change.blob)
            fits = check_path(place) is None
            anew = spec is None and fits and await self._is_anew(repository, place, path)
            saved = await self._imports.import_revision(
                self._principal, repository.project, place, text, origin, spec=spec, anew=anew
            )
        except WaitsError as error:
            # The file is read; its spec stays as it is until people decide.
            told = "" if error.spec is not None else storable(f"{error.message} {error.hint}")[:500]
            return SpecFile(path, error.spec, told, change.blob)
        except HoldfastError as error:
            if error.family in {error.family.UNAVAILABLE, error.family.INTERNAL}:
                raise
            if isinstance(error, DeclinedError) and spec is not None:
                return SpecFile(path, spec, "", change.blob)  # decided: the spec stays as it is
            return SpecFile(path, spec, storable(f"{error.message} {error.hint}".strip())[:500], change.blob)
        # A commit that counted before may be behind what came since; then the file is not yet what its spec says.
        current = saved.revision.digest in {saved.spec.head, saved.spec.diverged, saved.spec.agreed}
        return SpecFile(path, saved.spec.id, "", change.blob if current else "")

    async def _is_anew(self, repository: Repository, place: str, path: str) -> bool:
        """Say whether the spec that had a file's place before is another file's by now.

        Raises where the spec that has it is another file's: two would overwrite each other for ever.
        """
        async with self._database.read() as connection:
            files = BindingStore(connection)
            other = await files.other_owner(repository.project, path_key(place), repository.id)
            mine = await files.file_of(repository.id, path_key(place), path)
            former = await files.former_has_file(repository.id, path_key(place))
        if other is not None:
            raise MissingError(
                f"The spec {place} comes from the repository {other}.", "Register one of them with another prefix."
            )
        if mine is not None:
            raise MissingError(f"The spec {place} comes from the file {mine}.", "Rename one of the two files.")
        return former

    async def _rename(self, source: Source, path: str, was: str, origin: GitOrigin, known: SpecFile) -> str:
        """Bring a file's new name to its spec; give the problem with it, "" for none."""
        place, project = source.place(path), source.repository.project
        try:
            found = await self._imports.import_rename(self._principal, project, was, place, origin, spec=known.spec)
        except WaitsError:
            return ""
        except HoldfastError as error:
            if error.family in {error.family.UNAVAILABLE, error.family.INTERNAL}:
                raise
            decided = isinstance(error, DeclinedError)
            return "" if decided else storable(f"{error.message} {error.hint}".strip())[:500]
        return "" if found is not None else f"There is another spec at {place}. Rename one of the two."

    async def _remove(self, source: Source, path: str, origin: GitOrigin, known: SpecFile | None) -> None:
        repository = source.repository
        origin = replace(origin, repository=repository.name, branch=repository.branch)
        if known is not None and known.spec is not None:  # a file that never became a spec removes none
            try:
                await self._imports.import_removal(
                    self._principal, repository.project, source.was(known), origin, spec=known.spec
                )
            except HoldfastError as error:
                if error.family in {error.family.UNAVAILABLE, error.family.INTERNAL}:
                    raise  # what waits or is denied leaves the spec as it is
        await self._forget(repository, [stored_path(path)])

    async def _forget(self, repository: Repository, paths: Collection[str]) -> None:
        async with self._database.transaction() as connection:
            await BindingStore(connection).drop_files(repository.id, paths)


def in_turn(changes: Sequence[FileChange]) -> tuple[FileChange, ...]:
    """Put changes in an order in which no file moves to where another one still has to move away."""
    left, done = list(changes), []
    while left:
        leaving = {one.old_path for one in left if one.old_path}
        free = [one for one in left if one.path not in leaving - {one.old_path}]
        chosen = free or left[:1]
        done += chosen
        left = [one for one in left if one not in chosen]
    return tuple(done)


def read_text(mirror: Path, blob: str) -> str:
    """Read a spec's text out of a mirror. Raises `MissingError` for what is too large or not UTF-8."""
    return text_of(Objects(mirror), blob)


def text_of(objects: Objects, blob: str) -> str:
    """Read a spec's text out of the objects of a repository, as `read_text` does."""
    if objects.size(blob) > MAX_BYTES:
        raise MissingError("The file is larger than 2 MB.", "Split the spec.")
    data = objects.blob(blob)
    if data.startswith(LFS.encode()):
        raise MissingError("The file is kept in Git LFS: its text is not in the repository.", "Take it out of LFS.")
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
    explicit = trust is Trust.BRANCH and not agent and not helped(commit)
    return GitOrigin(
        commit=commit.id,
        author_name=storable(commit.author),
        author_email=storable(commit.email),
        at=bounded(commit.at, commit.committed),
        message=message,
        revisions=claimed_revisions(message),
        agent=agent,
        provenance=Provenance.EXPLICIT if explicit else Provenance.INFERRED,
    )


def helped(commit: Authored) -> bool:
    """Say whether an agent had, or may have had, a hand in what a merge brings in."""
    return commit.behind is None or any(speaks_of_agent(*one) for one in commit.behind)


def bounded(authored: datetime, committed: datetime) -> datetime:
    """Give the author's time, but never one later than the commit itself."""
    return min(authored, committed)


def stored_path(path: str) -> str:
    """Give a file's path as it is kept: one that no index of a database takes is cut, and named by what it was."""
    kept = storable(path)
    if len(kept.encode()) <= MAX_KEPT:
        return kept
    return f"{kept[:SHOWN]}…{hashlib.sha256(kept.encode()).hexdigest()}"
