"""Where something in a file came from: the commits that brought it in, looked for along all parents.

Along first parents alone, what a branch brought would seem to begin where it was merged, and not where it was written.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from specs.errors import HoldfastError
from sync.gitrepo.objects import Objects, library

MAX_COMMITS = 20_000


@dataclass(frozen=True, slots=True)
class Origin:
    """A commit that has something which none of its parents has. `parents` are those that are here."""

    commit: str
    parents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Origins:
    """What was found. `whole` is False where the history is cut before it came to an end."""

    found: tuple[Origin, ...]
    whole: bool = True


def origins(objects: Objects, head: str, path: str, holds: Callable[[bytes], bool]) -> Origins:
    """Find the commits at or before `head` that brought into a file what `holds` knows; none where it is not there."""
    known: dict[str, bool] = {}

    def there(commit: str) -> bool | None:
        tree = objects.tree_of(commit)
        if tree is None:
            return None
        blob = objects.id_at(tree, path)
        if blob and blob not in known:
            try:
                known[blob] = holds(objects.blob(blob))
            except HoldfastError:
                return None
        return bool(blob) and known[blob]

    found: list[Origin] = []
    seen, waiting, whole = {head}, [head] if there(head) else [], True
    while waiting and len(seen) < MAX_COMMITS:
        commit = waiting.pop()
        present = [(parent, there(parent)) for parent in parents_of(objects, commit)]
        whole = whole and all(has is not None for _, has in present)
        here = [parent for parent, has in present if has is not None]
        bringing = [parent for parent, has in present if has]
        if not bringing:
            found.append(Origin(commit, tuple(here)))
        waiting += _new(bringing, seen)
    return Origins(tuple(found), whole and not waiting)


def parents_of(objects: Objects, commit: str) -> tuple[str, ...]:
    """Name the parents of a commit, those that a shallow clone lacks too."""
    git = library()
    try:
        this: Any = objects.handle[commit].peel(git.Commit)
    except (KeyError, git.GitError):
        return ()
    return tuple(str(parent) for parent in this.parent_ids)


def _new(commits: Iterable[str], seen: set[str]) -> list[str]:
    fresh = [commit for commit in commits if commit not in seen]
    seen.update(fresh)
    return fresh
