"""Each layer imports only from layers below it.

What it checks
    `layers` lists the layers from top to bottom. Code of a layer must not import from a layer above, not even through
    code that stands in no layer (`indirect: false` looks at direct imports alone). An entry may hold several parts:
    `a | b` are siblings that must not import each other, `a : b` are siblings that may. A part in parentheses may be
    missing. `closed: [b]` forbids layers above `b` to reach past it to those below. With `containers: [x, y]` the
    layers are looked for in each container apart; `exhaustive: true` then wants every child of a container to stand
    in a layer, but for those in `exhaustive_ignores`. `imports: runtime` leaves out imports made for types alone;
    `imports: {without: [test, lazy]}` leaves out what carries one of these attributes.

Why
    What lies below can be understood, tested and used without what lies above. One import upward undoes that for all
    of it.

Example
    ```yaml invariant
    id: payments-layers
    kind: layers
    layers: [payments.api, "payments.cards | payments.transfers", payments.domain, (payments.compat)]
    why: Batch jobs import the domain without a web server.
    ```

Breaks when
    `payments.domain.order` imports `payments.api.views`, or imports `payments.util`, which stands in no layer and
    imports it. Chains over another layer are found where they cross that layer's border. Each finding names the
    import to mend and shows the whole chain; imports of other modules that begin or end such a chain follow.

How to fix
    Move what is needed down into the lower layer, or turn the import round: the lower layer states what it needs (a
    protocol, a callback), the upper one hands it in. Where the order itself is wrong, change the spec.
"""

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar

from drift.borders import Region, judge
from drift.evaluation import Evaluation
from drift.exceptions import exception_problems
from drift.facts import Tier
from drift.findings import CodeAnchor
from drift.graphs.graph import EdgeFilter, Link
from drift.graphs.names import separator_of
from drift.invariants import Invariant, Outcome, World
from drift.options import OptionReader
from drift.selection.select import Selector, shown
from drift.strictness import FEWER, IMPORTS, MORE, ON_BY_DEFAULT, ON_WHEN_SAID, Tightens
from specs.document import InvariantBlock
from specs.problem import Problem
from specs.values import dataclass, replace

# A colon divides parts, but not the one of `import:` or those of `crate::store`.
FREE = re.compile(r"(?<!import)(?<!:):(?!:)")


@dataclass(frozen=True, slots=True)
class Part:
    """One sibling of a layer."""

    selector: Selector
    optional: bool


