"""The module graph as an architect walks through it: one package at a time, what lies round it folded. Pure.

A view shows the parts of one package, and of what is outside only the neighbours, as large as they can be: so it stays
readable in a tree of any size. The same code gives the same view.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from drift.drawing import MANY_ARROWS, Arrow, Drawing, Node, ranked, without_shortcuts
from drift.graphs.names import separator_of
from drift.picture.stacks import Stack, level_of
from specs.problem import Severity

MOST_INSIDE, MOST_OUTSIDE, MOST_ARROWS = 40, 16, 120
REST = "\0rest"
Segments = tuple[str, ...]
Link = tuple[str, str]


@dataclass(frozen=True, slots=True)
class CodeFile:
    """A file of code: its module, how many lines it has, the modules it imports, and at which lines."""

    path: str
    module: str
    lines: int = 0
    imports: tuple[str, ...] = ()
    at: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Break:
    """An import that breaks an invariant, as an open finding tells of it."""

    importer: str
    imported: str
    invariant: str
    severity: Severity
    fingerprint: str
    message: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Code:
    """The modules of a commit by name, each with its segments, what divides them, its first path and its lines.

    `edges` are the imports between them, with how many files make each.
    """

    segments: Mapping[str, Segments] = field(default_factory=dict)
    separators: Mapping[str, str] = field(default_factory=dict)
    paths: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    edges: Mapping[Link, int] = field(default_factory=dict)


class Sort(StrEnum):
    """What a part of a view is: a package that can be opened, one module, or what is round it."""

    PACKAGE = "package"
    MODULE = "module"
    OUTSIDE = "outside"
    EXTERNAL = "external"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a view: `size` modules of `lines` lines. `level` is its layer, None where it has none.

    `breaks` counts the broken imports that begin in it, wherever they lead; `errors` says that one is an error.
    """

    name: str
    label: str
    sort: Sort
    size: int
    lines: int
    rank: int
    level: int | None = None
    breaks: int = 0
    errors: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """What is seen at a package: `at` is its name ("" is everything), `up` the way there: packages and their labels.

    It begins with the package that everything lies in, which is "" and whose label may be empty.

    `bands` are the layers of the rule that orders the parts. `left_out` counts modules that are not drawn at all.
    """

    at: str
    up: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    arrows: tuple[Arrow, ...]
    bands: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    modules: int = 0

    @property
    def drawing(self) -> Drawing:
        """The view as something to draw."""
        outer = {Sort.OUTSIDE, Sort.EXTERNAL}
        nodes = [
            Node(part.name, part.size, part.rank, part.sort in outer, part.breaks > 0, part.label)
            for part in self.parts
        ]
        return Drawing("", tuple(nodes), self.arrows, self.notes)


def code_of(files: Iterable[CodeFile]) -> Code:
    """Put the files of a commit together: a module may have several."""
    separators: dict[str, str] = {}
    paths: dict[str, str] = {}
    lines: Counter[str] = Counter()
    edges: Counter[Link] = Counter()
    for file in sorted((file for file in files if file.module), key=lambda one: one.path):
        if file.module not in paths:
            separators[file.module] = separator_of(file.module, file.path)
            paths[file.module] = file.path
        lines[file.module] += file.lines
        for imported in file.imports:
            edges[file.module, imported] += 1
    known = {link: count for link, count in edges.items() if link[1] in paths and link[0] != link[1]}
    segments = {name: tuple(name.split(separators[name])) for name in sorted(paths)}
    return Code(segments, separators, paths, dict(lines), dict(sorted(known.items())))


def divided(code: Code, package: str) -> Segments | None:
    """Give the segments of a package or module; None where there is none of that name."""
    if not package:
        return ()
    for name, separator in code.separators.items():
        if name == package or name.startswith(package + separator):
            return tuple(package.split(separator))
    return None


def common(code: Code) -> Segments:
    """Give the package that everything lies in: where a walk begins."""
    if not code.segments:
        return ()
    low, high = min(code.segments.values()), max(code.segments.values())
    most = min(len(low), len(high)) - (low == high)
    length = next((at for at in range(most) if low[at] != high[at]), most)
    return low[:length]


def folded(code: Code, here: Segments) -> dict[str, str]:
    """Say which part each module is seen as: what is inside by its next segment, what is outside by where it parts."""
    depth = len(here)
    found = {}
    for name, segments in code.segments.items():
        length = 0
        while length < depth and length < len(segments) and segments[length] == here[length]:
            length += 1
        found[name] = name if len(segments) <= length + 1 else code.separators[name].join(segments[: length + 1])
    return found


