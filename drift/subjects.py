"""What a rule about single things speaks of: files, folders, modules and definitions, chosen by place and by quality.

Kinds that judge things one by one share the options `where`, `what` and `that`, the meaning of `except` (a symbol, a
module or a path), and this way of gathering what they find. Knows no kind.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from drift.exceptions import text_matches
from drift.facts import Tier
from drift.findings import CodeAnchor
from drift.gathering import Gathering
from drift.graphs.names import separator_of
from drift.invariants import Invariant, Outcome, World
from drift.matching.regexes import Regex, compiled
from drift.options import OptionReader, named_type
from drift.selection.select import Selector, shown
from drift.selection.symbols import Symbol, SymbolSelector, names_base, names_like
from drift.strictness import Stricter, Tightens
from specs.document import ExceptionClause, InvariantBlock, Yaml
from specs.problem import Problem
from specs.suggest import did_you_mean, either
from specs.values import dataclass, field, replace

PLACES = ("files", "folders", "modules")
# What the kinds of definitions are called in specs; a field is a variable that stands in a class.
DEFINED = {
    "functions": "function",
    "methods": "method",
    "classes": "class",
    "structs": "struct",
    "interfaces": "interface",
    "enums": "enum",
    "types": "type",
    "constants": "constant",
    "variables": "variable",
    "fields": "variable",
}
WORDS = (*PLACES, *DEFINED)
# A package from elsewhere has as many places as it has importers; each is a finding of its own.
DEPENDENCY = "dependency"
FIELDS = ("fields", "variables")
VISIBILITY = ("public", "private")
QUALITIES = ("named", "extends", "decorated", "visibility", "in")
REGEX_HINT = "Expressions are RE2's, and look-around is understood."
# `where` left out means everything, so that one which appears narrows what is judged.
WHERE = Tightens(Stricter.MORE, default=["**"])
EXCEPTION_HINT = "Name a symbol (`shop.cart:Cart.add`), a module or a path."
Place = Selector | SymbolSelector


@dataclass(frozen=True, slots=True)
class Quality:
    """What must be so of a thing for a rule to speak of it; empty parts say nothing."""

    named: tuple[str, ...] = ()
    extends: tuple[str, ...] = ()
    decorated: tuple[str, ...] = ()
    visibility: str = ""
    places: tuple[Place, ...] = ()


class Subject(NamedTuple):
    """One thing that is judged; `word` says what it is. A definition's name is its symbol's, and need not be given."""

    word: str
    given: str
    referred: str
    path: str
    line: int
    symbol: Symbol | None = None
    column: int = 1

    @property
    def name(self) -> str:
        """The name that a rule looks at."""
        return self.given or (self.symbol.name if self.symbol else "")

    @property
    def reference(self) -> str:
        """How specs, exceptions and the lock name it."""
        return self.referred or (self.symbol.reference if self.symbol else "")


def parse_place(text: str) -> Place | Problem:
    """Read a selector of modules, paths or symbols."""
    return SymbolSelector.parse(text) if SymbolSelector.is_one(text) else Selector.parse(text)


def read_places(reader: OptionReader, key: str, *, required: bool = False) -> tuple[Place, ...]:
    """Read an option that holds selectors of modules, paths or symbols."""
    hint = f"Write `{key}: [shop.cart]`, `{key}: [src/cart/**]` or `{key}: ['shop.cart:Cart']`."
    found: list[Place] = []
    for entry, text in enumerate(reader.texts(key, required=required, hint=hint)):
        parsed = parse_place(text)
        if isinstance(parsed, Problem):
            line = reader.line(key, entry)
            reader.problems.append(replace(parsed, line=line, message=f"`{key}`: {parsed.message}"))
        else:
            found.append(parsed)
    return tuple(found)


def read_words(reader: OptionReader, key: str, words: Sequence[str]) -> tuple[str, ...]:
    """Read an option that says what is judged: one or more of the words."""
    found = []
    for text in reader.texts(key, required=True, hint=f"Write `{key}: classes`."):
        if text in words:
            found.append(text)
        else:
            hint = did_you_mean(text, words) or f"Known are {either(words)}."
            reader.say("unknown-value", f"`{key}` cannot be {shown(text)!r}.", key, hint)
    return tuple(found)


def inner_reader(reader: OptionReader, key: str) -> OptionReader | None:
    """Give a reader for an option that is a mapping; its problems are the outer one's. None where it is absent."""
    value = reader.take(key)
    if value is None:
        return None
    if not isinstance(value, dict):
        reader.say(
            "wrong-type", f"`{key}` must be a mapping, not {named_type(value)}.", key, f"Write `{key}: {{...}}`."
        )
        return None
    lines = {name: reader.block.option_lines.get(f"{key}/{name}", reader.line(key)) for name in value}
    block = replace(reader.block, options=value, option_lines=lines)
    return OptionReader(block, reader.problems)


