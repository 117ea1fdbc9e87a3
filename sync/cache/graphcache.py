"""The graph tier of the cache: what the imports of each file came to, as long as the tree has the same paths.

What an import means depends on which files exist, on the manifests, and on the packages that files declare, so a kept
graph counts only for exactly those; then only files with other bytes are read and resolved again. Anything damaged or
forged in shape counts as not kept.
"""

import hashlib
import json
import sys
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, chain, pairwise
from typing import Any, TypeVar

from drift.facts import EdgeAttribute, FileFacts, Scope, Tier
from drift.index import CodeIndex
from drift.language import Edge, Languages, Unresolved
from specs.problem import Problem
from sync.cache.factcache import FactCache
from sync.cache.factcodec import attributes, plain, problem, scope, words
from sync.cache.stamp import stamp

REWRITE_AFTER = 50
CHECK_SIZE = 9
COLUMNS = 6
END = "\0"
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class KnownGraph:
    """The resolved imports of a tree: `blobs` of each file that was read, its edges, problems and declared packages."""

    blobs: Mapping[str, str]
    edges: tuple[Edge, ...]
    unresolved: tuple[Unresolved, ...]
    problems: Mapping[str, tuple[Problem, ...]]
    scopes: Mapping[str, tuple[Scope, ...]]
    syntax: Mapping[str, tuple[Problem, ...]]
    tier: Tier

    def still_holds(self, again: Iterable[str], facts: Mapping[str, FileFacts]) -> bool:
        """Say whether the files that were read again declare what they did: then the others' imports mean the same."""
        nothing = FileFacts("", 0, (), (), (), ())
        return all(facts.get(path, nothing).scopes == self.scopes.get(path, ()) for path in again)


def graph_key(
    paths: Iterable[str], manifests: Mapping[str, str], source_roots: tuple[str, ...], languages: Languages = ()
) -> str:
    """Name all that resolution depends on but the files' own bytes; `languages` where they are not ours."""
    told = (stamp(), source_roots, *languages)
    whole = hashlib.sha256(repr(told).encode("utf-8", "backslashreplace"))
    for text in chain(paths, *manifests.items()):
        whole.update(text.encode("utf-8", "surrogatepass") + b"\0")
    return whole.hexdigest()


def load_graph(cache: FactCache, key: str) -> KnownGraph | None:
    """Give the graph kept under a key; None when there is none, or it is not what was written."""
    payload = cache.graph(key)
    if payload is None or payload[: CHECK_SIZE - 1] != b"%08x" % zlib.crc32(memoryview(payload)[CHECK_SIZE:]):
        return None
    try:
        return decode(payload[CHECK_SIZE:])
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return None


def keep_graph(cache: FactCache, key: str, index: CodeIndex, blobs: Mapping[str, str], tier: Tier) -> None:
    """Keep the graph of a whole index."""
    payload = encode(index, blobs, tier)
    if payload:
        cache.keep_graph(key, b"%08x\n" % zlib.crc32(payload) + payload)


def encode(index: CodeIndex, blobs: Mapping[str, str], tier: Tier) -> bytes:
    """Lay the graph out as texts and numbers, which are read fastest: nothing where a text holds what divides texts.

    A line of JSON comes first: what is small, and the sizes of texts, blob ids and edges, which follow.
    """
    numbers: dict[str, int] = {}
    flat = array("I")
    for importer, imported, path, line, column, kinds in index.edges:
        for text in (importer, imported, path, words(kinds)):
            flat.append(numbers.setdefault(text, len(numbers)))
        flat.append(line)
        flat.append(column)
    if sys.byteorder == "big":
        flat.byteswap()
    paths = list(index.facts)
    lists = (list(numbers), [*paths, *map(blobs.__getitem__, paths)])
    parts = [END.join(texts).encode("utf-8", "surrogatepass") for texts in lists]
    if any(part.count(b"\0") != max(len(texts) - 1, 0) for part, texts in zip(parts, lists, strict=True)):
        return b""
    parts.append(flat.tobytes())
    head = {
        "sizes": list(map(len, parts)),
        "unresolved": [[one.path, one.line, one.what, one.reason] for one in index.unresolved],
        "tier": tier,
        "problems": {path: plain(problems) for path, problems in index.problems.items()},
        "syntax": {path: plain(problems) for path, problems in index.syntax.items()},
        "scopes": {path: [[one.package, list(one.names)] for one in scopes] for path, scopes in index.scopes.items()},
    }
    return b"".join((json.dumps(head, separators=(",", ":")).encode("ascii"), b"\n", *parts))


