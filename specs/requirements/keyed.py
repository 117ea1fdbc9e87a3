"""List items that carry a key: `- **FR-001**: text`, however the key is marked."""

import re
from collections.abc import Iterator

from specs.requirements.collecting import Draft
from specs.requirements.lists import ITEM
from specs.requirements.source import Source, Span

KEY = r"[A-Z][A-Z0-9]{0,15}(?:-[A-Z][A-Z0-9]{0,15}){0,3}-\d{1,6}[a-z]?"
_COLON = "[:\uff1a]"
_BOLD = re.compile(
    rf"\*\*\[?({KEY})\]?(?:[\s(][^*]{{0,80}})?{_COLON}?\*\*\s*(?:\([^)]{{0,80}}\)\s*)?[^\w\[(`*\"']*(.*)"
)
_PLAIN = re.compile(rf"`?({KEY})`?\s*{_COLON}\s*(.*)")
_BOX = re.compile(r"\[[ xX]\]\s+")


def keyed_items(source: Source, span: Span, *, bare: bool = False) -> Iterator[Draft]:
    """Give the items, and the paragraphs, that begin with a key; each runs to the next item, gap or heading.

    With `bare`, an item whose key is not in bold counts too.
    """
    for index in range(span.first, span.last):
        line = source.lines[index]
        if line.hidden or line.level:
            continue
        item = ITEM.match(line.text)
        found = key_at(item[3] if item else line.text.lstrip(), bare=bare and bool(item))
        if found:
            last = _end(source, index, len(item[1]) if item else -1)
            body = [found[1], *(one.text.strip() for one in source.lines[index + 1 : last] if not one.hidden)]
            statement = "\n".join(part for part in body if part)
            yield Draft(found[0], found[1][:120], Span(index, last), statement, label=found[0])


def key_at(text: str, *, bare: bool = True) -> tuple[str, str] | None:
    """Read a key at the start of a text: the key, and what follows. Without `bare`, only one in bold counts."""
    text = _BOX.sub("", text, count=1)
    found = _BOLD.match(text) or (_PLAIN.match(text) if bare else None)
    return (found[1], found[2].strip()) if found else None


def _end(source: Source, first: int, indent: int) -> int:
    """Give the line after an item: what is indented below it belongs to it, also after a gap."""
    blank = False
    for index in range(first + 1, len(source.lines)):
        line = source.lines[index]
        width = len(line.text) - len(line.text.lstrip())
        if not line.text.strip():
            blank = True
            continue
        item = ITEM.match(line.text)
        nested = width > max(indent, 0)
        key = key_at(item[3] if item else line.text.lstrip(), bare=bool(item))
        if line.level or (key and not line.hidden) or (not nested and (blank or item or indent < 0)):
            return index
        blank = False
    return len(source.lines)
