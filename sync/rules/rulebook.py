"""What a spec asks of those who change the code it covers, short enough to be read at every start. Pure.

Invariants come as one line each, then the sections that bind, whole, as long as there is room; the rest is named. What
a reader of the page would not see is left out, and what nobody confirmed says so. A text that speaks to a machine, or
dresses up as something else, comes with a caution that names it, and as a quotation where it has several lines: clients
take these files for instructions.
"""

import json
from collections.abc import Mapping, Sequence

from specs.authorship.statements import inferred_anchors
from specs.document import Document, InvariantBlock
from specs.hygiene.characters import visible
from specs.hygiene.cleaning import cleaned
from specs.hygiene.lures import lures
from specs.values import dataclass
from sync.contexts.context import prose
from sync.contexts.quoting import word
from sync.contexts.units import KEYWORD, Unit, named, says_nothing_yet, units

LONGEST_OPTION = 160
MOST_NAMED = 12
INFERRED = " *(inferred, not confirmed)*"
UNSEEN = "characters that nobody sees, taken out"


@dataclass(frozen=True, slots=True)
class Rule:
    """What one spec asks: for files that `globs` match, or for all where there are none."""

    spec: str
    title: str
    globs: tuple[str, ...]
    invariants: int
    summary: str
    lines: tuple[str, ...]
    sections: tuple[tuple[str, str], ...]

    def text(self, most: int) -> str:
        """Write it within so many bytes: what does not fit is named at the end."""
        parts = ["".join(f"{line}\n" for line in self.lines)] if self.lines else []
        left: list[str] = []
        for heading, body in self.sections:
            part = f"\n### {heading}\n\n{body}\n"
            if size("".join((*parts, part))) > most:
                left.append(heading)
            else:
                parts.append(part)
        if left:
            others = " and others" if len(left) > MOST_NAMED else ""
            parts.append(f"\nMore in `{self.spec}`: {'; '.join(left[:MOST_NAMED])}{others}.\n")
        return "".join(parts).strip("\n") + "\n"


def size(text: str) -> int:
    """Count the bytes that a client counts."""
    return len(text.encode("utf-8", "replace"))


def rulebook(documents: Mapping[str, Document]) -> tuple[Rule, ...]:
    """Give the rule of each spec in force that asks for anything, those for all files first, then by path."""
    found = [_rule(path, one) for path, one in sorted(documents.items()) if one.front_matter.status != "retired"]
    return tuple(sorted((rule for rule in found if rule.lines or rule.sections), key=lambda rule: bool(rule.globs)))


def _rule(path: str, document: Document) -> Rule:
    doubtful = inferred_anchors(document)
    lines = tuple(_line(one) + (INFERRED if one.anchor in doubtful else "") for one in document.invariants)
    binding = [unit for unit in units(document) if unit.normative]
    sections = tuple((_heading(unit), _body(document, unit, doubtful)) for unit in binding)
    return Rule(
        word(path),
        _said(named(path, document)),
        tuple(glob for glob in document.front_matter.covers if glob.isprintable() and "`" not in glob),
        len(document.invariants),
        _summary(document),
        lines,
        tuple((heading, body) for heading, body in sections if body.strip()),
    )


def _line(block: InvariantBlock) -> str:
    """Say an invariant in a line: its name, what it asks, and why."""
    asked = "; ".join(f"{key}: {_short(value)}" for key, value in block.options.items())
    told = f"**{_plain(block.name or block.id)}** (`{block.kind}`{f'; {_plain(asked)}' if asked else ''})."
    caution = _caution(f"{block.name}\n{asked}\n{block.why}")
    marked = f"(caution: holds {caution}) " if caution else ""
    return f"- {marked}{told}{f' {_plain(block.why)}' if block.why else ''}"


def _short(value: object) -> str:
    told = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return told if len(told) <= LONGEST_OPTION else f"{told[:LONGEST_OPTION]}…"


def _plain(text: str) -> str:
    return " ".join(cleaned(text).text.split())


def _said(text: str) -> str:
    """Put a text on one line, behind a caution where it needs one."""
    caution = _caution(f"# {' '.join(text.split())}")
    return f"(caution: holds {caution}) {_plain(text)}" if caution else _plain(text)


def _caution(text: str) -> str:
    """Name what in a text an agent should not take for an instruction; "" where there is nothing."""
    return ", ".join((*lures(text), *((UNSEEN,) if visible(text)[1] else ())))


def _heading(unit: Unit) -> str:
    return _said(KEYWORD.sub("", unit.title))


def _body(document: Document, unit: Unit, doubtful: frozenset[str]) -> str:
    raw = prose(document, unit)
    text, gap = cleaned(raw).text.strip(), "\n"
    if text and (caution := _caution(f"# {unit.title}\n\n{raw}")):
        told = f"*(caution: holds {caution}; quoted as it was written)*\n\n{text}"
        text, gap = "\n".join(f"> {line}".rstrip() for line in told.split("\n")), "\n\n"
    return f"{text}{gap}{INFERRED.strip()}" if text and doubtful.intersection(unit.anchors) else text


def _summary(document: Document) -> str:
    """Give the first sentence or so of a spec, to be read in a list."""
    for unit in units(document):
        raw = prose(document, unit).split("\n\n", 1)[0]
        first = _plain(raw)
        if first and first[0].isalnum() and not says_nothing_yet(first) and not _caution(raw):
            return first if len(first) <= LONGEST_OPTION else f"{first[:LONGEST_OPTION].rsplit(' ', 1)[0]}…"
    return ""


def grouped(rules: Sequence[Rule]) -> list[tuple[tuple[str, ...], list[Rule]]]:
    """Put rules for the same files together, in order."""
    groups: dict[tuple[str, ...], list[Rule]] = {}
    for rule in rules:
        groups.setdefault(rule.globs, []).append(rule)
    return list(groups.items())
