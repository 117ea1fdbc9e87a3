"""Merges one unit that both sides changed by what it is: rows by cells, definitions by label and target, and so on."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from specs.diff import matches, split
from specs.merging.choices import choose, choose_blanks, wider
from specs.merging.mappings import nested
from specs.merging.scan import UnitKind
from specs.merging.words import Words, merge_body, merge_words

CELL = re.compile(r"(?:^[^|]|\|)(?:`[^`\n]*`|\\.|[^|\\])*|\\", re.DOTALL)
DEFINITION = re.compile(r"( {0,3}\[)([^\]\n]+)(\]:[ \t]*)(\S*)(.*)", re.DOTALL)
SCALAR = re.compile(r"((?:#[^\n]*\n)*)([^:\n]*)(:[ \t]*)(.*)", re.DOTALL)
UNDERLINED = re.compile(r"(.*\n)([ \t]*[=-]+[ \t]*\n?)", re.DOTALL)
LISTED = re.compile(r"\[.*\]\s*|[^,\[\]{}\"'#]+(?:,[^,\[\]{}\"'#]+)+", re.DOTALL)


def merge_row(base: str, ours: str, theirs: str) -> Words:
    """Merge three versions of a table's row, cell by cell; where they differ in cells, as plain prose."""
    rows = [cells(text) for text in (base, ours, theirs)]
    if len({len(row) for row in rows}) > 1:
        return merge_words(base, ours, theirs)
    return _each(zip(*rows, strict=True), merge_words)


def cells(row: str) -> list[str]:
    """Cut a row before each bar that parts cells."""
    return CELL.findall(row)


def merge_heading(base: str, ours: str, theirs: str) -> Words:
    """Merge what headings say, and apart from it how they are marked: by `#`, or by a line below."""
    texts = base, ours, theirs
    below = [UNDERLINED.fullmatch(text) for text in texts]
    if not any(below):
        return merge_words(*texts)
    titles = [found[1] if found else text for found, text in zip(below, texts, strict=True)]
    lines = [found[2] if found else "" for found in below]
    line = choose(*lines)
    if line is None and len({each.strip()[:1] for each in lines}) == 1:
        line = max(lines[1:], key=lambda each: (len(each), each))  # as long as the longer title
    title = merge_words(*titles) if line is not None else Words(None)
    return title if title.text is None or line is None else Words(title.text + line)


def merge_definition(base: str, ours: str, theirs: str) -> Words:
    """Merge label, target and title of a link definition, each as a whole; a footnote's text by words."""
    fields = [DEFINITION.fullmatch(text) for text in (base, ours, theirs)]
    if not all(fields) or "\n" in base.rstrip("\n") or "[^" in base:
        return merge_words(base, ours, theirs)
    return _each(zip(*(found.groups() for found in fields if found), strict=True), _whole)


def merge_key(base: str, ours: str, theirs: str) -> Words:
    """Merge a key of YAML, the comments above it and its value, each as a whole.

    A mapping is merged by its keys, a list on one line by its entries.
    """
    texts, ends = zip(*(_ended(text) for text in (base, ours, theirs)), strict=True)
    fields = [SCALAR.fullmatch(text) for text in texts]
    if not all(fields):
        return Words(choose(base, ours, theirs))
    notes, keys, gaps, values = zip(*(found.groups() for found in fields if found), strict=True)
    value = _whole(*values)
    if value.text is None:
        value = Words(nested(values, merge_key))
    if value.text is None:
        value = _further(*values)
    if value.text is None and all(LISTED.fullmatch(each.strip()) and "\n" not in each.strip() for each in values):
        value = merge_body(*values, code=True)
    note, key, gap = choose(*notes), choose(*keys), choose(*gaps)
    if note is None or key is None or gap is None or value.text is None:
        return Words(None)
    return Words(note + key + gap + value.text + choose_blanks(*ends))


def merge_code(base: str, ours: str, theirs: str) -> Words:
    """Merge three versions of a line of code: edits that stand a word apart are put together."""
    return merge_body(base, ours, theirs, code=True)


def _ended(text: str) -> tuple[str, str]:
    """Part a text from the blank lines at its end."""
    body = text.rstrip()
    last = len(body) + text[len(body) :].find("\n") + 1
    return text[:last] or text, text[last:] if last else ""


def _whole(base: str, ours: str, theirs: str) -> Words:
    return Words(choose(base, ours, theirs))


def _further(base: str, ours: str, theirs: str) -> Words:
    """Give the value of the side that made the other's change of lines, and more."""
    before, mine, other = split(base), split(ours), split(theirs)
    dropped = [set(range(len(before))) - {at for at, _ in matches(before, lines)} for lines in (mine, other)]
    side = wider(mine, other, *dropped)
    return Words(None if side is None else (ours, theirs)[side])


def _each(fields: Iterable[Sequence[str]], merge: Callable[[str, str, str], Words]) -> Words:
    parts = []
    for versions in fields:
        field = merge(*versions)
        if field.text is None:
            return field
        parts.append(field.text)
    return Words("".join(parts))


MERGERS: Mapping[UnitKind, Callable[[str, str, str], Words]] = MappingProxyType(
    {
        UnitKind.HEADING: merge_heading,
        UnitKind.PARAGRAPH: merge_words,
        UnitKind.ITEM: merge_words,
        UnitKind.ROW: merge_row,
        UnitKind.DEFINITION: merge_definition,
        UnitKind.KEY: merge_key,
        UnitKind.CODE: merge_code,
    }
)
