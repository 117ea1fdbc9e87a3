r"""Each module imports none of the others but what its row allows.

What it checks
    `modules` maps each module, or part, to the modules it may import. It stands for all below it, but for what
    another row names more closely; a glob makes one module of each match, and `"**"` one of all that no other row
    names. A row lists other rows, as they are written or by globs of their names, empty for "nothing"; it is `null` for
    "anything", or `{on: [...], never: [...]}`. Only direct imports count, and only those between two named modules:
    what no row names is not looked at. An external package may have a row, too, so that its use must be allowed.
    `parts` may give names of their own to sets of modules: `{web: [src/web, src/api]}`, or
    `{web: {of: [...], within: [...], but: [...]}}`.

    `layers` lists layers of modules from top to bottom: a module may always import those of a layer below, and
    never one above; rows then speak about the others (`explicit: true`: about layers below as well). A layer with a
    module in `closed` is not reached past. Everyone may import the modules in `free`; the imports of those in
    `unchecked` are not looked at. `shows` narrows what others see of a module: `{of: [a], names: ["Order",
    "api(\..*)?"]}` gives regular expressions for whole names below it, `to` for whom, `alone: true` that no other
    entry counts where this one does. `whole: true` has an entry allow all that its module stands for, also what
    another row names more closely. `exact: true` wants every entry of a row to be used. `acyclic: true` wants that
    rows never lead from a module back to itself, used or not; `hidden: {a: [b]}` lets the row of `b` alone name `a`.
    `imports: runtime` leaves out imports made for types alone; `imports: {without: [test, lazy]}` leaves out what
    carries one of these attributes.

Why
    A list of who may use whom is the architecture itself: what is not on it is a decision that nobody has made yet.

Example
    ```yaml invariant
    id: shop-modules
    kind: depends
    modules:
      shop.orders: [shop.stock, shop.money]
      shop.stock: [shop.money]
      shop.money: []
    why: Money is shared with the other shops.
    ```

Breaks when
    `shop.stock.level` imports `shop.orders.order`: the row of `shop.stock` does not name `shop.orders`. Each such
    import is one finding.

How to fix
    Do without the import, or move what is needed into a module that the row names. If the row is wrong, add the module
    to it and say why.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import ClassVar, Literal, NamedTuple, TypeAlias

from drift.evaluation import Evaluation, most_specific
from drift.facts import Tier
from drift.graphs.graph import Link, chain_to, search
from drift.graphs.names import separator_of
from drift.invariants import Invariant, Outcome, World
from drift.rows import Options, Row, Showing, read
from drift.selection.select import Selector, called, shown
from drift.strictness import IMPORTS, ON_WHEN_SAID, ROWS, Tightens
from specs.document import InvariantBlock
from specs.problem import Problem

REST = "**"
Why: TypeAlias = Literal["", "above", "closed", "never", "unlisted"]


class Part(NamedTuple):
    """A named module: the name it is told by, its row, the number of its layer (None: it stands in none)."""

    name: str
    row: Row
    layer: int | None


class Depends:
    """See the module's docstring."""

    name = "depends"
    tightens: ClassVar[Mapping[str, Tightens]] = {
        "modules": ROWS,
        "exact": ON_WHEN_SAID,
        "imports": IMPORTS,
        "acyclic": ON_WHEN_SAID,
    }

    def tier(self, block: InvariantBlock) -> Tier:  # noqa: ARG002 - the same for all blocks
        """Imports alone are looked at."""
        return Tier.IMPORTS

    def validate(self, block: InvariantBlock) -> Sequence[Problem]:
        """Check the options of the block."""
        return read(block)[1]

    def evaluate(self, invariant: Invariant, world: World) -> Outcome:
        """Look at each import from one named module to another."""
        options, _ = read(invariant.block)
        evaluation = Evaluation(invariant, world, options.imports)
        table = _Table(evaluation, options)
        out = evaluation.graph.out
        for node in sorted(table.owner):
            importer = table.owner[node]
            if importer in table.unchecked:
                continue
            for target in sorted(out[node]):
                imported = table.owner.get(target)
                if imported is None or imported == importer:
                    continue
                why = table.verdict(importer, imported)
                if why == "unlisted" and table.covers(importer, target):
                    continue
                if why or not table.shown(importer, imported, target):
                    _report(table, (node, target), why)
        if options.exact:
            table.report_unused()
        if options.acyclic:
            table.report_circles()
        table.report_hidden()
        return evaluation.outcome(table.owner)


