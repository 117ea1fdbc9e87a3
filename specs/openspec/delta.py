"""The delta of a change on one capability: what it adds, modifies, removes and renames, read as OpenSpec reads it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from specs.openspec.blocks import REQUIREMENT, SECTION, Block, blocks_in, fold, purpose_of
from specs.problem import Problem
from specs.requirements.source import Source, Span, read_source

OPERATIONS = ("ADDED", "MODIFIED", "REMOVED", "RENAMED")

_SECTION = re.compile(r"(ADDED|MODIFIED|REMOVED|RENAMED)\s+Requirements$", re.IGNORECASE)
_BULLET = re.compile(r"\s*-\s*`?###\s*Requirement:\s*(.+?)`?\s*$")
_FROM = re.compile(r"\s*-?\s*FROM:\s*`?###\s*Requirement:\s*(.+?)`?\s*$")
_TO = re.compile(r"\s*-?\s*TO:\s*`?###\s*Requirement:\s*(.+?)`?\s*$")
_BARE = re.compile(r"###\s+(.+?)\s*$")


@dataclass(frozen=True, slots=True)
class Removal:
    """A requirement to take out, by its name."""

    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Rename:
    """A requirement to call otherwise."""

    source: str
    target: str
    line: int


@dataclass(frozen=True, slots=True)
class Delta:
    """What one delta file says. `problems` are those of its own form; `sections` the operations that have a header."""

    added: tuple[Block, ...]
    modified: tuple[Block, ...]
    removed: tuple[Removal, ...]
    renamed: tuple[Rename, ...]
    purpose: str
    sections: frozenset[str]
    problems: tuple[Problem, ...]

    @property
    def empty(self) -> bool:
        """Say whether it changes nothing."""
        return not (self.added or self.modified or self.removed or self.renamed)

    def touched(self) -> tuple[tuple[str, str, int], ...]:
        """Give each operation with the name it is about (of a rename: both) and its line."""
        return (
            *((("RENAMED", one.source, one.line)) for one in self.renamed),
            *((("RENAMED", one.target, one.line)) for one in self.renamed),
            *((("REMOVED", one.name, one.line)) for one in self.removed),
            *((("MODIFIED", one.name, one.line)) for one in self.modified),
            *((("ADDED", one.name, one.line)) for one in self.added),
        )


def read_delta(text: str) -> Delta:
    """Read a delta. A header that stands twice counts twice, though OpenSpec reads only one of them; that is said."""
    source = read_source(text, comments=False)
    problems: list[Problem] = []
    bodies: dict[str, list[Span]] = {}
    for operation, head, body in _sections(source):
        if operation in bodies:
            message = f"There is a second ## {operation} Requirements; OpenSpec reads only one of them."
            hint = "Put the blocks under one header."
            problems.append(Problem("openspec-section-twice", message, head + 1, 1, hint, "warning"))
        bodies.setdefault(operation, []).append(body)
        if operation in {"ADDED", "MODIFIED"}:
            problems += _skipped(source, operation, body)
    delta = Delta(
        added=_all_blocks(source, bodies.get("ADDED", ())),
        modified=_all_blocks(source, bodies.get("MODIFIED", ())),
        removed=tuple(one for body in bodies.get("REMOVED", ()) for one in _removals(source, body)),
        renamed=tuple(one for body in bodies.get("RENAMED", ()) for one in _renames(source, body, problems)),
        purpose=purpose_of(text),
        sections=frozenset(bodies),
        problems=(),
    )
    problems += [*_empty(delta), *_twice(delta), *_contradictions(delta)]
    return replace(delta, problems=tuple(sorted(problems, key=lambda one: one.line)))


def is_delta(text: str) -> bool:
    """Say whether a text has a header of a delta."""
    return any(True for _ in _sections(read_source(text, comments=False)))


def _sections(source: Source) -> Iterator[tuple[str, int, Span]]:
    """Give each operation's section: the operation, its header's index, its body."""
    heads = []
    for index, line in enumerate(source.lines):
        found = None if line.hidden else SECTION.match(line.text)
        if found:
            heads.append((index, found[1]))
    ends = [index for index, _ in heads[1:]] + [len(source.lines)]
    for (index, title), last in zip(heads, ends, strict=bool(heads)):
        known = _SECTION.match(title)
        if known:
            yield known[1].upper(), index, Span(index + 1, last)


def _all_blocks(source: Source, bodies: Sequence[Span]) -> tuple[Block, ...]:
    return tuple(block for body in bodies for block in blocks_in(source, body))


def _removals(source: Source, body: Span) -> Iterator[Removal]:
    for line in source.lines[body.first : body.last]:
        found = None if line.hidden else REQUIREMENT.match(line.text) or _BULLET.match(line.text)
        if found:
            yield Removal(found[1].strip(), line.number)


def _renames(source: Source, body: Span, problems: list[Problem]) -> Iterator[Rename]:
    before, at = "", 0
    hint = "Write `- FROM:` and below it `- TO:`, each with the whole header."
    for line in source.lines[body.first : body.last]:
        if line.hidden:
            continue
        if found := _FROM.match(line.text):
            if before:
                problems.append(Problem("openspec-rename", f"FROM {before!r} has no TO.", at, 1, hint))
            before, at = found[1].strip(), line.number
        elif found := _TO.match(line.text):
            if before:
                yield Rename(before, found[1].strip(), at)
            else:
                problems.append(Problem("openspec-rename", "This TO has no FROM above it.", line.number, 1, hint))
            before = ""
    if before:
        problems.append(Problem("openspec-rename", f"FROM {before!r} has no TO.", at, 1, hint))


def _skipped(source: Source, operation: str, body: Span) -> Iterator[Problem]:
    for line in source.lines[body.first : body.last]:
        found = None if line.hidden else _BARE.match(line.text)
        if found and not REQUIREMENT.match(line.text):
            title = found[1]
            message = f"### {title} under {operation} is no requirement: it goes with the one above it, or nowhere."
            hint = f"Write ### Requirement: {title} if it is meant as one."
            yield Problem("openspec-skipped-header", message, line.number, 1, hint, "info")


def _empty(delta: Delta) -> Iterator[Problem]:
    if not delta.sections:
        hint = "Add ## ADDED, MODIFIED, REMOVED or RENAMED Requirements, or move notes outside specs/."
        yield Problem("openspec-no-delta", "This delta has no section that says what changes.", 1, 1, hint)
    elif delta.empty:
        named = ", ".join(f"## {name} Requirements" for name in OPERATIONS if name in delta.sections)
        hint = "Write at least one ### Requirement: block there (REMOVED also takes a list)."
        yield Problem("openspec-empty-section", f"Nothing could be read under {named}.", 1, 1, hint)


def _twice(delta: Delta) -> Iterator[Problem]:
    lists: tuple[tuple[str, list[tuple[str, int]]], ...] = (
        ("ADDED", [(one.name, one.line) for one in delta.added]),
        ("MODIFIED", [(one.name, one.line) for one in delta.modified]),
        ("REMOVED", [(one.name, one.line) for one in delta.removed]),
        ("RENAMED FROM", [(one.source, one.line) for one in delta.renamed]),
        ("RENAMED TO", [(one.target, one.line) for one in delta.renamed]),
    )
    for where, names in lists:
        seen: dict[str, int] = {}
        for name, line in names:
            if name in seen:
                message = f"{name!r} stands twice in {where}, first on line {seen[name]}."
                yield Problem("openspec-duplicate", message, line, 1, "Keep one of them.")
            seen.setdefault(name, line)


def _contradictions(delta: Delta) -> Iterator[Problem]:
    added = {one.name: one.line for one in delta.added}
    modified = {one.name: one.line for one in delta.modified}
    removed = {one.name: one.line for one in delta.removed}
    pairs = (("MODIFIED", modified, "REMOVED", removed), ("MODIFIED", modified, "ADDED", added))
    for one, names, other, others in (*pairs, ("ADDED", added, "REMOVED", removed)):
        for name in names.keys() & others.keys():
            message = f"{name!r} is in {one} and in {other}."
            yield Problem("openspec-contradiction", message, names[name], 1, "Decide for one of them.")
    folded = {fold(name): name for name in removed}
    for rename in delta.renamed:
        if fold(rename.source) in folded:
            message = f"{rename.source!r} is renamed and removed ({folded[fold(rename.source)]!r})."
            yield Problem("openspec-contradiction", message, rename.line, 1, "Decide for one of them.")
        if rename.source in modified:
            message = f"MODIFIED names {rename.source!r}, which this delta renames."
            hint = f"Use the new header there: ### Requirement: {rename.target}"
            yield Problem("openspec-old-name", message, modified[rename.source], 1, hint)
        if rename.target in added:
            message = f"{rename.target!r} is a new name in RENAMED, and is in ADDED."
            yield Problem("openspec-contradiction", message, rename.line, 1, "Decide for one of them.")
