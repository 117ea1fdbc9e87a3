"""The past of a tree as a list of steps, and what became of the names in it. Pure: steps in, fates out.

A step is one commit along the first parents: which lines that declare names it took away and brought, by file, and
which files. A name is gone when product code declared it once and none does now; where that came to nothing is the
step that removed it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from drift.mentions.product import SEEDS, family, is_product
from drift.mentions.references import Reference, folded
from specs.values import dataclass, field

Alive = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Step:
    """One commit: `names` gives, by path, how many lines more or fewer declare each name; `at` is in seconds.

    The files on disk, as far as they differ from the last commit, are a step with no `commit`.
    """

    commit: str
    at: int
    subject: str
    names: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fate:
    """Where a name came to an end: the number of the step, and the files that had it just before."""

    step: int
    was: tuple[str, ...]


class Chronicle:
    """All steps, oldest first, asked about references. Paths are relative to the root that is checked."""

    def __init__(self, steps: Sequence[Step], asked: Iterable[Reference]) -> None:
        self.steps = steps
        wanted = {name for reference in asked for name in (*reference.names, reference.qualifier)}
        self._events: dict[str, list[tuple[int, str, int]]] = {}
        for number, step in enumerate(steps):
            for path, names in step.names.items():
                for name in wanted & names.keys():
                    self._events.setdefault(name, []).append((number, path, names[name]))

    def fate(self, reference: Reference) -> Fate | None:
        """Say where what a reference names came to an end; None where it is there, or never was the tree's own."""
        if reference.form == "path":
            return self._path_fate(reference.text)
        found = self._name_fate(reference)
        if found is None or not self._is_own(reference, found):
            return None
        return found

    def has(self, reference: Reference) -> bool:
        """Say whether what a reference names is there at the last step, as far as the steps tell."""
        if reference.form == "path":
            return f"/{reference.text}/" in self._now or f"/{reference.text}." in self._now
        alive: Counter[str] = Counter()
        for name in reference.names:
            for _, path, lines in self._events.get(name, ()):
                alive[path] += lines
        return any(lines > 0 for lines in alive.values())

    def paths_before(self, step: int) -> frozenset[str]:
        """Give the files that were there just before a step."""
        there: set[str] = set()
        for one in self.steps[:step]:
            there.difference_update(one.removed)
            there.update(one.added)
        return frozenset(there)

    def _name_fate(self, reference: Reference) -> Fate | None:
        events = sorted(event for name in reference.names for event in self._events.get(name, ()))
        alive: Counter[str] = Counter()
        fate, place = None, 0
        while place < len(events):
            step = events[place][0]
            before = tuple(sorted(path for path, lines in alive.items() if lines > 0))
            while place < len(events) and events[place][0] == step:
                alive[events[place][1]] += events[place][2]
                place += 1
            if before and not any(lines > 0 for lines in alive.values()):
                fate = Fate(step, before)
        return None if any(lines > 0 for lines in alive.values()) else fate

    def _is_own(self, reference: Reference, fate: Fate) -> bool:
        """Say whether it was this definition that the reference named."""
        if reference.form == "package":
            return any(family(path) == "manifest" for path in fate.was)
        if reference.form == "flag" and "-" not in reference.text[2:]:
            return folded(reference.text.rpartition(".")[2]) not in self._declared_now
        word = reference.qualifier
        if not word:
            return True
        plain = folded(word)
        if any(plain in folded(path) for path in fate.was):
            return True
        return any(path in fate.was for _, path, _ in self._events.get(word, ()))

    @cached_property
    def _declared_now(self) -> frozenset[str]:
        """Every name that is declared now, folded: an option may be built from a field, a key or a parameter."""
        alive: Counter[str] = Counter()
        for step in self.steps:
            for names in step.names.values():
                for name, lines in names.items():
                    alive[name] += lines
        return frozenset(folded(name.removeprefix('"')) for name, lines in alive.items() if lines > 0)

    def _path_fate(self, text: str) -> Fate | None:
        wanted = text.removeprefix("../")
        while wanted.startswith("../"):
            wanted = wanted.removeprefix("../")
        if not wanted or "*" in wanted or f"/{wanted}/" in self._now or f"/{wanted}." in self._now:
            return None
        if f"/{wanted}/" not in self._ever:
            return None
        there: set[str] = set()
        fate = None
        for number, step in enumerate(self.steps):
            before = tuple(sorted(there)) if there else ()
            there.difference_update(step.removed)
            there.update(path for path in step.added if f"/{wanted}/" in f"/{path}/")
            if before and not there:
                fate = Fate(number, before)
        return fate if fate and not there and _is_path_of_tree(wanted, fate.was) else None

    @cached_property
    def _now(self) -> str:
        return _joined(self.paths_before(len(self.steps)))

    @cached_property
    def _ever(self) -> str:
        return _joined({path for step in self.steps for path in step.added})


def _joined(paths: Iterable[str]) -> str:
    """Lay paths out so that a look-up is one search: each between slashes, a line each."""
    return "\n".join(f"/{path}/" for path in sorted(paths))


def _is_path_of_tree(wanted: str, was: Sequence[str]) -> bool:
    """Say whether the text means files of the tree: in full from the root, or the end of a path outside fixtures.

    A bare file name means a file only where just one file of the product was so called: others are conventions.
    """
    own = [path for path in was if f"{path}/".startswith(f"{wanted}/") or SEEDS.search(path) is None]
    if "/" in wanted:
        return bool(own)
    return len(own) == 1 and is_product(own[0])


def relative(steps: Iterable[Step], under: str, excludes: Callable[[str], bool]) -> list[Step]:
    """Give the steps with the paths below the folder `under` alone, relative to it, without what is excluded."""
    prefix = f"{under}/" if under else ""
    left_out: dict[str, bool] = {}

    def inside(path: str) -> bool:
        if path not in left_out:
            left_out[path] = not path.startswith(prefix) or excludes(path[len(prefix) :])
        return not left_out[path]

    steps = list(steps)
    if not prefix and all(inside(path) for step in steps for path in (*step.names, *step.added, *step.removed)):
        return steps
    cut = len(prefix)
    return [
        Step(
            step.commit,
            step.at,
            step.subject,
            {path[cut:]: names for path, names in step.names.items() if inside(path)},
            tuple(path[cut:] for path in step.added if inside(path)),
            tuple(path[cut:] for path in step.removed if inside(path)),
        )
        for step in steps
    ]
