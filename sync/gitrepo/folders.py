"""The history of some folders of a repository: which commit put or removed which file, oldest first, renames followed.

Serves the import of specs. Walks first parents; where a merge brings the work of a side branch, and nobody touched the
file on the main line meanwhile, the side branch's own commits are given for it, so that its authors keep their words.
Reads only trees whose id changed. Follows no link and no submodule.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from drift.source import FileKind
from sync.gitrepo.objects import FOLDER, LINK, MODULE, Objects, library, raw

MAX_SIDE_COMMITS = 500


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file of a folder, changed: `blob` is "" when it was removed, `old_path` set when it was moved."""

    path: str
    blob: str
    old_path: str = ""


@dataclass(frozen=True, slots=True)
class Authored:
    """A commit as the author of changes. `at` is the author's time, `committed` the committer's.

    `committer` is the committer's address, `signature` what the commit was signed with and the bytes that were signed.
    A merge with changes of its own has `behind` it the (author, email, message) of each commit that they may come from;
    None where nobody can say.
    """

    id: str
    parents: tuple[str, ...]
    author: str
    email: str
    at: datetime
    committed: datetime
    message: str
    changes: tuple[FileChange, ...] = field(default=())
    committer: str = ""
    signature: tuple[str, bytes] | None = None
    behind: tuple[tuple[str, str, str], ...] | None = ()


