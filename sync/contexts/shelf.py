"""The passages of a project's specs, ready to be ranked: kept between questions, changed spec by spec. Pure.

What a passage scores depends on the passages alone, never on the order in which they came. A passage that goes leaves
a gap; when gaps are many the rows are made anew.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from specs.document import Document
from specs.values import dataclass, field
from sync.contexts.postings import Postings
from sync.contexts.terms import pairs, words
from sync.contexts.units import Unit, units

LEAST_GAPS = 1_000
FIELDS = ("text", "pairs", "heading", "title", "whole")


@dataclass(frozen=True, slots=True)
class Volume:
    """One spec on the shelf at one revision; `row` numbers it, `rows` its passages."""

    path: str
    revision: str
    row: int
    rows: range
    title: str
    covers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in terms: of all its words, of their pairs, and of its title (the first line) alone.

    `length` counts the words of the task itself.
    """

    words: Counter[str]
    pairs: Counter[str]
    title: Counter[str]
    length: int

    @classmethod
    def of(cls, task: str, more: Iterable[str] = ()) -> "Asked":
        """Read a task, and what else is to be looked for, such as paths."""
        title = task.strip().split("\n", 1)[0]
        own = words(task)
        return cls(Counter([*own, *words(" ".join(more))]), Counter(pairs(task)), Counter(words(title)), len(own))


@dataclass(slots=True)
class _Fields:
    text: Postings = field(default_factory=Postings)
    pairs: Postings = field(default_factory=Postings)
    heading: Postings = field(default_factory=Postings)
    title: Postings = field(default_factory=Postings)
    whole: Postings = field(default_factory=Postings)


