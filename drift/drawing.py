"""The import graph as something to draw: modules folded into packages, imports between them, the broken ones marked.

Pure: index and report in, nodes and arrows out, in a fixed order. What was left out, and why, is said in `notes`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from drift.facts import EdgeAttribute
from drift.findings import Finding, FindingState
from drift.graphs.cycles import tangles
from drift.graphs.names import separator_of
from drift.index import CodeIndex

FEW, MOST = 36, 200
MANY_ARROWS = 60


@dataclass(frozen=True, slots=True)
class Node:
    """A module, or a package that stands for `size` modules. `rank` is its row, 0 at the top.

    `label` is what it is called where that is shorter.
    """

    name: str
    size: int
    rank: int = 0
    external: bool = False
    focus: bool = False
    label: str = ""

    @property
    def shown(self) -> str:
        """What it is called."""
        return self.label or self.name


@dataclass(frozen=True, slots=True)
class Arrow:
    """What one node imports of another: `count` imports, and the invariants that `broken` ones of them break."""

    importer: str
    imported: str
    count: int
    broken: tuple[str, ...] = ()
    error: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything that is drawn. Nodes by row and name, arrows by name."""

    title: str
    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """What to draw: how deep packages are opened (0: as suits), around which module, for which invariant.

    `every` keeps arrows that follow from others; `tests` keeps modules of tests.
    """

    depth: int = 0
    focus: str = ""
    invariant: str = ""
    every: bool = False
    tests: bool = False


@dataclass(slots=True)
class Folding:
    """Which node each module is folded into."""

    node_of: dict[str, str] = field(default_factory=dict)
    sizes: Counter[str] = field(default_factory=Counter)

    def put(self, module: str, node: str) -> None:
        """Fold a module into a node."""
        self.node_of[module] = node
        self.sizes[node] += 1


def draw(index: CodeIndex, findings: Iterable[Finding], wish: Wish, about: AbstractSet[str] | None = None) -> Drawing:
    """Make a drawing. `about` holds the paths that the wanted invariant governs; None draws everything."""
    notes: list[str] = []
    modules = chosen(index, wish, about, notes)
    folding = folded(modules, wish, notes)
    broken = broken_links(findings, wish)
    arrows = arrows_between(index, folding, broken)
    outside = {name for arrow in arrows for name in (arrow.imported,) if name not in folding.sizes}
    if wish.focus:
        near = {name for arrow in arrows if focused(arrow, wish.focus) for name in (arrow.importer, arrow.imported)}
        near |= {name for name in folding.sizes if within(name, wish.focus)}
        arrows = [arrow for arrow in arrows if arrow.importer in near and arrow.imported in near]
        arrows = [arrow for arrow in arrows if focused(arrow, wish.focus)]
        if left := len(folding.sizes) - len(near & folding.sizes.keys()):
            notes.append(f"{left:,} more are left out: {wish.focus} neither imports them nor is imported by them.")
        folding.sizes = Counter({name: size for name, size in folding.sizes.items() if name in near})
    if len(arrows) > MANY_ARROWS and not wish.every:
        kept = without_shortcuts(arrows)
        if len(kept) < len(arrows):
            notes.append(
                f"{len(arrows) - len(kept):,} arrows are left out that follow from others (--every draws them)."
            )
        arrows = kept
    joined = {name for arrow in arrows for name in (arrow.importer, arrow.imported)}
    alone = [name for name in folding.sizes if joined and name not in joined and not within(name, wish.focus)]
    if alone:
        notes.append(f"{len(alone):,} parts are left out that neither import nor are imported here.")
        folding.sizes = Counter({name: size for name, size in folding.sizes.items() if name not in set(alone)})
    outside &= joined
    names = [*sorted(folding.sizes), *sorted(outside)]
    ranks = ranked(names, arrows, outside)
    nodes = [
        Node(name, folding.sizes.get(name, 1), ranks[name], name not in folding.sizes, within(name, wish.focus))
        for name in names
    ]
    nodes.sort(key=lambda node: (node.rank, node.name))
    return Drawing("", tuple(nodes), tuple(arrows), tuple(notes))


