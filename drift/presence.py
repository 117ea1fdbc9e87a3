"""Whether things are there: files, modules, symbols and packages from elsewhere. Two kinds ask, to opposite ends.

Knows what is found by a name that a spec gives, and what may have been meant by one that finds nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from drift.asking import DEPENDENCIES, Ask
from drift.declared import is_manifest, same_package
from drift.exceptions import text_matches
from drift.facts import EdgeAttribute, Tier
from drift.invariants import Invariant, World
from drift.options import OptionReader
from drift.selection.select import Selector
from drift.selection.symbols import SymbolSelector
from drift.strictness import MORE, Tightens
from drift.subjects import DEPENDENCY, Subject, Subjects, read_places, subject_exceptions
from specs.document import InvariantBlock, Yaml
from specs.problem import Problem
from specs.suggest import did_you_mean
from specs.values import dataclass

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


def asks_of(block: InvariantBlock, world: World) -> list[Ask]:
    """Ask the manifests what they declare, where a dependency is named."""
    if "dependency" not in block.options:
        return []
    return [Ask(path, DEPENDENCIES) for path in sorted(world.index.paths) if is_manifest(path)]


def declared_in(world: World) -> list[Subject]:
    """Give the packages that manifests declare, each with the place that does."""
    return [
        Subject(DEPENDENCY, name, name, ask.path, line)
        for ask, answer in sorted((world.answers or {}).items(), key=lambda pair: pair[0])
        for name, line in (answer.value or () if ask.question == DEPENDENCIES else ())
    ]


def found_of(subjects: Subjects, wanted: Wanted, declared: Iterable[Subject]) -> list[Subject]:
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
    return _packages(subjects, place, declared)


def _packages(subjects: Subjects, place: Selector, declared: Iterable[Subject]) -> list[Subject]:
    """Give the first import in each file of each package that the name means, and where such packages are declared."""
    names = place.names(subjects.table) & subjects.index.externals
    first: dict[tuple[str, str], Subject] = {}
    for edge in subjects.index.edges:
        if edge.imported in names and EdgeAttribute.EXTERNAL in edge.attributes:
            one = Subject(DEPENDENCY, edge.imported, edge.imported, edge.path, edge.line)
            known = first.get((edge.imported, edge.path))
            if known is None or one.line < known.line:
                first[edge.imported, edge.path] = one
    for one in declared:
        if text_matches(place.pattern, one.name) or same_package(place.pattern, one.name):
            first.setdefault((one.name, one.path), one)
    return [first[key] for key in sorted(first)]


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


class PresenceRule:
    """What the two kinds have in common: which options they take, and what they ask of manifests."""

    tightens: ClassVar[Mapping[str, Tightens]] = dict.fromkeys(KEYS, MORE)

    def tier(self, block: InvariantBlock) -> Tier:
        """Only symbols need definitions."""
        return tier_of(block.options)

    def validate(self, block: InvariantBlock) -> Sequence[Problem]:
        """Check the options of the block."""
        return read_wanted(block)[1]

    def asks(self, invariant: Invariant, world: World) -> Sequence[Ask]:
        """Ask the manifests what they declare."""
        return asks_of(invariant.block, world)