class Folders:
    """Looks at some folders ("" is the whole tree) of one repository, at files whose name ends in `suffix`."""

    def __init__(self, objects: Objects, folders: Sequence[str], suffix: str = ".md") -> None:
        self._objects = objects
        self._folders = tuple(folders)
        self._suffix = suffix

    def within(self, folders: Sequence[str]) -> "Folders":
        """Look at other folders of the same repository."""
        return Folders(self._objects, folders, self._suffix)

    def line(self, head: str, since: str = "") -> tuple[list[str], bool]:
        """Give first parents up to `head`, oldest first, without `since` and what is before it.

        The flag says that `since` is on the line (or was not given); if not, history was rewritten, and the line
        begins where the two histories part.
        """
        stops = {since}
        if since and not self.on_line(head, since):
            base = self._base(since, head)
            stops = set() if base is None else {base} | self._ancestors_on_line(base)
        commits: list[str] = []
        for commit in self._objects.log(head):
            if commit.id in stops:
                return commits[::-1], since in stops
            commits.append(commit.id)
        return commits[::-1], not since

    def on_line(self, head: str, commit: str) -> bool:
        """Say whether `commit` is `head` or one of its first parents."""
        return any(one.id == commit for one in self._objects.log(head))

    def _ancestors_on_line(self, base: str) -> set[str]:
        return {one.id for one in self._objects.log(base)}

    def _base(self, one: str, other: str) -> str | None:
        try:
            return self._objects.merge_base(one, other)
        except (KeyError, ValueError, library().GitError):
            return None

    def commits(self, ids: Sequence[str]) -> Iterator[Authored]:
        """Give each commit of a line with its changes; before a merge, the side commits that explain it."""
        for commit in ids:
            yield from self._explained(self.describe(commit))

    def describe(self, commit: str) -> Authored:
        """Read one commit and what it changed in the folders against its first parent."""
        found = self._commit(commit)
        try:
            parent = found.parents[0] if found.parents else None
        except (KeyError, library().GitError):  # a shallow clone ends here: the commit stands for all before it
            parent = None
        changes = self.changes(parent.tree if parent is not None else None, found.tree)
        return Authored(
            id=str(found.id),
            parents=tuple(str(parent) for parent in found.parent_ids),
            author=text(found.author.raw_name),
            email=text(found.author.raw_email),
            at=moment(found.author.time, found.author.offset),
            committed=moment(found.commit_time, found.commit_time_offset),
            message=text(found.raw_message),
            changes=changes,
            committer=text(found.committer.raw_email),
            signature=signature_of(found),
        )

    def _commit(self, commit: str) -> Any:
        return self._objects.handle[commit].peel(library().Commit)

    def changes(self, before: Any, after: Any) -> tuple[FileChange, ...]:
        """Compare the folders of two trees (`before` None: against nothing); sorted by path, removals last."""
        found: list[FileChange] = []
        for folder in self._folders:
            old, new = self._subtree(before, folder), self._subtree(after, folder)
            if old is None and new is None:
                continue
            if old is not None and new is not None and old.id == new.id:
                continue
            found.extend(self._compare(folder, old, new))
        return tuple(sorted(found, key=lambda change: (change.blob == "", change.path)))

    def _subtree(self, tree: Any, folder: str) -> Any:
        if tree is None:
            return None
        try:
            entry = tree[folder] if folder else tree
        except KeyError:
            return None
        inside = not folder or int(entry.filemode) == FOLDER
        return self._objects.check_tree(entry) if inside else None

    def _compare(self, folder: str, old: Any, new: Any) -> Iterator[FileChange]:
        if old is not None:
            diff = old.diff_to_tree(new) if new is not None else old.diff_to_tree()
        else:
            diff = new.diff_to_tree(swap=True)
        diff.find_similar()
        prefix = f"{folder}/" if folder else ""
        renamed = library().enums.DeltaStatus.RENAMED
        for delta in diff.deltas:
            was, now = prefix + raw(delta.old_file), prefix + raw(delta.new_file)
            kept, known = self._is_spec(now, delta.new_file), self._is_spec(was, delta.old_file)
            if delta.status == renamed and kept and known:
                yield FileChange(now, str(delta.new_file.id), was)
            elif kept:
                yield FileChange(now, str(delta.new_file.id))
                if delta.status == renamed and known:
                    yield FileChange(was, "")
            elif known:
                yield FileChange(was, "")

    def _is_spec(self, path: str, side: Any) -> bool:
        mode = int(side.mode)
        return mode not in {0, LINK, MODULE, FOLDER} and path.endswith(self._suffix)

    def _explained(self, merge: Authored) -> Iterator[Authored]:
        """Give the side commits behind a merge, then the merge with what they leave unexplained."""
        if len(merge.parents) == 2 and merge.changes:  # noqa: PLR2004 (an octopus is taken as it is)
            side = self._side(merge)
            yield from side
            told = {change.path: change.blob for commit in side for change in commit.changes}
            rest = tuple(change for change in merge.changes if told.get(change.path) != change.blob)
            merge = replace(merge, changes=rest, behind=self._behind(merge) if rest else ())
        elif len(merge.parents) > 2:  # noqa: PLR2004 (an octopus)
            merge = replace(merge, behind=None)
        yield merge

    def _behind(self, merge: Authored) -> tuple[tuple[str, str, str], ...] | None:
        """Say whose commits a merge brings in; None where they are too many, or not all there."""
        ids = self._side_ids(merge)
        if ids is None:
            return None
        found = (self._commit(commit) for commit in ids)
        return tuple((text(one.author.raw_name), text(one.author.raw_email), text(one.raw_message)) for one in found)

    def _side(self, merge: Authored) -> list[Authored]:
        """Give the side branch's commits, oldest first, with changes of files that only the side branch touched."""
        main, tip = merge.parents
        base = self._base(main, tip)
        if base is None:
            return []
        here = self.changes(self._commit(base).tree, self._commit(main).tree)
        blocked = {path for change in here for path in (change.path, change.old_path)}
        wanted = {path for change in merge.changes for path in (change.path, change.old_path) if path} - blocked
        found: list[Authored] = []
        for commit in reversed(self._side_ids(merge) or []):
            one = self.describe(commit)
            if len(one.parents) > 1:
                continue
            changes = tuple(change for change in one.changes if {change.path, change.old_path} - {""} <= wanted)
            if changes:
                found.append(replace(one, changes=changes))
        return found

    def _side_ids(self, merge: Authored) -> list[str] | None:
        """Name the commits of the side branch, newest first; None where they are too many, or not all there."""
        main, tip = merge.parents
        walker = self._objects.handle.walk(tip, library().enums.SortMode.TOPOLOGICAL)
        walker.hide(main)
        try:
            ids = [str(commit.id) for commit, _ in zip(walker, range(MAX_SIDE_COMMITS + 1), strict=False)]
        except library().GitError:
            return None
        return ids if len(ids) <= MAX_SIDE_COMMITS else None

    def fork(self, one: str, other: str) -> str:
        """Name the commit where two lines part; "" where they share nothing that is here."""
        return self._base(one, other) or ""

    def bringing(self, head: str, paths: Sequence[str]) -> list[Authored]:
        """Give the commits that brought files as they are at `head`, newest first, each with those alone."""
        ids = self._objects.first_parents(head)
        found: dict[int, list[FileChange]] = {}
        seen: set[str] = set()
        for place, path, blob in self._objects.versions(ids, paths):
            if path not in seen:
                seen.add(path)
                found.setdefault(place, []).append(FileChange(path, blob))
        return [replace(self.describe(ids[place]), changes=tuple(found[place])) for place in sorted(found)]

    def submodules(self, commit: str) -> tuple[str, ...]:
        """Name the submodules that are, or lie in, the folders: what is in them is not read."""
        found: list[str] = []
        tree = self._objects.tree_of(commit)
        for folder in self._folders:
            try:
                entry = tree[folder] if folder else None
            except KeyError:
                continue
            if entry is not None and int(entry.filemode) == MODULE:
                found.append(folder)
                continue
            start = f"{folder}/" if folder else ""
            files = self._objects.entries(commit, folder)[0].values()
            found += [start + one.path for one in files if one.kind is FileKind.SUBMODULE]
        return tuple(sorted(found))

    def occupied(self, commit: str) -> frozenset[str]:
        """Give every path of a commit in the folders, whatever is there."""
        found: set[str] = set()
        for folder in self._folders:
            start = f"{folder}/" if folder else ""
            found.update(start + path for path in self._objects.entries(commit, folder)[0])
        return frozenset(found)

    def listing(self, commit: str) -> dict[str, str]:
        """Give every spec file of a commit: path to blob id."""
        return {change.path: change.blob for change in self.changes(None, self._commit(commit).tree)}


