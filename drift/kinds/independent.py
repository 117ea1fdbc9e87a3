"""Members of a set never import each other.

What it checks
    Each of the `modules` is a member, with everything below it; a glob names one member for each match
    (`plugins.*`, `src/features/*`). No member imports another, in either direction. Chains through code that belongs
    to no member count as well, unless `indirect: false`. `imports: runtime` leaves out imports made for types alone;
    `imports: {without: [test, lazy]}` leaves out what carries one of these attributes.

Why
    Plug-ins, features and adapters can be read, tested, moved and deleted alone only as long as none leans on its
    neighbour.

Example
    ```yaml invariant
    id: plugins-apart
    kind: independent
    modules: ["payments.plugins.*"]
    why: A plug-in can be removed without touching another.
    ```

Breaks when
    `payments.plugins.paypal` imports `payments.plugins.stripe.client`, or imports `payments.helpers`, which does. The
    finding names the import to mend and shows the whole chain. It also breaks when fewer than two members exist:
    then there is nothing to keep apart. `at_least: 0` allows for that.

How to fix
    Move what both need into a module that belongs to neither and imports neither, and import that from both. If one
    really builds on the other, they are not members of one set: take it out, or let an exception say why.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from drift.borders import Region, judge
from drift.evaluation import Evaluation
from drift.exceptions import exception_problems
from drift.facts import Tier
from drift.graphs.graph import EdgeFilter, Link
from drift.invariants import Invariant, Outcome, World
from drift.options import OptionReader
from drift.selection.select import Selector
from drift.strictness import IMPORTS, MORE, ON_BY_DEFAULT, Tightens
from specs.document import InvariantBlock
from specs.problem import Problem
from specs.values import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the kind, read."""

    modules: tuple[Selector, ...]
    indirect: bool
    imports: EdgeFilter
    at_least: int = 2


def read(block: InvariantBlock) -> tuple[Options, tuple[Problem, ...]]:
    """Read the options of a block and say what is wrong with them."""
    reader = OptionReader(block, exception_problems(block))
    modules = reader.selectors("modules", required=True)
    indirect, at_least = reader.flag("indirect", default=True), reader.number("at_least", default=2)
    return Options(modules, indirect, reader.imports(), at_least), reader.done()


class Independent:
    """See the module's docstring."""

    name = "independent"
    by_shape = True
    tightens: ClassVar[Mapping[str, Tightens]] = {"modules": MORE, "indirect": ON_BY_DEFAULT, "imports": IMPORTS}

    def tier(self, block: InvariantBlock) -> Tier:  # noqa: ARG002 - the same for all blocks
        """Imports alone are looked at."""
        return Tier.IMPORTS

    def validate(self, block: InvariantBlock) -> Sequence[Problem]:
        """Check the options of the block."""
        return read(block)[1]

    def evaluate(self, invariant: Invariant, world: World) -> Outcome:
        """Look from each member for ways to the others."""
        options, _ = read(invariant.block)
        evaluation = Evaluation(invariant, world, options.imports)
        roots = evaluation.roots("modules", options.modules, each=True, own=True)
        members = [Region(name, nodes) for name, nodes in roots.items()]
        if len(members) < options.at_least and not evaluation.unmatched:
            count = "two" if options.at_least == 2 else options.at_least  # noqa: PLR2004 (the usual one, in words)
            few = f"`modules` matches fewer than {count} members, so there is nothing to keep apart."
            evaluation.empty("modules", "", few, f"Name {count} members at least, or a glob that matches several.")

        def forbids(number: int) -> dict[int, str]:
            own = members[number].name
            return {
                other: f"{own} and {member.name} are independent of each other"
                for other, member in enumerate(members)
                if other != number
            }

        def advice(link: Link, importer: int, imported: int) -> str:
            remove = f"Remove the import of {evaluation.name(link[1])} from {evaluation.name(link[0])}"
            return f"{remove}: move what both need out of {members[importer].name} and {members[imported].name}."

        judge(evaluation, members, forbids, advice, indirect=options.indirect)
        return evaluation.outcome(frozenset().union(*[member.nodes for member in members]))
