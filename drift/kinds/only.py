"""Something is imported by named modules and by nobody else.

What it checks
    `target` names own modules or external packages, `by` who may import them. A direct import of a target by any
    other module is a finding. Modules below a target may import each other; two targets are strangers to each other. An
    empty `by: []` means that nobody may. A selector in parentheses may match nothing.
    `imports: runtime` leaves out imports made for types alone;
    `imports: {without: [test, lazy]}` leaves out what carries one of these attributes.

Why
    With one door to a library or a subsystem, replacing it, or learning all that depends on its quirks, is the work of
    one place.

Example
    ```yaml invariant
    id: one-door-to-stripe
    kind: only
    target: stripe
    by: [payments.gateway]
    why: Retries and idempotency keys are handled once.
    ```

Breaks when
    `payments.service.refund` imports `stripe`. Each such import is one finding. Reaching the target through a
    door is fine: that is what doors are for.

How to fix
    Ask the door for what is needed, and add it there if it is missing. If the importer is a door as well, add it to
    `by` and say why.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from drift.evaluation import Evaluation
from drift.exceptions import exception_problems
from drift.facts import Tier
from drift.graphs.graph import EdgeFilter, Link
from drift.invariants import Invariant, Outcome, World
from drift.options import OptionReader
from drift.selection.select import Selector
from drift.strictness import FEWER, IMPORTS, MORE, Tightens
from specs.document import InvariantBlock
from specs.problem import Problem
from specs.suggest import listed
from specs.values import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the kind, read."""

    targets: tuple[Selector, ...]
    doors: tuple[Selector, ...]
    imports: EdgeFilter


def read(block: InvariantBlock) -> tuple[Options, tuple[Problem, ...]]:
    """Read the options of a block and say what is wrong with them."""
    reader = OptionReader(block, exception_problems(block))
    targets = reader.selectors("target", required=True)
    return Options(targets, reader.selectors("by", required=True, least=0), reader.imports()), reader.done()


class Only:
    """See the module's docstring."""

    name = "only"
    tightens: ClassVar[Mapping[str, Tightens]] = {"target": MORE, "by": FEWER, "imports": IMPORTS}

    def tier(self, block: InvariantBlock) -> Tier:  # noqa: ARG002 - the same for all blocks
        """Imports alone are looked at."""
        return Tier.IMPORTS

    def validate(self, block: InvariantBlock) -> Sequence[Problem]:
        """Check the options of the block."""
        return read(block)[1]

    def evaluate(self, invariant: Invariant, world: World) -> Outcome:
        """Look at everyone who imports a target."""
        options, _ = read(invariant.block)
        evaluation = Evaluation(invariant, world, options.imports)
        roots = evaluation.roots("target", options.targets, each=True)
        doors = evaluation.nodes("by", options.doors)
        targets = frozenset().union(*roots.values())
        strangers = frozenset(range(len(evaluation.graph.out))) - doors
        inside = [(link, name) for link in evaluation.graph.links_between(strangers, targets) for name in roots]
        broken: dict[Link, str] = {}
        for link, name in inside:
            if link[1] in roots[name] and link[0] not in roots[name]:
                broken.setdefault(link, name)
        doors_told = [selector.pattern for selector in options.doors]
        may, either = listed(doors_told), listed(doors_told, word="or")
        through = f"go through {either}" if either else "do without it"
        for link, name in broken.items():
            importer, imported = evaluation.name(link[0]), evaluation.name(link[1])
            what = "that" if name == imported else name
            rule = f"but only {may} may import {what}" if options.doors else "which nobody may import"
            message = f"{importer} imports {imported}, {rule}."
            fix = f"Remove the import of {imported} from {importer}: {through}."
            hops = evaluation.statements(link)
            evaluation.findings.append(evaluation.import_finding(message, fix, link, hops))
        return evaluation.outcome(targets | doors)
