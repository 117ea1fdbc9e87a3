"""The imports of a tree as bit sets, and the imports that nobody has made: the field on which promises are weighed.

A promise is worth what it forbids that nobody does. So each candidate becomes a set of pairs (importer, imported), and
is weighed by how many of all pairs without an import it covers. Pure.
"""

import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import TopologicalSorter

from drift.facts import EdgeAttribute
from drift.graphs.cycles import tangles
from drift.graphs.names import separator_of
from drift.index import CodeIndex
from drift.learning.beside import TESTS, is_aside, is_tool

MOST_UNITS = 1500
GO_ADDRESS = len(("github.com", "owner", "repository"))
VERSION = re.compile(r"v\d+")
Cover = dict[int, int]


@dataclass(frozen=True)
class Field:
    """Units (modules, or packages of very large trees), externals and tests, each with a number; imports as bit sets.

    `direct[unit]` holds the units and externals that it imports, `reach[unit]` those that any chain leads to.
    """

    units: tuple[str, ...]
    externals: tuple[str, ...]
    tests: tuple[str, ...]
    direct: tuple[int, ...]
    languages: Mapping[str, str]
    counts: Mapping[tuple[int, int], int] = field(default_factory=dict)

    @cached_property
    def number(self) -> Mapping[str, int]:
        """The number of each name."""
        return {name: number for number, name in enumerate((*self.units, *self.externals, *self.tests))}

    @cached_property
    def own(self) -> int:
        """The bits of all units."""
        return (1 << len(self.units)) - 1

    @cached_property
    def outer(self) -> int:
        """The bits of all externals."""
        return ((1 << len(self.externals)) - 1) << len(self.units)

    @cached_property
    def reach(self) -> tuple[int, ...]:
        """What each unit reaches by some chain of imports through units."""
        size = len(self.units)
        after = {unit: {target for target in bits(self.direct[unit]) if target < size} for unit in range(size)}
        group_of = {unit: unit for unit in range(size)}
        for tangle in tangles(after):
            group_of.update(dict.fromkeys(tangle, tangle[0]))
        members: dict[int, list[int]] = {}
        for unit, group in group_of.items():
            members.setdefault(group, []).append(unit)
        graph = {
            group: {group_of[target] for unit in units for target in after[unit]} - {group}
            for group, units in members.items()
        }
        found: dict[int, int] = {}
        for group in TopologicalSorter(graph).static_order():
            mask = sum(1 << unit for unit in members[group]) if len(members[group]) > 1 else 0
            for unit in members[group]:
                mask |= self.direct[unit]
            for target in graph[group]:
                mask |= found[target]
            found[group] = mask
        return tuple(found[group_of[unit]] for unit in range(size))

    @cached_property
    def reached_by(self) -> tuple[int, ...]:
        """Which units reach each unit."""
        found = [0] * len(self.units)
        for unit, mask in enumerate(self.reach):
            for target in bits(mask & self.own):
                found[target] |= 1 << unit
        return tuple(found)

    def below(self, name: str) -> int:
        """Give the bits of a package: the units that are it or lie in it."""
        return self._packages.get(name, 0)

    @cached_property
    def _packages(self) -> Mapping[str, int]:
        found: dict[str, int] = {}
        for number, name in enumerate(self.units):
            for package in packages_of(name):
                found[package] = found.get(package, 0) | 1 << number
        return found

    @cached_property
    def containers(self) -> Mapping[str, tuple[str, ...]]:
        """The parts that lie side by side in each package; "" holds the names at the top."""
        found: dict[str, set[str]] = {}
        for name in self.units:
            # The separator is that of the whole name: the host of a Go module has dots, too.
            separator = separator_of(name)
            for package in packages_of(name):
                found.setdefault(package.rpartition(separator)[0], set()).add(package)
        return {name: tuple(sorted(parts)) for name, parts in sorted(found.items())}

    @cached_property
    def shared(self) -> str:
        """What all names begin with, where that is two segments or more: a Go module's path, a company's domain."""
        name = ""
        while len(inner := self.containers.get(name, ())) == 1:
            name = inner[0]
        return name if separator_of(name) in name else ""

    def familiar(self, name: str) -> str:
        """Give a name as people here say it: without the address of a Go module, or what all names begin with."""
        separator = separator_of(name)
        if self.shared and name.startswith(self.shared + separator):
            return name[len(self.shared) + len(separator) :]
        if "." in name.partition("/")[0] and "/" in name:
            inner = name.split("/")[GO_ADDRESS:]
            return "/".join(inner[1:] if inner[1:] and VERSION.fullmatch(inner[0]) else inner) or name
        return name

    def importers(self, targets: int) -> int:
        """Give the units that import one of the targets directly."""
        return mask_of(unit for unit, mask in enumerate(self.direct) if mask & targets)

    def reachers(self, targets: int) -> int:
        """Give the units that are among the targets or reach one of them."""
        own = targets & self.own
        found = own
        if targets == own:
            for target in bits(own):
                found |= self.reached_by[target]
            return found
        return own | mask_of(unit for unit, mask in enumerate(self.reach) if mask & targets)


def packages_of(name: str) -> Iterable[str]:
    """Give a name and each package round it."""
    separator = separator_of(name)
    while name:
        yield name
        name = name.rpartition(separator)[0]


def inside(name: str, package: str) -> bool:
    """Say whether a name lies in a package."""
    return name.startswith(package + separator_of(name))


