"""Kiro's specs: `.kiro/specs/<name>/requirements.md` and `bugfix.md`, and the properties in `design.md`.

Keys are positions: requirement `2`, criterion `2.3`. What is inserted moves them: `rekey` keeps them by what is said.
"""

import re
from collections.abc import Iterator

from specs.document import Document
from specs.requirements.collecting import Collector, Draft, PartDraft, plain
from specs.requirements.lists import items
from specs.requirements.source import Source, Span
from specs.requirements.values import Reading

REQUIREMENT = 3

_PLACE = re.compile(r"(?:^|.*/)\.kiro/specs/([^/]+)/(requirements|bugfix|design)\.md$")
_ELSEWHERE = re.compile(r"(?:^|.*/)([^/]+)/(requirements|bugfix|design)\.md$")
_FORM = re.compile(r"^# Requirements Document|^#{3,4} Acceptance Criteria|^#{2,3} Correctness Properties", re.MULTILINE)
_HEADING = re.compile(r"(?:[^\W\d]+\s*)?(\d+(?:\.\d+)*)(?!\w|\.\d)\W*(.*)")
_PROPERTY = re.compile(r"(?:Property|P)\s*(\d+)\W*(.*)", re.IGNORECASE)
_VALIDATES = re.compile(r"Validates:?[*\s]*(?:Requirements?)?[:*\s]*([\d., ]+)", re.IGNORECASE)
_OWN_NUMBER = re.compile(r"\*{0,2}(\d+\.\d+)\.?\*{0,2}:?\s+(\S.*)")
_LOOSE = re.compile(r"\s*(?:[-*]\s+)?\*{0,2}(\d+\.\d+)\.?\*{0,2}:?\s+(\S.*)")


class Kiro:
    """Reads requirements with their acceptance criteria, in any language: numbers are what counts."""

    name = "kiro"
    title = "Kiro spec"
    positional = True

    def recognises(self, path: str, text: str) -> bool:
        """Say whether it lies where Kiro keeps specs, or is called and headed as its files are."""
        return bool(_PLACE.match(path) or (_ELSEWHERE.match(path) and _FORM.search(text)))

    def read(self, path: str, document: Document) -> Reading:
        """Find numbered requirements and their criteria; of a design the correctness properties."""
        found = _ELSEWHERE.match(path)
        collector = Collector(document)
        design = found is not None and found[2] == "design"
        for one in _properties(collector.source) if design else _requirements(collector.source):
            collector.add(one)
        scope = found[1] if found else path.removesuffix(".md")
        return Reading(self.name, scope, tuple(collector.requirements), tuple(collector.problems))


def _requirements(source: Source) -> Iterator[Draft]:
    heads = ((index, _HEADING.match(source.lines[index].title)) for index in source.headings())
    numbered = [(index, found) for index, found in heads if found and source.lines[index].level == REQUIREMENT]
    if not numbered:
        yield from _loose(source)
    for index, found in numbered:
        span = source.section(index)
        parts = tuple(_criteria(source, span, found[1]))
        stop = parts[0].span.first if parts else span.last
        lines = [line for line in source.lines[index + 1 : stop] if not line.level and not line.hidden]
        said = "\n".join(line.text.strip() for line in lines if line.text.strip())
        yield Draft(found[1], found[2].strip(), span, said, parts, label=found[1])


def _criteria(source: Source, span: Span, number: str) -> Iterator[PartDraft]:
    """Give the items of the ordered lists below a requirement, numbered by position as a reader sees them."""
    place = 0
    for lines, own, text in items(source, span):
        written = _OWN_NUMBER.match(text)
        if own or written:
            place += 1
            label = written[1] if written else f"{number}.{place}"
            yield PartDraft(f"{number}.{place}", (written[2] if written else text)[:80], "criterion", lines, label)


def _loose(source: Source) -> Iterator[Draft]:
    """Read lines that carry their own number (`1.2 WHEN ...`), as a bugfix has them: each is a requirement."""
    for index, line in enumerate(source.lines):
        found = None if line.hidden or line.level else _LOOSE.match(line.text)
        if found:
            yield Draft(found[1], found[2][:80], Span(index, index + 1), found[2], label=found[1])


def _properties(source: Source) -> Iterator[Draft]:
    for index in source.headings():
        found = _PROPERTY.match(source.lines[index].title)
        if found and source.lines[index].level >= REQUIREMENT:
            span = source.section(index)
            said = plain(source, Span(index + 1, span.last))
            cites = _VALIDATES.search(said)
            metadata = {"validates": cites[1].strip(" .,")} if cites else {}
            label = f"Property {found[1]}"
            yield Draft(f"property-{found[1]}", found[2].strip(), span, said, metadata=metadata, label=label)
