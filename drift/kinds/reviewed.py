"""A section and the code that it describes have not grown apart since a person confirmed it.

What it checks
    `symbols` and `paths` bind the section in which the block stands to code: definitions (`payments.charge:refund`),
    modules, files. What counts is substance: comments, layout, docstrings, redundant brackets and the names of local
    variables may change; the names of parameters may not, where others call the function. Each definition, and each
    file that is bound as a whole, is compared with what it was when somebody last ran
    `holdfast confirm PATH#SECTION`, which writes a `reviewed` line into holdfast.lock: what, a digest of its
    substance, who, when. What was moved to another file or module and is the same in substance stays confirmed.

Why
    Prose cannot be executed. But a change of the code it speaks of is the moment to read it once more, and the person
    who does so leaves a trace.

Example
    ```yaml invariant
    id: refunds-are-described
    kind: reviewed
    symbols: ["payments.charge:refund", "payments.ledger:Ledger.*"]
    why: Support answers customers from this section.
    ```

Breaks when
    `refund` gets another branch, a bound symbol is gone, a new one comes under a glob, or nobody has confirmed the
    section yet. Each symbol or file is one finding.

How to fix
    Read the section beside the code. Where it is still true, confirm it; where not, mend it first.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from drift.asking import CONFIRMED, SUBSTANCE, Answer, Ask, detail_of
from drift.debt.confirmations import LOCK, Confirmation, Unit, confirmations, unit_subject
from drift.facts import Tier
from drift.invariants import Invariant, Outcome, World
from drift.options import OptionReader
from drift.selection.select import called, shown
from drift.selection.symbols import SymbolSelector
from drift.strictness import MORE, Tightens
from drift.subjects import Place, Subject, Subjects, read_places, subject_exceptions
from specs.document import InvariantBlock
from specs.problem import Problem


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the kind, read."""

    symbols: tuple[Place, ...]
    paths: tuple[Place, ...]


def read(block: InvariantBlock) -> tuple[Options, tuple[Problem, ...]]:
    """Read the options of a block and say what is wrong with them."""
    reader = OptionReader(block, subject_exceptions(block))
    options = Options(read_places(reader, "symbols"), read_places(reader, "paths"))
    if not {"symbols", "paths"} & block.options.keys():
        hint = "Write `symbols: ['payments.charge:refund']` or `paths: [src/payments/charge.py]`."
        reader.say("missing-option", "Neither `symbols` nor `paths` is there.", "symbols", hint)
    return options, reader.done()


class Reviewed:
    """See the module's docstring."""

    name = "reviewed"
    tightens: ClassVar[Mapping[str, Tightens]] = {"symbols": MORE, "paths": MORE}

    def tier(self, block: InvariantBlock) -> Tier:
        """Symbols are found among definitions; whole files need no reading."""
        return Tier.DEFINITIONS if "symbols" in block.options else Tier.IMPORTS

    def validate(self, block: InvariantBlock) -> Sequence[Problem]:
        """Check the options of the block."""
        return read(block)[1]

    def asks(self, invariant: Invariant, world: World) -> Sequence[Ask]:
        """Ask for the substance of all that is bound, and for what was confirmed."""
        units = bound(Subjects(invariant, world), read(invariant.block)[0])
        lock = [Ask(LOCK, CONFIRMED)] if LOCK in world.index.paths else []
        return [*lock, *(question_of(unit) for unit in units)]

    def evaluate(self, invariant: Invariant, world: World) -> Outcome:
        """Compare what is there with what was confirmed."""
        subjects = Subjects(invariant, world)
        units = bound(subjects, read(invariant.block)[0], report=True)
        answers = world.answers
        if answers is None:
            return Outcome((), governs=frozenset(unit.path for unit in units), not_analysed=("source",))
        known = confirmations(answers.get(Ask(LOCK, CONFIRMED), Answer([])).value or (), invariant.block.id)
        section = f"{invariant.spec_path}#{invariant.block.anchor}" if invariant.block.anchor else invariant.spec_path
        if units and not known:
            things = f"{len(units)} things" if units[1:] else called(units[0].reference)
            message = f"Nobody has confirmed yet that this section describes {things}."
            nothing = Subject("section", section, section, "", 1)
            subjects.report(
                nothing, message, f"Read both, then run `holdfast confirm {shown(section)}`.", "unconfirmed"
            )
            return subjects.outcome()
        told = {unit: answers.get(question_of(unit), Answer(None, "nobody answered")) for unit in units}
        moved = moves(told, known)
        for unit, answer in told.items():
            if unit not in moved:
                _compare(subjects, unit, answer, known, section)
        there = {unit.reference for unit in units} | set(moved.values())
        for reference in sorted(known.keys() - there - set(subjects.unmatched)):
            message = f"{called(reference)} was confirmed here and is gone, or no longer bound."
            fix = f"Correct the section, then {_command(section)}."
            subjects.report(Subject("symbol", reference, reference, "", 1), message, fix, "gone")
        return subjects.outcome()


