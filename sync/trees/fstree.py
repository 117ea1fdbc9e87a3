"""A folder outside git as a code tree: a walk that skips the usual folders and never leaves its root."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from drift.source import FileKind, Files, SourceFile
from specs.errors import HoldfastError, MissingError
from sync.gitrepo import blob_id, read_plain_file

HASH_LIMIT = 8_000_000
USUAL_FOLDERS = frozenset(
    {
        ".bzr", ".cache", ".direnv", ".eggs", ".git", ".gradle", ".hg", ".holdfast", ".idea", ".mypy_cache", ".next",
        ".nox", ".pytest_cache", ".ruff_cache", ".svn", ".terraform", ".tox", ".venv", ".vs", ".vscode", "__pycache__",
        "__pypackages__", "bower_components", "build", "dist", "node_modules", "site-packages", "target", "venv",
    }
)  # fmt: skip

BUILT = frozenset({"build", "dist", "target"})


class FolderTree:
    """Every file below `root` but those in the usual folders and in virtual environments."""

    label = "folder"

    def __init__(self, root: Path) -> None:
        self._root = root

    @cached_property
    def _listed(self) -> tuple["FolderFiles", dict[str, str]]:
        lost: dict[str, str] = {}
        found = {entry.path: entry for entry in walk(self._root, lost)}
        return FolderFiles(self._root, dict(sorted(found.items()))), dict(sorted(lost.items()))

    @property
    def files(self) -> Mapping[str, SourceFile]:
        """Every entry by path, sorted by path."""
        return self._listed[0]

    @property
    def left_out(self) -> Mapping[str, str]:
        """Folders that could not be listed, with the reason."""
        return self._listed[1]

    @property
    def digest(self) -> str:
        """A name for exactly these entries; a file too large to hash counts by its size."""
        whole = hashlib.sha256()
        for path, entry in self.files.items():
            whole.update(f"{path}\0{entry.kind} {entry.blob} {entry.size}\0".encode("utf-8", "surrogateescape"))
        return "folder:" + whole.hexdigest()

    def read(self, path: str, limit: int | None = None) -> bytes:
        """Give the bytes of one file. Raises `MissingError`, or `UserError` when it is larger than `limit`."""
        entry = self.files.get(path)
        if entry is None or entry.kind is not FileKind.FILE:
            raise MissingError(f"{path!r} is not a file of this tree", "only plain files are read")
        data = read_plain_file(self._root, path, limit)
        if entry.blob and blob_id(data) != entry.blob:
            raise MissingError("changed while it was read", "run the check again")
        return data


class FolderFiles(Files):
    """Entries of a folder; a plain file is hashed when somebody looks at its entry."""

    def __init__(self, root: Path, listed: Mapping[str, SourceFile]) -> None:
        self._root = root
        self._listed = listed
        self._known: dict[str, SourceFile] = {}

    def __getitem__(self, path: str) -> SourceFile:
        known = self._known.get(path)
        if known is None:
            entry = self._listed[path]
            known = looked_at(self._root, path, entry.size) if entry.kind is FileKind.FILE else entry
            self._known[path] = known
        return known

    def __contains__(self, path: object) -> bool:
        return path in self._listed

    def __iter__(self) -> Iterator[str]:
        return iter(self._listed)

    def __len__(self) -> int:
        return len(self._listed)

    def plain(self) -> list[str]:
        """Give the paths of plain files, none of which is hashed for it."""
        return [path for path, entry in self._listed.items() if entry.kind is FileKind.FILE]


def walk(root: Path, lost: dict[str, str]) -> Iterator[SourceFile]:
    """List the files below `root`, without hashing them; folders that may not be listed go into `lost`."""
    stack = [""]
    while stack:
        prefix = stack.pop()
        try:
            entries = list(os.scandir(root / prefix))
        except OSError as error:
            lost[prefix.rstrip("/")] = f"cannot be listed: {error.strerror}"
            continue
        if prefix and any(entry.name == "pyvenv.cfg" for entry in entries):
            continue
        for entry in entries:
            path = prefix + entry.name
            if entry.is_symlink():
                yield SourceFile(path, "", 0, FileKind.SYMLINK)
            elif entry.is_dir(follow_symlinks=False):
                if entry.name not in USUAL_FOLDERS or is_package(root / path):
                    stack.append(path + "/")
            elif entry.is_file(follow_symlinks=False):
                yield SourceFile(path, "", entry.stat(follow_symlinks=False).st_size)


def is_package(folder: Path) -> bool:
    """Say whether a folder that is named as what builds leave behind is a Python package all the same."""
    return folder.name in BUILT and (folder / "__init__.py").is_file()


def looked_at(root: Path, path: str, size: int) -> SourceFile:
    """Name one file by its contents, unless it is too large to be code or cannot be read."""
    try:
        return SourceFile(path, blob_id(read_plain_file(root, path, HASH_LIMIT)), size)
    except HoldfastError:
        return SourceFile(path, "", size)
