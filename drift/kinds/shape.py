"""Classes and functions are built as agreed.

What it checks
    Each definition that `what`, `where` and `that` choose (as in `naming`) is as `should` says and not as `should_not`
    says. Both take `extends` (a base class, interface or embedded type, also through others), `decorated` (a
    decorator, annotation or attribute), `in` (where it stands: modules or paths), `named` and `visibility`; of several
    names one is enough for `should`, and none may be there for `should_not`. `typed: true` wants a written type for
    every parameter and the result, `documented: true` a docstring or a doc comment. Names are compared by their last
    parts: `Base` is also `models.Base`. Names that a language prescribes (`__init__`) need no documentation.

Why
    What a framework, a reader or a tool relies on is often a matter of form: routes are guarded, ports are abstract,
    the public surface is typed and explained.

Example
    ```yaml invariant
    id: routes-are-guarded
    kind: shape
    what: functions
    where: [payments.web]
    that: {decorated: app.route}
    should: {decorated: [login_required, public_page]}
    why: A route without a guard is open to everybody.
    ```

Breaks when
    `payments.web:refund` has `@app.route(...)` and neither guard. Each definition is one finding for each part of
    `should` or `should_not` that it breaks. Nothing to look at is a finding too.

How to fix
    Give the definition what it lacks. If it must stay as it is, an exception with the symbol, its module or its file
    as `what` says why.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from drift.facts import Tier
from drift.invariants import Invariant, Outcome, World
from drift.matching.wordstyles import is_special
from drift.options import OptionReader
from drift.selection.select import called
from drift.strictness import MORE, Tightens
from drift.subjects import (
    DEFINED,
    WHERE,
    Place,
    Quality,
    Subject,
    Subjects,
    inner_reader,
    is_decorated,
    is_named,
    quality_in,
    read_places,
    read_quality,
    read_words,
    subject_exceptions,
    unknown_keys,
)
from specs.document import InvariantBlock
from specs.problem import Problem
from specs.suggest import either
from specs.values import dataclass

CALLED = {"function", "method"}
ANY = Quality()


@dataclass(frozen=True, slots=True)
class Demand:
    """What `should` or `should_not` says; None where it says nothing."""

    quality: Quality = ANY
    typed: bool | None = None
    documented: bool | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the kind, read."""

    words: tuple[str, ...]
    places: tuple[Place, ...]
    that: Quality
    should: Demand
    should_not: Demand


def read(block: InvariantBlock) -> tuple[Options, tuple[Problem, ...]]:
    """Read the options of a block and say what is wrong with them."""
    reader = OptionReader(block, subject_exceptions(block))
    words = read_words(reader, "what", tuple(DEFINED))
    places = read_places(reader, "where")
    that = read_quality(reader, "that")
    should, should_not = _demand(reader, "should"), _demand(reader, "should_not")
    if not {"should", "should_not"} & block.options.keys():
        hint = "Write `should: {extends: Base}` or `should_not: {decorated: deprecated}`."
        reader.say("missing-option", "`should` or `should_not` is missing.", "should", hint)
    return Options(words, places, that, should, should_not), reader.done()


def _demand(reader: OptionReader, key: str) -> Demand:
    inner = inner_reader(reader, key)
    if inner is None:
        return Demand()
    quality = quality_in(inner)
    flags = [
        inner.flag(name, default=True) if name in inner.block.options else None for name in ("typed", "documented")
    ]
    inner.asked += ["typed", "documented"]
    unknown_keys(inner, key)
    return Demand(quality, flags[0], flags[1])


class Shape:
    """See the module's docstring."""

    name = "shape"
    tightens: ClassVar[Mapping[str, Tightens]] = {"what": MORE, "where": WHERE}

    def tier(self, block: InvariantBlock) -> Tier:  # noqa: ARG002 - the same for all blocks
        """Definitions are looked at."""
        return Tier.DEFINITIONS

    def validate(self, block: InvariantBlock) -> Sequence[Problem]:
        """Check the options of the block."""
        return read(block)[1]

    def evaluate(self, invariant: Invariant, world: World) -> Outcome:
        """Look at each definition."""
        options, _ = read(invariant.block)
        subjects = Subjects(invariant, world)
        for key, demand in (("should", options.should), ("should_not", options.should_not)):
            subjects.places(key, demand.quality.places)
        if subjects.unmatched:
            return subjects.outcome()
        for subject in subjects.chosen(options.words, options.places, options.that):
            for rule, lacking in _lacks(subjects, subject, options.should):
                message = f"The {subject.word} {called(subject.reference)} should {lacking}."
                subjects.report(subject, message, f"Let it {lacking}.", rule)
            for rule, having in _has(subjects, subject, options.should_not):
                message = f"The {subject.word} {called(subject.reference)} should not {having}."
                subjects.report(subject, message, f"Do not let it {having}.", f"not-{rule}")
        return subjects.outcome()


def _parts(subjects: Subjects, subject: Subject, demand: Demand) -> Iterator[tuple[str, str, bool]]:
    """Give for each part of a demand its name, how it is worded, and whether it is so."""
    symbol, quality = subject.symbol, demand.quality
    if symbol is None:
        return
    if quality.extends:
        yield "extends", f"extend {either(quality.extends)}", subjects.extends(symbol, quality.extends)
    if quality.decorated:
        yield "decorated", f"be decorated with {either(quality.decorated)}", is_decorated(symbol, quality.decorated)
    if quality.named:
        yield "named", f"be named {either(quality.named)}", is_named(subject.name, quality.named)
    if quality.places:
        places = either(place.text for place in quality.places)
        yield "in", f"stand in {places}", subjects.stands_in(subject, quality.places)
    if quality.visibility:
        yield "visibility", f"be {quality.visibility}", symbol.definition.public == (quality.visibility == "public")


def _flags(subject: Subject, demand: Demand) -> Iterator[tuple[str, str, bool, bool]]:
    """Give for each flag of a demand its name, how it is worded, what is wanted, and what is so."""
    if subject.symbol is None:
        return
    definition = subject.symbol.definition
    if demand.typed is not None and (definition.kind in CALLED or definition.kind in {"variable", "constant"}):
        yield "typed", "name all its types", demand.typed, definition.typed
    if demand.documented is not None and not is_special(subject.name):
        yield "documented", "be documented", demand.documented, definition.documented


def _lacks(subjects: Subjects, subject: Subject, demand: Demand) -> Iterator[tuple[str, str]]:
    for rule, wording, holds in _parts(subjects, subject, demand):
        if not holds:
            yield rule, wording
    for rule, wording, wanted, holds in _flags(subject, demand):
        if wanted != holds:
            yield rule, wording if wanted else f"not {wording}"


def _has(subjects: Subjects, subject: Subject, demand: Demand) -> Iterator[tuple[str, str]]:
    for rule, wording, holds in _parts(subjects, subject, demand):
        if holds:
            yield rule, wording
    for rule, wording, wanted, holds in _flags(subject, demand):
        if wanted == holds:
            yield rule, wording if wanted else f"fail to {wording}"
