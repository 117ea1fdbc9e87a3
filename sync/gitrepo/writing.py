"""Writes commits into a bare repository, without a work tree, and pushes them. Never forces a branch of others.

Only the files that change are written, and the folders above them. A commit is made of what it says alone, times
included: made again it is the same commit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from specs.errors import UnavailableError, UserError
from sync.gitrepo.fetching import NO_PROMPTS, FetchRules, reaching, safe_url
from sync.gitrepo.objects import FOLDER, Objects, library, moment, raw

PLAIN = 0o100644
REJECTED = (
    "[rejected]",
    "[remote rejected]",
    "non-fast-forward",
    "stale info",
    "fetch first",
    "failed to push some refs",
)


class RejectedError(UnavailableError):
    """The other side did not take a push: its branch moved meanwhile, or its rules do not allow it."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Someone as a commit names them, and when."""

    name: str
    email: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """A commit to be made on a parent: files that move or go (old path to new, "" for none), then texts by path."""

    message: str
    author: Signature
    committer: Signature
    moves: tuple[tuple[str, str], ...]
    texts: Mapping[str, bytes]


def commit(objects: Objects, parent: str, draft: Draft) -> str:
    """Make a commit and give its id. Raises `UserError` where a file would stand on a folder."""
    git = library()
    repository = objects.handle
    before = repository[parent].peel(git.Commit)
    changes: dict[str, tuple[Any, int] | None] = {}
    for old, _ in draft.moves:
        changes[old] = None
    for old, new in draft.moves:
        if new:
            entry = before.tree[old]
            changes[new] = (entry.id, int(entry.filemode))
    for path, data in draft.texts.items():
        known = changes.get(path)
        changes[path] = (repository.create_blob(data), known[1] if known else _mode(before.tree, path))
    try:
        tree = _written(repository, before.tree, {tuple(path.split("/")): change for path, change in changes.items()})
    except (git.GitError, ValueError) as error:
        raise UserError(f"The files cannot be written: {error}", "Give one of the specs another path.") from error
    made = [_signature(one) for one in (draft.author, draft.committer)]
    root = tree if tree is not None else repository.TreeBuilder().write()
    return str(repository.create_commit(None, *made, draft.message, root, [before.id]))


def committed_at(objects: Objects, commit_id: str) -> datetime:
    """Say when a commit came to be."""
    return moment(objects.handle[commit_id].peel(library().Commit).commit_time)


def outside(objects: Objects, tips: Iterable[str], head: str) -> dict[str, tuple[str, ...]]:
    """Give the commits behind `head` that are behind none of some others, newest first, with their parents."""
    walker = objects.handle.walk(head, library().enums.SortMode.TOPOLOGICAL)
    for tip in tips:
        walker.hide(tip)
    return {str(one.id): tuple(str(parent) for parent in one.parent_ids) for one in walker}


def holds_all(objects: Objects, tip: str, head: str) -> bool:
    """Say whether `tip` has all that `head` changed since they parted, by whatever commits."""
    base = objects.merge_base(tip, head)
    if base is None:
        return False
    here, there = objects.tree_of(tip), objects.tree_of(head)
    diff = objects.tree_of(base).diff_to_tree(there)
    paths = {raw(side) for delta in diff.deltas for side in (delta.old_file, delta.new_file)}
    return all(objects.id_at(here, path) == objects.id_at(there, path) for path in paths)


def _signature(given: Signature) -> Any:
    offset = given.at.utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset is not None else 0
    return library().Signature(given.name, given.email, int(given.at.timestamp()), minutes, "utf-8")


def _mode(tree: Any, path: str) -> int:
    """Keep the mode of a file that is there."""
    try:
        return int(tree[path].filemode)
    except KeyError:
        return PLAIN


def _written(repository: Any, tree: Any, changes: Mapping[tuple[str, ...], tuple[Any, int] | None]) -> Any:
    """Write a tree with changes below it and give its id; None where nothing is left in it."""
    builder = repository.TreeBuilder(tree) if tree is not None else repository.TreeBuilder()
    below: dict[str, dict[tuple[str, ...], tuple[Any, int] | None]] = {}
    for (name, *rest), change in changes.items():
        if rest:
            below.setdefault(name, {})[tuple(rest)] = change
        elif change is not None:
            builder.insert(name, change[0], change[1])
        elif builder.get(name) is not None:
            builder.remove(name)
    for name, inside in below.items():
        found = builder.get(name)
        if found is not None and int(found.filemode) != FOLDER:
            if all(change is None for change in inside.values()):
                continue
            raise ValueError(f"{name} is a file, and would have to be a folder")
        made = _written(repository, repository[found.id] if found is not None else None, inside)
        if made is not None:
            builder.insert(name, made, FOLDER)
        elif found is not None:
            builder.remove(name)
    return builder.write() if len(builder) else None


def push(  # noqa: PLR0913 (what goes where, how)
    mirror: Path, url: str, rules: FetchRules, commit_id: str, branch: str, *, lease: str | None = None
) -> None:
    """Push a commit to a branch of `url`. Raises `RejectedError` where that is not taken, `UnavailableError` otherwise.

    With `lease` the branch is ours: it is put where we want it if it still is at that commit ("" for: not there yet).
    Without, it only ever goes forward.
    """
    address = safe_url(url, rules.allowed)
    env = {"GIT_SSH_COMMAND": "ssh -o BatchMode=yes", **rules.env, **NO_PROMPTS}
    env["GIT_ALLOW_PROTOCOL"] = ":".join(sorted(rules.allowed))
    name = f"refs/heads/{branch}"
    options: Sequence[str] = ("--quiet", "--no-verify", "--no-follow-tags", "--recurse-submodules=no", "--no-signed")
    if lease is not None:
        options = (*options, f"--force-with-lease={name}:{lease}")
    try:
        reaching(["push", *options, "--", address, f"{commit_id}:{name}"], mirror, env, rules)
    except UnavailableError as error:
        if any(word in error.message for word in REJECTED):
            raise RejectedError(error.message, error.hint) from error
        raise
