"""What breaks the rules of a contract, as dependency-cruiser reports it. Same input, same violations, same order."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from drift.cruise.circles import find_circles
from drift.cruise.matching import Graph, fits, hits, is_dependency, is_side
from drift.cruise.modules import Dependency, Module, by_name
from drift.cruise.options import Rule, Side
from drift.matching.regexes import groups_of

Form: TypeAlias = Literal["dependency", "cycle", "instability", "module", "reachability"]


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that breaks a rule. `source` and `target` are names as the peer prints them.

    `chain` is the circle or the way behind it; `dependency` the import where there is one.
    """

    rule: Rule
    form: Form
    source: str
    target: str
    dependency: Dependency | None = None
    chain: tuple[tuple[str, Dependency], ...] = ()


def find_violations(rules: Iterable[Rule], modules: Iterable[Module]) -> list[Violation]:
    """Hold rules against modules."""
    rules = tuple(rules)
    named = by_name(modules)
    if any("circular" in rule.target.says or rule.target.vias for rule in rules):
        find_circles(named)
    graph = Graph(named)
    found = [*_dependencies(rules, graph), *_modules(rules, graph)]
    found.sort(key=lambda one: (one.rule.name, one.source, one.target))
    seen: set[tuple[object, ...]] = set()
    distinct = []
    for one in found:
        key: tuple[object, ...] = (one.rule.name, one.source, one.target)
        if one.form == "cycle":
            key = (one.rule.name, frozenset(name for name, _ in one.chain))
        if key not in seen:
            seen.add(key)
            distinct.append(one)
    return distinct


def governed(rule: Rule, modules: Iterable[Module]) -> list[str]:
    """Give the modules on the near side of a rule."""
    side = rule.module or rule.source
    return [one.name for one in modules if not one.core and not one.unresolved and is_side(side, one.name)]


def _dependencies(rules: Iterable[Rule], graph: Graph) -> Iterator[Violation]:
    """Hold each dependency against the rules about dependencies."""
    plain = [rule for rule in rules if not rule.about_modules]
    forbidden = [rule for rule in plain if rule.sort == "forbidden"]
    allowed = [rule for rule in plain if rule.sort == "allowed"]
    for name, module in graph.modules.items():
        if not module.dependencies:
            continue
        near = {
            id(rule): groups_of(rule.source.path, name) for rule in forbidden + allowed if is_side(rule.source, name)
        }
        for one in module.dependencies:
            for rule in forbidden:
                if id(rule) in near and is_dependency(rule, name, one, graph, near[id(rule)]):
                    yield _violation(rule, name, one)
            fine = (id(rule) in near and is_dependency(rule, name, one, graph, near[id(rule)]) for rule in allowed)
            if allowed and not any(fine):
                yield _violation(allowed[0], name, one)


def _violation(rule: Rule, name: str, one: Dependency) -> Violation:
    says = rule.target.says
    if one.cycle and says.get("circular"):
        names = [name, *(step.resolved for step in one.cycle)]
        return Violation(rule, "cycle", name, one.resolved, one, tuple(zip(names, one.cycle, strict=False)))
    return Violation(rule, "instability" if "moreUnstable" in says else "dependency", name, one.resolved, one)


def _modules(rules: Iterable[Rule], graph: Graph) -> Iterator[Violation]:
    """Hold the modules against the rules about modules."""
    about = [rule for rule in rules if rule.about_modules]
    allowed = [rule for rule in about if rule.sort == "allowed"]
    for rule in about:
        if rule.sort == "required":
            yield from _required(rule, graph)
        elif rule.sort == "forbidden":
            yield from _matched(rule, graph)
    if allowed:
        fine = {one.source for rule in allowed for one in _matched(rule, graph)}
        yield from (Violation(allowed[0], "module", name, name) for name in graph.modules if name not in fine)


def _matched(rule: Rule, graph: Graph) -> Iterator[Violation]:
    """Give the modules of which a rule speaks, each as if that broke it."""
    if "orphan" in rule.source.says:
        for name, module in graph.modules.items():
            alone = not module.dependencies and not graph.dependents.get(name)
            if alone is rule.source.says["orphan"] and is_side(rule.source, name):
                yield Violation(rule, "module", name, name)
    elif "reachable" in rule.target.says:
        yield from (_reached if rule.target.says["reachable"] else _unreached)(rule, graph)
    elif rule.module is not None and _counts(rule.module):
        for name in graph.modules:
            if is_side(rule.module, name) and _has_count(rule, graph.dependents.get(name, ())):
                yield Violation(rule, "module", name, name)


def _counts(side: Side) -> bool:
    return any(key in side.says for key in ("numberOfDependentsLessThan", "numberOfDependentsMoreThan"))


def _has_count(rule: Rule, dependents: Iterable[str]) -> bool:
    says = rule.module.says if rule.module else {}
    count = sum(fits(rule.source.path, one) and not hits(rule.source.path_not, one) for one in dependents)
    less, more = says.get("numberOfDependentsLessThan"), says.get("numberOfDependentsMoreThan")
    return (not less or count < less) and (not more or count > more)


def _reached(rule: Rule, graph: Graph) -> Iterator[Violation]:
    """Give each pair of modules of which one leads to the other, however long the way."""
    near = rule.module or rule.source
    for name in graph.modules:
        if not is_side(near, name):
            continue
        groups = groups_of(near.path, name)
        before = _ways(name, graph.modules)
        for target in graph.modules:
            if target != name and target in before and is_side(rule.target, target, groups):
                chain = _chain(name, target, before)
                yield Violation(rule, "reachability", name, target, chain[0][1], chain)


def _unreached(rule: Rule, graph: Graph) -> Iterator[Violation]:
    """Give the modules that none of those on the near side leads to."""
    near = rule.module or rule.source
    starts = [name for name in graph.modules if is_side(near, name)]
    ahead = {name: _ways(name, graph.modules).keys() for name in starts}
    for target in graph.modules:
        ways = [
            target in ahead[name]
            for name in starts
            if name != target and is_side(rule.target, target, groups_of(near.path, name))
        ]
        if ways and not any(ways):
            yield Violation(rule, "module", target, target)


def _ways(start: str, modules: Mapping[str, Module]) -> dict[str, tuple[str, Dependency]]:
    """Search from a module; gives for each one found the module before it, and the dependency."""
    found: dict[str, tuple[str, Dependency]] = {}
    frontier = [start]
    while frontier:
        following = []
        for name in frontier:
            module = modules.get(name)
            for one in module.dependencies if module else ():
                if one.resolved != start and one.resolved not in found:
                    found[one.resolved] = (name, one)
                    following.append(one.resolved)
        frontier = following
    return found


def _chain(start: str, end: str, before: Mapping[str, tuple[str, Dependency]]) -> tuple[tuple[str, Dependency], ...]:
    steps = []
    while end != start:
        steps.append(before[end])
        end = before[end][0]
    return tuple(reversed(steps))


def _required(rule: Rule, graph: Graph) -> Iterator[Violation]:
    """Give the modules that lack a dependency they must have."""
    side = rule.module or Side()
    for name, module in graph.modules.items():
        if not is_side(side, name):
            continue
        groups = groups_of(side.path, name)
        if rule.target.says.get("reachable"):
            ahead = _ways(name, graph.modules)
            if any(one in graph.modules and is_side(rule.target, one) for one in ahead):
                continue
        if is_side(rule.target, name, groups):
            continue
        wanted = Side(rule.target.path)
        if not any(is_side(wanted, one.resolved, groups) for one in module.dependencies):
            yield Violation(rule, "module", name, name)