def unknown_keys(reader: OptionReader, key: str) -> None:
    """Note the keys of an inner mapping that nobody asked for."""
    for name in reader.block.options:
        if name not in reader.asked:
            hint = did_you_mean(name, reader.asked) or f"`{key}` knows {either(reader.asked)}."
            reader.say("unknown-key", f"`{key}` has no part {shown(name)!r}.", name, hint)


def read_quality(reader: OptionReader, key: str) -> Quality:
    """Read an option such as `that: {extends: Base, named: "*Handler"}`."""
    inner = inner_reader(reader, key)
    if inner is None:
        return Quality()
    quality = quality_in(inner)
    unknown_keys(inner, key)
    return quality


def quality_in(inner: OptionReader) -> Quality:
    """Read the parts of a quality from a mapping."""
    inner.asked.append("visibility")
    visibility = inner.choice("visibility", VISIBILITY) if "visibility" in inner.block.options else ""
    texts = [inner.texts(name) for name in ("named", "extends", "decorated")]
    for pattern in texts[0]:
        reason = compiled(pattern[1:-1]) if is_expression(pattern) else None
        if isinstance(reason, str):
            inner.say("bad-regex", f"{shown(pattern)}: {shown(reason)}.", "named", REGEX_HINT)
    return Quality(texts[0], texts[1], texts[2], visibility, read_places(inner, "in"))


def subject_exceptions(block: InvariantBlock) -> list[Problem]:
    """Say what is wrong with the `except` clauses of a block whose kind judges single things."""
    problems = []
    for clause in block.exceptions:
        parsed = parse_place(clause.what)
        if isinstance(parsed, Problem):
            text = f"`except`: {parsed.message}"
            problems.append(Problem("bad-exception", text, clause.line, 1, EXCEPTION_HINT))
    return problems


def tier_of(value: Yaml) -> Tier:
    """Say how far files must be read to find what these words name."""
    words = value if isinstance(value, list) else [value]
    return Tier.DEFINITIONS if any(word in DEFINED for word in words) else Tier.IMPORTS


EVERYTHING = Quality()


@dataclass(slots=True)
class Pardon:
    """An `except` clause at work: the files and symbols that it names, and whether it let anything through."""

    clause: ExceptionClause
    references: frozenset[str]
    paths: frozenset[str]
    used: bool = field(default=False)

    def covers(self, reference: str, path: str) -> bool:
        """Say whether the clause names this thing."""
        return reference in self.references or path in self.paths or text_matches(self.clause.what, reference)


