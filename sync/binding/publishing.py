"""What has to be written to a repository so that it holds what the server does, decided from values. Pure.

The branch has files, the server has specs; both agree up to a revision of each. What git brought and nobody took in yet
(a conflict, a proposal that waits) is never written over: such a spec is held back, and told.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from specs.paths import path_key
from sync.binding.bindings import Held, SpecFile
from sync.binding.plan import spec_path


@dataclass(frozen=True, slots=True)
class Standing:
    """A spec as the server has it. `agreed` is the revision up to which git has it; `waits` says what git waits for."""

    spec: UUID
    place: str
    head: str
    agreed: str | None
    active: bool = True
    waits: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one file: `path` is where it will be ("" where it goes), `old` where it is ("" where it is new).

    `text` says that its spec has words that the file has not.
    """

    spec: UUID
    path: str
    old: str
    text: bool

    @property
    def moves(self) -> bool:
        """Whether a file that is there stands elsewhere afterwards, or nowhere."""
        return bool(self.old) and self.old != self.path


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is to be written, by path, and what is held back."""

    changes: tuple[Change, ...] = ()
    held: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """Where specs lie in a repository and where they stand in the project."""

    folders: tuple[str, ...]
    prefix: str
    packages: Mapping[str, str] = field(default_factory=dict)

    def place(self, path: str) -> str:
        """Give the place in the project of a file."""
        return spec_path(self.folders, self.prefix, path, self.packages)

    def covers(self, place: str) -> bool:
        """Say whether a place in the project is below the binding's prefix."""
        return not self.prefix or place.startswith(self.prefix + "/")

    def path(self, place: str, near: Iterable[str]) -> str:
        """Give the file for a place: in the folder of the paths that are nearest to it; "" where there is none."""
        if not self.covers(place) or not self.folders:
            return ""
        relative = place[len(self.prefix) + 1 :] if self.prefix else place
        folder = max(self.folders, key=lambda one: (_nearness(one, relative, near), -self.folders.index(one)))
        path = f"{folder}/{relative}" if folder else relative
        return path if self.place(path) == place else ""


def _nearness(folder: str, relative: str, near: Iterable[str]) -> tuple[int, int]:
    """Say how many folders a place shares with a file of a folder, and how many such files there are."""
    start = f"{folder}/" if folder else ""
    wanted = relative.split("/")[:-1]
    shared = [_shared(wanted, path[len(start) :].split("/")[:-1]) for path in near if path.startswith(start)]
    return max(shared, default=-1), len(shared)


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def plan(
    layout: Layout, files: Iterable[SpecFile], standings: Iterable[Standing], occupied: Collection[str] = ()
) -> Plan:
    """Say what to write. `files` are those of the branch as taken in, `standings` the specs that belong there.

    `occupied` are all other paths of the branch, whatever they are.
    """
    known = tuple(files)
    of_spec = {file.spec: file for file in known if file.spec is not None}
    paths = tuple(file.path for file in known)
    found: list[Change] = []
    held: list[Held] = []
    for one in sorted(standings, key=lambda standing: (standing.place, str(standing.spec))):
        file = of_spec.get(one.spec)
        if file is None and not one.active:
            continue
        why = one.waits or (file.problem if file is not None else "")
        change = _change(layout, one, file, paths)
        if change is None and not one.waits:
            continue
        if why or change is None or (not change.path and one.active):
            told = why or "It stands outside of what the repository is bound to."
            held.append(Held(file.path if file is not None else one.place, told))
            continue
        found.append(change)
    free, taken = _settled(found, {*paths, *occupied})
    return Plan(tuple(sorted(free, key=lambda change: (change.path, change.old))), (*held, *taken))


def _change(layout: Layout, one: Standing, file: SpecFile | None, paths: Sequence[str]) -> Change | None:
    """Say what a spec asks for; None where its file is as it should be. An active one without a path has no place."""
    if file is None:
        return Change(one.spec, layout.path(one.place, paths), "", text=True)
    if not one.active:
        return Change(one.spec, "", file.path, text=False)
    text = one.head != one.agreed
    if layout.place(file.path) == one.place:
        return Change(one.spec, file.path, file.path, text=text) if text else None
    wanted = layout.path(one.place, (file.path,))
    return Change(one.spec, wanted, file.path, text=text)


def _settled(changes: Sequence[Change], there: Collection[str]) -> tuple[list[Change], list[Held]]:
    """Hold back what would write over a file that stays, until what is left fits together."""
    left: list[Change] = list(changes)
    held: list[Held] = []
    while True:
        vacated = {change.old for change in left if change.moves}
        stays = {path_key(path) for path in there if path not in vacated}
        folders = {folder for path in stays for folder in _above(path)}
        taken = [change for change in left if change.path != change.old and _hits(change.path, stays, folders)]
        wanted: dict[str, list[Change]] = {}
        for change in left:
            if change.path:
                wanted.setdefault(path_key(change.path), []).append(change)
        taken += [change for same in wanted.values() for change in same[1:] if change not in taken]
        if not taken:
            return left, held
        for change in taken:
            left.remove(change)
            held.append(Held(change.old or change.path, f"There is a file {change.path} already, which is another's."))


def _hits(path: str, stays: Collection[str], folders: Collection[str]) -> bool:
    key = path_key(path)
    return bool(path) and (key in stays or key in folders or any(above in stays for above in _above(key)))


def _above(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def plan_name(lines: Iterable[str]) -> str:
    """Name what a push is made of, so that the same is not made twice."""
    return hashlib.sha256("\n".join(lines).encode("utf-8", "backslashreplace")).hexdigest()


def belonging(
    standings: Iterable[Standing],
    owners: Mapping[UUID, Collection[UUID]],
    prefixes: Mapping[UUID, str],
    repository: UUID,
) -> tuple[Standing, ...]:
    """Choose the specs that are written to a repository.

    Those that have a file there; and those without a file anywhere whose place is below the binding's prefix, where no
    other repository that is published to has one as long or longer.
    """
    mine = prefixes[repository]
    chosen = []
    for one in standings:
        owning = owners.get(one.spec)
        if owning:
            if repository in owning:
                chosen.append(one)
            continue
        fitting = [ref for ref, prefix in prefixes.items() if not prefix or one.place.startswith(prefix + "/")]
        best = [ref for ref in fitting if len(prefixes[ref]) >= len(mine)]
        if best == [repository]:
            chosen.append(one)
    return tuple(chosen)
