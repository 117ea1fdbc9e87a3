"""What a synchronisation has to do, decided from values: which commits, which specs, whose doing. Pure."""

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from specs.paths import path_key
from specs.places import DEFAULT_FOLDERS, folders_of
from specs.reach import NOWHERE_NAMED, Reach

WINDOW = 30
LFS = "version https://git-lfs.github.com/spec/"
AGENTS = r"claude|codex|copilot|cursor|devin|gemini|aider|openhands|windsurf|jules|amp|agent"
TRAILER = re.compile(
    rf"^(?:co-authored-by|generated-by|assisted-by|agent|generated with):?[^\n]*\b(?:{AGENTS})\b|^agent:\s*\S"
    r"|^holdfast-provenance:\s*inferred",
    re.IGNORECASE | re.MULTILINE,
)
BOT = re.compile(rf"\[bot\]|^(?:{AGENTS})$|\bnoreply@(?:anthropic|openai|cursor)\.com$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """New commits of a branch, oldest first: `older` are only imported from, `recent` are evaluated one by one."""

    older: tuple[str, ...]
    recent: tuple[str, ...]


def cut(commits: Sequence[str], window: int = WINDOW) -> Line:
    """Split new commits into those too many to evaluate and the last ones."""
    start = max(len(commits) - window, 0)
    return Line(tuple(commits[:start]), tuple(commits[start:]))


def spec_path(folders: Iterable[str], prefix: str, path: str, packages: Mapping[str, str] | None = None) -> str:
    """Give the place in the project of a file of a repository: relative to its folder, below the binding's prefix.

    `packages` has the package of each folder that lies beside one: its specs stand below its name.
    """
    inside = [folder for folder in folders if not folder or path.startswith(folder + "/")]
    folder = max(inside, key=len, default="")
    relative = path[len(folder) + 1 :] if folder else path
    if packages and folder in packages:
        relative = f"{packages[folder]}/{relative}"
    return f"{prefix}/{relative}" if prefix else relative


def packages_of(folders: Sequence[str], root: str = "") -> dict[str, str]:
    """Give the package, below the root, of each folder of several that lies in one of the usual places there."""
    usual = sorted((one for place in DEFAULT_FOLDERS for one in folders_of(place)), key=len, reverse=True)
    found = {}
    for folder in folders if len(folders) > 1 else ():
        relative = folder.removeprefix(f"{root}/" if root else "")
        place = next((one for one in usual if relative == one or relative.endswith(f"/{one}")), relative)
        if relative != place:
            found[folder] = relative.removesuffix(f"/{place}")
    return found


@dataclass(frozen=True, slots=True)
class SpecHead:
    """A spec as an evaluation reads it. `unconfirmed` are the lines of statements that await a person.

    A `guest` is at home in another repository, and speaks about this one only where it names it.
    """

    id: UUID
    path: str
    revision: str
    unconfirmed: tuple[int, ...] = ()
    reach: Reach = NOWHERE_NAMED
    guest: bool = False


def governing(
    heads: Iterable[SpecHead],
    owners: Mapping[UUID, Collection[UUID]],
    prefixes: Mapping[UUID, str],
    repository: UUID,
    names: Collection[str] = (),
) -> tuple[SpecHead, ...]:
    """Choose the specs that speak about a repository, which goes by these `names`.

    A spec that came out of a repository is at home there. Any other is at home in those whose binding's prefix is the
    longest one above its path. A spec that names a repository where it is not at home is a guest there.
    """
    chosen = []
    for head in heads:
        if at_home(head, owners, prefixes, repository):
            chosen.append(head)
        elif names and head.reach.governs(names, home=False):
            chosen.append(replace(head, guest=True))
    return tuple(sorted(chosen, key=lambda head: head.path))


def at_home(
    head: SpecHead, owners: Mapping[UUID, Collection[UUID]], prefixes: Mapping[UUID, str], repository: UUID
) -> bool:
    """Say whether a spec is at home in a repository."""
    mine = owners.get(head.id)
    if mine:
        return repository in mine
    fitting = {ref: prefix for ref, prefix in prefixes.items() if not prefix or head.path.startswith(prefix + "/")}
    longest = max((len(prefix) for prefix in fitting.values()), default=0)
    return repository in fitting and len(fitting[repository]) == longest


def specs_digest(heads: Iterable[SpecHead], decided: Iterable[str] = ()) -> str:
    """Name a set of spec revisions, with what in them awaits a person, and what was `decided` on claims of the lock."""
    lines = sorted(f"{head.path}\0{head.id}\0{head.revision}{_waiting(head)}\n" for head in heads)
    return hashlib.sha256("".join([*lines, *decided]).encode("utf-8", "backslashreplace")).hexdigest()


def _waiting(head: SpecHead) -> str:
    return "".join(f"\0{line}" for line in head.unconfirmed)


def changed_specs(before: Mapping[str, str], heads: Iterable[SpecHead]) -> tuple[frozenset[UUID], frozenset[UUID]]:
    """Compare the heads a check read with those of now: specs that are new or moved, and specs that are gone."""
    after = {str(head.id): head.revision for head in heads}
    moved = frozenset(UUID(ref) for ref, revision in after.items() if before.get(ref) != revision)
    return moved, frozenset(UUID(ref) for ref in before.keys() - after.keys())


def paired(changes: Sequence[tuple[str, str, str]], place: Callable[[str], str]) -> tuple[tuple[str, str, str], ...]:
    """Give (path, blob, old path) of a commit's changes with renames that only their places tell of.

    A file that goes while another comes to the same place, in another spelling or from another folder, was renamed.
    """
    gone = {path_key(place(path)): path for path, blob, _ in changes if not blob}
    found = []
    for path, blob, old in changes:
        before = gone.pop(path_key(place(path)), "") if blob and not old else ""
        found.append((path, blob, old or before))
    taken = {old for _, _, old in found if old}
    return tuple(change for change in found if change[1] or change[0] not in taken)


def speaks_of_agent(author: str, email: str, message: str) -> bool:
    """Say whether a commit's own words tell of an agent. They can only lower trust, so a false one does no harm."""
    return bool(BOT.search(author) or BOT.search(email) or TRAILER.search(message))


def free_prefix(wanted: str | None, name: str, taken: Collection[str]) -> str:
    """Choose where a repository's specs stand in its project: at the top, or below its name if another is there."""
    if wanted is not None:
        return wanted.strip("/")
    return name if "" in taken else ""
