"""What others call looks exactly as written here.

What it checks
    `symbol` names a definition (`payments.gateway:Gateway`, `src/gateway.ts#Gateway`) or a module (`payments.api`).
    With `signature`, the definition has exactly this signature (a list, where it is overloaded). With `members`, a
    class has exactly these public members, a module exactly these public names, its own and those it passes on. Each
    member is a name alone or a whole signature; `members` is a list, or a text with one member a line.
    `exact: false` allows more. White space, line breaks, trailing commas and a colon or brace at the end mean nothing.
    What a class inherits is not counted, and members that a language prescribes (`__init__`, `constructor`) only
    where they are named.

Why
    A surface that others build on changes only when somebody decides so, and the decision is read where it is written.

Example
    ```yaml invariant
    id: gateway
    kind: interface
    symbol: payments.gateway:Gateway
    members: |
      def charge(self, amount: Money, card: Card) -> Receipt
      def refund(self, receipt: Receipt) -> None
    why: Three teams and the mobile app call it.
    ```

Breaks when
    `refund` takes another argument, a public `void` is added, `charge` is gone, or the class itself is. Each is one
    finding, with what is written and what the code has.

How to fix
    If the change is wanted, tell those who call it and write the new signature here, in the same step. Otherwise bring
    the old one back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from drift.facts import Tier
from drift.invariants import Invariant, Outcome, World
from drift.options import OptionReader
from drift.selection.select import Selector, called
from drift.selection.surfaces import is_bare, is_prescribed, members_of, named_in, normal, surface_of
from drift.selection.symbols import Symbol, SymbolSelector, reference_head
from drift.strictness import ON_BY_DEFAULT, Tightens
from drift.subjects import Place, Subject, Subjects, read_places, subject_exceptions
from specs.document import InvariantBlock
from specs.problem import Problem
from specs.suggest import did_you_mean

LONGEST = 300
WRITE = "Write `signature: 'def charge(amount: Money) -> Receipt'` or `members: [charge, refund]`."
DECIDE = "If this is wanted, change the spec in the same step; otherwise bring it back."


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the kind, read."""

    symbol: Place | None
    signatures: tuple[str, ...]
    members: tuple[str, ...]
    exact: bool


def read(block: InvariantBlock) -> tuple[Options, tuple[Problem, ...]]:
    """Read the options of a block and say what is wrong with them."""
    reader = OptionReader(block, subject_exceptions(block))
    places = read_places(reader, "symbol", required=True)
    if places[1:]:
        reader.say("too-many", "`symbol` names more than one.", "symbol", "Write one invariant for each.")
    if any("*" in place.text for place in places):
        reader.say("bad-symbol", "`symbol` is a glob; an interface is one thing's.", "symbol", "Name one symbol.")
    signatures = reader.texts("signature", hint=WRITE)
    members = [line.strip() for text in reader.texts("members", least=0, hint=WRITE) for line in text.splitlines()]
    if not {"signature", "members"} & block.options.keys():
        reader.say("missing-option", "Neither `signature` nor `members` is there.", "signature", WRITE)
    elif signatures and places and isinstance(places[0], Selector):
        reader.say("wrong-type", f"`{places[0].text}` is a module, which has no signature.", "signature", WRITE)
    exact = reader.flag("exact", default=True)
    place = places[0] if places else None
    return Options(place, signatures, tuple(line for line in members if line), exact), reader.done()


class Interface:
    """See the module's docstring."""

    name = "interface"
    tightens: ClassVar[Mapping[str, Tightens]] = {"exact": ON_BY_DEFAULT}

    def tier(self, block: InvariantBlock) -> Tier:  # noqa: ARG002 - the same for all blocks
        """Definitions are looked at."""
        return Tier.DEFINITIONS

    def validate(self, block: InvariantBlock) -> Sequence[Problem]:
        """Check the options of the block."""
        return read(block)[1]

    def evaluate(self, invariant: Invariant, world: World) -> Outcome:
        """Compare what is written with what the code has."""
        options, _ = read(invariant.block)
        subjects = Subjects(invariant, world)
        if isinstance(options.symbol, SymbolSelector):
            found = subjects.symbols.find(options.symbol)
            subjects.governed |= {one.path for one in found}
            if not found:
                _gone(subjects, options.symbol)
            elif options.signatures:
                _signature(subjects, found, options.signatures, found[0].reference)
            if found and "members" in invariant.block.options:
                owner = found[0]
                place = Subject("class", owner.name, owner.reference, owner.path, owner.definition.line, owner)
                _members(subjects, place, f"{owner.reference}.", members_of(subjects.symbols, owner), options)
        elif options.symbol is not None:
            _module(subjects, world, options.symbol, options)
        return subjects.outcome()


