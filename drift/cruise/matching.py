"""Whether a rule speaks of a module or of a dependency: patterns with groups, types, circles, stability."""

import posixpath
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from drift.cruise.modules import Dependency, Module
from drift.cruise.options import Rule, Side, Via
from drift.matching.regexes import filled, matches

Groups = tuple[str, ...]
# Types that may not come together; all others always stand beside one of these.
_ALONE = frozenset(
    {
        *("core", "local", "localmodule", "npm", "npm-bundled", "npm-dev", "npm-no-pkg", "npm-optional", "npm-peer"),
        "npm-unknown",
    }
)
_PLAIN = ("couldNotResolve", "circular", "dynamic", "preCompilationOnly", "exoticallyRequired")


def fits(pattern: str, text: str) -> bool:
    """Tell whether a text fits a pattern; no pattern fits everything."""
    return not pattern or _found(pattern, text)


def hits(pattern: str, text: str) -> bool:
    """Tell whether a text is hit by a pattern that takes things out; no pattern hits nothing."""
    return bool(pattern) and _found(pattern, text)


@lru_cache(maxsize=200_000)
def _found(pattern: str, text: str) -> bool:
    return matches(pattern, text)


def is_side(side: Side, name: str, groups: Groups = ()) -> bool:
    """Tell whether a module is on a side of a rule, by its name."""
    if not fits(filled(side.path, groups), name):
        return False
    return not hits(filled(side.path_not, groups), name)


@dataclass(slots=True)
class Graph:
    """The modules as rules see them, with who depends on whom."""

    modules: Mapping[str, Module]
    dependents: Mapping[str, Sequence[str]] = field(init=False)

    def __post_init__(self) -> None:
        found: dict[str, dict[str, None]] = {}
        for name, module in self.modules.items():
            for one in module.dependencies:
                found.setdefault(one.resolved, {})[name] = None
        self.dependents = {name: list(names) for name, names in found.items()}

    def instability(self, name: str) -> float:
        """Give how unstable a module is: what it depends on, by that and what depends on it."""
        module = self.modules.get(name)
        if module is None or module.core or module.unresolved or module.not_followed:
            return 0.0
        out = len(module.dependencies)
        both = out + len(self.dependents.get(name, ()))
        return out / both if both else 0.0


def is_dependency(rule: Rule, source: str, one: Dependency, graph: Graph, groups: Groups) -> bool:
    """Tell whether a dependency of a module on the rule's near side is on its far side."""
    says = rule.target.says
    if not is_side(rule.target, one.resolved, groups) or not _has_types(rule.target, one):
        return False
    has = {
        "couldNotResolve": one.unresolved,
        "circular": bool(one.cycle),
        "dynamic": one.dynamic,
        "preCompilationOnly": one.before_compiling,
        "exoticallyRequired": False,
    }
    if any(name in says and says[name] != has[name] for name in _PLAIN):
        return False
    if one.cycle and not all(_passes(via, one.cycle, groups) for via in rule.target.vias):
        return False
    more = "moreUnstable" in says and graph.instability(source) < graph.instability(one.resolved)
    if "moreUnstable" in says and more is not bool(says["moreUnstable"]):
        return False
    return "ancestor" not in says or _is_ancestor(source, one) is says["ancestor"]


def _has_types(side: Side, one: Dependency) -> bool:
    """Tell whether a dependency has the types that a rule asks for."""
    says = side.says
    if "dependencyTypes" in says and set(says["dependencyTypes"]).isdisjoint(one.types):
        return False
    if "dependencyTypesNot" in says and not set(says["dependencyTypesNot"]).isdisjoint(one.types):
        return False
    several = sum(kind in _ALONE for kind in one.types) > 1
    return says.get("moreThanOneDependencyType", several) is several


def _is_ancestor(source: str, one: Dependency) -> bool | None:
    """Tell whether the dependency stands in a folder above; None where there is no file."""
    if one.core or one.unresolved:
        return None
    near, far = (posixpath.dirname(f"/{name}").rstrip("/") + "/" for name in (source, one.resolved))
    return near.startswith(far) and len(near) > len(far)


def _passes(via: Via, cycle: Sequence[Dependency], groups: Groups) -> bool:
    """Tell whether a circle goes where a rule says."""
    good: Callable[[Sequence[bool]], bool] = all if via.every else any
    passes = True
    if via.path:
        pattern = filled(via.path, groups)
        passes = good([fits(pattern, one.resolved) for one in cycle])
    if via.path_not:
        pattern = filled(via.path_not, groups)
        passes = good([not hits(pattern, one.resolved) for one in cycle])
    if via.types:
        passes = passes and good([not set(via.types).isdisjoint(one.types) for one in cycle])
    if via.types_not:
        passes = passes and good([set(via.types_not).isdisjoint(one.types) for one in cycle])
    return passes
