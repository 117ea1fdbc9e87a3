"""A code tree as a value: which files there are and how to read one. Knows nothing of git or of disks."""

from abc import abstractmethod
from collections.abc import ItemsView, Iterable, Iterator, Mapping, ValuesView
from enum import StrEnum
from functools import cached_property, partial
from itertools import repeat
from typing import Any, NamedTuple, Protocol, TypeVar

Row = TypeVar("Row", bound=tuple[Any, ...])


def rows(make: type[Row], *columns: Iterable[object]) -> Iterable[Row]:
    """Make named tuples of columns, one for each of their fields: as `_make` does, and three times as fast."""
    return map(partial(tuple.__new__, make), zip(*columns, strict=False))


def all_kept(_path: str) -> bool:
    """Leave no path out."""
    return False


class FileKind(StrEnum):
    """What an entry of a tree is. Only a `FILE` is ever read; a link is never followed."""

    FILE = "file"
    SYMLINK = "symlink"
    SUBMODULE = "submodule"


class SourceFile(NamedTuple):
    """One entry: its path (posix, relative to the root), git blob id in hex, size in bytes (-1: not known).

    A named tuple, because a tree has thousands and making one must cost next to nothing.
    """

    path: str
    blob: str
    size: int = -1
    kind: FileKind = FileKind.FILE


class Files(Mapping[str, SourceFile]):
    """Entries of which some things are known before they are made."""

    @abstractmethod
    def plain(self) -> list[str]:
        """Give the paths of those that are plain files, in their order."""


class PlainFiles(Files):
    """Entries that are all plain files, of which only paths and blob ids are kept until somebody looks at one.

    `sizes` are of those whose size is known.
    """

    def __init__(self, blobs: Mapping[str, str], sizes: Mapping[str, int] = {}) -> None:
        self.blobs = blobs
        self._sizes = sizes

    def __getitem__(self, path: str) -> SourceFile:
        return SourceFile(path, self.blobs[path], self._sizes.get(path, -1))

    def __contains__(self, path: object) -> bool:
        return path in self.blobs

    def __iter__(self) -> Iterator[str]:
        return iter(self.blobs)

    def __len__(self) -> int:
        return len(self.blobs)

    def plain(self) -> list[str]:
        """Give all paths."""
        return list(self.blobs)

    @cached_property
    def whole(self) -> dict[str, SourceFile]:
        """All of them, made."""
        sizes = map(self._sizes.get, self.blobs, repeat(-1))
        made = rows(SourceFile, self.blobs, self.blobs.values(), sizes, repeat(FileKind.FILE))
        return dict(zip(self.blobs, made, strict=True))

    def items(self) -> ItemsView[str, SourceFile]:
        """Give paths and entries."""
        return self.whole.items()

    def values(self) -> ValuesView[SourceFile]:
        """Give the entries."""
        return self.whole.values()


def plain_paths(files: Mapping[str, SourceFile]) -> list[str]:
    """Give the paths of those entries that are plain files, in their order."""
    if isinstance(files, Files):
        return files.plain()
    return [path for path, entry in files.items() if entry.kind is FileKind.FILE]


def blobs_of(files: Mapping[str, SourceFile], paths: Iterable[str]) -> list[str]:
    """Give the blob ids of these entries."""
    if isinstance(files, PlainFiles):
        return list(map(files.blobs.__getitem__, paths))
    return [files[path].blob for path in paths]


class CodeTree(Protocol):
    """The files of a repository at a commit, in the index, or in a working directory."""

    @property
    def label(self) -> str:
        """What this tree is, for people: `working tree`, `index`, or a commit id."""

    @property
    def files(self) -> Mapping[str, SourceFile]:
        """Every entry by path, sorted by path."""

    @property
    def left_out(self) -> Mapping[str, str]:
        """Paths that could not be listed, with the reason."""

    @property
    def digest(self) -> str:
        """A name for exactly these entries: it differs whenever a path or a blob id does."""

    def read(self, path: str, limit: int | None = None) -> bytes:
        """Give the bytes of one file. Raises `MissingError` when they cannot be had, `UserError` beyond `limit`."""
