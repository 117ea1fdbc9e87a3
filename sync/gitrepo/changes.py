"""What each commit changed, as blob ids, and many blobs at a time: the reading that history is made of.

One `git log --raw` lists a whole history in a second or two, one `git cat-file --batch` gives its blobs; where git may
not run here, the library does the same more slowly. Objects that are missing are told as missing.
"""

import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

from specs.errors import MissingError
from specs.values import dataclass
from sync.gitrepo.command import GitRefusedError, read, start_batch
from sync.gitrepo.objects import Objects, library, raw

AT_ONCE = 100
COMMIT = "\x01"
FORMAT = f"--format={COMMIT}%H %P%x00%ct%x00%s"
LOG = ("log", "--first-parent", "-m", "--raw", "-z", "--no-renames", "--no-abbrev", "--no-color", "--reverse", FORMAT)
PLAIN_FILES = frozenset({"100644", "100755", "100664"})


@dataclass(frozen=True, slots=True)
class Changed:
    """One commit against its first parent: (path, blob before, blob after) of plain files, "" for none."""

    commit: str
    parent: str
    at: int
    subject: str
    files: tuple[tuple[str, str, str], ...]


def changes(objects: Objects, head: str, after: str = "") -> list[Changed]:
    """List what the commits from `head` back along first parents, to but without `after`, changed; oldest first."""
    span = [head, f"^{after}"] if after else [head]
    try:
        listing = read([f"--git-dir={objects.git_dir}", *LOG, *span, "--"], cwd=objects.git_dir)
    except GitRefusedError:
        return list(library_changes(objects, head, after))
    return list(parse_log(listing.decode("utf-8", "surrogateescape")))


def parse_log(listing: str) -> Iterator[Changed]:
    """Read what `git log --raw -z` printed in our format."""
    parts = iter(listing.split("\0"))
    head: tuple[str, str, int, str] | None = None
    files: list[tuple[str, str, str]] = []
    for part in parts:
        text = part.lstrip("\n")
        if text.startswith(COMMIT):
            if head:
                yield Changed(*head, tuple(files))
            commit, parent, *_ = f"{text[1:]} ".split(" ")
            head, files = (commit, parent, int(next(parts, "0")), next(parts, "")), []
        elif text.startswith(":"):
            before, after, old, new, *_ = text[1:].split(" ")
            path = next(parts, "")
            sides = (old if before in PLAIN_FILES else "", new if after in PLAIN_FILES else "")
            if any(sides):
                files.append((path, *sides))
    if head:
        yield Changed(*head, tuple(files))


def library_changes(objects: Objects, head: str, after: str) -> Iterator[Changed]:
    """List the same with the library."""
    git = library()
    commits = objects.first_parents(head)
    if after in commits:
        commits = commits[: commits.index(after)]
    for name in reversed(commits):
        commit = objects.handle[name]
        files: list[tuple[str, str, str]] = []
        with suppress(KeyError, git.GitError):
            tree = commit.tree
            diff = commit.parents[0].tree.diff_to_tree(tree) if commit.parents else tree.diff_to_tree(swap=True)
            for delta in diff.deltas:
                sides = (side_blob(delta.old_file), side_blob(delta.new_file))
                if any(sides):
                    files.append((raw(delta.new_file), *sides))
        parent = str(commit.parent_ids[0]) if commit.parent_ids else ""
        yield Changed(name, parent, int(commit.commit_time), commit.message.partition("\n")[0], tuple(files))


def side_blob(side: object) -> str:
    """Give the blob of one side of the library's delta; "" where there is no plain file."""
    mode, blob = f"{int(getattr(side, 'mode', 0)):o}", str(getattr(side, "id", ""))
    return blob if mode in PLAIN_FILES and blob.strip("0") else ""


class Blobs:
    """Reads many blobs: a `with` block round one running git, or the library. What is missing is None."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._git: subprocess.Popen[bytes] | None = None
        with suppress(GitRefusedError):
            self._git = start_batch(objects.git_dir)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        if self._git is not None:
            self._git.kill()
            self._git.communicate()

    def read(self, names: Sequence[str]) -> dict[str, bytes | None]:
        """Give the bytes of blobs, by id or as `COMMIT:PATH`."""
        found: dict[str, bytes | None] = {}
        for begin in range(0, len(names), AT_ONCE):
            found.update(self._some([name for name in names[begin : begin + AT_ONCE] if "\n" not in name]))
        return found

    def _some(self, names: Sequence[str]) -> Iterable[tuple[str, bytes | None]]:
        if self._git is None or self._git.stdin is None or self._git.stdout is None:
            return [(name, self._one(name)) for name in names]
        try:
            self._git.stdin.write("".join(f"{name}\n" for name in names).encode("utf-8", "surrogateescape"))
            self._git.stdin.flush()
            return [(name, self._answer()) for name in names]
        except (OSError, ValueError):
            self._git = None
            return [(name, self._one(name)) for name in names]

    def _answer(self) -> bytes | None:
        """Read one answer of `git cat-file --batch`. Raises `ValueError` where git has gone."""
        out = self._git.stdout if self._git else None
        head = out.readline() if out else b""
        if out is None or not head:
            raise ValueError
        words = head.split(b" ")
        if len(words) < 3 or words[-2] not in {b"blob", b"tree", b"commit", b"tag"}:  # noqa: PLR2004 (id, type, size)
            return None
        data = out.read(int(words[-1]) + 1)[:-1]
        return data if words[-2] == b"blob" else None

    def _one(self, name: str) -> bytes | None:
        commit, colon, path = name.partition(":")
        try:
            blob = self._objects.id_at(self._objects.tree_of(commit), path) if colon else name
            return self._objects.blob(blob) if blob else None
        except MissingError:
            return None
