r"""Each module imports none of the others but what its row allows.

What it checks
    `modules` maps each module, or part, to the modules it may import. It stands for all below it, but for what
    another row names more closely; a glob makes one module of each match, and `"**"` one of all that no other row
    names. A row is a list, empty for "nothing"; `null` for "anything"; or `{on: [...], never: [...]}`. Only direct
    imports count, and only those between two named modules: what no row names is not looked at. An external package
    may have a row, too, so that its use must be allowed. `parts` may give names of their own to sets of modules:
    `{web: [src/web, src/api]}`, or `{web: {of: [...], within: [...],
    but: [...]}}`.

    `layers` lists layers of modules from top to bottom: a module may always import those of a layer below, and
    never one above; rows then speak about the others (`explicit: true`: about layers below as well). A layer with a
    module in `closed` is not reached past. Everyone may import the modules in `free`; the imports of those in
    `unchecked` are not looked at. `shows` narrows what others see of a module: `{of: [a], names: ["Order",
    "api(\..*)?"]}` gives regular expressions for whole names below it, `to` for whom, `alone: true` that no other
    entry counts where this one does. `whole: true` has an entry allow all that its module stands for, also what
    another row names more closely. `exact: true` wants every entry of a row to be used. `imports: runtime` leaves
    out imports made for types alone; `imports: {without: [test, lazy]}` leaves out what carries one of these
    attributes.

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

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal, NamedTuple, TypeAlias

from drift.evaluation import Evaluation, most_specific
from drift.exceptions import exception_problems
from drift.facts import Tier
from drift.graphs.graph import ALL_IMPORTS, EdgeFilter, Link
from drift.graphs.names import separator_of
from drift.invariants import Invariant, Outcome, World
from drift.matching.regexes import Regex, compiled
from drift.options import OptionReader, named_type
from drift.selection.select import Selector, shown
from drift.strictness import IMPORTS, ON_WHEN_SAID, ROWS, Tightens
from specs.document import InvariantBlock, Yaml
from specs.problem import Problem

ROW = "Write a list of modules (`a: [b, c]`), `a: []` for nothing, or `a: {on: [b], never: [c]}`."
SHOWS = 'Write `shows: [{of: [payments], names: ["Order", "api.*"]}]`.'
REST = "**"
Why: TypeAlias = Literal["", "above", "closed", "never", "unlisted"]


@dataclass(frozen=True, slots=True)
class Row:
    """What one module may import: `on` (None: anything), and what it must not in any case."""

    on: tuple[Selector, ...] | None
    never: tuple[Selector, ...] = ()


@dataclass(frozen=True, slots=True)
class Showing:
    """One entry of `shows`."""

    of: tuple[Selector, ...]
    names: tuple[Regex, ...]
    to: tuple[Selector, ...] | None
    alone: bool


class Named(NamedTuple):
    """A part with a name of its own: what is `of` it and `within` as well, but not what is in `but`."""

    of: tuple[Selector, ...]
    within: tuple[Selector, ...] | None
    but: tuple[Selector, ...]


@dataclass(slots=True)
class Options:
    """The options of the kind, read."""

    parts: dict[str, Named] = field(default_factory=dict)
    rows: list[tuple[Selector, Row]] = field(default_factory=list)
    layers: list[tuple[Selector, ...]] = field(default_factory=list)
    closed: tuple[Selector, ...] = ()
    free: tuple[Selector, ...] = ()
    unchecked: tuple[Selector, ...] = ()
    shows: list[Showing] = field(default_factory=list)
    explicit: bool = False
    exact: bool = False
    whole: bool = False
    imports: EdgeFilter = ALL_IMPORTS


def read(block: InvariantBlock) -> tuple[Options, tuple[Problem, ...]]:
    """Read the options of a block and say what is wrong with them."""
    reader = OptionReader(block, exception_problems(block))
    options = Options()
    parts = reader.take("parts")
    if parts is not None and not isinstance(parts, dict):
        reader.say("wrong-type", "`parts` must be a mapping.", "parts", "Write `parts: {web: [src/web, src/api]}`.")
    for name, value in parts.items() if isinstance(parts, dict) else ():
        given: dict[str, Yaml] = value if isinstance(value, dict) else {"of": value}
        place = f"parts/{name}"
        if not {"of"} <= given.keys() <= {"of", "within", "but"}:
            reader.say(
                "wrong-type", "A part has `of`, perhaps `within` and `but`.", place, "Write `{of: [a], but: [b]}`."
            )
        within = _selectors(reader, place, given["within"]) if given.get("within") is not None else None
        of, but = (_selectors(reader, place, given.get(key)) for key in ("of", "but"))
        options.parts[name] = Named(of, within, but)
    modules = reader.take("modules", required=True, hint="Write `modules: {a: [b, c]}`.")
    if isinstance(modules, dict):
        for name, value in modules.items():
            place = f"modules/{name}"
            row = _row(reader, place, value, options.parts)
            options.rows += [(key, row) for key in _selectors(reader, place, name, options.parts)]
    elif modules is not None:
        reader.say("wrong-type", f"`modules` must be a mapping, not {named_type(modules)}.", "modules", ROW)
    layers = reader.take("layers")
    if layers is not None and not isinstance(layers, list):
        reader.say("wrong-type", "`layers` must be a list of lists.", "layers", "Write `layers: [[a], [b, c]]`.")
    for number, layer in enumerate(layers if isinstance(layers, list) else ()):
        options.layers.append(_selectors(reader, f"layers/{number}", layer, options.parts))
    options.closed = _selectors(reader, "closed", reader.take("closed"), options.parts)
    options.free = _selectors(reader, "free", reader.take("free"), options.parts)
    options.unchecked = _selectors(reader, "unchecked", reader.take("unchecked"), options.parts)
    shows = reader.take("shows")
    if shows is not None and not isinstance(shows, list):
        reader.say("wrong-type", "`shows` must be a list of mappings.", "shows", SHOWS)
    for number, entry in enumerate(shows if isinstance(shows, list) else ()):
        options.shows.append(_showing(reader, number, entry, options.parts))
    options.explicit = reader.flag("explicit", default=False)
    options.whole = reader.flag("whole", default=False)
    options.exact = reader.flag("exact", default=False)
    options.imports = reader.imports()
    return options, reader.done()


def _row(reader: OptionReader, place: str, value: Yaml, parts: Container[str]) -> Row:
    if value is None:
        return Row(None)
    if not isinstance(value, dict):
        return Row(_selectors(reader, place, value, parts))
    for key in value:
        if key not in {"on", "never"}:
            reader.say("unknown-key", f"A row has no {shown(key)!r}.", place, ROW)
    on = None if value.get("on") is None else _selectors(reader, place, value["on"], parts)
    return Row(on, _selectors(reader, place, value.get("never"), parts))


def _selectors(reader: OptionReader, place: str, value: Yaml, parts: Container[str] = ()) -> tuple[Selector, ...]:
    """Read selectors; the name of a part stands for itself, whatever it looks like."""
    entries = value if isinstance(value, list) else [] if value is None else [value]
    texts = [entry for entry in entries if isinstance(entry, str)]
    if len(texts) < len(entries):
        reader.say("wrong-type", f"`{shown(place)}` must be a list of texts.", place, ROW)
    found: list[Selector] = []
    for text in texts:
        found += (
            [Selector(text, text, alone=False, forms=())] if text in parts else reader.parse_selectors(place, [text])
        )
    return tuple(found)


def _showing(reader: OptionReader, number: int, entry: Yaml, parts: Container[str]) -> Showing:
    place = f"shows/{number}"
    found = entry if isinstance(entry, dict) else {}
    if not {"of", "names"} <= found.keys() <= {"of", "names", "to", "alone"}:
        reader.say("wrong-type", "An entry of `shows` has `of` and `names`, perhaps `to` and `alone`.", place, SHOWS)
    patterns: list[Regex] = []
    texts = found.get("names")
    for text in texts if isinstance(texts, list) else [texts]:
        pattern = compiled(f"^(?:{text})$") if isinstance(text, str) else "it is no text"
        if isinstance(pattern, str):
            reader.say("bad-pattern", f"`names` holds {shown(str(text))!r}: {pattern}.", place, SHOWS)
        else:
            patterns.append(pattern)
    to = _selectors(reader, place, found["to"], parts) if found.get("to") is not None else None
    return Showing(_selectors(reader, place, found.get("of"), parts), tuple(patterns), to, found.get("alone") is True)


class Part(NamedTuple):
    """A named module: the name it is told by, its row, the number of its layer (None: it stands in none)."""

    name: str
    row: Row
    layer: int | None


class Depends:
    """See the module's docstring."""

    name = "depends"
    tightens: ClassVar[Mapping[str, Tightens]] = {"modules": ROWS, "exact": ON_WHEN_SAID, "imports": IMPORTS}

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
        return evaluation.outcome(table.owner)


