"""Which code no spec governs, and which specs no code follows: folder by folder, weighed by lines. Pure.

A file is *governed* where an invariant looks at it, *covered* where only a spec says that it speaks for it (`covers`),
and *bare* where no spec says anything. A spec is followed by the files of both sorts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from drift.matching.glob import Glob


class Hold(StrEnum):
    """What specs say of a file."""

    GOVERNED = "governed"
    COVERED = "covered"
    BARE = "bare"


@dataclass(frozen=True, slots=True)
class Ground:
    """A file: how many lines, and the invariants that govern it."""

    path: str
    lines: int
    invariants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """What a spec asks of code: its invariants, of which `unmatched` find nothing, and the globs it covers."""

    path: str
    invariants: frozenset[str] = frozenset()
    unmatched: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Extent:
    """How much code there is of each sort, in files and lines."""

    files: int = 0
    lines: int = 0
    governed: int = 0
    governed_lines: int = 0
    covered: int = 0
    covered_lines: int = 0

    @property
    def bare(self) -> int:
        """The files of which no spec says anything."""
        return self.files - self.governed - self.covered

    @property
    def bare_lines(self) -> int:
        """The lines of those."""
        return self.lines - self.governed_lines - self.covered_lines

    def grown(self, lines: int, hold: Hold) -> "Extent":
        """Give the extent with one more file."""
        governed, covered = hold is Hold.GOVERNED, hold is Hold.COVERED
        return Extent(
            self.files + 1,
            self.lines + lines,
            self.governed + governed,
            self.governed_lines + lines * governed,
            self.covered + covered,
            self.covered_lines + lines * covered,
        )


@dataclass(frozen=True, slots=True)
class Plot:
    """A folder or a file on the map, with the specs that hold it. `folder` says that it can be opened."""

    path: str
    name: str
    folder: bool
    extent: Extent
    specs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Following:
    """A spec and the code that follows it. `empty` are the globs of `covers` that match no file."""

    path: str
    invariants: int
    files: int
    lines: int
    unmatched: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """The map of a folder, the most bare code first, and how each spec is followed, the least followed first."""

    at: str
    whole: Extent
    plots: tuple[Plot, ...]
    specs: tuple[Following, ...]


@dataclass(slots=True)
class _Tally:
    path: str
    extent: Extent = field(default_factory=Extent)
    specs: set[str] = field(default_factory=set)
    folder: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """Code against specs, once for all folders: each file, what specs say of it and which, and how each is followed."""

    files: tuple[tuple[Ground, Hold, tuple[str, ...]], ...]
    specs: tuple[Following, ...]


def hold(files: Iterable[Ground], claims: Sequence[Claim]) -> Held:
    """Say of each file which specs hold it, and of each spec how much code follows it."""
    homes: dict[str, set[str]] = {}
    for claim in claims:
        for invariant in claim.invariants:
            homes.setdefault(invariant, set()).add(claim.path)
    globs = [(claim.path, text, Glob.parse(text.strip("/"), "/")) for claim in claims for text in claim.covers]
    followed: dict[str, list[int]] = {claim.path: [0, 0] for claim in claims}
    used: set[tuple[str, str]] = set()
    rows = []
    for file in files:
        segments = file.path.split("/")
        covering = {(path, text) for path, text, glob in globs if glob.shortest(segments)}
        used |= covering
        specs = {home for one in file.invariants for home in homes.get(one, ())} | {path for path, _ in covering}
        for path in specs:
            followed[path][0] += 1
            followed[path][1] += file.lines
        said = Hold.GOVERNED if file.invariants else Hold.COVERED if covering else Hold.BARE
        rows.append((file, said, tuple(sorted(specs))))
    told = [
        Following(
            claim.path,
            len(claim.invariants),
            followed[claim.path][0],
            followed[claim.path][1],
            claim.unmatched,
            tuple(text for text in claim.covers if (claim.path, text) not in used),
        )
        for claim in claims
    ]
    told.sort(key=lambda one: (one.files > 0, not (one.unmatched or one.empty), one.files, one.path))
    return Held(tuple(rows), tuple(told))


def coverage(held: Held, at: str = "") -> Coverage:
    """Map a folder ("" is everything); the specs are always told of all the code."""
    plots: dict[str, _Tally] = {}
    whole = Extent()
    start = f"{at}/" if at else ""
    for file, said, specs in held.files:
        if not file.path.startswith(start) and file.path != at:
            continue
        whole = whole.grown(file.lines, said)
        rest = at.rpartition("/")[2] if file.path == at else file.path.removeprefix(start)
        name, slash, _ = rest.partition("/")
        plot = plots.setdefault(name, _Tally(at if file.path == at else start + name))
        plot.extent = plot.extent.grown(file.lines, said)
        plot.specs.update(specs)
        plot.folder = plot.folder or bool(slash)
    made = [Plot(one.path, name, one.folder, one.extent, tuple(sorted(one.specs))) for name, one in plots.items()]
    made.sort(key=lambda one: (-one.extent.bare_lines, -one.extent.lines, one.name))
    return Coverage(at, whole, tuple(made), held.specs)


def straight(found: Coverage, held: Held) -> Coverage:
    """Open folders that hold nothing but one folder: nobody wants to walk through them."""
    while len(found.plots) == 1 and found.plots[0].folder:
        found = coverage(held, found.plots[0].path)
    return found


def cut(found: Coverage, most: int) -> Coverage:
    """Keep the first so many plots; the rest is one without a name."""
    if len(found.plots) <= most:
        return found
    extent = Extent()
    for plot in found.plots[most - 1 :]:
        one = plot.extent
        extent = Extent(*(getattr(extent, name) + getattr(one, name) for name in Extent.__slots__))
    rest = Plot("", f"{len(found.plots) - most + 1} more", folder=False, extent=extent)
    return replace(found, plots=(*found.plots[: most - 1], rest))