def within(segments: Segments, here: Segments) -> bool:
    """Say whether a module is the package, or lies in it."""
    return segments[: len(here)] == here


def look(code: Code, at: str, breaks: Sequence[Break], stack: Stack | None = None) -> View:
    """Look at a package that there is, or at everything (""). `stack` orders the parts by layers.

    Only imports that break something of `breaks` are marked.
    """
    here = divided(code, at) or common(code)
    part_of = folded(code, here)
    seen = {name for name, segments in code.segments.items() if within(segments, here)}
    wrong = wrongs(breaks)
    counts, marks = between(code, part_of, seen, wrong)
    sizes = Counter(part_of[name] for name in code.segments)
    inner = {part_of[name] for name in seen}
    notes: list[str] = []
    fold(counts, marks, sizes, inner, notes)
    arrows = [
        Arrow(*link, count, tuple(sorted(marks.get(link, ()))), any(marks.get(link, {}).values()))
        for link, count in sorted(counts.items())
    ]
    if len(arrows) > MANY_ARROWS:
        kept = without_shortcuts(arrows)
        if len(kept) < len(arrows):
            notes.append(f"{len(arrows) - len(kept):,} arrows that follow from others are left out.")
        arrows = heaviest(kept, notes)
    names = {name for arrow in arrows for name in (arrow.importer, arrow.imported)} | (inner & sizes.keys())
    parts = parts_of(code, sorted(names), arrows, Around(part_of, sizes, frozenset(inner), here, wrong), stack)
    bands = stack.labels if stack and any(part.level is not None for part in parts) else ()
    separator = code.separators.get(next(iter(seen), ""), ".")
    top = len(common(code))
    up = [(separator.join(here[:length]), here[length - 1]) for length in range(top + 1, len(here) + 1)]
    if len(here) >= top:
        up.insert(0, ("", separator.join(here[:top])))
    return View(separator.join(here), tuple(up), parts, tuple(arrows), bands, tuple(notes), len(seen))


def heaviest(arrows: Sequence[Arrow], notes: list[str]) -> list[Arrow]:
    """Keep the arrows that break something, then those of the most imports: past some hundred, none can be seen."""
    ordered = sorted(arrows, key=lambda one: (not one.broken, -one.count, one.importer, one.imported))
    if len(ordered) > MOST_ARROWS:
        notes.append(f"{len(ordered) - MOST_ARROWS:,} arrows with the fewest imports are left out.")
    return sorted(ordered[:MOST_ARROWS], key=lambda one: (one.importer, one.imported))


def touching(breaks: Iterable[Break], code: Code, at: str) -> tuple[Break, ...]:
    """Give the broken imports that begin or end in a package."""
    here = divided(code, at) or ()
    names = {name for name, segments in code.segments.items() if within(segments, here)}
    return tuple(one for one in breaks if one.importer in names or one.imported in names)


def wrongs(breaks: Iterable[Break]) -> dict[Link, dict[str, bool]]:
    """Give the broken imports, each with the invariants it breaks and whether as an error."""
    found: dict[Link, dict[str, bool]] = {}
    for one in breaks:
        invariants = found.setdefault((one.importer, one.imported), {})
        invariants[one.invariant] = invariants.get(one.invariant, False) or one.severity == "error"
    return found


def between(
    code: Code, part_of: Mapping[str, str], seen: set[str], wrong: Mapping[Link, Mapping[str, bool]]
) -> tuple[Counter[Link], dict[Link, dict[str, bool]]]:
    """Count the imports between parts that touch what is inside, and mark those that break something."""
    counts: Counter[Link] = Counter()
    marks: dict[Link, dict[str, bool]] = {}
    links = [(*link, count) for link, count in code.edges.items()]
    links += [(*link, 1) for link in sorted(wrong) if link not in code.edges and link[0] in code.segments]
    for importer, imported, count in links:
        start, end = part_of[importer], part_of.get(imported, imported)
        if start == end or not (importer in seen or imported in seen):
            continue
        counts[start, end] += count
        if (importer, imported) in wrong:
            marks.setdefault((start, end), {}).update(wrong[importer, imported])
    return counts, marks


