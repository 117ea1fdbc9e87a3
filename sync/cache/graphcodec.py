"""A resolved import graph as bytes and back: what `sync.cache.graphcache` keeps. Pure.

Texts once, then numbers: that is read fastest. What is read back may be forged or cut: another shape raises.
"""

import json
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain, compress, count, pairwise
from typing import Any

from drift.columns import Columns, KeptEdges
from drift.facts import FileFacts, Scope, Tier
from drift.index import CodeIndex
from drift.language import Module, Placement, Unresolved
from specs.problem import Problem
from specs.values import dataclass
from sync.cache.factcodec import attributes, plain, problem, scope, words

COLUMNS = 6
ROW = 4
MODULE, PACKAGE = 1, 2
END = "\0"


@dataclass(frozen=True, slots=True)
class KnownGraph:
    """The resolved imports of a tree: `blobs` of each file that was read, its edges, problems and declared packages.

    `placed` is which module each file is, where that says all that resolving needs. `id` names all of this.
    """

    blobs: Mapping[str, str]
    edges: KeptEdges
    unresolved: tuple[Unresolved, ...]
    problems: Mapping[str, tuple[Problem, ...]]
    scopes: Mapping[str, tuple[Scope, ...]]
    syntax: Mapping[str, tuple[Problem, ...]]
    tier: Tier
    placed: Placement | None = None
    id: str = ""

    def still_holds(self, again: Iterable[str], facts: Mapping[str, FileFacts]) -> bool:
        """Say whether the files that were read again declare what they did: then the others' imports mean the same."""
        nothing = FileFacts("", 0, (), (), (), ())
        return all(facts.get(path, nothing).scopes == self.scopes.get(path, ()) for path in again)


def encode(index: CodeIndex, blobs: Mapping[str, str], tier: Tier, *, placed: bool = False) -> bytes:
    """Lay the graph out as texts and numbers, which are read fastest: nothing where a text holds what divides texts.

    A line of JSON comes first: what is small, and the sizes of texts, blob ids, edges and (where `placed`) modules,
    which follow.
    """
    importers, importeds, files, lines, columns, kinds = zip(*index.edges, strict=True) if index.edges else ((),) * 6
    named = (importers, importeds, files, list(map(words, kinds)))
    numbers = {text: number for number, text in enumerate(dict.fromkeys(chain(*named)))}
    flat = array("I", chain(*(map(numbers.__getitem__, texts) for texts in named), lines, columns))
    modules = flat_modules(index, numbers) if placed else array("I")
    paths = list(index.facts)
    lists = (list(numbers), [*paths, *map(blobs.__getitem__, paths)])
    parts = [END.join(texts).encode("utf-8", "surrogatepass") for texts in lists]
    if any(part.count(b"\0") != max(len(texts) - 1, 0) for part, texts in zip(parts, lists, strict=True)):
        return b""
    parts += [little(flat), little(modules)]
    head = {
        "sizes": list(map(len, parts)),
        "unresolved": [[one.path, one.line, one.what, one.reason] for one in index.unresolved],
        "tier": tier,
        "problems": {path: plain(problems) for path, problems in index.problems.items()},
        "syntax": {path: plain(problems) for path, problems in index.syntax.items()},
        "scopes": {path: [[one.package, list(one.names)] for one in scopes] for path, scopes in index.scopes.items()},
    }
    return b"".join((json.dumps(head, separators=(",", ":")).encode("ascii"), b"\n", *parts))


def decode(payload: bytes, begin: int = 0) -> KnownGraph:
    """Read a graph back that begins there. Raises `ValueError`, `TypeError`, `KeyError` or `IndexError` for another."""
    line = payload.index(b"\n", begin)
    head: Any = json.loads(payload[begin:line])
    ends = list(accumulate(head["sizes"], initial=line + 1))
    if len(payload) != ends[-1]:
        raise ValueError(ends)
    whole = memoryview(payload)
    texts, known, last, modules = (whole[start:end] for start, end in pairwise(ends))
    found = str(texts, "utf-8", "surrogatepass").split(END)
    names = str(known, "utf-8", "surrogatepass").split(END) if known else []
    flat = from_little(last)
    size, left = divmod(len(flat), COLUMNS)
    if left:
        raise ValueError(left)
    importers, importeds, paths, kinds, lines, places = (flat[size * at : size * (at + 1)] for at in range(COLUMNS))
    sets = {number: attributes(found[number]) for number in set(kinds)}
    if size and max(map(max, (importers, importeds, paths))) >= len(found):
        raise ValueError(size)
    edges = KeptEdges(Columns(found, sets, importers, importeds, paths, kinds, lines, places))
    unresolved = tuple(Unresolved(*row) for row in head["unresolved"])
    if not all(type(text) is str for one in unresolved for text in (one.path, one.what, one.reason)):
        raise ValueError(unresolved)
    return KnownGraph(
        blobs=dict(zip(names[: len(names) // 2], names[len(names) // 2 :], strict=True)),
        edges=edges,
        unresolved=unresolved,
        problems={path: tuple(map(problem, rows)) for path, rows in head["problems"].items()},
        scopes={path: tuple(map(scope, rows)) for path, rows in head["scopes"].items()},
        syntax={path: tuple(map(problem, rows)) for path, rows in head["syntax"].items()},
        tier=Tier(head["tier"]),
        placed=placement(found, from_little(modules)) if modules else None,
    )


def flat_modules(index: CodeIndex, numbers: dict[str, int]) -> "array[int]":
    """Lay out which module each file is: a row for each file, and whether the module is called after it.

    Nothing where modules say more than that.
    """
    flat = array("I")
    for path, name in index.module_of.items():
        module = index.modules[name]
        if module.test or module.members or index.unplaced:
            return array("I")
        mark = 0 if module.path != path else PACKAGE if module.is_package else MODULE
        flat.extend(numbers.setdefault(text, len(numbers)) for text in (path, name, module.language))
        flat.append(mark)
    return flat


def placement(texts: Sequence[str], flat: "array[int]") -> Placement:
    """Read back which module each file is. Raises `ValueError` or `IndexError` for another shape."""
    paths, names, languages = (list(map(texts.__getitem__, flat[at::ROW])) for at in range(3))
    marks = flat[3::ROW]
    places = dict(compress(zip(names, count(), strict=False), marks))
    modules = KeptModules(places, lambda name, at: Module(name, paths[at], languages[at], marks[at] == PACKAGE))
    return Placement(modules, dict(zip(paths, names, strict=True)), {})


class KeptModules(Mapping[str, Module]):
    """Modules by name, each of them made when it is looked at. `places` says which row `make` is to make it of."""

    def __init__(self, places: Mapping[str, int], make: Callable[[str, int], Module]) -> None:
        self._places = places
        self._make = make

    def __getitem__(self, name: str) -> Module:
        return self._make(name, self._places[name])

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._places))

    def __len__(self) -> int:
        return len(self._places)


def little(flat: "array[int]") -> bytes:
    """Write numbers in the order of bytes that is kept."""
    if sys.byteorder == "big":
        flat.byteswap()
    return flat.tobytes()


def from_little(data: bytes | memoryview) -> "array[int]":
    """Read numbers. Raises `ValueError` where bytes are left over."""
    flat = array("I")
    flat.frombytes(data)
    if sys.byteorder == "big":
        flat.byteswap()
    return flat
