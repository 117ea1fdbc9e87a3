"""Import edges in columns of numbers: of a large tree's edges few are looked at, so each is made when it is. Pure."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import compress, count, islice, takewhile
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
        known: "dict[frozenset[str], list[int]] | None" = None,
    ) -> None:
        self._columns = columns
        self._fresh = sorted(edges)
        self._anew = anew
        self._files: dict[str, list[Edge]] = {}
        self._known = {} if known is None else known

    def replaced(self, paths: frozenset[str], edges: Iterable[Edge]) -> "KeptEdges":
        """Give the edges with those of some files in the place of what was known of them."""
        return KeptEdges(self._columns, paths, edges, self._known)

    def of(self, paths: frozenset[str]) -> list[Edge]:
        """Give the edges that stand in these files in the columns."""
        return self._made(self._places_of(paths))

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
        chosen = list(map(outer.__contains__, self._columns.kinds))
        for at in self._hidden:
            chosen[at] = False
        found = set(compress(self._columns.importeds, chosen))
        fresh = (edge.imported for edge in self._fresh if EdgeAttribute.EXTERNAL in edge.attributes)
        return frozenset(map(self._columns.texts.__getitem__, found)).union(fresh)

    def _places_of(self, paths: frozenset[str]) -> list[int]:
        """Give where in the columns the edges of these files stand."""
        if paths not in self._known:
            texts, column = self._columns.texts, self._columns.paths
            numbers = {at for at in set(column) if texts[at] in paths}
            chosen = map(numbers.__contains__, column) if numbers else ()
            self._known[paths] = list(compress(count(), chosen))
        return self._known[paths]

    @cached_property
    def _hidden(self) -> list[int]:
        """Where the edges stand in whose place there are others."""
        return self._places_of(self._anew) if self._anew else []

    def _made(self, places: Sequence[int] | None) -> list[Edge]:
        """Make the edges at these places, or all."""
        texts, sets, *columns = self._columns
        picked = columns if places is None else [[column[at] for at in places] for column in columns]
        importers, importeds, paths, kinds, lines, positions = picked
        names = [list(map(texts.__getitem__, numbers)) for numbers in (importers, importeds, paths)]
        return list(rows(Edge, *names, lines, positions, map(sets.__getitem__, kinds)))

    @cached_property
    def _every(self) -> list[Edge]:
        if not self._hidden:
            return sorted([*self._made(None), *self._fresh]) if self._fresh else self._made(None)
        hidden = frozenset(self._hidden)
        kept = [at for at in range(len(self._columns.paths)) if at not in hidden]
        return sorted([*self._made(kept), *self._fresh])

    def __len__(self) -> int:
        return len(self._columns.paths) - len(self._hidden) + len(self._fresh)

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

    __hash__ = None  # type: ignore[assignment]  # how Python is told that values change


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
