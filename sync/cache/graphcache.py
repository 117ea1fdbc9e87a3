"""The graph tier of the cache: what the imports of each file came to, as long as the tree has the same paths.

What an import means depends on which files exist, on the manifests, and on the packages that files declare, so a kept
graph counts only for exactly those; then only files with other bytes are read and resolved again. Anything damaged or
forged in shape counts as not kept.
"""

import hashlib
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import chain
from typing import TypeVar

from drift.facts import EdgeAttribute, FileFacts
from drift.index import CodeIndex, Shape
from drift.language import Edge, Languages, PlainLanguage, Unresolved
from specs.values import replace
from sync.cache.factcache import FactCache
from sync.cache.factcodec import words
from sync.cache.graphcodec import KnownGraph, decode
from sync.cache.stamp import stamp

REWRITE_AFTER = 50
ID_SIZE = 64
Value = TypeVar("Value")
Link = tuple[str, str, str]


def graph_key(
    paths: Iterable[str], manifests: Mapping[str, str], source_roots: tuple[str, ...], languages: Languages = ()
) -> str:
    """Name all that resolution depends on but the files' own bytes; `languages` where they are not ours."""
    told = (stamp(), source_roots, *languages)
    whole = hashlib.sha256(repr(told).encode("utf-8", "backslashreplace"))
    whole.update("\0".join(chain(paths, *manifests.items())).encode("utf-8", "surrogatepass"))
    return whole.hexdigest()


def load_graph(cache: FactCache, key: str) -> KnownGraph | None:
    """Give the graph kept under a key; None when there is none, or it is not what was written."""
    payload = cache.graph(key) or b""
    identity = payload[:ID_SIZE]
    if not identity or identity != identity_of(memoryview(payload)[ID_SIZE:]):
        return None
    try:
        return replace(decode(payload, ID_SIZE), id=f"{key} {identity.decode()}")
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return None


def keep_graph(cache: FactCache, key: str, body: bytes) -> str:
    """Keep a graph as `encode` wrote it, and give the id it then has; "" where it could not be written."""
    if not body:
        return ""
    identity = identity_of(body)
    cache.keep_graph(key, identity + body)
    return f"{key} {identity.decode()}"


def identity_of(body: bytes | memoryview) -> bytes:
    """Name the bytes of a graph."""
    return hashlib.sha256(body).hexdigest().encode("ascii")


def shape_of(known: KnownGraph, part: CodeIndex, again: frozenset[str]) -> Shape:
    """Name the shape of a tree that is as the kept one but for the files in `again`, which were read into `part`."""
    before, after = links(known.edges.of(again)), links(part.edges)
    outer: list[tuple[str, str, str]] = []
    inner: list[tuple[str, Sequence[Link]]] = []
    for path in sorted(again):
        old, new = before.get(path, ([], [])), after.get(path, ([], []))
        if old[0] != new[0]:
            inner.append((path, new[0]))
        outer += set(old[1]) ^ set(new[1])
    return Shape(shape_id(known.id, inner), tuple(sorted(outer)))


def shape_id(kept: str, inner: Sequence[tuple[str, Sequence[Link]]] = ()) -> str:
    """Name a shape by the kept graph it differs from, and by the imports of the files in which it does."""
    return hashlib.sha256(repr((kept, *inner)).encode("utf-8", "backslashreplace")).hexdigest()


def links(edges: Iterable[Edge]) -> dict[str, tuple[list[Link], list[Link]]]:
    """Sort imports by file, and into those of the tree's own and those of packages from outside; lines are left out."""
    found: dict[str, tuple[list[Link], list[Link]]] = {}
    for edge in edges:
        own = found.setdefault(edge.path, ([], []))
        own[EdgeAttribute.EXTERNAL in edge.attributes].append((edge.importer, edge.imported, words(edge.attributes)))
    return found


def plainly(languages: Languages) -> bool:
    """Say whether the one language that reads a tree says all of a file's place with its module."""
    return len(languages) == 1 and isinstance(languages[0], PlainLanguage)


class GraphFacts(Mapping[str, FileFacts]):
    """Facts by path: the fresh ones, and those of all `paths` but the ones in `again`, made when they are asked for."""

    def __init__(
        self,
        fresh: Mapping[str, FileFacts],
        paths: Mapping[str, object],
        again: AbstractSet[str],
        make: Callable[[str], FileFacts],
    ) -> None:
        self._facts = dict(fresh)
        self._kept = paths
        self._again = again
        self._make = make

    def __getitem__(self, path: str) -> FileFacts:
        facts = self._facts.get(path)
        if facts is None:
            if path not in self:
                raise KeyError(path)
            facts = self._facts[path] = self._make(path)
        return facts

    def __contains__(self, path: object) -> bool:
        return path in self._facts or (path in self._kept and path not in self._again)

    @cached_property
    def _paths(self) -> list[str]:
        return sorted({*self._facts, *(self._kept.keys() - self._again)})

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def joined(known: KnownGraph, part: CodeIndex, again: frozenset[str], facts: Mapping[str, FileFacts]) -> CodeIndex:
    """Complete an index in which only the files in `again` were resolved with what is kept of the others."""
    edges = known.edges.replaced(again, part.edges)
    unresolved = [one for one in known.unresolved if one.path not in again]
    return replace(
        part,
        shape=shape_of(known, part, again),
        edges=edges,
        externals=edges.externals,
        unresolved=tuple(sorted((*unresolved, *part.unresolved), key=place)),
        facts=facts,
        problems=overlaid(known.problems, part.problems, facts, again),
        syntax=overlaid(known.syntax, part.syntax, facts, again),
    )


def overlaid(
    known: Mapping[str, Value], part: Mapping[str, Value], paths: Container[str], again: AbstractSet[str]
) -> dict[str, Value]:
    """Join what is known of the paths with what is new of those that were read again, sorted by path."""
    kept = {path: value for path, value in known.items() if path in paths and path not in again}
    return dict(sorted({**kept, **part}.items()))


def place(one: Unresolved) -> tuple[str, int, str, str]:
    """Sort as `build_index` does."""
    return one.path, one.line, one.what, one.reason
