"""Code trees out of git as values: working directory, index, commit. Nothing is ever checked out, no link followed.

A listing costs two short git processes and no reading: unchanged files have their blob ids from the index, and only
what git reports as changed or untracked is hashed. The bytes given for a blob id always hash to it.
"""

import hashlib
import os
import stat
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from drift.source import FileKind, PlainFiles, SourceFile
from specs.errors import MissingError, UserError
from sync.gitrepo.objects import LINK, MODULE, Objects

MODES = {LINK: FileKind.SYMLINK, MODULE: FileKind.SUBMODULE}
SHA256_LENGTH = 64
READ_AT_ONCE = 1 << 24
MODE_SIZE = len("100644 ")
BLOB_END = MODE_SIZE + 40
HEAD_END = BLOB_END + len(" 0\t")
# What stands before and behind the blob id of a plain file that is not unmerged.
PLAIN_MODES = frozenset({"100644 ", "100755 "})
STAGED = frozenset({" 0\t"})
STAGE_ORDER = {"0": 0, "2": 1, "3": 2, "1": 3}


def blob_id(data: bytes, *, sha256: bool = False) -> str:
    """Name bytes as git names them."""
    header = b"blob %d\0" % len(data)
    return hashlib.sha256(header + data).hexdigest() if sha256 else hashlib.sha1(header + data).hexdigest()  # noqa: S324 (git's name, no secret)


def too_large(path: str, size: int, limit: int) -> UserError:
    """Say that a file is larger than the caller wants to read."""
    return UserError(
        f"{size / 1e6:.1f} MB is more than the {limit / 1e6:.0f} MB that are read of a file",
        f"exclude {path!r} in holdfast.toml if it is not code",
    )


