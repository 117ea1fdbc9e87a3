"""A git repository as Holdfast sees it: trees, history, fetch. The only door to git, library and command alike.

Nothing is ever checked out, and a repository's hooks, filters, links and submodules are never followed.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from drift.source import FileKind, SourceFile
from specs.errors import HoldfastError, MissingError, UserError
from specs.values import replace
from sync.gitrepo.command import Ahead, GitRefusedError, finish, read, start
from sync.gitrepo.fallback import library_listing, library_status
from sync.gitrepo.objects import Commit, Objects
from sync.gitrepo.place import Place, find
from sync.gitrepo.trees import (
    CommitTree,
    IndexTree,
    WorkingTree,
    blob_id,
    commit_digest,
    parse_listing,
    parse_status,
    parse_tree_listing,
    read_plain_file,
)

if TYPE_CHECKING:
    import subprocess

    from sync.gitrepo.changes import Blobs, Changed
    from sync.gitrepo.origins import Origins

__all__ = [
    "Commit",
    "CommitTree",
    "IndexTree",
    "Repository",
    "WorkingTree",
    "blob_id",
    "read_plain_file",
]

PLAIN_REV = re.compile(r"[\w./][\w./@^~-]*")
PLAIN_NAME = re.compile(r"[\w./-]+")
COMMIT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
REMOTE_URL = re.compile(r"^[ \t]*url[ \t]*=[ \t]*\"?([^\"\s]+)", re.MULTILINE)
CONFIG_LIMIT = 1_000_000
LISTING = ("ls-files", "-s", "-z")
STATUS = ("status", "--porcelain=v2", "--branch", "-z", "-uall", "--no-renames", "--ignore-submodules=all", "--", ".")


class Repository:
    """One repository: a work tree's, a linked worktree's, or a bare one. `top` is None when it is bare."""

    def __init__(self, place: Place) -> None:
        self.git_dir = place.git_dir
        self.top = place.top
        self._common = place.common_dir
        self._objects = Objects(place.git_dir)
        self._ahead = Ahead()
        self._parting: tuple[str, tuple[str, ...]] = ("", ())

    @classmethod
    def discover(cls, path: Path) -> "Repository | None":
        """Find the repository `path` lies in (or is); None when there is none."""
        place = find(path)
        return cls(place) if place else None

    @classmethod
    def open(cls, path: Path) -> "Repository":
        """Open the repository `path` lies in (or is). Raises `UserError` when there is none."""
        found = cls.discover(path)
        if found is None:
            raise UserError(f"{path} is not in a git repository", "name a folder of one, or run `git init` there")
        return found

    @property
    def is_shallow(self) -> bool:
        """Whether history was cut off when it was fetched."""
        return (self._common / "shallow").exists()

    @property
    def head(self) -> str | None:
        """The commit id at HEAD; None while there is no commit."""
        try:
            return self.resolve("HEAD")
        except MissingError:
            return None

    def configure(self, values: Mapping[str, str | None]) -> tuple[str, ...]:
        """Set the repository's own settings, or remove them (None); give the names that changed. Raises `UserError`."""
        from sync.gitrepo.config import configure  # noqa: PLC0415 (only where settings are changed)

        return configure(self._common, values)

    def default_branch(self) -> str:
        """Name the main branch: the remote's, as far as it is known here, else the one checked out, else `main`."""
        return self._objects.default_branch() or "main"

    def resolve(self, rev: str) -> str:
        """Give the commit id that a revision names. Raises `MissingError`."""
        return self._objects.resolve(rev)

    def under(self, folder: Path) -> str:
        """Give a folder of the work tree relative to its top, "" for the top. Raises `UserError` outside of it."""
        if self.top is None:
            return ""
        try:
            relative = folder.resolve().relative_to(self.top).as_posix()
        except ValueError as error:
            raise UserError(f"{folder} lies outside {self.top}", "name a folder inside the repository") from error
        return "" if relative == "." else relative

    def working_tree(self, under: str = "") -> tuple[WorkingTree, str]:
        """Give the files as they lie in the work tree below `under`, and the id of HEAD ("" while there is none)."""
        return self.begin_working_tree(under)()

    def begin_working_tree(self, under: str = "", *, read: bool = False) -> Callable[[], tuple[WorkingTree, str]]:
        """Let two git processes list the work tree, side by side; what is given waits for them.

        With `read`, the files are wanted in any case: they are read of the listing while git looks for edits.
        """
        root = self._root(under)
        where = (f"--git-dir={self.git_dir}", f"--work-tree={self.top}")
        try:
            started = [start([*where, *words], cwd=root) for words in (STATUS, LISTING)]
        except GitRefusedError:
            started = []

        def listed() -> tuple[WorkingTree, str]:
            try:
                return self._working_tree(root, under, started, read=read)
            except GitRefusedError:
                listing, changed = library_listing(self._objects, under), library_status(self._objects, under)
                return WorkingTree(self._objects, root, listing, changed), self.head or ""

        return listed

    def _working_tree(
        self, root: Path, under: str, started: "Sequence[subprocess.Popen[bytes]]", *, read: bool
    ) -> tuple[WorkingTree, str]:
        if not started:
            raise GitRefusedError("there is no git to run")
        status, listing = started
        try:
            listed = finish(listing)
            files = parse_listing(listed) if read and status.poll() is None else None
        finally:
            told = finish(status)
        changed, head, clean = parse_status(told, f"{under}/" if under else "")
        same_as = commit_digest(head, under) if head and clean else ""
        return WorkingTree(self._objects, root, listed, changed, same_as, listed=files), head

    def index_tree(self, under: str = "") -> IndexTree:
        """Give the files as the index holds them below `under`: what the next commit would be."""
        root = self._root(under)
        try:
            where = (f"--git-dir={self.git_dir}", f"--work-tree={self.top}")
            return IndexTree(self._objects, read([*where, *LISTING], cwd=root))
        except GitRefusedError:
            return IndexTree(self._objects, library_listing(self._objects, under))

    def commit_tree(self, rev: str, under: str = "") -> CommitTree:
        """Give the files of a commit below `under`. Raises `MissingError` when there is no such commit."""
        return self.tree_of(self.resolve(rev), under)

    def tree_of(self, commit: str, under: str = "") -> CommitTree:
        """Give the files of a commit that is known to be there, by its id."""
        return CommitTree(self._objects, commit, under)

    def author(self) -> tuple[str, str]:
        """Give the name and the address that git uses for commits here, "" for what it was not told."""
        return self._objects.setting("user.name"), self._objects.setting("user.email")

    def origin(self) -> str:
        """Give the address that git calls `origin` here, "" where there is none."""
        return self._objects.setting("remote.origin.url")

    def urls(self) -> tuple[str, ...]:
        """Give the addresses of its remotes as its own configuration writes them: one small file, no library."""
        try:
            text = (self._common / "config").read_bytes()[:CONFIG_LIMIT].decode("utf-8", "replace")
        except OSError:
            return ()
        return tuple(dict.fromkeys(REMOTE_URL.findall(text)))

    def _root(self, under: str) -> Path:
        if self.top is None:
            raise UserError(f"{self.git_dir} is a bare repository: it has no files of its own", "name a commit: --rev")
        return self.top / under

    def log(self, rev: str = "HEAD", *, paths: bool = False, until: str = "") -> Iterator[Commit]:
        """Walk first parents from `rev` back up to (without) the commit id `until`, with changed paths if asked for."""
        return self._objects.log(rev, paths=paths, until=until)

    def first_parents(self, commit: str) -> list[str]:
        """List the ids of a commit and its first parents, newest first, as far as they are here."""
        return self._objects.first_parents(commit)

    def versions(self, commits: Sequence[str], paths: Collection[str]) -> Iterator[tuple[int, str, str]]:
        """Give the versions of each path along commits, newest first: where it came in, the path, its blob id."""
        return self._objects.versions(commits, paths)

    def changes(self, head: str, after: str = "") -> "list[Changed]":
        """List what the commits from `head` back along first parents, without `after`, changed; oldest first."""
        from sync.gitrepo.changes import changes  # noqa: PLC0415 (only where history is read)

        return changes(self._objects, head, after)

    def blobs(self) -> "Blobs":
        """Give a reader of many blobs, for a `with` block."""
        from sync.gitrepo.changes import Blobs  # noqa: PLC0415 (same)

        return Blobs(self._objects)

    def blob(self, blob: str) -> bytes:
        """Read a blob by its id. Raises `MissingError`."""
        return self._objects.blob(blob)

    def merge_base(self, one: str, other: str) -> str | None:
        """Give the best common ancestor of two commits; None when they share none, or it was cut off."""
        return self._objects.merge_base(one, other)

    def origins(self, head: str, path: str, holds: Callable[[bytes], bool]) -> "Origins":
        """Find the commits at or before `head` that brought into a file what `holds` knows, along all parents."""
        from sync.gitrepo.origins import origins  # noqa: PLC0415 (only where history is read)

        found = origins(self._objects, head, path, holds)
        cut = self.is_shallow and not all(one.parents for one in found.found)
        return replace(found, whole=found.whole and not cut)

    def begin_comparing(self, base: str) -> None:
        """Let git look for where HEAD left `base` before `fork_point` is asked."""
        if PLAIN_REV.fullmatch(base) and ".." not in base:
            self._begin(*parting(base))

    def begin_texts(self, base: str, paths: Sequence[str]) -> None:
        """Let git look for what `texts` will be asked of the commit where HEAD left `base`."""
        if PLAIN_REV.fullmatch(base) and ".." not in base:
            with suppress(GitRefusedError):
                self._parting = base, parted(self._ask(*parting(base)))
        if self._parting[1]:
            self._begin(*entries_at(self._parting[1][1], paths))

    def end(self) -> None:
        """Wait for what git was asked, and nobody wanted."""
        self._ahead.end()

    def fork_point(self, base: str, head: str) -> str:
        """Give the commit where `head` left `base`. Raises `UserError` that says what to fetch in a shallow clone."""
        if self._parting[0] == base and self._parting[1][:1] == (head,):
            return self._parting[1][1]
        if PLAIN_REV.fullmatch(base):
            with suppress(GitRefusedError):
                told = self._ask("merge-base", f"{base}^{{commit}}", head).strip().decode("ascii", "replace")
                if COMMIT_ID.fullmatch(told):
                    return told
        try:
            other = self.resolve(base)
        except MissingError as error:
            raise UserError(error.message, self._how_to_get(base)) from error
        try:
            found = self.merge_base(other, head)
        except HoldfastError:
            found = None
        if found is None and self.is_shallow:
            remotes = self._objects.remotes()
            source = next((one for one in remotes if base.startswith(f"{one}/")), remotes[0] if remotes else "origin")
            raise UserError(
                f"this clone is shallow and does not reach back to where {head[:12]} left {base}",
                f"run `git fetch --unshallow {source}` (in GitHub Actions: `fetch-depth: 0` for actions/checkout)",
            )
        return found or other

    def texts(self, commit: str, paths: Sequence[str]) -> dict[str, bytes]:
        """Read the plain files among these paths of a commit, a few. Raises `MissingError`."""
        try:
            found = parse_tree_listing(self._ask(*entries_at(commit, paths)))
            return {path: self._ask("cat-file", "blob", blob) for path, blob in found.items()}
        except GitRefusedError:
            tree = self.commit_tree(commit)
            there = (path for path in paths if path in tree.files and tree.files[path].kind is FileKind.FILE)
            return {path: tree.read(path) for path in there}

    def _ask(self, *words: str) -> bytes:
        """Give what a reading git command says of this repository. Raises `GitRefusedError`."""
        return self._ahead.answer(f"--git-dir={self.git_dir}", *words, cwd=self.top or self.git_dir)

    def _begin(self, *words: str) -> None:
        """Start a reading git command about this repository, of which `_ask` is asked later."""
        self._ahead.begin(f"--git-dir={self.git_dir}", *words, cwd=self.top or self.git_dir)

    def missing(self, commit: str, under: str = "") -> int:
        """Count the files of a commit whose content is not here, as in a partial clone."""
        return sum(not self._objects.has(blob) for blob in {file.blob for file in self._plain(commit, under)})

    def _plain(self, commit: str, under: str) -> Iterator[SourceFile]:
        files = self._objects.entries(commit, under)[0].values()
        return (file for file in files if file.kind is not FileKind.SUBMODULE)

    @property
    def is_partial(self) -> bool:
        """Whether contents were left out when it was cloned, to be fetched when git wants them."""
        try:
            if b"promisor" not in (self._common / "config").read_bytes():
                return False
        except OSError:
            return False
        return any(self._objects.setting(f"remote.{name}.promisor") == "true" for name in self._objects.remotes())

    def _how_to_get(self, base: str) -> str:
        """Say which fetch brings a revision that is not here."""
        deep = "--unshallow " if self.is_shallow else ""
        remotes = self._objects.remotes()
        remote, _, branch = base.partition("/")
        if not remotes or not PLAIN_NAME.fullmatch(base):
            return "`git branch --all` lists the branches there are; a remote one is named like origin/main"
        if branch and remote in remotes:
            fetch_it = f"git fetch {deep}{remote} +refs/heads/{branch}:refs/remotes/{remote}/{branch}"
            return f"run `{fetch_it}`, then check again"
        if COMMIT_ID.fullmatch(base):
            return f"run `git fetch {deep}{remotes[0]} {base}`, then check again"
        there = f"{remotes[0]}/{base}"
        if self._objects.is_commit(there):
            return f"did you mean {there}?"
        fetch_it = f"git fetch {deep}{remotes[0]} +refs/heads/{base}:refs/remotes/{there}"
        return f"if it is a branch, run `{fetch_it}`, then check with --base {there}"


def parting(base: str) -> tuple[str, ...]:
    """Ask git where HEAD left another branch, and which commit HEAD is, in one."""
    return ("rev-parse", f"{base}^{{commit}}...HEAD")


def parted(told: bytes) -> tuple[str, ...]:
    """Read what git says of `parting`: HEAD and the best common ancestor; nothing where there is none."""
    head, *others = told.decode("ascii", "replace").split() or [""]
    bases = [one[1:] for one in others if one.startswith("^")]
    return (head, bases[0]) if bases and all(map(COMMIT_ID.fullmatch, (head, bases[0]))) else ()


def entries_at(commit: str, paths: Sequence[str]) -> tuple[str, ...]:
    """Ask git what a commit has at some paths."""
    return ("ls-tree", "-z", "--full-tree", commit, "--", *paths)