def _gone(subjects: Subjects, symbol: SymbolSelector) -> None:
    hint = subjects.symbols.closest(symbol)
    message = f"{called(symbol.text)} is not there."
    missing = Subject("symbol", symbol.text, symbol.text, "", 1)
    line = subjects.line_of("symbol", symbol.text)
    subjects.report(missing, message, f"{hint} {DECIDE}".strip(), "gone", line=line)


def _module(subjects: Subjects, world: World, selector: Selector, options: Options) -> None:
    alone = Selector(selector.text, selector.pattern, alone=True, forms=selector.forms)
    paths = sorted(alone.paths_in(subjects.table))
    subjects.governed |= set(paths)
    if not paths:
        subjects.nothing_matches("symbol", selector)
        return
    name = world.index.module_of.get(paths[0], "")
    place = Subject("module", name, name or paths[0], paths[0], 1)
    surface = surface_of(subjects.symbols, world.index, paths)
    _members(subjects, place, reference_head(name, paths[0]), surface, options)


def _signature(subjects: Subjects, found: Sequence[Symbol], wanted: Sequence[str], reference: str) -> None:
    """Compare the signatures of one symbol, in whatever order they stand."""
    actual = sorted({normal(one.definition.signature) for one in found})
    if actual == sorted({normal(text) for text in wanted}):
        return
    first = found[0]
    place = Subject(first.definition.kind, first.name, reference, first.path, first.definition.line, first)
    message = f"{called(reference)} is `{_cut(found)}`, not `{_joined(wanted)}` as written."
    subjects.report(place, message, DECIDE, "signature")


def _members(
    subjects: Subjects, place: Subject, head: str, members: Mapping[str, Sequence[Symbol]], options: Options
) -> None:
    """Compare a surface with the entries that are written for it."""
    written: dict[str, list[str]] = {}
    for entry in options.members:
        same = [
            name
            for name, behind in members.items()
            if not is_bare(entry) and normal(entry) in {normal(one.definition.signature) for one in behind}
        ]
        for name in same or [entry if is_bare(entry) else named_in(entry, members) or entry]:
            written.setdefault(name, []).append(entry)
    for name, entries in written.items():
        full = [entry for entry in entries if not is_bare(entry)]
        if name not in members:
            hint = did_you_mean(name, members) if is_bare(name) else ""
            reference = f"{head}{name}" if is_bare(name) else f"{head.rstrip('.:#')} {' '.join(name.split())}"
            message = f"{called(place.reference)} has no public member `{_cut_text(name)}`, which is written here."
            missing = Subject("member", name, reference, place.path, place.line)
            subjects.report(missing, message, f"{hint} {DECIDE}".strip(), "missing")
        elif full and members[name]:
            _signature(subjects, members[name], full, f"{head}{name}")
    for name in sorted(members.keys() - written.keys()) if options.exact else ():
        if not is_prescribed(name):
            behind = members[name]
            path, line = (behind[0].path, behind[0].definition.line) if behind else (place.path, place.line)
            message = f"{called(head + name)} is public, and not written here."
            fix = "Write it into `members` if others may use it; otherwise make it private."
            subjects.report(Subject("member", name, f"{head}{name}", path, line), message, fix, "added")


def _cut(found: Sequence[Symbol]) -> str:
    return _joined([one.definition.signature for one in found])


def _joined(signatures: Sequence[str]) -> str:
    return _cut_text("` and `".join(" ".join(text.split()) for text in signatures))


def _cut_text(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