@dataclass(frozen=True, slots=True)
class Layer:
    """One entry of `layers`."""

    parts: tuple[Part, ...]
    independent: bool
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the kind, read."""

    layers: tuple[Layer, ...]
    containers: tuple[Selector, ...]
    exhaustive: bool
    ignores: frozenset[str]
    indirect: bool
    imports: EdgeFilter


def read(block: InvariantBlock) -> tuple[Options, tuple[Problem, ...]]:
    """Read the options of a block and say what is wrong with them."""
    reader = OptionReader(block, exception_problems(block))
    hint = "List the layers from top to bottom: `layers: [payments.api, payments.domain]`."
    entries = reader.texts("layers", required=True, hint=hint)
    layers = [read_layer(reader, entry, text) for entry, text in enumerate(entries)]
    _check_repeats(reader, layers)
    containers = reader.selectors("containers")
    exhaustive = reader.flag("exhaustive", default=False)
    if exhaustive and "containers" not in block.options:
        text = "`exhaustive` needs `containers`: it is their children that must all stand in a layer."
        reader.say("missing-option", text, "exhaustive", "Add `containers: [payments]` and name the layers without it.")
    closed = set(reader.texts("closed", least=0))
    known = {part.selector.text for layer in layers for part in layer.parts}
    for name in sorted(closed - known):
        reader.say("unknown-value", f"`closed` names {shown(name)!r}, which is no layer.", "closed", "Repeat a layer.")
    layers = [replace(layer, closed=any(part.selector.text in closed for part in layer.parts)) for layer in layers]
    ignores = frozenset(reader.texts("exhaustive_ignores", least=0))
    indirect = reader.flag("indirect", default=True)
    return Options(tuple(layers), containers, exhaustive, ignores, indirect, reader.imports()), reader.done()


def read_layer(reader: OptionReader, number: int, text: str) -> Layer:
    """Read one entry: a selector, or several with `|` or `:` between, each perhaps in parentheses."""
    entry = text.strip()
    whole = entry.startswith("(") and entry.endswith(")") and "(" not in entry[1:]
    entry = entry[1:-1] if whole else entry
    free = FREE.search(entry) is not None
    if "|" in entry and free:
        said = f"The layer {shown(text)!r} mixes `|` and `:`."
        reader.say("mixed-layer", said, "layers", "Siblings of one layer are all independent or all free.")
        return Layer((), independent=True)
    parts = []
    for piece in entry.split("|") if "|" in entry else FREE.split(entry):
        name = piece.strip()
        optional = whole or (name.startswith("(") and name.endswith(")"))
        name = name.strip("()").strip()
        parts += [Part(selector, optional) for selector in reader.parse_selectors("layers", [name], number)]
    return Layer(tuple(parts), independent=not free)


def _check_repeats(reader: OptionReader, layers: Sequence[Layer]) -> None:
    seen: set[str] = set()
    for layer in layers:
        for part in layer.parts:
            if part.selector.text in seen:
                said = f"{shown(part.selector.text)} stands in `layers` more than once."
                reader.say("repeated-layer", said, "layers", "A module has one place in the order.")
            seen.add(part.selector.text)


@dataclass(slots=True)
class Stack:
    """The layers as found in the code: regions, each with the number of its layer."""

    regions: list[Region]
    level: list[int]
    layers: Sequence[Layer]

    def forbids(self, number: int) -> dict[int, str]:
        """Give the regions that one region must not reach, with why."""
        own, level = self.regions[number].name, self.level[number]
        reasons: dict[int, str] = {}
        for other, region in enumerate(self.regions):
            closed = self.closed_between(level, self.level[other])
            if self.level[other] < level:
                reasons[other] = f"the layer {own} must not import from {region.name} above it"
            elif self.level[other] == level and other != number and self.layers[level].independent:
                reasons[other] = f"{own} and {region.name} are independent siblings of one layer"
            elif closed:
                reasons[other] = f"the layer {own} must not reach past the closed layer {closed} to {region.name}"
        return reasons

    def closed_between(self, upper: int, lower: int) -> str:
        """Give the first closed layer between two levels, "" if there is none."""
        closed = [layer for layer in self.layers[upper + 1 : lower] if layer.closed]
        return " | ".join(part.selector.pattern for part in closed[0].parts) if closed else ""

    def remedy(self, importer: int, imported: int) -> str:
        """Say what to do instead of importing one region from another."""
        lower, upper = self.regions[importer].name, self.regions[imported].name
        if closed := self.closed_between(self.level[importer], self.level[imported]):
            return f"go through {closed}"
        if self.level[importer] == self.level[imported]:
            return f"move what both need out of {lower} and {upper} into a layer below"
        return f"move what is needed of {upper} into {lower} or below, or hand it in from above"


class Layers:
    """See the module's docstring."""

    name = "layers"
    by_shape = True
    tightens: ClassVar[Mapping[str, Tightens]] = {
        "closed": MORE,
        "exhaustive": ON_WHEN_SAID,
        "exhaustive_ignores": FEWER,
        "indirect": ON_BY_DEFAULT,
        "imports": IMPORTS,
    }

    def tier(self, block: InvariantBlock) -> Tier:  # noqa: ARG002 - the same for all blocks
        """Imports alone are looked at."""
        return Tier.IMPORTS

    def validate(self, block: InvariantBlock) -> Sequence[Problem]:
        """Check the options of the block."""
        return read(block)[1]

    def evaluate(self, invariant: Invariant, world: World) -> Outcome:
        """Look from each layer for ways to those it must not import."""
        options, _ = read(invariant.block)
        evaluation = Evaluation(invariant, world, options.imports)
        governed: set[int] = set()
        if options.containers:
            for container, nodes in evaluation.roots("containers", options.containers).items():
                governed |= self._judge(evaluation, options, container)
                if options.exhaustive:
                    _exhaust(evaluation, options, container, evaluation.modules(nodes))
        elif "containers" not in invariant.block.options:
            governed |= self._judge(evaluation, options, "")
        return evaluation.outcome(governed)

    @staticmethod
    def _judge(evaluation: Evaluation, options: Options, container: str) -> set[int]:
        stack = Stack([], [], options.layers)
        for level, layer in enumerate(options.layers):
            for part in layer.parts:
                selector = _inside(container, part.selector)
                if (part.optional or container) and not selector.roots(evaluation.table):
                    if not part.optional:
                        without = f"Where a container may be without it, write `({shown(part.selector.text)})`."
                        evaluation.nothing_matches("layers", selector, without)
                    continue
                nodes = frozenset[int]().union(*evaluation.roots("layers", [selector], own=True).values())
                stack.regions.append(Region(selector.pattern, nodes))
                stack.level.append(level)

        def advice(link: Link, importer: int, imported: int) -> str:
            remove = f"Remove the import of {evaluation.name(link[1])} from {evaluation.name(link[0])}"
            return f"{remove}: {stack.remedy(importer, imported)}."

        judge(evaluation, stack.regions, stack.forbids, advice, indirect=options.indirect)
        return {node for region in stack.regions for node in region.nodes}


def _inside(container: str, selector: Selector) -> Selector:
    """Give the selector of a layer inside a container."""
    if not container:
        return selector
    joined = f"{container}{separator_of(container)}{selector.pattern}"
    parsed = Selector.parse(joined)
    if isinstance(parsed, Problem):  # the parts are well-formed, so only a name of great length comes here
        return replace(selector, pattern=joined, text=joined)
    return replace(parsed, alone=selector.alone)


def _exhaust(evaluation: Evaluation, options: Options, container: str, nodes: frozenset[int]) -> None:
    """Add a finding for each child of the container that stands in no layer."""
    declared = {part.selector.pattern for layer in options.layers for part in layer.parts} | options.ignores
    children: dict[str, int] = {}
    for node in sorted(nodes):
        name = evaluation.table.names[node]
        separator = separator_of(name)
        inside = name.removeprefix(container + separator)
        if inside != name:
            children.setdefault(inside.split(separator)[0], node)
    for child in sorted(children.keys() - declared):
        module = evaluation.index.modules.get(evaluation.table.names[children[child]])
        place = CodeAnchor(module.path, 1) if module else None
        message = f"{shown(child)} is a child of {container} and stands in no layer."
        fix = "Give it a place in `layers`, or name it in `exhaustive_ignores`."
        identity = ("exhaustive", container, child)
        evaluation.findings.append(evaluation.finding(message, fix, identity, code=place))
