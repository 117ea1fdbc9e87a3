"""The one door to pygit2: commits, trees, blobs and the history of a repository. Never checks anything out.

The library takes longer to import than a warm check takes to run, so it is imported on first use.
Repositories of other owners are read (containers and CI mount them so): libgit2 starts no program that a repository
names, which is what the owner check guards against in git itself.
"""

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from drift.source import FileKind, SourceFile
from specs.errors import MissingError, UserError
from specs.values import dataclass

RECENT = 5000
# What no checkout has: paths that long, trees that deep, so many files.
MAX_PATH, MAX_DEPTH, MAX_FILES, SHOWN = 1000, 250, 1_000_000, 200
MANY_FILES = 50_000
LAST_SECOND = 253_402_300_799
LINK, MODULE, FOLDER = 0o120000, 0o160000, 0o040000
MISSING_HINT = (
    "the repository is incomplete: `git fsck` names what is lost; a partial clone needs `git fetch --refetch`"
)


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit as history shows it: `at` is the committer's time, `authored` the author's.

    `paths` are those it changed against its first parent, when asked for.
    """

    id: str
    parents: tuple[str, ...]
    author: str
    email: str
    at: datetime
    authored: datetime
    message: str
    paths: tuple[str, ...] = ()


@cache
def library() -> Any:
    """Import pygit2, set to read repositories whoever owns them."""
    import pygit2 as git  # noqa: PLC0415 (80 ms that a warm check does not need)

    git.option(git.enums.Option.SET_OWNER_VALIDATION, 0)
    return git


class Objects:
    """The objects of one repository. Handles are made once per process, so it may be used after a fork."""

    def __init__(self, git_dir: Path) -> None:
        self.git_dir = git_dir
        self._owner = -1
        self._handle: Any = None
        self._unfolded: dict[Any, tuple[int, int]] = {}

    @property
    def handle(self) -> Any:
        """The library's handle. Raises `UserError` when this is no repository it can read."""
        if self._owner != os.getpid():
            git = library()
            try:
                self._handle = git.Repository(str(self.git_dir))
            except (git.GitError, KeyError) as error:
                raise UserError(
                    f"{self.git_dir} cannot be read as a git repository: {error}",
                    "run `git status` there: it says what is wrong with it",
                ) from error
            self._owner = os.getpid()
        return self._handle

    def resolve(self, rev: str) -> str:
        """Give the commit id that a revision names. Raises `MissingError` when there is none."""
        git = library()
        if not rev or rev.startswith("-") or "\0" in rev:
            raise MissingError(f"{rev!r} is not a revision", "name a branch, a tag or a commit id")
        try:
            return str(self.handle.revparse_single(rev).peel(git.Commit).id)
        except (git.GitError, KeyError, ValueError, TypeError) as error:
            raise MissingError(f"there is no commit {rev!r} here", "`git log --oneline` lists what there is") from error

    def setting(self, name: str) -> str:
        """Give what git's configuration says; "" for nothing."""
        try:
            return str(self.handle.config[name])
        except (KeyError, ValueError, library().GitError):
            return ""

    def remotes(self) -> tuple[str, ...]:
        """Name the remotes, the usual one first."""
        names = sorted(str(name) for name in self.handle.remotes.names())
        return tuple(sorted(names, key=lambda name: name != "origin"))

    def is_commit(self, rev: str) -> bool:
        """Say whether a revision names a commit."""
        try:
            return bool(self.resolve(rev))
        except MissingError:
            return False

    def has(self, blob: str) -> bool:
        """Say whether an object is here."""
        return blob in self.handle

    def default_branch(self) -> str:
        """Name the branch the remote's HEAD points to, else a usual name that exists, else the one checked out."""
        git = library()
        remote = "refs/remotes/origin/"
        for name, prefix in ((remote + "HEAD", remote), ("HEAD", "refs/heads/")):
            try:
                target = self.handle.lookup_reference(name).target
            except (KeyError, git.GitError, ValueError):
                continue
            usual = [] if prefix == remote else [word for word in ("main", "master") if word in self.handle.branches]
            if isinstance(target, str) and target.startswith(prefix):
                return usual[0] if usual else target.removeprefix(prefix)
        return ""

    def entries(self, commit: str, under: str = "") -> tuple[dict[str, SourceFile], dict[str, str]]:
        """List the files of a commit below the folder `under`, and the folders that are missing, with the reason."""
        git = library()
        files: dict[str, SourceFile] = {}
        lost: dict[str, str] = {}
        try:
            tree = self.handle[commit].peel(git.Tree)
            if under:
                tree = tree[under]
        except KeyError:
            lost[under] = f"there is no {under or 'tree'} in {commit[:12]}"
            return files, lost
        top, counted, stack = tree, False, [("", tree)]
        while stack:
            prefix, tree = stack.pop()
            for entry in tree:
                path = prefix + (entry.raw_name or b"").decode("utf-8", "surrogateescape")
                mode = int(entry.filemode)
                if len(path) > MAX_PATH:
                    lost[path[:SHOWN] + "…"] = f"its path is longer than {MAX_PATH:,} characters"
                    continue
                if mode == FOLDER:
                    try:
                        stack.append((path + "/", self.handle[entry.id]))
                    except KeyError:
                        lost[path] = "its objects are missing"
                else:
                    kind = FileKind.SYMLINK if mode == LINK else FileKind.SUBMODULE if mode == MODULE else FileKind.FILE
                    files[path] = SourceFile(path, str(entry.id), kind=kind)
            if len(files) > MANY_FILES and not counted:
                counted = bool(self.check_tree(top))
        return dict(sorted(files.items())), lost

    def check_tree(self, tree: Any) -> Any:
        """Give a tree back that unfolds into a number of files one can go through. Raises `UserError`.

        A few trees that name each other many times over unfold into more files than any machine could hold; they are
        counted without being unfolded.
        """
        waiting: list[tuple[Any, bool]] = [(tree, False)]
        while waiting:
            one, inner = waiting.pop()
            if one.id in self._unfolded:
                continue
            below = [entry for entry in one if int(entry.filemode) == FOLDER]
            if not inner:
                if len(waiting) > MAX_FILES:
                    raise too_many()
                waiting.append((one, True))
                waiting += [(self.handle[entry.id], False) for entry in below if entry.id in self.handle]
                continue
            counts = [self._unfolded.get(entry.id, (0, 0)) for entry in below]
            files = len(one) - len(below) + sum(count for count, _ in counts)
            depth = 1 + max((deep for _, deep in counts), default=0)
            if files > MAX_FILES or depth > MAX_DEPTH:
                raise too_many()
            self._unfolded[one.id] = (files, depth)
        return tree

    def size(self, blob: str) -> int:
        """Give the size of a blob without reading it. Raises `MissingError`."""
        try:
            size: int = self.handle.odb.read_header(blob)[1]
        except (KeyError, ValueError, library().GitError) as error:
            raise MissingError(f"object {blob[:12]} is missing", MISSING_HINT) from error
        return size

    def blob(self, blob: str) -> bytes:
        """Read a blob. Raises `MissingError` when it is not there or does not match its id."""
        try:
            data: bytes = self.handle[blob].data
        except (KeyError, ValueError, AttributeError, library().GitError) as error:
            raise MissingError(f"object {blob[:12]} is missing", MISSING_HINT) from error
        return data

    def log(self, rev: str, *, paths: bool = False, until: str = "") -> Iterator[Commit]:
        """Walk first parents from `rev` back, up to but without the commit id `until`. Raises `MissingError`.

        Ends quietly where a shallow clone was cut.
        """
        git = library()
        walker = self.handle.walk(self.resolve(rev), git.enums.SortMode.TOPOLOGICAL)
        walker.simplify_first_parent()
        try:
            for commit in walker:
                if str(commit.id) == until:
                    return
                yield Commit(
                    id=str(commit.id),
                    parents=tuple(str(parent) for parent in commit.parent_ids),
                    author=str(commit.author.name or ""),
                    email=str(commit.author.email or ""),
                    at=moment(commit.commit_time),
                    authored=moment(commit.author.time),
                    message=commit.message,
                    paths=self.changed(str(commit.id)) if paths else (),
                )
        except git.GitError:
            return

    def first_parents(self, commit: str) -> list[str]:
        """List the ids of a commit and its first parents, newest first, as far as they are here."""
        git = library()
        walker = self.handle.walk(commit, git.enums.SortMode.TOPOLOGICAL)
        walker.simplify_first_parent()
        found: list[str] = []
        with suppress(git.GitError):
            found.extend(str(one.id) for one in walker)
        return found

    def versions(self, commits: Sequence[str], paths: Collection[str]) -> Iterator[tuple[int, str, str]]:
        """Give the versions of each path along commits, newest first: where it came in, the path, its blob.

        Stops after some thousands of commits. A folder that did not change is not looked into, so that a commit which
        has nothing to do with the paths costs next to nothing.
        """
        folders: dict[str, list[str]] = {}
        for path in sorted(paths):
            folders.setdefault(path.rpartition("/")[0], []).append(path)
        seen: dict[str, str] = {}
        blobs: dict[str, str] = {}
        for place, commit in enumerate(commits[:RECENT]):
            tree = self.tree_of(commit)
            for folder, inside in folders.items():
                found = self.id_at(tree, folder)
                if place and found == seen[folder]:
                    continue
                seen[folder] = found
                for path in inside:
                    blob = self.id_at(tree, path)
                    if place and blobs[path] and blob != blobs[path]:
                        yield place - 1, path, blobs[path]
                    blobs[path] = blob
        for path, blob in blobs.items():
            if blob:
                yield min(len(commits), RECENT) - 1, path, blob

    def tree_of(self, commit: str) -> Any:
        """Give the library's tree of a commit; None where it is missing."""
        git = library()
        try:
            return self.handle[commit].peel(git.Tree)
        except (KeyError, git.GitError):
            return None

    def id_at(self, tree: Any, path: str) -> str:
        """Give the id of what a tree has at a path; "" for nothing."""
        try:
            return str(tree[path].id) if path else str(tree.id)
        except (KeyError, TypeError, AttributeError, library().GitError):
            return ""

    def changed(self, commit: str) -> tuple[str, ...]:
        """List the paths a commit changed against its first parent (all of its paths, for the first commit)."""
        git = library()
        this = self.handle[commit].peel(git.Commit)
        try:
            diff = this.parents[0].tree.diff_to_tree(this.tree) if this.parents else this.tree.diff_to_tree(swap=True)
        except (KeyError, git.GitError):
            return ()
        return tuple(sorted({raw(side) for delta in diff.deltas for side in (delta.old_file, delta.new_file)}))

    def merge_base(self, one: str, other: str) -> str | None:
        """Give the best common ancestor of two commits, or None when they share none (or it was cut off)."""
        found = self.handle.merge_base(one, other)
        return None if found is None else str(found)


def moment(seconds: int) -> datetime:
    """Turn git's seconds into a time; what no calendar holds becomes the nearest that one does."""
    return datetime.fromtimestamp(min(max(0, seconds), LAST_SECOND), UTC)


def raw(side: Any) -> str:
    """Give the path of one side of a change, whatever its bytes."""
    path: bytes = side.raw_path
    return path.decode("utf-8", "surrogateescape")


class TooManyFilesError(UserError):
    """A tree unfolds into more than one can go through."""


def too_many() -> TooManyFilesError:
    """Make that error."""
    hint = "Is this a repository that people work in? Name a smaller folder for its specs."
    return TooManyFilesError(
        f"a tree unfolds into more than {MAX_FILES:,} files, or is deeper than {MAX_DEPTH} folders", hint
    )
