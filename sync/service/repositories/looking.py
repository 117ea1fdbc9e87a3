"""Looks into mirrors: which folders hold a commit's specs, and a few lines of a file. Reads blobs, follows nothing."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from drift.store.repositories import RepositoryStore
from specs.access import Principal, Role, Scope
from specs.errors import HoldfastError
from specs.places import DEFAULT_FOLDERS, folders_of
from specs.store.connection import Transactions
from sync.gitrepo import Repository
from sync.gitrepo.folders import Folders
from sync.gitrepo.objects import Objects, TooManyFilesError
from sync.service.repositories.fetching import Mirrors
from sync.specfiles.packages import spec_folders
from sync.store.bindings import BindingStore
from sync.trees.sides import rooted_side

MAX_BYTES = 1_000_000
MAX_LINE = 400
MAX_AROUND = 50


def find_folders(
    mirror: Path, commit: str, wanted: tuple[str, ...] | None, root: str = ""
) -> tuple[tuple[str, ...] | None, str]:
    """Choose the folders that hold specs at a commit, as `holdfast check` would, and say what is odd about it.

    They are looked for below `root`.

    None where the configuration cannot be read: then nobody knows which folders are meant.
    """
    folders = Folders(Objects(mirror), ("",))
    if wanted is not None:
        found = folders.within(wanted).listing(commit)
        return wanted, "" if found else f"There is no Markdown in {' or '.join(wanted) or 'the repository'}."
    try:
        side = rooted_side(Repository.open(mirror), commit, root)
        config = side.config
        beside = below(root, spec_folders(side.tree, config))
    except TooManyFilesError:
        raise
    except HoldfastError as error:
        return None, f"{error.message}. {error.hint}".strip()
    if config.specs:
        return (*below(root, config.specs), *beside), ""
    for place in DEFAULT_FOLDERS:
        if folders.within(below(root, (place,))).listing(commit):
            return (*below(root, folders_of(place)), *beside), ""
    if beside:
        return beside, ""
    return (), f"No spec folder was found: none of {', '.join(below(root, DEFAULT_FOLDERS))}."


def below(root: str, folders: Sequence[str]) -> tuple[str, ...]:
    """Name folders of a root by their places in the repository."""
    return tuple("/".join(part for part in (root, folder) if part) for folder in folders)


def with_submodules(mirror: Path, commit: str, folders: tuple[str, ...], note: str) -> str:
    """Add to a note which parts of the folders are not read, because they are repositories of their own."""
    found = Folders(Objects(mirror), folders).submodules(commit) if folders else ()
    if not found:
        return note
    told = ", ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")  # noqa: PLR2004 (of many)
    return f"{note} Submodules are not read: {told}.".strip()


def lines_around(mirror: Path, commit: str, path: str, line: int, around: int) -> tuple[tuple[int, str], ...]:
    """Give the lines about a line of a file, with their numbers; nothing for what is gone, binary or too large."""
    try:
        data = Repository.open(mirror).commit_tree(commit).read(path, MAX_BYTES)
    except HoldfastError:
        return ()
    if b"\0" in data[:8192]:
        return ()
    text = data.decode("utf-8", "replace").split("\n")
    first, last = max(line - around, 1), min(line + around, len(text))
    return tuple((number, text[number - 1].rstrip("\r")[:MAX_LINE]) for number in range(first, last + 1))


class Excerpts:
    """Shows lines of code at the heads that were evaluated."""

    def __init__(self, database: Transactions, mirrors: Mirrors) -> None:
        self._database = database
        self._mirrors = mirrors

    async def excerpt(  # noqa: PLR0913, PLR0917 (whose, where, which lines)
        self, principal: Principal, project: UUID, repository: UUID, path: str, line: int, around: int = 4
    ) -> tuple[tuple[int, str], ...]:
        """Give the lines about a line of a file at the repository's evaluated head."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            found = await RepositoryStore(connection).find(project, repository)
            binding = await BindingStore(connection).get(repository)
        if found is None or not found.head:
            return ()
        mirror = self._mirrors.place(found.id)
        bounded = min(max(around, 0), MAX_AROUND)
        [place] = below(binding.root if binding else "", (path,))
        return await asyncio.to_thread(lines_around, mirror, found.head, place, line, bounded)
