"""A piece of code stands nowhere, or everywhere it must.

What it checks
    `pattern` is a piece of code as ast-grep reads it, where `$A` stands for any one part and `$$$A` for any number; it
    is compared with the syntax, so blanks and line breaks mean nothing. `regex` is a regular expression instead, held
    against each line of any text file. Neither may match in a file of `where` (modules, paths or globs; without it,
    all code). With `require: true` each file of `where` must have a match, of each where several are said. `language`
    keeps to the files of one language: python, typescript, tsx, javascript, go, rust, java, kotlin, csharp, ruby, php,
    c, cpp, swift, scala, lua, bash. `fix` says what to do instead. `pattern` and `regex` take a list as well.

Why
    Some rules are about a single call or line: no debugging output, no sleeping in tests, a licence at the top.

Example
    ```yaml invariant
    id: no-print
    kind: pattern
    pattern: print($$$ARGS)
    where: [payments]
    fix: Use the logger.
    why: What is printed is lost in production.
    ```

Breaks when
    A file of `payments` has `print("paid")`. Each match is one finding. A pattern that is not one piece of code, that
    finds nothing and is not code at all, or that takes too long, is a finding too, and so is a selector without files.

How to fix
    Do what `fix` says, or take the match out. What must stay gets an exception with its module or path as `what`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from drift.asking import CHECK, PATTERN, REGEX, Answer, Ask, detail_of
from drift.facts import Tier
from drift.invariants import Invariant, Outcome, World
from drift.matching.regexes import compiled
from drift.options import OptionReader
from drift.patterns import LANGUAGES, LONGEST, language_of
from drift.selection.select import Selector, called, shown
from drift.strictness import MORE, Tightens
from drift.subjects import REGEX_HINT, WHERE, Subject, Subjects, subject_exceptions
from specs.document import InvariantBlock
from specs.problem import Problem
from specs.values import dataclass

WRITE = "Write `pattern: print($$$ARGS)` or `regex: 'TODO'`."
ANY = ""


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the kind, read. `searches` are (question, text): what is looked for, and how."""

    searches: tuple[tuple[str, str], ...]
    places: tuple[Selector, ...]
    language: str
    require: bool
    fix: str


def read(block: InvariantBlock) -> tuple[Options, tuple[Problem, ...]]:
    """Read the options of a block and say what is wrong with them."""
    reader = OptionReader(block, subject_exceptions(block))
    patterns, regexes = reader.texts("pattern", hint=WRITE), reader.texts("regex", hint=WRITE)
    if not {"pattern", "regex"} & block.options.keys():
        reader.say("missing-option", "Neither `pattern` nor `regex` is there.", "pattern", WRITE)
    for text in patterns:
        if not text.strip() or len(text) > LONGEST or "\0" in text:
            hint = f"Write a piece of code of at most {LONGEST} characters."
            reader.say("bad-pattern", f"`pattern` cannot be {shown(text)!r}.", "pattern", hint)
    for text in regexes:
        reason = compiled(text)
        if not text:
            reader.say("bad-regex", "`regex` is empty.", "regex", WRITE)
        elif isinstance(reason, str):
            reader.say("bad-regex", f"`regex`: {shown(text)}: {shown(reason)}.", "regex", REGEX_HINT)
    places = reader.selectors("where")
    reader.asked.append("language")
    language = reader.choice("language", tuple(LANGUAGES)) if "language" in block.options else ANY
    searches = (*((PATTERN, text) for text in patterns), *((REGEX, text) for text in regexes))
    fix = " ".join(reader.texts("fix"))
    return Options(searches, places, language, reader.flag("require", default=False), fix), reader.done()