class _Table:
    """The parts as found in the code, who owns each node, and what the rows come to between two parts."""

    def __init__(self, evaluation: Evaluation, options: Options) -> None:
        self.evaluation = evaluation
        self.options = options
        found: dict[str, tuple[Row, frozenset[int]]] = {}
        written: dict[str, list[str]] = {}
        for key, row in options.rows:
            if not key.forms:
                found[key.pattern] = (row, self._part(key.pattern))
                continue
            if key.pattern == REST:
                found[REST] = (row, evaluation.modules(range(len(evaluation.graph.out))))
                continue
            roots = evaluation.roots(f"modules/{key.text}", [key])
            written.setdefault(key.pattern, []).extend(roots)
            for root, nodes in roots.items():
                found.setdefault(root, (row, nodes))
        # Where two rows stand for the very same nodes, the longer name is the closer one.
        names = sorted(found, key=lambda name: (name == REST, -len(name), name))
        self.number = {name: at for at, name in enumerate(names)}
        self._written = {key: frozenset(self.number[root] for root in roots) for key, roots in written.items()}
        self._nodes = [found[name][1] for name in names]
        self.owner = most_specific(self._nodes)
        layers: dict[int, int] = {}
        for level, layer in enumerate(options.layers):
            for part in self._named(f"layers/{level}", layer):
                layers.setdefault(part, level)
        self.parts = [Part(name, found[name][0], layers.get(at)) for at, name in enumerate(names)]
        self.closed = frozenset(self.parts[part].layer for part in self._named("closed", options.closed))
        self.free = self._named("free", options.free)
        self.unchecked = self._named("unchecked", options.unchecked)
        self._allowed = [self._row(part, part.row.on or ()) for part in self.parts]
        self._never = [self._row(part, part.row.never) for part in self.parts]
        self._shows = [(show, self._named("shows", show.of), self._to(show)) for show in options.shows]
        self._verdicts: dict[tuple[int, int], Why] = {}
        self.used: set[tuple[int, int]] = set()

    def _part(self, name: str) -> frozenset[int]:
        """Give what a part with a name of its own consists of."""
        key = f"parts/{name}"
        part = self.options.parts[name]
        found = self.evaluation.nodes(key, part.of) - self._all_of(part.but)
        return found if part.within is None else found & self._all_of(part.within)

    def _all_of(self, selectors: Iterable[Selector]) -> frozenset[int]:
        names = [selector.names(self.evaluation.table) for selector in selectors]
        return self.evaluation.graph.nodes(frozenset().union(*names))

    def verdict(self, importer: int, imported: int) -> Why:
        """Say why one part may not import the other, "" where it may."""
        pair = (importer, imported)
        self.used.add(pair)
        if pair not in self._verdicts:
            self._verdicts[pair] = self._judge(importer, imported)
        return self._verdicts[pair]

    def _judge(self, importer: int, imported: int) -> Why:
        one, other = self.parts[importer], self.parts[imported]
        if one.layer is not None and other.layer is not None and one.layer != other.layer:
            if other.layer < one.layer:
                return "above"
            if any(level in self.closed for level in range(one.layer + 1, other.layer)):
                return "closed"
            if not self.options.explicit or imported in self.free:
                return ""
        if imported in self._never[importer]:
            return "never"
        if one.row.on is None or imported in self.free or imported in self._allowed[importer]:
            return ""
        return "unlisted"

    def covers(self, importer: int, target: int) -> bool:
        """Say whether a part that the importer may import holds the target, whoever else names it more closely."""
        if not self.options.whole:
            return False
        return any(target in self._nodes[part] for part in (*sorted(self._allowed[importer]), *sorted(self.free)))

    def shown(self, importer: int, imported: int, target: int) -> bool:
        """Say whether the imported part shows the target to the importer."""
        name, owner = self.evaluation.table.names[target], self.parts[imported].name
        if not self._shows or not name.startswith(owner + separator_of(owner)):
            return True
        own = [show for show, of, to in self._shows if imported in of and (to is None or importer in to)]
        own = next(([show] for show in own if show.alone), own)
        member = name[len(owner) + len(separator_of(owner)) :]
        return not own or any(pattern.matches(member) for show in own for pattern in show.names)

    def report_unused(self) -> None:
        """Add a finding for each entry of a row that no import uses."""
        for at, part in enumerate(self.parts):
            for other in sorted(self._allowed[at]):
                if (at, other) not in self.used and at not in self.unchecked:
                    name = self.parts[other].name
                    message = f"The row of {shown(part.name)} allows {shown(name)}, which it does not import."
                    finding = self.evaluation.finding(message, "Take it out of the row.", ("unused", part.name, name))
                    self.evaluation.findings.append(finding)

    def report_circles(self) -> None:
        """Add a finding for each part that its row leads back to, by way of other rows."""
        after: list[AbstractSet[int]] = [allowed - {at} for at, allowed in enumerate(self._allowed)]
        for at, part in enumerate(self.parts):
            ways = search(after, after[at], {at}, frozenset())
            if at in ways:
                way = " -> ".join(shown(self.parts[one].name) for one in (at, *chain_to(ways, at)))
                message = f"The rows lead from {shown(part.name)} back to itself: {way}."
                fix = "Take one of these entries out of its row."
                self.evaluation.findings.append(self.evaluation.finding(message, fix, ("circle", part.name)))

    def report_hidden(self) -> None:
        """Add a finding for each entry of a row that names a part which is hidden from it."""
        for selectors, others in self.options.hidden:
            seers = self._named("hidden", others, quiet=True)
            for hidden in sorted(self._named("hidden", selectors)):
                for at in sorted(at for at in range(len(self.parts)) if hidden in self._allowed[at]):
                    if at not in seers:
                        name, other = self.parts[at].name, self.parts[hidden].name
                        message = f"The row of {shown(name)} names {shown(other)}, which is hidden from it."
                        fix = f"Take it out of the row, or add {shown(name)} to those that may name it (`hidden`)."
                        self.evaluation.findings.append(self.evaluation.finding(message, fix, ("hidden", name, other)))

    def _to(self, show: Showing) -> frozenset[int] | None:
        return None if show.to is None else self._named("shows", show.to, quiet=True)

    def _row(self, part: Part, selectors: Iterable[Selector]) -> frozenset[int]:
        return self._named(f"modules/{part.name}", selectors)

    def _named(self, key: str, selectors: Iterable[Selector], *, quiet: bool = False) -> frozenset[int]:
        """Give the parts that selectors name; one that names none becomes a finding."""
        found: set[int] = set()
        for selector in selectors:
            own = self._parts_of(selector)
            if not own and not selector.optional and not quiet:
                message = f"{shown(selector.text)} (`{shown(key)}`) is none of the modules that have a row."
                self.evaluation.empty(key, selector.text, message, "Give it a row in `modules`, or correct the name.")
            found |= own
        return frozenset(found)

    def _parts_of(self, selector: Selector) -> frozenset[int]:
        """Give the part of this name, those whose names the glob matches, or those that a row so written stands for."""
        if own := self._written.get(selector.pattern):
            return own
        if "*" not in selector.pattern or selector.pattern == REST or not selector.forms:
            at = self.number.get(selector.pattern)
            return frozenset() if at is None else frozenset({at})
        return frozenset(at for name, at in self.number.items() if selector.matches_name(name))


