"""Whether things are there: files, modules, symbols and packages from elsewhere. Two kinds ask, to opposite ends.

Knows what is found by a name that a spec gives, and what may have been meant by one that finds nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from drift.facts import EdgeAttribute, Tier
from drift.options import OptionReader
from drift.select import Selector
from drift.subjects import Subject, Subjects, read_places, subject_exceptions
from drift.suggest import did_you_mean
from drift.symbols import SymbolSelector
from specs.document import InvariantBlock, Yaml
from specs.problem import Problem

KEYS = ("file", "module", "symbol", "dependency")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that a spec names: by which option, and in which words."""

    key: str
    text: str
    place: Selector | SymbolSelector


def read_wanted(block: InvariantBlock) -> tuple[tuple[Wanted, ...], tuple[Problem, ...]]:
    """Read the things that a block names and say what is wrong with its options."""
    reader = OptionReader(block, subject_exceptions(block))
    found: list[Wanted] = []
    for key in KEYS:
        for place in read_places(reader, key):
            if isinstance(place, SymbolSelector) != (key == "symbol"):
                hint = "Write `symbol: payments.charge:Card`." if key == "symbol" else f"Write `symbol: {place.text}`."
                reader.say("wrong-type", f"`{key}`: `{place.text}` is not a {key}.", key, hint)
            else:
                found.append(Wanted(key, place.text, place))
    if not block.options.keys() & set(KEYS):
        hint = "Write `file: README.md`, `module: shop.cart`, `symbol: shop.cart:Cart` or `dependency: requests`."
        reader.say("missing-option", "Nothing is named: no `file`, `module`, `symbol` or `dependency`.", "file", hint)
    return tuple(found), reader.done()


def tier_of(options: Mapping[str, Yaml]) -> Tier:
    """Say how far files must be read: only symbols need definitions."""
    return Tier.DEFINITIONS if "symbol" in options else Tier.IMPORTS


def found_of(subjects: Subjects, wanted: Wanted) -> list[Subject]:
    """Give the things in the tree that bear the name."""
    place, index = wanted.place, subjects.index
    if isinstance(place, SymbolSelector):
        return [
            Subject(one.definition.kind, one.name, one.reference, one.path, one.definition.line, one)
            for one in subjects.symbols.find(place)
        ]
    if wanted.key == "file":
        paths = Selector(place.text, place.pattern, place.alone, ("path",)).paths_in(subjects.table)
        return [Subject("file", path.rpartition("/")[2], path, path, 1) for path in sorted(paths)]
    if wanted.key == "module":
        names = place.names(subjects.table) & index.modules.keys()
        return [Subject("module", name, name, index.modules[name].path, 1) for name in sorted(names)]
    return _packages(subjects, place)


def _packages(subjects: Subjects, place: Selector) -> list[Subject]:
    """Give the first import of each package from elsewhere that the name means."""
    names = place.names(subjects.table) & subjects.index.externals
    first: dict[str, Subject] = {}
    for edge in subjects.index.edges:
        if edge.imported in names and EdgeAttribute.EXTERNAL in edge.attributes:
            one = Subject("dependency", edge.imported, edge.imported, edge.path, edge.line)
            known = first.get(edge.imported)
            if known is None or (one.path, one.line) < (known.path, known.line):
                first[edge.imported] = one
    return [first[name] for name in sorted(first)]


def hint_for(subjects: Subjects, wanted: Wanted) -> str:
    """Say what may have been meant by a name that nothing bears; "" where nothing comes near."""
    if isinstance(wanted.place, SymbolSelector):
        return subjects.symbols.closest(wanted.place)
    candidates: Iterable[str] = {
        "file": subjects.index.paths,
        "module": subjects.index.modules.keys(),
        "dependency": subjects.index.externals,
    }[wanted.key]
    return did_you_mean(wanted.place.pattern, frozenset(candidates))