class PatternKind:
    """See the module's docstring."""

    name = "pattern"
    tightens: ClassVar[Mapping[str, Tightens]] = {"pattern": MORE, "regex": MORE, "where": WHERE}

    def tier(self, block: InvariantBlock) -> Tier:  # noqa: ARG002 - the same for all blocks
        """Sources are asked, not facts."""
        return Tier.IMPORTS

    def validate(self, block: InvariantBlock) -> Sequence[Problem]:
        """Check the options of the block."""
        return read(block)[1]

    def asks(self, invariant: Invariant, world: World) -> Sequence[Ask]:
        """Ask each file for matches, and each language whether the pattern is one."""
        options, _ = read(invariant.block)
        files = _files(Subjects(invariant, world), options)
        found = []
        for question, text in options.searches:
            found += [_ask(path, question, text) for path in _apt(files, question)]
            if question == PATTERN:
                found += [_check(language, text) for language in _languages(files)]
        return found

    def evaluate(self, invariant: Invariant, world: World) -> Outcome:
        """Report the matches, or the files that have none."""
        options, _ = read(invariant.block)
        subjects = Subjects(invariant, world)
        files = _files(subjects, options, report=True)
        answers = world.answers
        if answers is None:
            return Outcome((), governs=frozenset(files), not_analysed=("source",))
        for question, text in options.searches:
            apt = _apt(files, question)
            given = {path: answers.get(_ask(path, question, text), Answer(None, "nobody answered")) for path in apt}
            if _is_bad(
                subjects, question, text, given, {one: answers.get(_check(one, text)) for one in _languages(files)}
            ):
                continue
            for path, answer in given.items():
                if options.require and not answer.value and not answer.failed:
                    message = f"{called(path)} has no `{shown(text)}`, and must have one."
                    subjects.report(Subject("file", path, path, path, 1), message, options.fix or "Add it.", text)
                for line, column, found in answer.value or () if not options.require else ():
                    _report(subjects, options, text, Subject("match", found, path, path, line, None, column))
            _failures(subjects, text, given)
        return subjects.outcome()


def _ask(path: str, question: str, text: str) -> Ask:
    return Ask(path, question, detail_of(**{question: text}))


def _check(language: str, text: str) -> Ask:
    return Ask("", CHECK, detail_of(language=language, pattern=text))


def _apt(files: Sequence[str], question: str) -> list[str]:
    """Give the files that a question can be asked of: patterns need a language."""
    return [path for path in files if question == REGEX or language_of(path)]


def _languages(files: Sequence[str]) -> list[str]:
    return sorted({language for path in files if (language := language_of(path))})


def _files(subjects: Subjects, options: Options, *, report: bool = False) -> list[str]:
    """Give the files that are looked at; with `report`, selectors without any become findings."""
    index = subjects.index
    paths: set[str] = set() if options.places else set(index.module_of)
    for place in options.places:
        found = {path for path in place.paths_in(subjects.table) if path in index.paths}
        paths |= found
        if report and not found:
            subjects.nothing_matches("where", place)
    only_patterns = all(question == PATTERN for question, _ in options.searches)
    kept = [
        path
        for path in sorted(paths)
        if (not options.language or language_of(path) == options.language) and (language_of(path) or not only_patterns)
    ]
    if report:
        subjects.governed |= set(kept)
        if not kept and not subjects.unmatched:
            of = f" of {options.language}" if options.language else ""
            message = f"There are no files{of} here that this is about, so nothing is checked."
            subjects.empty("where", "", message, "Correct `where` or `language`, or remove the rule.")
    return kept


def _report(subjects: Subjects, options: Options, text: str, match: Subject) -> None:
    message = f"`{shown(match.name)}` stands in {called(match.path)}, where `{shown(text)}` must not be."
    fix = options.fix or "Take it out, or do it another way."
    subjects.report(match, message, fix, " ".join(match.name.split()))


def _failures(subjects: Subjects, text: str, given: dict[str, Answer]) -> None:
    """Report the files that could not be searched: one finding, whatever their number."""
    failed = {path: answer.failed for path, answer in given.items() if answer.failed}
    if failed:
        path, reason = next(iter(failed.items()))
        more = f", as well as {len(failed) - 1} more" if failed.keys() - {path} else ""
        message = f"`{shown(text)}` could not be looked for in {called(path)}{more}: {reason}."
        fix = "Make the pattern simpler, or leave the file out of `where`."
        subjects.report(Subject("file", path, path, path, 1), message, fix, "not-searched")


def _is_bad(
    subjects: Subjects, question: str, text: str, given: dict[str, Answer], checks: dict[str, Answer | None]
) -> bool:
    """Report a pattern that is none, or is no code and finds nothing; say whether there is no sense in going on."""
    if question != PATTERN or any(answer.value for answer in given.values()):
        return False
    for language, reason in _complaints(checks):
        line = subjects.line_of("pattern", text)
        message = f"`{shown(text)}` is no pattern in {language}: {reason}."
        fix = "A pattern is one whole expression, statement or definition, with `$A` for a part and `$$$A` for many."
        subjects.report(Subject("pattern", text, text, "", 1), message, fix, "bad-pattern", line=line)
        return True
    return False


def _complaints(checks: dict[str, Answer | None]) -> Iterator[tuple[str, str]]:
    """Give the languages in which a pattern is none, with the reason, unless some language takes it."""
    said = {language: answer.value for language, answer in checks.items() if answer and answer.value}
    if said and not any(not reason and whole for reason, whole in said.values()):
        for language, (reason, _) in said.items():
            yield language, reason or "it is no complete piece of code"