class _Table:
    """The parts as found in the code, who owns each node, and what the rows come to between two parts."""

    def __init__(self, evaluation: Evaluation, options: Options) -> None:
        self.evaluation = evaluation
        self.options = options
        found: dict[str, tuple[Row, frozenset[int]]] = {}
        for key, row in options.rows:
            if not key.forms:
                found[key.pattern] = (row, self._part(key.pattern))
                continue
            if key.pattern == REST:
                found[REST] = (row, evaluation.modules(range(len(evaluation.graph.out))))
                continue
            for root, nodes in evaluation.roots(f"modules/{key.text}", [key]).items():
                found.setdefault(root, (row, nodes))
        # Where two rows stand for the very same nodes, the longer name is the closer one.
        names = sorted(found, key=lambda name: (name == REST, -len(name), name))
        self.number = {name: at for at, name in enumerate(names)}
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
        """Give the part of this name, or those whose names the glob matches."""
        if "*" not in selector.pattern or selector.pattern == REST or not selector.forms:
            at = self.number.get(selector.pattern)
            return frozenset() if at is None else frozenset({at})
        return frozenset(at for name, at in self.number.items() if selector.matches_name(name))


def _report(table: _Table, link: Link, why: Why) -> None:
    evaluation = table.evaluation
    importer, imported = evaluation.name(link[0]), evaluation.name(link[1])
    one, other = (shown(table.parts[table.owner[node]].name) for node in link)
    rules = {
        "above": f"{other} stands in a layer above {one}",
        "closed": f"{one} must not reach past a closed layer to {other}",
        "never": f"{one} must never import {other}",
        "unlisted": f"the row of {one} does not allow {other}",
        "": f"{other} does not show it",
    }
    through = f"take what {other} shows" if not why else f"move what is needed to where {one} may import it"
    fix = f"Remove the import of {imported} from {importer}, or {through}."
    message = f"{importer} imports {imported}, but {rules[why]}."
    evaluation.findings.append(evaluation.import_finding(message, fix, link, evaluation.statements(link)))