class Subjects(Gathering):
    """One invariant about single things being held against the code."""

    def __init__(self, invariant: Invariant, world: World) -> None:
        super().__init__(invariant, world)
        self.symbols = world.symbols
        self.governed: set[str] = set()
        self._told: set[tuple[str, ...]] = set()
        self._pardons = [self._pardon(clause) for clause in self.block.exceptions]

    def _pardon(self, clause: ExceptionClause) -> Pardon:
        place = parse_place(clause.what)
        if isinstance(place, SymbolSelector):
            return Pardon(clause, frozenset(one.reference for one in self.symbols.find(place)), frozenset())
        paths = place.paths_in(self.table) if isinstance(place, Selector) else frozenset()
        return Pardon(clause, frozenset(), paths)

    def places(self, key: str, places: Iterable[Place]) -> tuple[frozenset[str], tuple[Symbol, ...]]:
        """Give the files and the symbols that selectors mean; one that matches nothing becomes a finding."""
        paths: set[str] = set()
        symbols: dict[str, Symbol] = {}
        for place in places:
            if isinstance(place, SymbolSelector):
                found = self.symbols.find(place)
                symbols.update((one.reference, one) for one in found)
                if not found:
                    self.no_symbol(key, place)
            else:
                files = place.paths_in(self.table)
                paths |= files
                if not files:
                    self.nothing_matches(key, place)
        self.governed |= paths | {one.path for one in symbols.values()}
        return frozenset(paths), tuple(symbols.values())

    def no_symbol(self, key: str, selector: SymbolSelector) -> None:
        """Note that a symbol selector matched nothing: a finding as severe as the invariant."""
        message = f"{shown(selector.text)} (`{key}`) matches nothing in the code, so nothing is checked there."
        fix = self.symbols.closest(selector) or "Correct the selector, or remove it."
        self.empty(key, selector.text, message, fix)

    def chosen(
        self, words: Sequence[str], places: tuple[Place, ...], that: Quality, key: str = "where"
    ) -> list[Subject]:
        """Give the things that the options choose, file by file. Nothing at all is a finding."""
        paths, symbols = self.places(key, places)
        before = len(self.unmatched)
        if not places:
            paths = self.index.paths if {"files", "folders"} & set(words) else frozenset(self.index.module_of)
        every = chain(self._of_paths(words, paths, places), _of_symbols(words, symbols))
        found = [one for one in every if self.fits(one, that)] if that != EVERYTHING else list(every)
        if not found and (not places or len(self.unmatched) < before + len(places)) and not self.unmatched:
            message = f"There are no {' or '.join(words)} here that this is about, so nothing is checked."
            self.empty("what", ", ".join(words), message, "Correct `where`, `what` or `that`, or remove the rule.")
        return found

    def _of_paths(self, words: Sequence[str], paths: frozenset[str], places: tuple[Place, ...]) -> Iterable[Subject]:
        if "files" in words:
            yield from (Subject("file", path.rpartition("/")[2], path, path, 1) for path in sorted(paths))
        if "folders" in words:
            yield from _folders(paths, places)
        if "modules" in words:
            modules = {self.index.module_of[path] for path in paths if path in self.index.module_of}
            for name in sorted(modules):
                path = self.index.modules[name].path
                yield Subject("module", name.rpartition(separator_of(name, path))[2], name, path, 1)
        if any(word in DEFINED for word in words):
            for path in sorted(paths):
                if path in self.index.module_of:
                    yield from _of_symbols(words, self.symbols.in_file(path))

    def fits(self, subject: Subject, that: Quality) -> bool:
        """Say whether all parts of a quality are so of a thing."""
        if that.named and not is_named(subject.name, that.named):
            return False
        if that.places and not self.stands_in(subject, that.places):
            return False
        symbol = subject.symbol
        if symbol is None:
            return not (that.extends or that.decorated or that.visibility)
        if that.visibility and symbol.definition.public != (that.visibility == "public"):
            return False
        return (not that.extends or self.extends(symbol, that.extends)) and (
            not that.decorated or is_decorated(symbol, that.decorated)
        )

    def extends(self, symbol: Symbol, bases: Iterable[str]) -> bool:
        """Say whether a class builds on one of the bases, directly or not."""
        above = self.symbols.ancestors(symbol) if symbol.definition.bases else frozenset[str]()
        return any(names_base(base, above) for base in bases)

    def stands_in(self, subject: Subject, places: Iterable[Place]) -> bool:
        """Say whether a thing lies in one of the places."""
        for place in places:
            if isinstance(place, SymbolSelector):
                if any(one.reference == subject.reference for one in self.symbols.find(place)):
                    return True
            elif subject.path in place.paths_in(self.table):
                return True
        return False

    def report(self, subject: Subject, message: str, fix: str, rule: str = "", *, line: int = 0) -> None:
        """Add a finding about a thing, unless an exception names it.

        `rule` tells several findings of one thing apart; `line` is that of the spec, where it is not the block's.
        """
        pardon = next((one for one in self._pardons if one.covers(subject.reference, subject.path)), None)
        if pardon is not None:
            pardon.used = True
            return
        identity = (rule, subject.reference) if rule else (subject.reference,)
        if subject.word == DEPENDENCY and subject.path:
            identity = (*identity, subject.path)
        if subject.symbol is not None:
            if identity in self._told:  # another definition of the name: an overload, a variant for types
                return
            self._told.add(identity)
        code = CodeAnchor(subject.path, subject.line, subject.column) if subject.path else None
        finding = self.finding(message, fix, identity, code=code)
        spec = replace(finding.spec, line=line) if line else finding.spec
        self.findings.append(replace(finding, reference=subject.reference, spec=spec))

    def outcome(self) -> Outcome:
        """Give all that was found, with the exceptions that let nothing through."""
        for pardon in self._pardons:
            if not pardon.used:
                self.stale(pardon.clause)
        return self.gathered(frozenset(self.governed & self.index.paths))