def bits(mask: int) -> Iterable[int]:
    """Give the numbers of the bits that are set."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def mask_of(numbers: Iterable[int]) -> int:
    """Give the bits of some numbers."""
    mask = 0
    for number in numbers:
        mask |= 1 << number
    return mask


def make_field(index: CodeIndex) -> Field:
    """Read the field from an index. What lies beside the product (docs, examples, scripts) is left out."""
    files: dict[str, list[str]] = {}
    for path, name in index.module_of.items():
        files.setdefault(name, []).append(path)
    product = [
        name
        for name, module in index.modules.items()
        if not module.test and not is_aside(name, module.language, files.get(name) or [module.path])
    ]
    depth = depth_for(product)
    unit_of = {name: folded(name, depth) for name in product}
    units = tuple(sorted(set(unit_of.values())))
    external = EdgeAttribute.EXTERNAL
    made = [edge for edge in index.edges if edge.importer in unit_of]
    outside = sorted(
        {
            edge.imported
            for edge in made
            if external in edge.attributes and worth_naming(edge.imported, index.modules[edge.importer].language)
        }
    )
    tested = {
        edge.imported
        for edge in index.edges
        if external in edge.attributes
        and edge.importer in index.modules
        and index.modules[edge.importer].test
        and worth_naming(edge.imported, index.modules[edge.importer].language)
    }
    own = {package for unit in units for package in packages_of(unit)}
    outside = sorted(tested.union(outside) - own)
    tests = tests_of(index, {top_of(one) for one in units})
    number = {name: position for position, name in enumerate((*units, *outside))}
    direct = [0] * len(units)
    counts: dict[tuple[int, int], int] = {}
    for edge in made:
        start = number[unit_of[edge.importer]]
        target = (
            number.get(edge.imported) if external in edge.attributes else number.get(unit_of.get(edge.imported, ""))
        )
        if target is not None and target != start:
            direct[start] |= 1 << target
            counts[start, target] = counts.get((start, target), 0) + 1
    languages = {unit_of[name]: index.modules[name].language for name in product}
    return Field(units, tuple(outside), tuple(tests), tuple(direct), languages, counts)


def tests_of(index: CodeIndex, tops: AbstractSet[str]) -> list[str]:
    """Name the packages of tests: those at the top that hold nothing else, and those inside the product."""
    found = set()
    for name, module in index.modules.items():
        if is_tool(module.path):
            continue
        separator = separator_of(name)
        segments = name.split(separator)
        inner = next((at for at, segment in enumerate(segments) if segment.strip("_") in TESTS), 0)
        if inner and segments[0] in tops and (at_end := inner + 1) < len(segments):
            found.add(separator.join(segments[:at_end]))
        elif module.test and segments[0] not in tops:
            found.add(segments[0])
    return sorted(found)


def depth_for(names: Sequence[str]) -> int:
    """Say at which depth names are folded so that there are not too many units."""
    depth = max((name.count(separator_of(name)) + 1 for name in names), default=1)
    while depth > 1 and len({folded(name, depth) for name in names}) > MOST_UNITS:
        depth -= 1
    return depth


def folded(name: str, depth: int) -> str:
    """Give the package of a module at a depth."""
    separator = separator_of(name)
    return separator.join(name.split(separator)[:depth])


def top_of(name: str) -> str:
    """Give the first segment of a name."""
    return name.partition(separator_of(name))[0]


# Of the standard library, what touches the world; the rest is no decision of anyone.
EFFECTS = frozenset(
    {
        *("ctypes", "ftplib", "multiprocessing", "pickle", "shelve", "smtplib", "socket", "socketserver", "sqlite3"),
        *("subprocess", "telnetlib", "tkinter", "xmlrpc", "node:child_process", "child_process", "worker_threads"),
        *("net/http", "os/exec", "database/sql", "unsafe", "plugin", "syscall"),
    }
)
OF_JVM = frozenset({"java", "javax", "kotlin", "kotlinx"})
# Classes of PHP itself have no namespace.
OF_PHP = frozenset({"PDO", "mysqli", "SQLite3", "SoapClient", "Redis", "Memcached"})
NODE = frozenset(
    {
        *(
            "assert",
            "buffer",
            "crypto",
            "events",
            "os",
            "path",
            "process",
            "querystring",
            "readline",
            "stream",
            "timers",
        ),
        *("tty", "url", "util", "v8", "vm", "zlib", "http", "https", "perf_hooks", "async_hooks", "string_decoder"),
    }
)

# Which names, by language, are not the language's own.
RULES: Mapping[str, Callable[[str], bool]] = {
    "python": lambda name: name.partition(".")[0] not in sys.stdlib_module_names,
    "go": lambda name: "." in name.partition("/")[0],
    "java": lambda name: name.partition(".")[0] not in OF_JVM,
    "kotlin": lambda name: name.partition(".")[0] not in OF_JVM,
    "csharp": lambda name: name.partition(".")[0] != "System" or name.startswith(("System.Data", "System.Net")),
    "php": lambda name: "\\" in name or name in OF_PHP,
    "rust": lambda name: name not in {"std", "core", "alloc"},
}


def worth_naming(name: str, language: str) -> bool:
    """Say whether a promise about an external package would be about a decision, and not about the language itself."""
    rule = RULES.get(language)
    return name in EFFECTS or (rule(name) if rule else not name.startswith("node:") and name not in NODE)
