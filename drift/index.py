"""The code index: modules and import edges of a whole tree, as one immutable value. Knows no particular language."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from drift.facts import FileFacts, Scope
from drift.language import Edge, Module, Unresolved
from specs.problem import Problem
from specs.values import dataclass, field


class Shape(NamedTuple):
    """Names who imports whom in a tree, whatever the lines: equal shapes have equal modules and equal imports.

    `id` stands for files, modules and imports, `outer` for the imports of packages from outside, as (importer, package,
    attributes), that came or went since `id` was given.
    """

    id: str
    outer: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CodeIndex:
    """A tree, read. `modules` by name; `edges` sorted by (importer, imported, path, line, column).

    `paths` is every file of the tree, code or not. `facts` by path, for the files that were read.
    `externals` are the names of imported packages that the tree does not define.
    `scopes` by path: the packages that files declare, where that decides how modules are named.
    `problems` and `syntax` by path: what is wrong with files, as `FileFacts` has it; `syntax` is empty in an index of
    imports alone.
    `shape` is None where nobody gave one.
    `unplaced` (path to reason), `unread` (path to reason) and `unresolved` say what was left out, and why.
    """

    paths: frozenset[str]
    modules: Mapping[str, Module]
    module_of: Mapping[str, str]
    edges: Sequence[Edge]
    externals: frozenset[str]
    facts: Mapping[str, FileFacts]
    unplaced: Mapping[str, str]
    unread: Mapping[str, str]
    unresolved: tuple[Unresolved, ...]
    scopes: Mapping[str, tuple[Scope, ...]] = field(default_factory=dict)
    problems: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    syntax: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    shape: Shape | None = None
