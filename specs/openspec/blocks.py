r"""The blocks of an OpenSpec spec, with their places in the source: `### Requirement:` under `## Requirements`.

As in OpenSpec, a line is structure when it stands in no fence; a comment hides nothing. A block as *applying* sees it
runs to the next `### Requirement:` or `##`; as an *author* sees it, it ends already at any other heading up to `###`,
which is a note of its own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from specs.requirements.source import Source, Span, read_source

REQUIREMENT = re.compile(r"###\s*Requirement:\s*(.+?)\s*$", re.IGNORECASE)
SCENARIO = re.compile(r"####\s+")
SECTION = re.compile(r"##\s+(.+?)\s*$")
REQUIREMENTS = re.compile(r"##\s+Requirements\s*$", re.IGNORECASE)
KEYWORD = re.compile(r"\b(?:SHALL|MUST)\b")

_BARE = re.compile(r"###\s+(.+?)\s*$")
_HEADER = re.compile(r"#{1,6}\s")
_NOTE = re.compile(r" {0,3}#{1,3}(?:[ \t]|$)")
_METADATA = re.compile(r"\*\*([^*]+)\*\*:\s*(.*)")
_BOLD_COLON = re.compile(r"\*\*([^*]+):\*\*\s*(.*)")
_PREFIX = re.compile(r"Scenario:\s*", re.IGNORECASE)
_CLOSING = re.compile(r"[ \t]+#+[ \t]*$")


@dataclass(frozen=True, slots=True)
class Block:
    """A requirement as written. `text` is its source without trailing blank lines.

    `note` is what follows in it that begins with a heading of its own: part of the block to OpenSpec ("": nothing).
    """

    name: str
    line: int
    start: int
    end: int
    text: str
    note: str = ""
    canonical: bool = True

    @property
    def whole(self) -> str:
        """Give the block as OpenSpec cuts it, the note included."""
        return self.text + self.note


@dataclass(frozen=True, slots=True)
class Scenario:
    """A `####` part of a requirement; `start` counts from the requirement's own text."""

    name: str
    line: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Spec:
    """A spec cut up. `section` is the body of `## Requirements` (None: there is none); lines count from 0 in spans."""

    source: Source
    section: Span | None
    blocks: tuple[Block, ...]
    outside: tuple[Block, ...] = ()


def read_spec(text: str) -> Spec:
    """Cut a current spec into its blocks; those outside `## Requirements` are kept apart, as OpenSpec sees none."""
    source = read_source(text, comments=False)
    lines = source.lines
    header = next((i for i, line in enumerate(lines) if not line.hidden and REQUIREMENTS.match(line.text)), None)
    if header is None:
        return Spec(source, None, (), tuple(_blocks(source, Span(0, len(lines)))))
    last = next((i for i in range(header + 1, len(lines)) if is_section(source, i)), len(lines))
    section = Span(header + 1, last)
    inside = tuple(_blocks(source, section)) or tuple(_blocks(source, section, _BARE))
    outside = (*_blocks(source, Span(0, header)), *_blocks(source, Span(last, len(lines))))
    return Spec(source, section, inside, outside)


def is_section(source: Source, index: int) -> bool:
    """Say whether a line is a `##` header."""
    return not source.lines[index].hidden and SECTION.match(source.lines[index].text) is not None


def blocks_in(source: Source, span: Span) -> tuple[Block, ...]:
    """Give the `### Requirement:` blocks within some lines."""
    return tuple(_blocks(source, span))


def scenarios_of(block: str) -> tuple[Scenario, ...]:
    """Cut the scenarios out of a requirement's text: any `####` header, up to the next."""
    source = read_source(block, comments=False)
    heads = [i for i, line in enumerate(source.lines) if not line.hidden and SCENARIO.match(line.text)]
    ends = [*heads[1:], len(source.lines)]
    found = []
    for head, last in zip(heads, ends, strict=bool(heads)):
        span = source.trimmed(Span(head, last))
        name = scenario_name(source.lines[head].text)
        found.append(Scenario(name, head, source.start(span), source.end(span), source.slice(span)))
    return tuple(found)


def scenario_name(header: str) -> str:
    """Give the name in a `####` header: without closing marks and without the word Scenario."""
    return _PREFIX.sub("", _CLOSING.sub("", SCENARIO.sub("", header, count=1)), count=1).strip()


def statement(block: str) -> tuple[str, dict[str, str]]:
    """Give what a requirement says before its first inner header, and its metadata.

    Lines like `**Key**: value` are metadata, unless there is nothing else: then they are what it says.
    """
    lines = read_source(block, comments=False).lines[1:]
    said: list[str] = []
    metadata: dict[str, str] = {}
    marked: list[str] = []
    for line in lines:
        if line.hidden:
            continue
        if _HEADER.match(line.text):
            break
        plain = line.text.strip()
        found = _METADATA.match(plain) or _BOLD_COLON.match(plain)
        if found:
            metadata[found[1].strip()] = found[2].strip()
        if _METADATA.match(plain):
            marked.append(plain)
        elif plain:
            said.append(plain)
    return "\n".join(said or marked), metadata


def fold(name: str) -> str:
    """Fold a name as OpenSpec does to find near misses: case and runs of blanks count for nothing."""
    return " ".join(name.split()).lower()


def normal(text: str) -> str:
    r"""Give a block as OpenSpec compares it: line ends as \n, blank edges off."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def purpose_of(text: str) -> str:
    """Give the body of `## Purpose` where it says anything outside fences and comments, else ""."""
    shown, structure = read_source(text, comments=False), read_source(text)
    head = next(
        (
            i
            for i, line in enumerate(structure.lines)
            if not line.hidden and re.match(r"##\s+Purpose\s*$", line.text, re.IGNORECASE)
        ),
        None,
    )
    if head is None:
        return ""
    last = next((i for i in range(head + 1, len(structure.lines)) if is_section(structure, i)), len(structure.lines))
    says = any(not structure.lines[i].hidden and structure.lines[i].text.strip() for i in range(head + 1, last))
    return normal(shown.slice(Span(head + 1, last))) if says else ""


def _blocks(source: Source, span: Span, header: re.Pattern[str] = REQUIREMENT) -> Iterator[Block]:
    lines = source.lines
    heads = [i for i in range(span.first, span.last) if not lines[i].hidden and header.match(lines[i].text)]
    for place, head in enumerate(heads):
        found = header.match(lines[head].text)
        bound = heads[place + 1] if place + 1 < len(heads) else span.last
        last = next((i for i in range(head + 1, bound) if is_section(source, i)), bound)
        whole = source.trimmed(Span(head, last))
        cut = next((i for i in range(head + 1, whole.last) if _NOTE.match(lines[i].text) and not lines[i].hidden), None)
        own = source.trimmed(Span(head, whole.last if cut is None else cut))
        start, end = source.start(own), source.end(own)
        yield Block(
            name=found[1] if found else "",
            line=head + 1,
            start=start,
            end=end,
            text=source.text[start:end],
            note=source.text[end : source.end(whole)],
            canonical=header is REQUIREMENT,
        )