def read_plain_file(root: Path, path: str, limit: int | None) -> bytes:
    """Read a regular file under `root`; links, pipes and devices are refused. Raises `MissingError`, `UserError`."""
    try:
        handle = os.open(os.path.join(root, path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)  # noqa: PTH118 (joining paths as objects takes longer than reading most files)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise MissingError(f"cannot be read: {reason}", "check that the file exists and may be read") from error
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise MissingError("is not a plain file", "links, pipes and devices are never read")
        if limit is not None and status.st_size > limit:
            raise too_large(path, status.st_size, limit)
        data = os.read(handle, status.st_size + 1)
        while len(data) != status.st_size and (more := os.read(handle, READ_AT_ONCE)):
            data += more  # it grew meanwhile, or is so large that it does not come in one piece
        return data
    finally:
        os.close(handle)


class CommitTree:
    """The files of one commit, below the folder `under` ("" is the top)."""

    def __init__(self, objects: Objects, commit: str, under: str = "") -> None:
        self.label = commit
        self._objects = objects
        self._under = under

    @cached_property
    def _listed(self) -> tuple[dict[str, SourceFile], dict[str, str]]:
        return self._objects.entries(self.label, self._under)

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
        """A name for exactly these entries."""
        return commit_digest(self.label, self._under)

    def read(self, path: str, limit: int | None = None) -> bytes:
        """Give the bytes of one file. Raises `MissingError`, or `UserError` when it is larger than `limit`."""
        return read_blob(self._objects, self.files.get(path), path, limit)


def commit_digest(commit: str, under: str) -> str:
    """Name the entries of a commit below a folder."""
    return f"commit:{commit}:{under}"


def read_blob(objects: Objects, entry: SourceFile | None, path: str, limit: int | None) -> bytes:
    """Read an entry's blob from the object store. Raises `MissingError`, `UserError`."""
    if entry is None or entry.kind is not FileKind.FILE:
        raise MissingError(f"{path!r} is not a file of this tree", "only plain files are read")
    if limit is not None and (size := objects.size(entry.blob)) > limit:
        raise too_large(path, size, limit)
    return objects.blob(entry.blob)


class IndexTree:
    """The files as the index holds them: what the next commit would be. `listing` is that of `git ls-files -s -z`."""

    label = "index"

    def __init__(self, objects: Objects, listing: bytes) -> None:
        self.left_out: Mapping[str, str] = {}
        self._objects = objects
        self._listing = listing

    @cached_property
    def files(self) -> Mapping[str, SourceFile]:
        """Every entry by path, sorted by path."""
        listed = parse_listing(self._listing)
        return listed if self._listing.isascii() else dict(sorted(listed.items()))

    @property
    def digest(self) -> str:
        """A name for exactly these entries."""
        return "index:" + hashlib.sha256(self._listing).hexdigest()

    def read(self, path: str, limit: int | None = None) -> bytes:
        """Give the bytes of one file. Raises `MissingError`, or `UserError` when it is larger than `limit`."""
        return read_blob(self._objects, self.files.get(path), path, limit)


class WorkingTree:
    """The files in a working directory: tracked and unignored untracked ones, with edits not yet staged.

    `listing` is the index; `changed` the paths whose file may differ from it (deleted and untracked ones included).
    `same_as` names the commit tree that has exactly these files; "" where there is none. `listed` is what the listing
    says, where somebody read it before.
    """

    label = "working tree"

    def __init__(  # noqa: PLR0913 - each comes from another answer of git's
        self,
        objects: Objects,
        root: Path,
        listing: bytes,
        changed: tuple[str, ...],
        same_as: str = "",
        *,
        listed: Mapping[str, SourceFile] | None = None,
    ) -> None:
        self.left_out: Mapping[str, str] = {}
        self._objects = objects
        self._root = root
        self._listing = listing
        self._same_as = same_as
        self._listed = listed
        self._sha256 = len(listing.partition(b" ")[2].partition(b" ")[0]) == SHA256_LENGTH
        self._changed = {path: self._look(path) for path in changed}

    def _look(self, path: str) -> SourceFile | None:
        """See what stands at a path now; None when it is gone. An own repository inside is left to itself."""
        path = path.rstrip("/")
        place = self._root / path
        try:
            status = place.lstat()
            if stat.S_ISLNK(status.st_mode):
                target = os.fsencode(place.readlink())
                return SourceFile(path, blob_id(target, sha256=self._sha256), len(target), FileKind.SYMLINK)
            if stat.S_ISREG(status.st_mode):
                return SourceFile(path, self._hash(place, status.st_size), status.st_size)
        except (OSError, ValueError):
            return None
        return SourceFile(path, "", 0, FileKind.SUBMODULE) if stat.S_ISDIR(status.st_mode) else None

    def _hash(self, place: Path, size: int) -> str:
        """Hash a file as git would, in pieces."""
        digest = hashlib.sha256() if self._sha256 else hashlib.sha1()  # noqa: S324 (git's name, no secret)
        digest.update(b"blob %d\0" % size)
        try:
            with place.open("rb") as file:
                while piece := file.read(1 << 20):
                    digest.update(piece)
        except OSError:
            return ""
        return digest.hexdigest()

    @cached_property
    def files(self) -> Mapping[str, SourceFile]:
        """Every entry by path, sorted by path."""
        listed = parse_listing(self._listing) if self._listed is None else self._listed
        sorted_already = self._listing.isascii()  # git sorts by bytes, which sorts these by characters
        if not self._changed and sorted_already:
            return listed
        if isinstance(listed, PlainFiles) and sorted_already and self._edited_alone(listed):
            edited = [entry for entry in self._changed.values() if entry is not None]
            blobs = {**listed.blobs, **{entry.path: entry.blob for entry in edited}}
            return PlainFiles(blobs, {entry.path: entry.size for entry in edited})
        files = dict(listed.whole) if isinstance(listed, PlainFiles) else dict(listed)
        for path, entry in self._changed.items():
            files.pop(path, None)
            if entry is not None:
                files[entry.path] = entry
        return dict(sorted(files.items()))

    def _edited_alone(self, listed: Mapping[str, SourceFile]) -> bool:
        """Say whether what changed are plain files that are listed and still are plain files."""
        changed = self._changed.items()
        return all(path in listed and entry is not None and entry.kind is FileKind.FILE for path, entry in changed)

    @property
    def digest(self) -> str:
        """A name for exactly these entries, had without listing them; that of the commit where nothing differs."""
        if self._same_as:
            return self._same_as
        whole = hashlib.sha256(self._listing)
        for path, entry in sorted(self._changed.items()):
            line = f"{path}\0{entry.kind} {entry.blob}\0" if entry else f"{path}\0-\0"
            whole.update(line.encode("utf-8", "surrogateescape"))
        return "working:" + whole.hexdigest()

    def holds(self, path: str) -> bool:
        """Say whether there is such an entry, without listing them."""
        if path in self._changed:
            return self._changed[path] is not None
        return b"\t" + path.encode("utf-8", "surrogateescape") + b"\0" in self._listing

    def read(self, path: str, limit: int | None = None) -> bytes:
        """Give the bytes of one file, those that hash to its blob id wherever they can be had.

        Line-ending filters, sparse checkouts and edits made this very moment make the file differ from the blob; then
        the object store is asked. Raises `MissingError`, or `UserError` when it is larger than `limit`.
        """
        entry = self.files.get(path)
        if entry is None or entry.kind is not FileKind.FILE:
            raise MissingError(f"{path!r} is not a file of this tree", "only plain files are read")
        edited = path in self._changed
        try:
            data = read_plain_file(self._root, path, limit)
        except MissingError:
            if edited:
                raise
            return read_blob(self._objects, entry, path, limit)
        if blob_id(data, sha256=self._sha256) == entry.blob:
            return data
        if edited:
            raise MissingError("changed while it was read", "run the check again")
        return read_blob(self._objects, entry, path, limit)


def parse_listing(listing: bytes) -> Mapping[str, SourceFile]:
    """Read what `git ls-files -s -z` printed. Of an unmerged path our side counts."""
    lines = listing.decode("utf-8", "surrogateescape").split("\0")
    return _plain_listing(lines) or _any_listing(lines)


def _plain_listing(lines: list[str]) -> PlainFiles | None:
    """Read a listing of plain files alone, none of them unmerged, as nearly all are; None for any other."""
    *lines, end = lines
    if end or not {line[:MODE_SIZE] for line in lines} <= PLAIN_MODES:
        return None
    if not {line[BLOB_END:HEAD_END] for line in lines} <= STAGED:
        return None
    paths = [line[HEAD_END:] for line in lines]
    return PlainFiles(dict(zip(paths, [line[MODE_SIZE:BLOB_END] for line in lines], strict=True)))


def _any_listing(lines: list[str]) -> dict[str, SourceFile]:
    """Read a listing line by line."""
    files: dict[str, SourceFile] = {}
    stages: dict[str, int] = {}
    for line in lines:
        head, _, path = line.partition("\t")
        if not path:
            continue
        mode, blob, stage = head.split(" ")
        if stage != "0":
            if stages.get(path, 9) < STAGE_ORDER[stage]:
                continue
            stages[path] = STAGE_ORDER[stage]
        files[path] = SourceFile(path, blob, -1, MODES.get(int(mode, 8), FileKind.FILE))
    return files


def parse_tree_listing(listing: bytes) -> dict[str, str]:
    """Read what `git ls-tree -z` printed: the blob id of each plain file."""
    found = {}
    for line in listing.decode("utf-8", "surrogateescape").split("\0"):
        head, _, path = line.partition("\t")
        if path and head.startswith("100"):
            found[path] = head.split(" ")[2]
    return found


def parse_status(status: bytes, prefix: str) -> tuple[tuple[str, ...], str, bool]:
    """Read `git status --porcelain=v2 --branch -z --no-renames`: paths that may differ from the index, and HEAD's id.

    Paths come relative to the top; those below `prefix` are given relative to it. HEAD is "" while unborn. The flag
    says that the index is as HEAD has it and the files as the index has them.
    """
    changed: list[str] = []
    head = ""
    clean = True
    for line in status.decode("utf-8", "surrogateescape").split("\0"):
        if line.startswith("# branch.oid "):
            head = line.removeprefix("# branch.oid ").replace("(initial)", "")
            continue
        clean = clean and (not line or line.startswith("# "))
        if line.startswith("? "):
            changed.append(line[2:])
        elif line.startswith("1 ") and line[3] != ".":
            changed.append(line.split(" ", 8)[8])
        elif line.startswith("u "):
            changed.append(line.split(" ", 10)[10])
    return tuple(path.removeprefix(prefix) for path in changed if path.startswith(prefix)), head, clean
