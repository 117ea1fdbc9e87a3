"""Symbols: `payments.charge:Card.pay` or `src/charge.ts#Card.pay` as selectors, and the definitions they find.

The part before `:` or `#` selects modules or files as anywhere else, each alone; the part after it is a name inside
the file, in which `*` is one segment and `**` any number. Knows nothing of what an invariant wants from symbols.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from drift.facts import Definition, EdgeAttribute
from drift.graphs.graph import Graphs
from drift.graphs.names import separator_of
from drift.index import CodeIndex
from drift.matching.glob import Glob
from drift.selection.select import IMPORT, Selector, shown
from specs.problem import Problem
from specs.suggest import close_names, either
from specs.values import dataclass, replace

COLON = re.compile(r"(?<!:):(?!:)")
HINT = "Write `payments.charge:Card.pay` or `src/charge.ts#Card.pay`."
DEEPEST = 20
REACH = 6


class Symbol(NamedTuple):
    """A definition where it stands. `head` is what a reference has before its own name."""

    path: str
    module: str
    head: str
    definition: Definition

    @property
    def reference(self) -> str:
        """How a spec names it: it holds no line."""
        return self.head + self.definition.name

    @property
    def name(self) -> str:
        """The last part of the name."""
        return self.definition.name.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class SymbolSelector:
    """A well-formed symbol selector: where to look, and a glob over names there."""

    text: str
    where: Selector
    name: Glob

    @classmethod
    def parse(cls, text: str) -> "SymbolSelector | Problem":
        """Read a symbol selector; what cannot be one is a problem with a hint (its line is the caller's to set)."""
        stripped = text.strip()
        path, mark, name = stripped.partition("#")
        if not mark:
            start = len(IMPORT) if stripped.startswith(IMPORT) else 0
            colons = [found.start() for found in COLON.finditer(stripped, start)]
            path, name = (stripped[: colons[-1]], stripped[colons[-1] + 1 :]) if colons else (stripped, "")
        if not path or not name or not all(name.split(".")) or any(char.isspace() for char in name) or "***" in name:
            return Problem("bad-symbol", f"`{shown(text)}` names no symbol.", 1, 1, HINT)
        where = Selector.parse(path)
        if isinstance(where, Problem):
            return replace(where, hint=HINT)
        where = replace(where, alone=True, forms=("path",) if mark else where.forms)
        return cls(stripped, where, Glob.parse(name, "."))

    @classmethod
    def is_one(cls, text: str) -> bool:
        """Say whether a text is meant as a symbol rather than as a module or path."""
        stripped = text.strip().removeprefix(IMPORT)
        return "#" in stripped or COLON.search(stripped) is not None


class Symbols:
    """What the files of an index define, found by name. Reads the facts of a file when it is first asked about."""

    def __init__(self, index: CodeIndex, graphs: Graphs) -> None:
        self._index = index
        self._graphs = graphs
        self._in_file: dict[str, tuple[Symbol, ...]] = {}

    def in_file(self, path: str) -> tuple[Symbol, ...]:
        """Give the symbols of a file, in the order in which they stand."""
        if path not in self._in_file:
            facts = self._index.facts.get(path)
            name = self._index.module_of.get(path, "")
            head = reference_head(name, path)
            self._in_file[path] = tuple(Symbol(path, name, head, one) for one in (facts.definitions if facts else ()))
        return self._in_file[path]

    def find(self, selector: SymbolSelector) -> list[Symbol]:
        """Give the symbols that a selector means; a name that a file only passes on leads to where it is defined."""
        found: list[Symbol] = []
        for path in sorted(selector.where.paths_in(self._graphs.table)):
            here = [one for one in self.in_file(path) if selector.name.matches(one.definition.name.split("."))]
            if not here and len(selector.name.prefix) == len(selector.name.segments):
                here = self.passed_on(path, selector.name.prefix)
            found += here
        return found

    def files_of(self, symbol: Symbol) -> list[str]:
        """Give the files in which members of a symbol may stand: those of its module."""
        return sorted({symbol.path, *self._graphs.table.paths_of((symbol.module,))})

    def imports_of(self, path: str) -> Sequence[tuple[str, int]]:
        """Give the own modules that a file imports, each with the line."""
        return self._lines.get(path, ())

    def passed_on(self, path: str, name: tuple[str, ...], depth: int = REACH) -> list[Symbol]:
        """Follow a name that a file imports and does not define to its definitions."""
        found: list[Symbol] = []
        for module in self._sources(path, name[0]) if depth else ():
            for other in sorted(self._graphs.table.paths_of((module,))):
                here = [one for one in self.in_file(other) if one.definition.name == ".".join(name)]
                found += here or (self.passed_on(other, name, depth - 1) if other != path else [])
            if found:
                break
        return found

    def ancestors(self, symbol: Symbol) -> frozenset[str]:
        """Give all that a class builds on, through as many steps as the tree shows: as written, and by reference."""
        found: set[str] = set()
        waiting = [(symbol, 0)]
        while waiting:
            one, depth = waiting.pop()
            for base in one.definition.bases:
                found.add(base)
                for above in self._base(one, base) if depth < DEEPEST else ():
                    if above.reference not in found:
                        found.add(above.reference)
                        waiting.append((above, depth + 1))
        return frozenset(found)

    def closest(self, selector: SymbolSelector) -> str:
        """Give a hint to what a selector that finds nothing may have meant; "" for none."""
        wanted = ".".join(selector.name.segments)
        paths = sorted(selector.where.paths_in(self._graphs.table))
        names = {one.definition.name: one.reference for path in paths for one in self.in_file(path)}
        near = close_names(wanted, names, limit=2)
        if near:
            return f"Did you mean {either(names[name] for name in near)}?"
        last = selector.name.segments[-1]
        moved = sorted(one.reference for one in self._named(wanted)) or sorted(
            one.reference for one in self._named(last)
        )
        return f"There is {either(moved[:2])}." if moved else ""

    def _named(self, name: str) -> list[Symbol]:
        paths = self._paths_by_name.get(name.rpartition(".")[2], ())
        ends = (name, f".{name}")
        return [
            one
            for path in paths
            for one in self.in_file(path)
            if one.definition.name == ends[0] or one.definition.name.endswith(ends[1])
        ]

    def _base(self, symbol: Symbol, base: str) -> list[Symbol]:
        """Find the definition of a base: in its file, in what the file imports, in its package."""
        last = base.rpartition(".")[2]
        here = [one for one in self.in_file(symbol.path) if one.name == last and one.definition.name != symbol.name]
        if here:
            return here[:1]
        near = {symbol.module, *self._imported.get(symbol.path, ())}
        paths = sorted(self._graphs.table.paths_of(near) - {symbol.path})
        there = [one for path in paths for one in self.in_file(path) if one.definition.name == last]
        return there[:1] or self.passed_on(symbol.path, (base.partition(".")[0],))[:1]

    def _sources(self, path: str, name: str) -> list[str]:
        """Give the modules from which a file takes a name."""
        facts = self._index.facts.get(path)
        imports = facts.imports if facts else ()
        lines = {one.line for one in imports if name in one.names or "*" in one.names}
        return sorted({module for module, line in self.imports_of(path) if line in lines})

    @cached_property
    def _lines(self) -> Mapping[str, list[tuple[str, int]]]:
        found: dict[str, list[tuple[str, int]]] = {}
        for edge in self._index.edges:
            if EdgeAttribute.EXTERNAL not in edge.attributes:
                found.setdefault(edge.path, []).append((edge.imported, edge.line))
        return found

    @cached_property
    def _imported(self) -> Mapping[str, frozenset[str]]:
        return {path: frozenset(module for module, _ in lines) for path, lines in self._lines.items()}

    @cached_property
    def _paths_by_name(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in sorted(self._index.facts):
            for name in {one.name for one in self.in_file(path)}:
                found.setdefault(name, []).append(path)
        return found


def reference_head(module: str, path: str) -> str:
    """Give what stands before a symbol's own name: `payments.charge:`, or `src/charge.ts#` where paths name modules."""
    return f"{module}:" if module and separator_of(module, path) != "/" else f"{path}#"


def names_base(pattern: str, ancestors: frozenset[str]) -> bool:
    """Say whether an ancestor is what a spec calls a base: `Base`, `models.Base`, `shop.models:Base`, `*Mixin`."""
    return any(names_like(pattern, one) for one in ancestors)


def names_like(pattern: str, written: str) -> bool:
    """Say whether a name as written ends like the pattern, by whole segments; each segment may hold `*`."""
    wanted = split_name(pattern)
    ends = split_name(written)[-len(wanted) :]
    return len(ends) == len(wanted) and Glob(tuple(wanted), (), ()).matches(ends)


def split_name(name: str) -> list[str]:
    """Divide a name at whatever divides it: dots, double colons, backslashes, the mark before a symbol."""
    return [part for part in re.split(r"::|[.:#\\]", name) if part]
