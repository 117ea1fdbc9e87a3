"""Something that grows stays under a bound.

What it checks
    `measure` says what is counted, `max` how much there may be, `of` of what, and `where` and `that` choose among
    those (as in `naming`; without `where`, all code).

    | measure | counts | of |
    | --- | --- | --- |
    | `lines` | lines from first to last | files (default), functions, classes |
    | `functions` | functions and methods that stand in it | files (default), classes |
    | `parameters` | what a caller gives | functions |
    | `complexity` | ways through: one, and one for each branch, loop, case, handler, `and` and `or` | functions |
    | `public-names` | public definitions at the top | modules |
    | `imports` | modules and packages that it imports | modules |
    | `fan-out` | own modules that it imports | modules |
    | `fan-in` | own modules that import it | modules |

    `functions` means methods too, `classes` also structs, interfaces and enums. `imports: runtime` leaves out of the
    last three what is imported for types alone; `imports: {without: [test]}` what carries one of these attributes.

Why
    What has grown beyond a reader's head is changed by guessing. A bound makes the moment visible when a part wants to
    be two.

Example
    ```yaml invariant
    id: functions-fit-a-screen
    kind: limit
    measure: lines
    of: functions
    max: 50
    where: [payments]
    why: What fits a screen is read whole.
    ```

Breaks when
    A function of `payments` has 51 lines. Each thing beyond the bound is one finding. Nothing to look at is a finding
    too.

How to fix
    Divide it by what it knows, not by size. What must stay as it is gets an exception with the symbol, module or path
    as `what`.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import ClassVar

from drift.facts import Definition, Tier
from drift.graphs.graph import EdgeFilter
from drift.invariants import Invariant, Outcome, World
from drift.options import OptionReader
from drift.selection.select import called
from drift.strictness import IMPORTS, LOWER, Tightens
from drift.subjects import (
    WHERE,
    Place,
    Quality,
    Subject,
    Subjects,
    read_places,
    read_quality,
    subject_exceptions,
)
from specs.document import InvariantBlock
from specs.problem import Problem
from specs.values import dataclass

FUNCTIONS = ("functions", "methods")
CLASSES = ("classes", "structs", "interfaces", "enums")
# What can be measured of what; the first is meant where nothing is said.
MEASURES: Mapping[str, tuple[str, ...]] = {
    "lines": ("files", "functions", "classes"),
    "functions": ("files", "classes"),
    "parameters": ("functions",),
    "complexity": ("functions",),
    "public-names": ("modules",),
    "imports": ("modules",),
    "fan-out": ("modules",),
    "fan-in": ("modules",),
}
TIERS = {"complexity": Tier.BODIES, "imports": Tier.IMPORTS, "fan-out": Tier.IMPORTS, "fan-in": Tier.IMPORTS}
UNITS = {
    "lines": "line",
    "functions": "function",
    "parameters": "parameter",
    "public-names": "public name",
    "imports": "import",
    "fan-out": "own module that it imports",
    "fan-in": "own module that imports it",
}
GROUPS = {"functions": FUNCTIONS, "classes": CLASSES}
CALLED = {"function", "method"}


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the kind, read."""

    measure: str
    of: str
    most: int
    places: tuple[Place, ...]
    that: Quality
    imports: EdgeFilter


def read(block: InvariantBlock) -> tuple[Options, tuple[Problem, ...]]:
    """Read the options of a block and say what is wrong with them."""
    reader = OptionReader(block, subject_exceptions(block))
    measure = reader.choice("measure", tuple(MEASURES))
    if block.options.get("measure") is None:
        reader.take("measure", required=True, hint="Write `measure: lines`.")
    of = reader.choice("of", MEASURES[measure])
    if "max" not in block.options:
        reader.take("max", required=True, hint="Write `max: 400`.")
    most = reader.number("max", default=0)
    return Options(measure, of, most, read_places(reader, "where"), read_quality(reader, "that"), reader.imports()), (
        reader.done()
    )