def _report(table: _Table, link: Link, why: Why) -> None:
    evaluation = table.evaluation
    importer, imported = evaluation.name(link[0]), evaluation.name(link[1])
    one, other = (
        "what no other row names" if name == REST else called(name)
        for name in (table.parts[table.owner[node]].name for node in link)
    )
    it = "it" if one == importer else one
    row = "its row" if one == importer else f"the row of {one}"
    that = "that" if other == imported else other
    rules = {
        "above": f"{other} stands in a layer above {one}",
        "closed": f"{it} must not reach past a closed layer to {other}",
        "never": f"{it} must never import {that}",
        "unlisted": f"{row} does not allow {that}",
        "": f"{other} does not show it",
    }
    ways = {
        "never": f"Do without it, or move what is needed to where {one} may import it.",
        "unlisted": f"Do without it, or move what is needed into a module that the row names. If {one} is meant to use"
        f" {other}, add it to the row and say why.",
        "": f"Take what {other} shows, or let it show this (`shows`) and say why.",
    }
    fix = ways.get(why, f"Remove the import of {imported} from {importer}, or move what is needed to a lower layer.")
    message = f"{importer} imports {imported}, but {rules[why]}."
    evaluation.findings.append(evaluation.import_finding(message, fix, link, evaluation.statements(link)))
