"""How passages are tied to the code a task touches: what their specs cover, bind or mention of it. Pure.

A tie has a weight and a reason in words, which is served with the passage.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from drift.matching.glob import Glob
from specs.values import dataclass, field
from sync.contexts.shelf import Shelf

COVERS, MENTIONS, GOVERNS, NEIGHBOUR, TOGETHER = 1.0, 1.5, 1.5, 0.5, 0.5
# What a person said, and what calls the touched code rather than merely importing it.
BOUND, CALLER = 2.0, 0.8


@dataclass(frozen=True, slots=True)
class Area:
    """The code a task touches: `paths` and `symbols` as given, and what is known of them.

    `names` are the modules there, `neighbours` those they import or that import or call them, `together` the files
    that history changed along with them; `governing` holds the ids of the invariants that speak about this code.
    `callers` are modules and files that call what is touched. `bound` are sections, by spec and anchor, that a person
    tied to it, with the reason.
    """

    paths: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    neighbours: frozenset[str] = frozenset()
    governing: frozenset[str] = frozenset()
    symbols: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    callers: frozenset[str] = frozenset()
    bound: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass(slots=True)
class Tie:
    """What ties one passage to the code: the sum of weights, and the reasons."""

    weight: float = 0.0
    reasons: list[str] = field(default_factory=list)

    def add(self, weight: float, reason: str) -> None:
        """Count one more tie."""
        self.weight += weight
        self.reasons.append(reason)


def ties(shelf: Shelf, area: Area) -> dict[int, Tie]:
    """Give what ties passages to the code, by row; rows without any tie are left out."""
    found: dict[int, Tie] = {}
    if not (area.paths or area.names or area.neighbours or area.governing or area.symbols):
        return found
    _covering(shelf, area, found)
    for row, reason in _bound(shelf, area):
        found.setdefault(row, Tie()).add(BOUND, reason)
    for row, unit in enumerate(shelf.units) if area.governing else ():
        if unit is not None and area.governing.intersection(unit.invariants):
            found.setdefault(row, Tie()).add(GOVERNS, "its invariant governs this code")
    touched = _mentioning(shelf, _lookups(area))
    for row, name in touched.items():
        found.setdefault(row, Tie()).add(MENTIONS, f"mentions {name}")
    calling = _mentioning(shelf, _modules(area.callers))
    for row, name in calling.items():
        if row not in touched:
            found.setdefault(row, Tie()).add(CALLER, f"mentions {name}, which calls it")
    for row, name in _mentioning(shelf, _modules(area.neighbours)).items():
        if row not in touched and row not in calling:
            found.setdefault(row, Tie()).add(NEIGHBOUR, f"mentions {name}, an import neighbour")
    for row, name in _mentioning(shelf, ((path, path) for path in area.together)).items():
        if row not in touched:
            found.setdefault(row, Tie()).add(TOGETHER, f"mentions {name}, which changed together with it")
    return found


def _covering(shelf: Shelf, area: Area, found: dict[int, Tie]) -> None:
    for volume in shelf.volumes:
        if volume is None or not volume.covers:
            continue
        path = next((path for path in area.paths if reaches(volume.covers, path)), "")
        if path:
            for row in volume.rows:
                found.setdefault(row, Tie()).add(COVERS, f"covers {path}")


def _bound(shelf: Shelf, area: Area) -> Iterator[tuple[int, str]]:
    for row, unit in enumerate(shelf.units) if area.bound else ():
        if unit is not None:
            path = shelf.volume(row).path
            yield from ((row, area.bound[path, anchor]) for anchor in unit.anchors if (path, anchor) in area.bound)


def reaches(covers: Iterable[str], path: str) -> bool:
    """Say whether one of the globs reaches a path (a folder counts when something below it could match)."""
    segments = path.strip("/").split("/")
    return any(Glob.parse(pattern.strip("/"), "/").shortest(segments) for pattern in covers)


def _lookups(area: Area) -> Iterator[tuple[str, str]]:
    """Give what touched code may be called in prose: paths, their ends, folders above, modules; each with its name."""
    for path in area.paths:
        parts = PurePosixPath(path).parts
        names = ["/".join(parts[at:]) for at in range(len(parts))] + [
            "/".join(parts[:at]) for at in range(1, len(parts))
        ]
        yield from ((name, name) for name in names)
    yield from _modules(area.names)
    for symbol in area.symbols:
        plain = symbol.replace("#", ".").replace(":", ".").removesuffix("()")
        yield plain, plain
        yield f"{plain}.", plain
        yield f":{plain.rsplit('.', 1)[-1]}", plain


def _modules(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Give what finds a mention of a module, or of something in it."""
    for name in sorted(names):
        yield name, name
        yield f"{name}.", name


def _mentioning(shelf: Shelf, lookups: Iterable[tuple[str, str]]) -> dict[int, str]:
    """Give the passages that mention one of the names, each with the first of them."""
    found: dict[int, str] = {}
    for key, shown in lookups:
        for row in shelf.mentions.get(key, ()):
            found.setdefault(row, shown)
    return found
