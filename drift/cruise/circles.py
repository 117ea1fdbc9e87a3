"""Which dependencies close a circle, and which circle: the first one that dependency-cruiser's own search finds."""

from collections.abc import Iterator, Mapping

from drift.cruise.modules import Dependency, Module
from drift.cycles import tangles

# How many dependencies the searches may look at together; past it, a dependency stands for its circle.
BUDGET = 5_000_000
Ways = Mapping[str, Mapping[str, Dependency]]


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
        ways: dict[str, dict[str, Dependency]] = {name: {} for name in inside}
        for name in inside:
            for one in modules[name].dependencies:
                if one.resolved in inside:
                    ways[name].setdefault(one.resolved, one)
        for name in sorted(inside):
            for one in modules[name].dependencies:
                if one.resolved in inside:
                    one.cycle, budget = _circle(name, ways[name][one.resolved], ways, budget)
    for name, module in modules.items():
        for one in module.dependencies:
            if one.resolved == name:
                one.cycle = (one,)


def _circle(start: str, first: Dependency, ways: Ways, budget: int) -> tuple[tuple[Dependency, ...], int]:
    """Search depth first, in the order of the dependencies, for a way back to the start. Gives it and what is left."""
    seen: set[str] = set()
    chain = [first]
    pending = [_ahead(first.resolved, start, ways)]
    while pending and budget > 0:
        for one in pending[-1]:
            budget -= 1
            if one.resolved == start:
                return (*chain, one), budget
            if one.resolved not in seen:
                seen.add(one.resolved)
                chain.append(one)
                pending.append(_ahead(one.resolved, start, ways))
                break
        else:
            pending.pop()
            chain.pop()
    return (first,), budget


def _ahead(name: str, start: str, ways: Ways) -> Iterator[Dependency]:
    """Give the dependencies of a module; where one leads back to the start, that alone."""
    found = ways[name]
    return iter([found[start]]) if start in found else iter(found.values())
