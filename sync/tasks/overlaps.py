"""Whether two tasks are at work in the same place: the same paths, symbols or sections, or one inside the other's."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile

from sync.tasks.task import Area, Task

MOST_SHARED = 20
_BETWEEN = re.compile(r"[:.#]")


@dataclass(frozen=True, slots=True)
class Overlap:
    """Another active task and what of its area it shares, as that task names it."""

    task: Task
    shared: Area

    @property
    def told(self) -> tuple[str, ...]:
        """Give what is shared in one list."""
        return (*self.shared.paths, *self.shared.symbols, *self.shared.sections)


def overlaps(area: Area, others: Iterable[Task]) -> tuple[Overlap, ...]:
    """Give those of some tasks that touch what an area touches, in their order."""
    found = ((other, shared(area, other.area)) for other in others)
    return tuple(Overlap(other, common) for other, common in found if common)


def shared(ours: Area, theirs: Area) -> Area:
    """Give what of their area lies in ours or around it."""
    return Area(
        _meeting(ours.paths, theirs.paths, _path),
        _meeting(ours.symbols, theirs.symbols, _symbol),
        _meeting(ours.sections, theirs.sections, _section),
    )


def _meeting(ours: Sequence[str], theirs: Sequence[str], parts: Callable[[str], tuple[str, ...]]) -> tuple[str, ...]:
    """Give those of theirs of which one of ours is a beginning, or the other way round."""
    mine = {parts(name) for name in ours}
    within = {names[:end] for names in mine for end in range(len(names) + 1)}
    found = (name for name in theirs if _meets(parts(name), mine, within))
    return tuple(islice(dict.fromkeys(found), MOST_SHARED))


def _meets(names: tuple[str, ...], mine: set[tuple[str, ...]], within: set[tuple[str, ...]]) -> bool:
    return names in within or any(names[:end] in mine for end in range(len(names)))


def _path(name: str) -> tuple[str, ...]:
    """Split a path; a pattern stands for the folder before its first wildcard."""
    segments = name.strip("/").split("/")
    plain = tuple(takewhile(lambda segment: "*" not in segment, segments))
    return tuple(segment for segment in plain if segment not in {"", "."})


def _symbol(name: str) -> tuple[str, ...]:
    return tuple(_BETWEEN.split(name))


def _section(name: str) -> tuple[str, ...]:
    """Split `path#anchor` so that a spec is around its sections, and a section around those below it."""
    path, _, anchor = name.partition("#")
    return (path, *(part for part in anchor.split("/") if part))
