"""Which dependencies close a circle, and which circle: the first one that dependency-cruiser's own search finds."""

from collections.abc import Mapping

from drift.cruise.modules import Dependency, Module
from drift.graphs.cycles import tangles

# How many dependencies the searches may look at together; past it, a dependency stands for its circle.
BUDGET = 5_000_000
Ways = Mapping[str, list[Dependency]]


def find_circles(modules: Mapping[str, Module]) -> None:
    """Note in each dependency the circle it closes; those that close none are left as they are."""
    names = sorted(modules)
    number = {name: at for at, name in enumerate(names)}
    successors = {
        number[name]: {number[one.resolved] for one in module.dependencies if one.resolved in number}
        for name, module in modules.items()
    }
    budget = BUDGET
    for tangle in tangles(successors):
        inside = {names[node] for node in tangle}
        ways = {name: [one for one in modules[name].dependencies if one.resolved in inside] for name in inside}
        for name in sorted(inside):
            for one in ways[name]:
                first = next(other for other in ways[name] if other.resolved == one.resolved)
                one.cycle, budget = _circle(name, first, ways, budget)
    for name, module in modules.items():
        for one in module.dependencies:
            if one.resolved == name:
                one.cycle = (one,)


def _circle(start: str, first: Dependency, ways: Ways, budget: int) -> tuple[tuple[Dependency, ...], int]:
    """Search depth first for a way back to the start. Gives it, and what is left of the budget.

    As the peer does, a way that comes by a module twice is thrown away with all that was seen on it; now and then no
    way is left then, and the dependency counts as closing no circle.
    """
    seen: set[str] = set()
    chain = [first]
    pending = [_unseen(first, ways, seen)]
    while pending:
        if budget <= 0:
            return (first,), 0
        budget -= 1 + len(pending[-1])
        back = next((one for one in pending[-1] if one.resolved == start), None)
        if back is not None:
            found = _kept([*chain, back])
            if found == len(chain):
                return (*chain, back), budget
            # The way comes by `chain[found]` twice: what was tried from there on is over.
            del chain[found + 1 :], pending[found + 1 :]
        while pending and not pending[-1]:
            pending.pop()
            chain.pop()
        if pending:
            following = pending[-1].pop(0)
            seen.add(following.resolved)
            chain.append(following)
            pending.append(_unseen(following, ways, seen))
    return (), budget


def _unseen(one: Dependency, ways: Ways, seen: set[str]) -> list[Dependency]:
    return [ahead for ahead in ways[one.resolved] if ahead.resolved not in seen]


def _kept(chain: list[Dependency]) -> int:
    """Give the last place of a chain, counted from its end, that stands in it again further on; its length for none."""
    names = [one.resolved for one in chain]
    for at in range(len(names) - 2, -1, -1):
        if names[at] in names[at + 1 :]:
            return at
    return len(names) - 1