def chosen(index: CodeIndex, wish: Wish, about: AbstractSet[str] | None, notes: list[str]) -> list[str]:
    """Choose the modules to draw."""
    found, tests = [], 0
    for name, module in index.modules.items():
        if about is not None and not {module.path, *module.members} & about:
            continue
        if module.test and not wish.tests and not within(name, wish.focus):
            tests += 1
            continue
        found.append(name)
    if tests:
        notes.append(f"{tests:,} test modules are left out (--tests draws them).")
    return sorted(found)


def folded(modules: list[str], wish: Wish, notes: list[str]) -> Folding:
    """Fold modules into packages: as deep as asked, or as deep as a reader can take in."""
    split = {name: name.split(separator_of(name)) for name in modules}
    deepest = max((len(parts) for parts in split.values()), default=1)
    wanted = min(wish.depth, deepest) or deepest
    limit = MOST if wish.depth else FEW
    while wanted > 1 and len({opened(name, parts, wanted, wish.focus) for name, parts in split.items()}) > limit:
        wanted -= 1
    folding = Folding()
    for name, parts in split.items():
        folding.put(name, opened(name, parts, wanted, wish.focus))
    if wish.depth and wanted < min(wish.depth, deepest):
        notes.append(f"Opened to depth {wanted} only: deeper there are more than {MOST} parts.")
    if len(folding.sizes) > limit:
        rest = [name for name, _ in sorted(folding.sizes.items(), key=lambda pair: (-pair[1], pair[0]))[limit:]]
        rest = [name for name in rest if not within(name, wish.focus)]
        for name in [module for module, node in folding.node_of.items() if node in set(rest)]:
            folding.sizes[folding.node_of.pop(name)] -= 1
        folding.sizes = +folding.sizes
        notes.append(f"{len(rest):,} smaller parts are left out (--depth, --focus).")
    elif len(folding.sizes) < len(modules):
        notes.insert(0, f"{len(modules):,} modules are folded into {len(folding.sizes):,} parts (--depth opens them).")
    return folding


def opened(name: str, parts: list[str], depth: int, focus: str) -> str:
    """Give the node that a module is folded into; what is in focus is opened one step further."""
    separator = separator_of(name)
    if focus and within(name, focus):
        depth = max(depth, focus.count(separator) + 2)
    return separator.join(parts[:depth])


def within(name: str, package: str) -> bool:
    """Say whether a name is a package or lies in it."""
    return bool(package) and (name == package or name.startswith(package + separator_of(name)))


def focused(arrow: Arrow, focus: str) -> bool:
    """Say whether an arrow touches what is in focus."""
    return within(arrow.importer, focus) or within(arrow.imported, focus)


def broken_links(findings: Iterable[Finding], wish: Wish) -> dict[tuple[str, str], dict[str, bool]]:
    """Give the imports that findings want mended, each with the invariants it breaks and whether as an error."""
    found: dict[tuple[str, str], dict[str, bool]] = {}
    for item in findings:
        if not item.importer or not item.imported or item.state is FindingState.FIXED:
            continue
        if wish.invariant and item.invariant != wish.invariant:
            continue
        invariants = found.setdefault((item.importer, item.imported), {})
        invariants[item.invariant] = invariants.get(item.invariant, False) or item.severity == "error"
    return found


