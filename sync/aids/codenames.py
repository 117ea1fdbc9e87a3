"""The names that code has: modules, files and folders, and what they define. Made of an index, kept as JSON. Pure.

What is read back came from a child process over somebody's code, so it may be anything: then there are no names.
"""

import json
from collections.abc import Iterable
from functools import cached_property
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

from drift.graphs.graph import Graphs
from drift.index import CodeIndex
from drift.lives.evaluated import storable
from drift.selection.symbols import Symbols
from specs.values import dataclass
from sync.aids.matching import Names

MOST_NAMES = 150_000
LONGEST = 400
What: TypeAlias = Literal["module", "path", "folder", "symbol"]
Form: TypeAlias = Literal["name", "selector", "symbol", "path"]
FORMS: tuple[Form, ...] = get_args(Form)
SHAPES: dict[Form, frozenset[What]] = {
    "name": frozenset({"module", "path", "folder", "symbol"}),
    "selector": frozenset({"module", "path", "folder"}),
    "symbol": frozenset({"symbol"}),
    "path": frozenset({"path", "folder"}),
}


class CodeName(NamedTuple):
    """A name: `text` as an invariant writes it. Of a symbol, `own` is what its file calls it, `kind` what it is."""

    text: str
    what: What
    path: str
    line: int = 0
    own: str = ""
    kind: str = ""

    @property
    def dotted(self) -> str:
        """How prose names it."""
        head, mark, _ = self.text.rpartition(":")
        return f"{head}.{self.own}" if mark and self.what == "symbol" and "#" not in self.text else self.text


@dataclass(frozen=True)
class CodeNames:
    """The names of a tree, sorted by what they are."""

    names: tuple[CodeName, ...] = ()

    def best(self, wanted: str, form: Form, limit: int) -> list[CodeName]:
        """Give the names nearest to what was typed, as this form takes them, the nearest first."""
        shape = SHAPES[form]
        chosen, names = self._by_form(shape)
        return [chosen[at] for at in names.best(wanted, limit)]

    def _by_form(self, shape: frozenset[What]) -> tuple[list[CodeName], Names]:
        if shape not in self._chosen:
            chosen = [one for one in self.names if one.what in shape]
            self._chosen[shape] = chosen, Names([one.text for one in chosen])
        return self._chosen[shape]

    @cached_property
    def _chosen(self) -> dict[frozenset[What], tuple[list[CodeName], Names]]:
        return {}

    @cached_property
    def first(self) -> frozenset[str]:
        """The first parts of all modules: what is the tree's own."""
        return frozenset(one.text.partition(".")[0] for one in self.names if one.what == "module")

    @cached_property
    def last(self) -> frozenset[str]:
        """The last parts of all modules and symbols."""
        return frozenset(part for one in self.names if one.what in {"module", "symbol"} for part in _parts(one))

    @cached_property
    def paths(self) -> frozenset[str]:
        """All files and folders, folders without the slash."""
        return frozenset(one.text.rstrip("/") for one in self.names if one.what in {"path", "folder"})


def _parts(one: CodeName) -> list[str]:
    return (one.own or one.text).replace("::", ".").replace("/", ".").split(".")


def rows_of(index: CodeIndex) -> list[list[object]]:
    """Give the names of an index as rows of JSON; what is public comes before what is not, and so many at most."""
    symbols = Symbols(index, Graphs(index))
    rows: list[list[object]] = [[name, "module", one.path, 1, "", ""] for name, one in sorted(index.modules.items())]
    rows += [[folder + "/", "folder", folder, 0, "", ""] for folder in sorted(_folders(index.paths))]
    rows += [[path, "path", path, 0, "", ""] for path in sorted(index.paths)]
    hidden: list[list[object]] = []
    for path in sorted(index.facts):
        for one in symbols.in_file(path):
            own = one.definition
            (rows if own.public else hidden).append([one.reference, "symbol", path, own.line, own.name, own.kind])
    return [*rows, *hidden][:MOST_NAMES]


def _folders(paths: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for path in paths:
        above = path.rpartition("/")[0]
        while above and above not in found:
            found.add(above)
            above = above.rpartition("/")[0]
    return found


def read_names(output: bytes) -> CodeNames | None:
    """Read what `rows_of` gave, printed as JSON; None for anything else."""
    try:
        rows: Any = json.loads(output)["names"]
        return CodeNames(tuple(_name(row) for row in rows[:MOST_NAMES] if len(row[0]) <= LONGEST))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return None


def _name(row: Any) -> CodeName:
    text, what, path, line, own, kind = row
    if what not in {"module", "path", "folder", "symbol"} or type(line) is not int:
        raise ValueError(what)
    return CodeName(storable(text), what, storable(path), line, storable(own), storable(kind))