def _of_symbols(words: Sequence[str], symbols: Iterable[Symbol]) -> Iterator[Subject]:
    """Give the definitions among the symbols that the words name."""
    kinds = {DEFINED[word]: _singular(word) for word in words if word in DEFINED and word not in FIELDS}
    inner, outer = "fields" in words, "variables" in words
    for one in symbols:
        definition = one.definition
        if (word := kinds.get(definition.kind)) is not None:
            yield Subject(word, "", "", one.path, definition.line, one)
        elif definition.kind == "variable" and (inner if "." in definition.name else outer):
            yield Subject("field" if "." in definition.name else "variable", "", "", one.path, definition.line, one)


def _singular(word: str) -> str:
    return word.removesuffix("es") if word == "classes" else word.removesuffix("s")


def _folders(paths: frozenset[str], places: tuple[Place, ...]) -> Iterable[Subject]:
    """Give the folders below the fixed part of each selector that hold one of the files, however deep."""
    heads = []
    for place in places:
        if isinstance(place, Selector) and "path" in place.forms:
            parts = place.pattern.split("/")
            fixed = next((at for at, part in enumerate(parts) if "*" in part), len(parts))
            heads.append("/".join(parts[:fixed]))
    found: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            if not heads or any(not head or folder.startswith(f"{head}/") for head in heads):
                found.add(folder)
            folder = folder.rpartition("/")[0]
    for folder in sorted(found):
        yield Subject("folder", folder.rpartition("/")[2], folder, "", 1)


def is_decorated(symbol: Symbol, names: Iterable[str]) -> bool:
    """Say whether a definition bears one of the decorators."""
    return any(names_like(name, one) for name in names for one in symbol.definition.decorators)


def is_expression(pattern: str) -> bool:
    """Say whether a pattern of names is a regular expression: it stands between slashes."""
    return pattern.startswith("/") and pattern.endswith("/") and bool(pattern[2:])


def whole(expression: str) -> str:
    """Give the expression that matches whole texts alone."""
    return f"^(?:{expression})$"


def is_named(name: str, patterns: Iterable[str]) -> bool:
    """Say whether a name fits one of the patterns: a glob, or an expression between slashes."""
    for pattern in patterns:
        if is_expression(pattern):
            regex = compiled(whole(pattern[1:-1]))
            if isinstance(regex, Regex) and regex.matches(name):
                return True
        elif text_matches(pattern, name):
            return True
    return False