def arrows_between(
    index: CodeIndex, folding: Folding, broken: Mapping[tuple[str, str], Mapping[str, bool]]
) -> list[Arrow]:
    """Join the imports between nodes into arrows. An external package is drawn where an import of it is broken."""
    node_of = folding.node_of
    counts: Counter[tuple[str, str]] = Counter()
    marks: dict[tuple[str, str], dict[str, bool]] = {}
    for edge in index.edges:
        start = node_of.get(edge.importer)
        wrong = broken.get((edge.importer, edge.imported))
        outside = EdgeAttribute.EXTERNAL in edge.attributes
        end = edge.imported if outside and wrong else node_of.get(edge.imported)
        if start is None or end is None or start == end:
            continue
        counts[start, end] += 1
        if wrong:
            marks.setdefault((start, end), {}).update(wrong)
    return [
        Arrow(*link, count, tuple(sorted(marks.get(link, ()))), any(marks.get(link, {}).values()))
        for link, count in sorted(counts.items())
    ]


def without_shortcuts(arrows: list[Arrow]) -> list[Arrow]:
    """Leave out arrows whose ends are joined by a way over others; broken ones and those of a circle stay."""
    below: dict[str, set[str]] = {}
    for arrow in arrows:
        below.setdefault(arrow.importer, set()).add(arrow.imported)
    circles = in_circles(arrows)

    def shortcut(arrow: Arrow) -> bool:
        if arrow.broken or (arrow.importer in circles and arrow.imported in circles):
            return False
        seen: set[str] = set()
        frontier = below[arrow.importer] - {arrow.imported}
        while frontier:
            seen |= frontier
            frontier = set().union(*(below.get(name, set()) for name in sorted(frontier))) - seen - {arrow.importer}
            if arrow.imported in frontier:
                return True
        return False

    return [arrow for arrow in arrows if not shortcut(arrow)]


def in_circles(arrows: Iterable[Arrow]) -> set[str]:
    """Name the nodes that lie on some circle."""
    arrows = list(arrows)
    names = sorted({name for arrow in arrows for name in (arrow.importer, arrow.imported)})
    number = {name: position for position, name in enumerate(names)}
    after: dict[int, set[int]] = {position: set() for position in range(len(names))}
    for arrow in arrows:
        after[number[arrow.importer]].add(number[arrow.imported])
    return {names[position] for tangle in tangles(after) for position in tangle}


def ranked(names: list[str], arrows: list[Arrow], outside: AbstractSet[str]) -> dict[str, int]:
    """Give each node its row: importers above what they import, as far as circles and broken imports allow."""
    down = [arrow for arrow in arrows if not arrow.broken]
    circles = in_circles(down)
    weights = {(arrow.importer, arrow.imported): arrow.count for arrow in down}
    kept = [
        arrow
        for arrow in down
        if not (arrow.importer in circles and arrow.imported in circles)
        or lean(arrow, weights) > 0
        or (lean(arrow, weights) == 0 and arrow.importer < arrow.imported)
    ]
    kept += [
        Arrow(arrow.imported, arrow.importer, 0) for arrow in arrows if arrow.broken and arrow.imported not in outside
    ]
    while circles := in_circles(kept):
        weakest = min(
            (arrow for arrow in kept if arrow.importer in circles and arrow.imported in circles),
            key=lambda arrow: (arrow.count, arrow.importer, arrow.imported),
        )
        kept.remove(weakest)
    above: dict[str, list[str]] = {name: [] for name in names}
    for arrow in kept:
        above[arrow.imported].append(arrow.importer)
    ranks: dict[str, int] = {}
    left = sorted(names)
    while left:
        ready = [name for name in left if all(importer in ranks for importer in above[name])]
        for name in ready:
            ranks[name] = max((ranks[importer] + 1 for importer in above[name]), default=0)
        left = [name for name in left if name not in ranks]
    bottom = max(ranks.values(), default=0) + 1
    return {name: bottom if name in outside else rank for name, rank in ranks.items()}


def lean(arrow: Arrow, weights: Mapping[tuple[str, str], int]) -> int:
    """Say by how many imports an arrow outweighs the one that goes back."""
    return arrow.count - weights.get((arrow.imported, arrow.importer), 0)


def titled(drawing: Drawing, title: str) -> Drawing:
    """Give a drawing a title."""
    return replace(drawing, title=title)
