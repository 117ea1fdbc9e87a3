"""Files, modules and definitions are named as agreed.

What it checks
    Each thing that `what`, `where` and `that` choose is named as `matches` says. `what` is one or more of files,
    folders, modules, classes, structs, interfaces, enums, types, functions, methods, constants, variables and fields.
    `where` takes modules, paths or symbols; without it, all code counts. `that` narrows: `named` (a glob, or an
    expression between slashes), `extends` (a base class or interface, also through others), `decorated` (a decorator,
    annotation or attribute), `visibility` (public or private), `in` (a place). `matches` is a style (snake_case,
    camelCase, PascalCase, SCREAMING_SNAKE_CASE, kebab-case, lowercase) or a regular expression for the whole name;
    one of several is enough. Underscores round a name are no part of a style, and names that a language prescribes
    (`__init__`) are left alone. A style looks at a file's name up to its first dot, an expression at all of it.

Why
    A name that follows a habit tells what a thing is before it is read, and lets people and tools find all of its sort.

Example
    ```yaml invariant
    id: handlers-are-called-so
    kind: naming
    what: classes
    where: [payments]
    that: {extends: BaseHandler}
    matches: ".*Handler"
    why: The dispatcher's listing is read by name.
    ```

Breaks when
    `payments.refund` defines `class Refunds(BaseHandler)`. Each thing that is named otherwise is one finding. Nothing
    to look at is a finding too.

How to fix
    Rename it. If the name is right all the same, an exception with the symbol, module or path as `what` says why.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from drift.facts import Tier
from drift.invariants import Invariant, Outcome, World
from drift.matching.regexes import Regex, compiled
from drift.matching.wordstyles import STYLES, fits, is_special, rewritten
from drift.options import OptionReader
from drift.selection.select import called, shown
from drift.strictness import FEWER, MORE, Tightens
from drift.subjects import (
    REGEX_HINT,
    WHERE,
    WORDS,
    Place,
    Quality,
    Subject,
    Subjects,
    read_places,
    read_quality,
    read_words,
    subject_exceptions,
    tier_of,
    whole,
)
from specs.document import InvariantBlock
from specs.problem import Problem
from specs.suggest import did_you_mean, either
from specs.values import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the kind, read. `regexes` are the entries of `matches` that are no style."""

    words: tuple[str, ...]
    places: tuple[Place, ...]
    that: Quality
    matches: tuple[str, ...]
    regexes: tuple[Regex, ...]


def read(block: InvariantBlock) -> tuple[Options, tuple[Problem, ...]]:
    """Read the options of a block and say what is wrong with them."""
    reader = OptionReader(block, subject_exceptions(block))
    words = read_words(reader, "what", WORDS)
    places = read_places(reader, "where")
    that = read_quality(reader, "that")
    hint = "Write `matches: PascalCase` or a regular expression such as `matches: '.*Handler'`."
    matches = reader.texts("matches", required=True, hint=hint)
    regexes = []
    for text in matches:
        if text not in STYLES:
            made = compiled(text)
            if isinstance(made, str):
                meant = did_you_mean(text, STYLES) or f"{REGEX_HINT} The styles are {either(STYLES)}."
                reader.say("bad-regex", f"`matches`: {shown(text)}: {shown(made)}.", "matches", meant)
            elif isinstance(complete := compiled(whole(text)), Regex):
                regexes.append(complete)
    return Options(words, places, that, matches, tuple(regexes)), reader.done()


class Naming:
    """See the module's docstring."""

    name = "naming"
    tightens: ClassVar[Mapping[str, Tightens]] = {"what": MORE, "where": WHERE, "matches": FEWER}

    def tier(self, block: InvariantBlock) -> Tier:
        """Names of files and modules need no reading."""
        return max(tier_of(block.options.get("what")), Tier.DEFINITIONS if "that" in block.options else Tier.IMPORTS)

    def validate(self, block: InvariantBlock) -> Sequence[Problem]:
        """Check the options of the block."""
        return read(block)[1]

    def evaluate(self, invariant: Invariant, world: World) -> Outcome:
        """Look at the name of each thing."""
        options, _ = read(invariant.block)
        subjects = Subjects(invariant, world)
        for subject in subjects.chosen(options.words, options.places, options.that):
            if not is_special(stem(subject)) and not _is_named_so(subject, options):
                style = next((text for text in options.matches if text in STYLES), "")
                wanted = rewritten(style, stem(subject)) if style else ""
                example = f", perhaps `{shown(wanted)}`" if wanted and wanted != stem(subject) else ""
                message = f"The {subject.word} {called(subject.reference)} is not named as {either(options.matches)}."
                subjects.report(subject, message, f"Give it another name{example}.")
        return subjects.outcome()


def stem(subject: Subject) -> str:
    """Give what a style looks at: a file's name ends at its first dot, one in front not counted."""
    if subject.word != "file":
        return subject.name
    return subject.name.lstrip(".").partition(".")[0]


def _is_named_so(subject: Subject, options: Options) -> bool:
    styles = (text for text in options.matches if text in STYLES)
    return any(fits(style, stem(subject)) for style in styles) or any(
        regex.matches(subject.name) for regex in options.regexes
    )