class Shelf:
    """Passages by row. `units[row]` is None where one went."""

    def __init__(self) -> None:
        self.units: list[Unit | None] = []
        self.digests: list[str] = []
        self.binding: list[bool] = []
        self.volume_of: list[int] = []
        self.volumes: list[Volume | None] = []
        self.mentions: dict[str, set[int]] = {}
        self._by_path: dict[str, Volume] = {}
        self._fields = _Fields()
        self._gaps = 0

    @property
    def alive(self) -> int:
        """Count the passages."""
        return len(self.units) - self._gaps

    @property
    def revisions(self) -> Mapping[str, str]:
        """Give the revision of each spec that is on the shelf, by path."""
        return {path: volume.revision for path, volume in self._by_path.items()}

    def revision(self, path: str) -> str:
        """Give the revision of a spec that is on the shelf; "" where it is not."""
        volume = self._by_path.get(path)
        return volume.revision if volume else ""

    def volume(self, row: int) -> Volume:
        """Give the spec of a passage that is there."""
        found = self.volumes[self.volume_of[row]]
        if found is None:
            msg = "the row is empty"
            raise LookupError(msg)
        return found

    def units_of(self, path: str) -> list[Unit]:
        """Give the passages of a spec, in order; none where it is not there."""
        volume = self._by_path.get(path)
        return [unit for row in volume.rows if (unit := self.units[row]) is not None] if volume else []

    def covers_of(self, path: str) -> tuple[str, ...]:
        """Give what a spec says that it covers."""
        volume = self._by_path.get(path)
        return volume.covers if volume else ()

    def kept(self) -> dict[str, dict[str, list[str]]]:
        """Give the terms of all passages as JSON has them, for a shelf from which none was taken."""
        held = self._fields
        return {name: getattr(held, name).kept() for name in FIELDS}

    @classmethod
    def of(cls, specs: Iterable[tuple[str, str, Document]], kept: Mapping[str, Any]) -> "Shelf":
        """Make a shelf of specs (path, revision, document) whose terms were kept, to be asked and not to be changed."""
        made = cls()
        for path, revision, document in specs:
            made.put(path, revision, document, counted=False)
        made._fields = _Fields(**{name: Postings.of(kept[name]) for name in FIELDS})
        return made

    def put(self, path: str, revision: str, document: Document, *, counted: bool = True) -> None:
        """Set a spec on the shelf, in place of what was at its path.

        A retired one is no intent: none of its passages is kept. Without `counted` its terms are left out.
        """
        self.drop(path)
        found = () if document.front_matter.status == "retired" else units(document)
        volume = self._place(path, revision, document.title, document.front_matter.covers, found)
        if counted:
            self._each(volume, found, lambda held, at, counts: held.add(at, counts))

    def drop(self, path: str) -> None:
        """Take the spec at a path from the shelf, if there is one."""
        volume = self._by_path.pop(path, None)
        if volume is None:
            return
        gone = [unit for row in volume.rows if (unit := self.units[row]) is not None]
        self._each(volume, gone, lambda held, _, counts: held.forget(counts))
        for row, unit in zip(volume.rows, gone, strict=True):
            for name in keys(unit.names):
                self.mentions[name].discard(row)
            self.units[row] = None
            self.binding[row] = False
        self.volumes[volume.row] = None
        self._gaps += len(gone)
        if self._gaps > max(LEAST_GAPS, self.alive):
            self._tidy()

    def scores(self, asked: Asked) -> dict[str, list[float]]:
        """Give how alike the question each passage is, by signal; `whole` and `name` are by volume."""
        rows, volumes = len(self.units), len(self.volumes)
        specs = len(self._by_path)
        held = self._fields
        return {
            "text": self._alive(held.text.scores(asked.words, rows, self.alive)),
            "pairs": self._alive(held.pairs.scores(asked.pairs, rows, self.alive)),
            "heading": self._alive(held.heading.scores(asked.words, rows, self.alive)),
            "title": self._alive(held.text.scores(asked.title, rows, self.alive)),
            "whole": held.whole.scores(asked.words, volumes, specs),
            "name": held.title.scores(asked.words, volumes, specs),
        }

    def _alive(self, scores: list[float]) -> list[float]:
        if self._gaps:
            return [score if unit is not None else 0.0 for score, unit in zip(scores, self.units, strict=True)]
        return scores

    def _place(self, path: str, revision: str, title: str, covers: tuple[str, ...], found: Sequence[Unit]) -> Volume:
        first, row = len(self.units), len(self.volumes)
        volume = Volume(path, revision, row, range(first, first + len(found)), title, covers)
        self._by_path[path] = volume
        self.volumes.append(volume)
        for at, unit in zip(volume.rows, found, strict=True):
            self.units.append(unit)
            self.digests.append(unit.digest)
            self.binding.append(unit.normative)
            self.volume_of.append(row)
            for name in keys(unit.names):
                self.mentions.setdefault(name, set()).add(at)
        return volume

    def _each(
        self, volume: Volume, found: Sequence[Unit], do: Callable[[Postings, int, Mapping[str, int]], None]
    ) -> None:
        """Do something with the counted terms of a spec, field by field."""
        name = words(f"{volume.title} {_plain(volume.path)}")
        whole: Counter[str] = Counter(name)
        for row, unit in zip(volume.rows, found, strict=True):
            own = words(f"{unit.title}\n{unit.text}")
            do(self._fields.text, row, Counter([*name, *own]))
            do(self._fields.pairs, row, Counter(pairs(f"{unit.title}\n{unit.text}")))
            do(self._fields.heading, row, Counter([*name, *words(unit.title)]))
            whole.update(own)
        do(self._fields.whole, volume.row, whole)
        do(self._fields.title, volume.row, Counter(name))

    def _tidy(self) -> None:
        """Make the rows anew, without the gaps."""
        fresh = Shelf()
        for volume in self._by_path.values():
            found = [unit for row in volume.rows if (unit := self.units[row]) is not None]
            made = fresh._place(volume.path, volume.revision, volume.title, volume.covers, found)
            fresh._each(made, found, lambda held, at, counts: held.add(at, counts))
        vars(self).update(vars(fresh))


def _plain(path: str) -> str:
    """Give the words of a spec's path: in some dialects the folder alone names it."""
    return path.removesuffix(".md").removesuffix("/spec").replace("/", " ")


def keys(names: Iterable[str]) -> set[str]:
    """Give what a mention is found by: its name, the modules above it with a dot behind, its last part behind a colon.

    The dot tells a module that holds what is named from a folder of the same name: `shop.desk` is no word on all of
    `shop/`.
    """
    found: set[str] = set()
    for name in names:
        plain = name.strip("/").removesuffix("()")
        parts = plain.split(".") if "/" not in plain else [plain]
        found.add(plain)
        found.update(f"{'.'.join(parts[:count])}." for count in range(1, len(parts)))
        found.add(f":{parts[-1]}")
    return found