def fold(
    counts: Counter[Link],
    marks: dict[Link, dict[str, bool]],
    sizes: Counter[str],
    inner: set[str],
    notes: list[str],
) -> None:
    """Leave so much as a reader can take in: the parts that break something first, then the most imported ones."""
    weight: Counter[str] = Counter()
    for link, count in counts.items():
        for name in link:
            weight[name] += count + (1_000_000 if marks.get(link) else 0)
    ordered = sorted(inner, key=lambda name: (-weight[name], -sizes[name], name))
    rest = set(ordered[MOST_INSIDE:]) if len(ordered) > MOST_INSIDE + 1 else set()
    outside = sorted({name for link in counts for name in link} - inner, key=lambda name: (-weight[name], name))
    far = set(outside[MOST_OUTSIDE:])
    if far:
        notes.append(f"{len(far):,} more neighbours are left out.")
    for link in [link for link in counts if far & {*link} or (rest and rest & {*link})]:
        count, mark = counts.pop(link), marks.pop(link, None)
        start, end = (REST if name in rest else name for name in link)
        if start == end or far & {start, end}:
            continue
        counts[start, end] += count
        if mark:
            marks.setdefault((start, end), {}).update(mark)
    if rest:
        notes.append(f"{len(rest):,} parts with few imports are drawn as one.")
        inner -= rest
        inner.add(REST)
        sizes[REST] = sum(sizes.pop(name) for name in rest)


@dataclass(frozen=True, slots=True)
class Around:
    """What parts are made from: which part a module is seen as, how many modules each has, which are inside, where.

    `wrong` are the broken imports, each with whether an invariant takes it for an error.
    """

    part_of: Mapping[str, str]
    sizes: Mapping[str, int]
    inner: frozenset[str]
    here: Segments
    wrong: Mapping[Link, Mapping[str, bool]]

    def part(self, module: str) -> str:
        """Give the part that a module is seen as, those with few imports as one."""
        found = self.part_of[module]
        return found if found in self.sizes else REST


def parts_of(
    code: Code, names: Sequence[str], arrows: Sequence[Arrow], around: Around, stack: Stack | None
) -> tuple[Part, ...]:
    """Make the parts, by row and name."""
    lines: Counter[str] = Counter()
    first: dict[str, str] = {}
    for name, part in around.part_of.items():
        lines[around.part(name)] += code.lines.get(name, 0)
        first.setdefault(part, name)
    external = {name for name in names if name != REST and name not in around.sizes}
    ranks = ranked(list(names), list(arrows), external)
    levels = {
        name: level_of(name, code.separators[first[name]], code.paths.get(name, ""), stack)
        if stack and name in first
        else None
        for name in names
    }
    if stack and any(level is not None for level in levels.values()):
        last = len(stack.labels)
        ranks = {name: last if level is None else level for name, level in levels.items()}
    broken: Counter[str] = Counter()
    errors: Counter[str] = Counter()
    for (importer, _), invariants in around.wrong.items():
        if importer in around.part_of:
            broken[around.part(importer)] += 1
            errors[around.part(importer)] += any(invariants.values())
    parts = [
        Part(
            name,
            label_of(name, code, first, around),
            sort_of(name, code, around, external),
            around.sizes.get(name, 1),
            lines[name],
            ranks[name],
            levels[name],
            broken[name],
            errors[name] > 0,
        )
        for name in names
    ]
    return tuple(sorted(parts, key=lambda part: (part.rank, part.name)))


def sort_of(name: str, code: Code, around: Around, external: set[str]) -> Sort:
    """Say what a part is."""
    if name == REST:
        return Sort.REST
    if name in external:
        return Sort.EXTERNAL
    if name not in around.inner:
        return Sort.OUTSIDE
    return Sort.MODULE if name in code.segments and around.sizes[name] == 1 else Sort.PACKAGE


def label_of(name: str, code: Code, first: Mapping[str, str], around: Around) -> str:
    """Name a part shortly: inside by its last segment."""
    if name == REST:
        return f"{around.sizes[REST]:,} more"
    if name not in around.inner or name not in first:
        return name
    segments = name.split(code.separators[first[name]])
    return segments[-1] if len(segments) > len(around.here) else f"{segments[-1]} itself"


def imports_between(
    files: Iterable[CodeFile], code: Code, view: View, importer: str, imported: str
) -> tuple[tuple[str, str, str, int], ...]:
    """Give the imports behind an arrow of a view: importer, imported, path and line, by path and line."""
    here = divided(code, view.at) or ()
    part_of = folded(code, here)
    shown = {part.name for part in view.parts}

    def part(name: str) -> str:
        found = part_of.get(name, name)
        return found if found in shown else REST

    found = [
        (file.module, name, file.path, file.at[place] if place < len(file.at) else 0)
        for file in files
        if file.module and part(file.module) == importer
        for place, name in enumerate(file.imports)
        if part(name) == imported and name in code.segments
    ]
    return tuple(sorted(found, key=lambda one: (one[2], one[3], one[1])))