class Limit:
    """See the module's docstring."""

    name = "limit"
    tightens: ClassVar[Mapping[str, Tightens]] = {"where": WHERE, "max": LOWER, "imports": IMPORTS}

    def tier(self, block: InvariantBlock) -> Tier:
        """It depends on what is measured: lines of files and imports need no definitions."""
        measure = str(block.options.get("measure"))
        plain = measure == "lines" and block.options.get("of") in (None, "files")
        least = Tier.DEFINITIONS if "that" in block.options else Tier.IMPORTS
        return max(least, Tier.IMPORTS if plain else TIERS.get(measure, Tier.DEFINITIONS))

    def validate(self, block: InvariantBlock) -> Sequence[Problem]:
        """Check the options of the block."""
        return read(block)[1]

    def evaluate(self, invariant: Invariant, world: World) -> Outcome:
        """Measure each thing."""
        options, _ = read(invariant.block)
        subjects = Subjects(invariant, world)
        measures = Measures(world, options.imports)
        for subject in subjects.chosen(GROUPS.get(options.of, (options.of,)), options.places, options.that):
            size = measures.of(options.measure, subject)
            if size is not None and size > options.most:
                has = f"has {_counted(size, options.measure)}"
                message = f"The {subject.word} {called(subject.reference)} {has}; the limit is {options.most}."
                subjects.report(subject, message, _fix(options.measure))
        return subjects.outcome()


def _counted(size: int, measure: str) -> str:
    if measure == "complexity":
        return f"a complexity of {size}"
    unit = UNITS[measure]
    head, _, tail = unit.partition(" that")
    plural = f"{head}{'' if size == 1 else 's'}{' that' + tail if tail else ''}"
    return f"{size} {plural.replace('imports it', 'import it') if size != 1 else plural}"


def _fix(measure: str) -> str:
    if measure == "parameters":
        return "Join those that belong together into one value, or divide the function."
    if measure == "fan-in":
        return "Divide it by what its importers want from it."
    return "Divide it by what it knows."


class Measures:
    """Counts what one invariant limits."""

    def __init__(self, world: World, admitted: EdgeFilter) -> None:
        self._world = world
        self._admitted = admitted
        self._complexity: dict[str, Mapping[tuple[str, int], int]] = {}

    def of(self, measure: str, subject: Subject) -> int | None:
        """Count; None where there is nothing to count in."""
        if subject.symbol is not None and measure in {"lines", "parameters", "complexity"}:
            return self._inside(measure, subject.path, subject.symbol.definition)
        if measure == "lines":
            facts = self._world.index.facts.get(subject.path)
            return facts.lines if facts else None
        if measure == "functions":
            head = f"{subject.symbol.definition.name}." if subject.symbol else ""
            found = (one.definition for one in self._world.symbols.in_file(subject.path))
            return sum(one.kind in CALLED and one.name.startswith(head) for one in found)
        if measure == "public-names":
            paths = self._world.graphs.table.paths_of((subject.reference,))
            found = (one.definition for path in paths for one in self._world.symbols.in_file(path))
            return len({one.name for one in found if one.public and "." not in one.name})
        return self._imports(measure, subject.reference)

    def _inside(self, measure: str, path: str, definition: Definition) -> int | None:
        if measure == "lines":
            return definition.end_line - definition.line + 1
        if measure == "parameters":
            return definition.parameters
        if path not in self._complexity:
            bodies = self._world.index.facts[path].bodies
            self._complexity[path] = {(one.name, one.line): one.complexity for one in bodies}
        return self._complexity[path].get((definition.name, definition.line))

    def _imports(self, measure: str, module: str) -> int:
        graph, table = self._world.graphs.graph(self._admitted), self._world.graphs.table
        node = table.number[module]
        if measure == "fan-in":
            return len(self._importers.get(node, ()))
        targets = [table.names[target] for target in graph.out[node]]
        return sum(measure == "imports" or name in self._world.index.modules for name in targets)

    @cached_property
    def _importers(self) -> Mapping[int, list[int]]:
        graph = self._world.graphs.graph(self._admitted)
        return graph.importers(range(len(graph.out)))