def decode(payload: bytes) -> KnownGraph:
    """Read a graph back. Raises `ValueError`, `TypeError`, `KeyError` or `IndexError` for another shape."""
    line = payload.index(b"\n")
    head: Any = json.loads(payload[:line])
    ends = list(accumulate(head["sizes"], initial=line + 1))
    if len(payload) != ends[-1]:
        raise ValueError(ends)
    texts, known, last = (payload[start:end] for start, end in pairwise(ends))
    found = texts.decode("utf-8", "surrogatepass").split(END)
    names = known.decode("utf-8", "surrogatepass").split(END) if known else []
    flat = array("I")
    flat.frombytes(last)
    if sys.byteorder == "big":
        flat.byteswap()
    sets = {number: attributes(found[number]) for number in set(flat[3::COLUMNS])}
    columns = (
        map(found.__getitem__, flat[0::COLUMNS]),
        map(found.__getitem__, flat[1::COLUMNS]),
        map(found.__getitem__, flat[2::COLUMNS]),
        flat[4::COLUMNS],
        flat[5::COLUMNS],
        map(sets.__getitem__, flat[3::COLUMNS]),
    )
    unresolved = tuple(Unresolved(*row) for row in head["unresolved"])
    if not all(type(text) is str for one in unresolved for text in (one.path, one.what, one.reason)):
        raise ValueError(unresolved)
    return KnownGraph(
        blobs=dict(zip(names[: len(names) // 2], names[len(names) // 2 :], strict=True)),
        edges=tuple(map(Edge._make, zip(*columns, strict=True))),
        unresolved=unresolved,
        problems={path: tuple(map(problem, rows)) for path, rows in head["problems"].items()},
        scopes={path: tuple(map(scope, rows)) for path, rows in head["scopes"].items()},
        syntax={path: tuple(map(problem, rows)) for path, rows in head["syntax"].items()},
        tier=Tier(head["tier"]),
    )


class GraphFacts(Mapping[str, FileFacts]):
    """Facts by path, of which the kept ones are made by `make` when they are asked for."""

    def __init__(self, fresh: Mapping[str, FileFacts], kept: Iterable[str], make: Callable[[str], FileFacts]) -> None:
        self._facts = dict(fresh)
        self._paths = sorted({*fresh, *kept})
        self._make = make

    def __getitem__(self, path: str) -> FileFacts:
        facts = self._facts.get(path)
        if facts is None:
            if path not in self:
                raise KeyError(path)
            facts = self._facts[path] = self._make(path)
        return facts

    def __contains__(self, path: object) -> bool:
        return path in self._facts or path in self._known

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self._paths)

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def joined(known: KnownGraph, part: CodeIndex, again: frozenset[str], facts: Mapping[str, FileFacts]) -> CodeIndex:
    """Complete an index in which only the files in `again` were resolved with what is kept of the others."""
    edges = sorted(chain((edge for edge in known.edges if edge.path not in again), part.edges))
    unresolved = [one for one in known.unresolved if one.path not in again]
    return replace(
        part,
        edges=tuple(edges),
        externals=frozenset(edge.imported for edge in edges if EdgeAttribute.EXTERNAL in edge.attributes),
        unresolved=tuple(sorted((*unresolved, *part.unresolved), key=place)),
        facts=facts,
        problems=overlaid(known.problems, part.problems, facts.keys() - again),
        syntax=overlaid(known.syntax, part.syntax, facts.keys() - again),
    )


def overlaid(known: Mapping[str, Value], part: Mapping[str, Value], kept: AbstractSet[str]) -> dict[str, Value]:
    """Join what is kept of some paths with what is new of the others, sorted by path."""
    return dict(sorted({**{path: value for path, value in known.items() if path in kept}, **part}.items()))


def place(one: Unresolved) -> tuple[str, int, str, str]:
    """Sort as `build_index` does."""
    return one.path, one.line, one.what, one.reason
