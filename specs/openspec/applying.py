"""Applies the delta of a change to a current spec: OpenSpec's order and rules, but nothing that others wrote is lost.

OpenSpec replaces a block by the one in the change, whatever happened to it since the change was written. Here the text
that the change began from (`Base`) decides: what only one side changed is taken from that side, what both changed is
merged part by part (statement, each scenario), and what cannot be merged is a conflict, and nothing is applied.

All but the changed blocks stays byte for byte. A renamed requirement keeps its place (OpenSpec moves it to the end).
"""

import re
from dataclasses import dataclass, replace

from specs.openspec.blocks import Block, Spec, fold, normal, read_spec, scenarios_of
from specs.openspec.delta import Delta, Removal, Rename
from specs.openspec.outcome import Applied, Base, DeltaConflict, Heading, Operation, Outcome, Step
from specs.openspec.parts import PartConflict, merge_block
from specs.problem import Problem
from specs.requirements.editing import fitted, line_end

_BLANK_LINES = re.compile(r"(?:[ \t]*(?:\r\n|\r|\n))*")
_LAST_BLANKS = re.compile(r"(?:\r\n|\r|\n)[ \t\r\n]*\Z")


def apply_delta(
    current: str | None, delta: Delta, base: Base | None, *, heading: Heading, blind: bool = False
) -> Applied:
    """Apply a delta to the text of a spec (None: there is none yet); all of it or nothing.

    `base` None means that it is not known what the change began from: then a block that differs from the present one is
    a conflict, unless `blind` asks for OpenSpec's own way, where the change wins.
    """
    before = current or ""
    if any(problem.severity == "error" for problem in delta.problems):
        return Applied(before, (), delta.problems, ())
    problems = list(delta.problems)
    text, new = before, current is None
    if new:
        text = skeleton(heading, delta.purpose)
        problems += _not_for_new(delta)
    work = _Work(read_spec(text), new=new, base=base, blind=blind, problems=problems)
    work.run(delta)
    done = Applied(work.text(), tuple(work.steps), tuple(work.problems), tuple(work.conflicts), len(work.order))
    return done if done.clean else replace(done, text=before)


def skeleton(heading: Heading, purpose: str) -> str:
    """Write the head of a new spec as OpenSpec does."""
    body = purpose or f"TBD - created by archiving change {heading.change}. Update Purpose after archive."
    return f"# {heading.capability} Specification\n\n## Purpose\n{body}\n\n## Requirements\n"


def _not_for_new(delta: Delta) -> list[Problem]:
    problems = []
    for operation, name, line in delta.touched():
        if operation in {"MODIFIED", "RENAMED"}:
            hint = "Only ADDED requirements can begin a spec: check the capability's path."
            message = f"{operation} {name!r}: there is no current spec."
            problems.append(Problem("openspec-no-spec", message, line, 1, hint))
        elif operation == "REMOVED":
            message = f"REMOVED {name!r}: there is no current spec, so nothing to remove."
            problems.append(Problem("openspec-nothing-to-remove", message, line, 1, "Drop the entry.", "warning"))
    return problems


@dataclass
class _Slot:
    """A requirement on the way: what it is called and says now, and the block it came from (None: it is new).

    `whole`: the note that follows the block is part of `text`, since the delta writes one too.
    """

    name: str
    text: str
    origin: Block | None
    gone: bool = False
    whole: bool = False

    def take_note(self) -> None:
        """Count what follows under a heading of its own as part of the requirement, as OpenSpec does."""
        if self.origin is not None and not self.whole:
            self.text, self.whole = self.text + self.origin.note, True


