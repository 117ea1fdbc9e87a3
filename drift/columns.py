"""Import edges in columns of numbers: of a large tree's edges few are looked at, so each is made when it is. Pure."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import compress, islice, takewhile
from operator import gt, not_
from typing import NamedTuple, overload

from drift.facts import EdgeAttribute
from drift.language import Edge
from drift.source import rows

Attributes = frozenset[EdgeAttribute]


class Columns(NamedTuple):
    """The fields of edges; all but line and column are places in `texts`, of which `sets` names the attributes."""

    texts: Sequence[str]
    sets: dict[int, Attributes]
    importers: "array[int]"
    importeds: "array[int]"
    paths: "array[int]"
    kinds: "array[int]"
    lines: "array[int]"
    places: "array[int]"


class KeptEdges(Sequence[Edge]):
    """Edges in the order of `Edge`: those of the columns, but for some files, whose edges are given anew."""

    def __init__(
        self,
        columns: Columns,
        anew: frozenset[str] = frozenset(),
        edges: Iterable[Edge] = (),
        numbers: "dict[frozenset[str], frozenset[int]] | None" = None,
    ) -> None:
        self._columns = columns
        self._fresh = sorted(edges)
        self._anew = anew
        self._files: dict[str, list[Edge]] = {}
        self._number = {} if numbers is None else numbers

    def replaced(self, paths: frozenset[str], edges: Iterable[Edge]) -> "KeptEdges":
        """Give the edges with those of some files in the place of what was known of them."""
        return KeptEdges(self._columns, paths, edges, self._number)

    def of(self, paths: frozenset[str]) -> list[Edge]:
        """Give the edges that stand in these files in the columns."""
        number = self._numbers(paths)
        return self._made(list(map(number.__contains__, self._columns.paths))) if number else []

    def in_file(self, path: str) -> list[Edge]:
        """Give the edges of one file, in order."""
        if path in self._anew:
            return [edge for edge in self._fresh if edge.path == path]
        known = self._files.get(path)
        if known is None:
            known = self._files[path] = self.of(frozenset({path}))
        return known

    @cached_property
    def attributes(self) -> frozenset[Attributes]:
        """The sets of attributes that edges have; perhaps also one that no edge has any more."""
        return frozenset(self._columns.sets.values()) | {edge.attributes for edge in self._fresh}

    @cached_property
    def externals(self) -> frozenset[str]:
        """The names of what is imported from outside."""
        outer = {number for number, kinds in self._columns.sets.items() if EdgeAttribute.EXTERNAL in kinds}
        chosen = map(gt, map(outer.__contains__, self._columns.kinds), self._is_hidden())
        found = set(compress(self._columns.importeds, chosen))
        fresh = (edge.imported for edge in self._fresh if EdgeAttribute.EXTERNAL in edge.attributes)
        return frozenset(map(self._columns.texts.__getitem__, found)).union(fresh)

    def _numbers(self, paths: frozenset[str]) -> frozenset[int]:
        """Give the places of these paths among the texts."""
        if paths not in self._number:
            texts = self._columns.texts
            self._number[paths] = frozenset(at for at in set(self._columns.paths) if texts[at] in paths)
        return self._number[paths]

    @cached_property
    def _hidden(self) -> frozenset[int]:
        return self._numbers(self._anew) if self._anew else frozenset()

    def _is_hidden(self) -> Iterable[bool]:
        """Say of each edge of the columns whether another stands in its place."""
        return map(self._hidden.__contains__, self._columns.paths)

    def _made(self, chosen: Sequence[bool] | None) -> list[Edge]:
        """Make the edges that are chosen, or all."""
        texts, sets, *columns = self._columns
        picked = columns if chosen is None else [list(compress(column, chosen)) for column in columns]
        importers, importeds, paths, kinds, lines, places = picked
        names = [list(map(texts.__getitem__, numbers)) for numbers in (importers, importeds, paths)]
        return list(rows(Edge, *names, lines, places, map(sets.__getitem__, kinds)))

    @cached_property
    def _every(self) -> list[Edge]:
        if not self._hidden and not self._fresh:
            return self._made(None)
        kept = list(map(not_, self._is_hidden())) if self._hidden else None
        return sorted([*self._made(kept), *self._fresh])

    def __len__(self) -> int:
        left = len(self._columns.paths) - sum(self._is_hidden()) if self._hidden else len(self._columns.paths)
        return left + len(self._fresh)

    @overload
    def __getitem__(self, place: int) -> Edge: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Edge]: ...

    def __getitem__(self, place: int | slice) -> Edge | Sequence[Edge]:
        return self._every[place]

    def __iter__(self) -> Iterator[Edge]:
        return iter(self._every)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self._every) == tuple(other)

    __hash__ = None  # type: ignore[assignment]


def attributes_in(edges: Sequence[Edge]) -> frozenset[Attributes]:
    """Give the sets of attributes that edges have; perhaps also one that no edge has any more."""
    return edges.attributes if isinstance(edges, KeptEdges) else frozenset(edge.attributes for edge in edges)


def statements(edges: Sequence[Edge], importer: str, imported: str, path: str) -> list[Edge]:
    """Give the edges from one module to another in one file, in order; `edges` are sorted."""
    group = (importer, imported, path)
    if isinstance(edges, KeptEdges):
        return [edge for edge in edges.in_file(path) if edge[:3] == group]
    begin = bisect_left(edges, group)
    return list(takewhile(lambda edge: edge[:3] == group, islice(edges, begin, None)))