def signature_of(found: Any) -> tuple[str, bytes] | None:
    """Give a commit's signature and what was signed; None where it has none."""
    try:
        armored, payload = found.gpg_signature
    except (KeyError, ValueError, library().GitError):
        return None
    return None if armored is None else (text(armored), bytes(payload))


def moment(seconds: int, offset: int) -> datetime:
    """Make a time of what a commit says; a nonsensical one becomes the nearest that can be kept."""
    bounded = min(max(seconds, 0), 253_402_300_799)
    return datetime.fromtimestamp(bounded, timezone(timedelta(minutes=offset)) if abs(offset) < 1440 else UTC)  # noqa: PLR2004 (minutes of a day)


def text(given: bytes | None) -> str:
    """Decode what a commit says, whatever its bytes; characters that no storage takes are replaced."""
    return (given or b"").decode("utf-8", "replace").replace("\0", "\ufffd")


def branches(objects: Objects) -> dict[str, str]:
    """Give the branches of a repository: name to commit, by name."""
    found: dict[str, str] = {}
    handle = objects.handle
    for name in sorted(handle.raw_listall_references()):
        short = name.decode("utf-8", "surrogateescape").removeprefix("refs/heads/")
        if len(short) != len(name):
            with suppress(KeyError, ValueError, library().GitError):  # a reference to what is not there
                found[short] = str(handle.lookup_reference(name.decode()).peel(library().Commit).id)
    return found
