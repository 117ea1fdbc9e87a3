"""The passages a spec is served in: a section with the details below it, as one piece. Pure.

A heading of the fourth level or deeper (a scenario of a requirement) belongs to the section above it: a rule without
its cases is half a rule. Where the whole is too long to be one piece, its details stand alone.
"""

import re

from specs.document import Document, Section
from specs.lines import split_lines
from specs.normative import normative_words
from specs.revision import text_digest
from specs.values import dataclass

DETAIL = 4
# What a dialect writes before the name of a requirement says nothing of its own.
KEYWORD = re.compile(r"^Requirement(?: \d+)?: *")
LONGEST = 8_000
PLACEHOLDER = re.compile(r"\W*(?:TBD|TODO|TBA|FIXME|to be (?:done|written|defined|added))\b[^\n]*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Unit:
    """A passage: the section it begins with, its own text (the heading aside), and the `anchors` of all within.

    `names` is the code it mentions, `invariants` those it states, `meaning` the text that stands for what it means.
    """

    anchor: str
    title: str
    line: int
    text: str
    anchors: tuple[str, ...]
    names: tuple[str, ...] = ()
    invariants: tuple[str, ...] = ()
    document: str = ""

    @property
    def normative(self) -> bool:
        """Say whether it binds: holds a word such as MUST."""
        return bool(normative_words(self.text))

    @property
    def meaning(self) -> str:
        """Give the text whose vector stands for it."""
        return f"{self.document}: {KEYWORD.sub('', self.title)}\n{self.text.strip()}"

    @property
    def digest(self) -> str:
        """Name its meaning by content."""
        return text_digest(self.meaning)


def says_nothing_yet(text: str) -> bool:
    """Say whether a text only holds the place of one that a tool or a person left to be written."""
    return PLACEHOLDER.match(text.strip()) is not None


def named(path: str, document: Document) -> str:
    """Give a spec's title; one that has no heading for the whole of it is called as its file, or its folder, is."""
    own = document.front_matter.title or next((one.title for one in document.sections[:1] if one.level == 1), "")
    plain = path.removesuffix(".md").removesuffix("/spec")
    return own or plain.rsplit("/", 1)[-1]


def units(document: Document) -> tuple[Unit, ...]:
    """Give the passages of a spec that hold any text, in order."""
    lines = split_lines(document.text)
    found: list[Unit] = []
    for group in _groups(document.sections, lines):
        text = _text(group, lines)
        if text.strip():
            found.append(_unit(document, group, text))
    return tuple(found)


def _groups(sections: tuple[Section, ...], lines: list[str]) -> list[list[Section]]:
    """Put each detail to the section before it that is none, unless the whole becomes too long."""
    groups: list[list[Section]] = []
    for section in sections:
        if section.level >= DETAIL and groups and groups[-1][0].level < DETAIL:
            groups[-1].append(section)
        else:
            groups.append([section])
    parted: list[list[Section]] = []
    for group in groups:
        short = len(group) == 1 or len(_text(group, lines)) <= LONGEST
        parted += [group] if short else [[section] for section in group]
    return parted


def _text(group: list[Section], lines: list[str]) -> str:
    """Give what stands under the first heading: its own text, and the others with their headings."""
    first = group[0]
    if len(group) == 1:
        return first.body
    return first.body + "".join(lines[group[1].line - 1 : group[-1].end_line])


def _unit(document: Document, group: list[Section], text: str) -> Unit:
    anchors = tuple(section.anchor for section in group)
    inside = frozenset(anchors)
    return Unit(
        anchor=anchors[0],
        title=group[0].title,
        line=group[0].line,
        text=text,
        anchors=anchors,
        names=tuple(sorted({one.text for one in document.mentions if one.anchor in inside})),
        invariants=tuple(one.id for one in document.invariants if one.anchor in inside),
        document=document.title,
    )