class _Work:
    """Applies operations one after another; problems, conflicts and steps gather on the way."""

    def __init__(self, spec: Spec, *, new: bool, base: Base | None, blind: bool, problems: list[Problem]) -> None:
        self.spec, self.new, self.base, self.blind, self.problems = spec, new, base, blind, problems
        self.slots = [_Slot(block.name, block.text, block) for block in spec.blocks if block.canonical]
        self.added: list[_Slot] = []
        self.named: dict[str, list[_Slot]] = {}
        for slot in self.slots:
            self.named.setdefault(fold(slot.name), []).append(slot)
        self.steps: list[Step] = []
        self.conflicts: list[DeltaConflict] = []
        self.earlier: dict[str, list[str]] = {}

    @property
    def order(self) -> list[_Slot]:
        return [slot for slot in (*self.slots, *self.added) if not slot.gone]

    def find(self, name: str) -> _Slot | None:
        return next((slot for slot in self.named.get(fold(name), ()) if slot.name == name and not slot.gone), None)

    def near(self, name: str, *, but: str = "") -> str:
        """Find a name that differs in case or blanks alone."""
        names = (slot.name for slot in self.named.get(fold(name), ()) if not slot.gone)
        return next((one for one in names if one not in {name, but} and fold(one) == fold(name)), "")

    def call(self, slot: _Slot, name: str) -> None:
        """Give a requirement its name."""
        slot.name = name
        self.named.setdefault(fold(name), []).append(slot)

    def step(self, operation: Operation, name: str, outcome: Outcome) -> None:
        self.steps.append(Step(operation, name, outcome))

    def refuse(self, operation: Operation, name: str, line: int, why: tuple[str, str]) -> None:
        """Report why an operation cannot be done: the message and what to do."""
        message, hint = why
        code = f"openspec-{operation.lower()}"
        self.problems.append(Problem(code, f"{operation} {name!r}: {message}", line, 1, hint))
        self.step(operation, name, "refused")

    def clash(self, conflict: DeltaConflict) -> None:
        self.conflicts.append(conflict)
        self.step(conflict.operation, conflict.requirement, "conflict")

    def run(self, delta: Delta) -> None:
        for rename in delta.renamed:
            self.rename(rename)
        for removal in delta.removed:
            self.remove(removal)
        for block in delta.modified:
            self.modify(block)
        for block in delta.added:
            self.add(block)

    def rename(self, rename: Rename) -> None:
        source, target = rename.source, rename.target
        self.earlier[target] = [source, *self.earlier.get(source, [])]
        found, taken = self.find(source), self.find(target)
        if found and taken:
            hint = "Choose another name, or remove that requirement in this change."
            self.refuse("RENAMED", source, rename.line, (f"{target!r} is there already.", hint))
        elif found:
            header, _, rest = found.text.partition("\n")
            end = "\r" if header.endswith("\r") else ""
            self.call(found, target)
            found.text = f"### Requirement: {target}{end}" + ("\n" + rest if rest else "")
            self.step("RENAMED", source, "applied")
        elif near := self.near(source, but=target):
            self.refuse("RENAMED", source, rename.line, (f"not found, but {near!r} is there.", "Write that very name."))
        elif taken:
            self.step("RENAMED", source, "already")
        else:
            self.missing("RENAMED", source, rename.line, "")

    def missing(self, operation: Operation, name: str, line: int, theirs: str) -> None:
        """Judge an operation on a requirement that is not there: a conflict if it was there when the change began."""
        was = self.base.block(name, *self.earlier.get(name, ())) if self.base else None
        if was is None:
            hint = "Check the name; a requirement that is new belongs under ADDED."
            self.refuse(operation, name, line, ("there is no such requirement.", hint))
            return
        now = next((slot.name for slot in self.order if _body(slot.text) == _body(was.text)), "")
        reason = f"it was renamed to {now!r} since" if now else "it was removed since"
        self.clash(DeltaConflict(operation, name, "", reason, was.text, "", theirs, line))

    def remove(self, removal: Removal) -> None:
        found = self.find(removal.name)
        if found is None:
            near = self.near(removal.name)
            if near:
                why = (f"not found, but {near!r} is there.", "Write that very name.")
                self.refuse("REMOVED", removal.name, removal.line, why)
                return
            if not self.new:
                message = f"REMOVED {removal.name!r}: it is gone already."
                hint = "Drop the entry, or check the name."
                self.problems.append(Problem("openspec-removed", message, removal.line, 1, hint, "warning"))
            self.step("REMOVED", removal.name, "already")
            return
        was = self.base.block(removal.name) if self.base else None
        if self.blind or (was is not None and normal(was.text) == normal(found.text)):
            found.gone = True
            if found.origin and found.origin.note:
                hint = "Remove it as well if it speaks of that requirement alone."
                message = f"REMOVED {removal.name!r}: what follows it under a heading of its own stays."
                self.problems.append(Problem("openspec-note-stays", message, removal.line, 1, hint, "warning"))
            self.step("REMOVED", removal.name, "applied")
            return
        reason = "it was changed since" if was else self.unknown("it came only since")
        base = was.text if was else ""
        self.clash(DeltaConflict("REMOVED", removal.name, "", reason, base, found.text, "", removal.line))

    def unknown(self, otherwise: str) -> str:
        return otherwise if self.base else "it is not known what the change began from"

    def modify(self, block: Block) -> None:
        found = self.find(block.name)
        if found is None:
            near = self.near(block.name)
            if near:
                why = (f"not found, but {near!r} is there.", "Write that very name.")
                self.refuse("MODIFIED", block.name, block.line, why)
            else:
                self.missing("MODIFIED", block.name, block.line, block.text)
            return
        if block.note:
            found.take_note()
        self.settle(block, found)

    def settle(self, block: Block, found: _Slot) -> None:
        """Put a modified block in the place of the one that is there, or merge the two."""
        ours, theirs = normal(found.text), normal(block.whole)
        if ours == theirs:
            self.step("MODIFIED", block.name, "already")
            return
        base = self.begun(block)
        if self.drops(block, found.text, base):
            return
        if self.blind or base == ours:
            self.take(block, found)
        elif base == theirs:
            self.step("MODIFIED", block.name, "already")
        elif base is None:
            reason = self.unknown("it came only since, and says something else")
            self.clash(DeltaConflict("MODIFIED", block.name, "", reason, "", ours, theirs, block.line, (theirs,)))
        else:
            self.merge(block, found, base)

    def take(self, block: Block, found: _Slot) -> None:
        """Take a block that nobody else seems to have touched, unless it brings back what was replaced."""
        ours, theirs = normal(found.text), normal(block.whole)
        known = self.base if not self.blind else None
        old = known.undone(ours, theirs, block.name, *self.earlier.get(block.name, ())) if known else ""
        if old:
            reason = "it brings back words that were replaced: it may have been written before that"
            conflict = DeltaConflict("MODIFIED", block.name, "", reason, old, ours, theirs, block.line, (theirs, ours))
            self.clash(conflict)
            return
        found.text = block.whole
        self.step("MODIFIED", block.name, "applied")

    def begun(self, block: Block) -> str | None:
        """Give the requirement as it was when the change began, under the name it has now; None if there was none."""
        was = self.base.block(block.name, *self.earlier.get(block.name, ())) if self.base else None
        if was is None:
            return None
        return normal(f"### Requirement: {block.name}\n" + _body(was.whole if block.note else was.text))

    def merge(self, block: Block, found: _Slot, base: str) -> None:
        merged = merge_block(base, normal(found.text), normal(block.whole))
        for one in merged.conflicts:
            self.conflicts.append(_conflict(block, one))
        if merged.conflicts:
            self.step("MODIFIED", block.name, "conflict")
            return
        self.step("MODIFIED", block.name, "already" if merged.text == normal(found.text) else "merged")
        found.text = merged.text

    def drops(self, block: Block, current: str, base: str | None) -> bool:
        """Refuse a block that leaves out scenarios which the spec has, as OpenSpec does; those that came since stay."""
        lacking = missing_scenarios(current if base is None else base, block.text)
        present = [one.name for one in scenarios_of(current)]
        lacking = [name for name in lacking if name in present]
        if lacking:
            names = ", ".join(repr(name) for name in lacking)
            hint = "Copy them into the block: MODIFIED replaces all of it. What is meant to go, REMOVE and ADD anew."
            self.refuse("MODIFIED", block.name, block.line, (f"it leaves out the scenarios {names}.", hint))
        return bool(lacking)

    def add(self, block: Block) -> None:
        found = self.find(block.name)
        if found is None:
            near = self.near(block.name)
            if near:
                message = f"ADDED {block.name!r}: {near!r} is there, spelt alike."
                hint = "Choose a name that differs in more than case and blanks, or modify that one."
                self.problems.append(Problem("openspec-added", message, block.line, 1, hint, "warning"))
            slot = _Slot(block.name, block.whole, None)
            self.added.append(slot)
            self.call(slot, block.name)
            self.step("ADDED", block.name, "applied")
        elif normal(block.whole) in {normal(found.text), normal(found.origin.whole if found.origin else "")}:
            self.step("ADDED", block.name, "already")
        else:
            was = self.base.block(block.name) if self.base else None
            if self.base and was is None:
                reason = "another change added one of this name since"
                conflict = DeltaConflict("ADDED", block.name, "", reason, "", found.text, block.text, block.line)
                self.clash(conflict)
            else:
                hint = "Put it under MODIFIED, with all that the requirement says."
                self.refuse("ADDED", block.name, block.line, ("there is such a requirement already.", hint))

    def text(self) -> str:
        """Put the spec together again: only slots that changed are written anew."""
        source = self.spec.source
        whole, end = source.text, line_end(source.text)
        parts: list[str] = []
        at = 0
        for slot in self.slots:
            block = slot.origin
            if block is None:
                continue
            parts.append(whole[at : block.start])
            at = block.end + (len(block.note) if slot.whole else 0)
            old = whole[block.start : at]
            if slot.gone:
                at += len(_BLANK_LINES.match(whole[at:])[0])  # type: ignore[index]  # (it matches nothing, too)
            else:
                parts.append(old if normal(slot.text) == normal(old) else fitted(normal(slot.text) + "\n", old))
        if self.added:
            section = self.spec.section
            stop = source.end(section) if section else len(whole)
            return self.append("".join(parts) + whole[at:stop], whole[stop:], end)
        if at == len(whole) and self.slots and self.slots[-1].gone:
            return _LAST_BLANKS.sub(end, "".join(parts))
        return "".join(parts) + whole[at:]

    def append(self, done: str, rest: str, end: str) -> str:
        """Write new requirements at the end of `## Requirements`, which is made where there is none."""
        pieces = [_LAST_BLANKS.sub("", done)]
        if self.spec.section is None:
            pieces.append("## Requirements")
        pieces += [normal(slot.text).replace("\n", end) for slot in self.added]
        text = (end * 2).join(piece for piece in pieces if piece) + end
        return text + end + rest if rest else text


def missing_scenarios(current: str, incoming: str) -> list[str]:
    """Name the scenarios that one block has and another lacks, each as often as it is lacking."""
    left: dict[str, int] = {}
    for one in scenarios_of(incoming):
        left[one.name] = left.get(one.name, 0) + 1
    lacking = []
    for one in scenarios_of(current):
        if left.get(one.name, 0):
            left[one.name] -= 1
        else:
            lacking.append(one.name)
    return lacking


def _conflict(block: Block, one: PartConflict) -> DeltaConflict:
    part = "the scenario" if one.scenario else "the statement"
    reason = f"{part} was changed since, in another way ({one.reason})"
    return DeltaConflict(
        "MODIFIED", block.name, one.scenario, reason, one.base, one.ours, one.theirs, block.line, one.suggestions
    )


def _body(block: str) -> str:
    """Give a block without its header."""
    return normal(block).partition("\n")[2]
