"""The names of a tree, numbered and sorted, so that selectors and graphs work on ranges and integers.

Every module, every external package and every folder implied by them can be found by exact name, by "this and all
below", or by a glob. Made once per check. Knows nothing of invariants, and no language: how a name is divided into
segments is seen from the name itself.
"""

from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property

from drift.index import CodeIndex
from drift.matching.glob import Glob
from drift.matching.regexes import matches

LAST = "\U0010ffff"
SEPARATORS = (".", "/", "::", "\\")


def separator_of(name: str, path: str = "") -> str:
    """Say what divides the segments of a module name. A name that is its own path without suffix is a path."""
    if "/" in name or (path and path.rpartition(".")[0] == name):
        return "/"
    if "::" in name:
        return "::"
    return "\\" if "\\" in name else "."


class Group:
    """The names that share a separator, sorted, with the folders or packages they imply."""

    def __init__(self, separator: str, names: list[str]) -> None:
        self.separator = separator
        self.names = names

    def below(self, name: str) -> range:
        """Give the positions of all names under `name`, itself not counted."""
        start = name + self.separator
        return range(bisect_left(self.names, start), bisect_left(self.names, start + LAST))

    def candidates(self, glob: Glob) -> Iterable[str]:
        """Give the names that could match: those under the part of the glob before its first wildcard."""
        if not glob.prefix:
            return self.names
        head = self.separator.join(glob.prefix)
        found = [self.names[position] for position in self.below(head)]
        position = bisect_left(self.names, head)
        if position < len(self.names) and self.names[position] == head:
            found.insert(0, head)
        return found

    def matches(self, pattern: str, *, alone: bool) -> dict[str, list[str]]:
        """Give what the glob matches: each matched name or implied package, with the names it stands for."""
        glob = Glob.parse(pattern, self.separator)
        found: dict[str, list[str]] = {}
        for name in self.candidates(glob):
            if not all(literal in name for literal in glob.literals):
                continue
            segments = name.split(self.separator)
            if alone:
                if glob.matches(segments):
                    found[name] = [name]
            elif length := glob.shortest(segments):
                found.setdefault(self.separator.join(segments[:length]), []).append(name)
        return found


class NameTable:
    """All names of an index. `names[number]` and `number[name]` are inverse; numbers follow the order of names."""

    def __init__(self, index: CodeIndex) -> None:
        self.index = index
        ends = {edge.imported for edge in index.edges} | {edge.importer for edge in index.edges}
        self.names = sorted(ends.union(index.modules, index.externals))
        self.number = {name: number for number, name in enumerate(self.names)}
        self._memo: dict[tuple[str, str, bool], dict[str, frozenset[str]]] = {}

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The names by separator."""
        modules = self.index.modules
        by_separator: dict[str, list[str]] = {separator: [] for separator in SEPARATORS}
        dotted = by_separator["."]
        for name in self.names:
            module = modules.get(name)
            path = module.path if module else ""
            if "/" in path and not ("/" in name or ":" in name or "\\" in name):
                dotted.append(name)  # what `separator_of` says of nearly all
            else:
                by_separator[separator_of(name, path)].append(name)
        return tuple(Group(separator, names) for separator, names in by_separator.items() if names)

    @cached_property
    def files(self) -> Group:
        """All paths of the tree."""
        return Group("/", sorted(self.index.paths))

    def find_names(self, pattern: str, *, alone: bool) -> dict[str, frozenset[str]]:
        """Give each name or package that the pattern matches, with the modules and externals it stands for."""
        key = ("name", pattern, alone)
        if key not in self._memo:
            self._memo[key] = self._by_name(pattern, alone=alone)
        return self._memo[key]

    def find_paths(self, pattern: str, *, alone: bool) -> dict[str, frozenset[str]]:
        """Give each file or folder that the pattern matches, with the files it stands for."""
        key = ("path", pattern, alone)
        if key not in self._memo:
            self._memo[key] = _find([self.files], pattern, alone=alone)
        return self._memo[key]

    def find_matches(self, pattern: str) -> dict[str, frozenset[str]]:
        """Give each file of a module, and each package, in whose path or name a regular expression is found."""
        key = ("regex", pattern, True)
        if key not in self._memo:
            modules = self.index.module_of
            found = {path: frozenset({name}) for path, name in modules.items() if matches(pattern, path)}
            found |= {name: frozenset({name}) for name in self.index.externals if matches(pattern, name)}
            self._memo[key] = dict(sorted(found.items()))
        return self._memo[key]

    def _by_name(self, pattern: str, *, alone: bool) -> dict[str, frozenset[str]]:
        found = _find(self.groups, pattern, alone=alone)
        if found or "*" in pattern:
            return found
        # A member of an external package is reached through the package, whose inside the tree does not show.
        for separator in SEPARATORS:
            head = pattern
            while not alone and separator in head:
                head = head.rpartition(separator)[0]
                if head in self.index.externals and head not in self.index.modules:
                    return {head: frozenset({head})}
        return {}

    def modules_of(self, paths: Iterable[str]) -> frozenset[str]:
        """Give the modules that the files are."""
        module_of = self.index.module_of
        return frozenset(module_of[path] for path in paths if path in module_of)

    def paths_of(self, names: Iterable[str]) -> frozenset[str]:
        """Give the files that the modules consist of; externals have none."""
        known = self.index.modules
        modules = [known[name] for name in names if name in known]
        return frozenset({module.path for module in modules}.union(*[module.members for module in modules]))


def _find(groups: Iterable[Group], pattern: str, *, alone: bool) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for group in groups:
        if "*" in pattern:
            for root, names in group.matches(pattern, alone=alone).items():
                found.setdefault(root, set()).update(names)
            continue
        names = [] if alone else [group.names[position] for position in group.below(pattern)]
        position = bisect_left(group.names, pattern)
        if position < len(group.names) and group.names[position] == pattern:
            names.append(pattern)
        if names:
            found.setdefault(pattern, set()).update(names)
    return {root: frozenset(names) for root, names in sorted(found.items())}