def _command(section: str) -> str:
    return f"run `holdfast confirm {section if section.isprintable() else shown(section)}`"


def question_of(unit: Unit) -> Ask:
    """Give the question for the substance of a bound thing."""
    return Ask(unit.path, SUBSTANCE, detail_of(name=unit.name))


def bound(subjects: Subjects, options: Options, *, report: bool = False) -> list[Unit]:
    """Give what is bound, each once; with `report`, a selector that finds nothing becomes a finding."""
    found = {unit.reference: unit for unit in _found(subjects, options, report=report)}
    subjects.governed |= {unit.path for unit in found.values()}
    return [found[reference] for reference in sorted(found)]


def moves(told: Mapping[Unit, Answer], known: Mapping[str, Sequence[Confirmation]]) -> dict[Unit, str]:
    """Give the things that nobody confirmed under the name they have, with the former name under which somebody did.

    Their substance is to the letter what was confirmed, of something that is bound here no more: each such thing
    stands for one.
    """
    free = sorted(known.keys() - {unit.reference for unit in told})
    found: dict[Unit, str] = {}
    for unit, answer in told.items():
        if not answer.value or unit.reference in known:
            continue
        for reference in free:
            if any(unit_subject(reference, answer.value) == one.subject for one in known[reference]):
                found[unit] = reference
                free.remove(reference)
                break
    return found


def _found(subjects: Subjects, options: Options, *, report: bool) -> Iterator[Unit]:
    for key, places in (("symbols", options.symbols), ("paths", options.paths)):
        for place in places:
            if isinstance(place, SymbolSelector):
                symbols = subjects.symbols.find(place)
                yield from (Unit(one.reference, one.path, one.definition.name, one.definition.line) for one in symbols)
                if report and not symbols:
                    subjects.no_symbol(key, place)
            else:
                paths = sorted(place.paths_in(subjects.table))
                yield from (Unit(path, path, "", 1) for path in paths)
                if report and not paths:
                    subjects.nothing_matches(key, place)


def _compare(
    subjects: Subjects, unit: Unit, answer: Answer, known: Mapping[str, Sequence[Confirmation]], section: str
) -> None:
    """Report a unit that is not as it was confirmed."""
    confirm = _command(section)
    before = known.get(unit.reference, ())
    if answer.value and any(unit_subject(unit.reference, answer.value) == one.subject for one in before):
        return
    if not answer.value:
        why = answer.failed or "it has no such definition"
        message = f"{called(unit.reference)} could not be compared with what was confirmed: {why}."
        fix, rule = f"Bind the section to something smaller, and {confirm}.", "not-compared"
    elif before:
        last = max(before, key=lambda one: one.when)
        message = f"{called(unit.reference)} has changed since {shown(last.said)} confirmed this section."
        fix, rule = f"Read the section beside the code. If it is still true, {confirm}; else mend it first.", "changed"
    else:
        message = f"{called(unit.reference)} is described here, and nobody has confirmed that."
        fix, rule = f"Read the section beside the code, then {confirm}.", "unconfirmed"
    subjects.report(Subject("symbol", unit.name, unit.reference, unit.path, unit.line), message, fix, rule)
