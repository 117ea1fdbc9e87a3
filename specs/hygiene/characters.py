"""Characters that a reader cannot see: where they stand, and whether they stand there for a reason.

Writing systems need some of them: Persian its non-joiner, Hindi its joiner, emoji theirs, Hebrew beside English its
direction marks. In place they are no one's business; out of place they hide words from people that a machine reads.
Tag characters and controls that reorder a line are never kept, but for flags and for balanced isolates in a line of a
right-to-left script.
"""

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from functools import cache

from specs.values import dataclass


class Sort(StrEnum):
    """What a hidden character is good for, or bad."""

    BIDI = "bidi"
    TAG = "tag"
    ZERO_WIDTH = "zero-width"
    VARIATION = "variation-selector"
    CONTROL = "control"
    PRIVATE = "private-use"


REFUSED = frozenset({Sort.BIDI, Sort.TAG})


@dataclass(frozen=True, slots=True)
class Hidden:
    """Characters at `start` up to (not including) `end` that a reader cannot see; `refused` where none may be kept."""

    sort: Sort
    start: int
    end: int
    refused: bool


_OVERRIDES = "\u202d\u202e"
_OPENING = "\u202a\u202b\u2066\u2067\u2068"
_CLOSING = {"\u202c": "\u202a\u202b", "\u2069": "\u2066\u2067\u2068"}
_MARKS = "\u200e\u200f\u061c"
_DEPRECATED = "\u206a-\u206f"
_JOINERS = "\u200c\u200d"
_BREAK = "\u200b"
_FILLERS = "\u115f\u1160\u3164\uffa0\u17b4\u17b5\u034f\u2800"
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef\u180b-\u180d\u180f"
_TAGS = "\U000e0000-\U000e007f"
_FORMATS = (
    "\u00ad\u0600-\u0605\u06dd\u070f\u08e2\u180e\u2060-\u2065\ufeff\ufff9-\ufffb\U0001d173-\U0001d17a"
    "\U00013430-\U0001343f\U000110bd\U000110cd\U0001bca0-\U0001bca3"
)
_PRIVATE = "\ue000-\uf8ff\U000f0000-\U0010ffff"
_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
# Format characters that are drawn: signs of numbers and verses. They are no one's business.
_DRAWN = re.compile("[\u0600-\u0605\u06dd\u070f\u08e2\U000110bd\U000110cd\U00013430-\U0001343f]")
_SUSPECT = re.compile(
    f"[{_OVERRIDES}{_OPENING}\u202c\u2069{_MARKS}{_DEPRECATED}{_JOINERS}{_BREAK}{_FILLERS}{_SELECTORS}{_TAGS}"
    f"{_FORMATS}{_PRIVATE}{_CONTROLS}]"
)
_BIDI = re.compile(f"[{_OVERRIDES}{_OPENING}\u202c\u2069]")
_FLAG = re.compile("\U0001f3f4[\U000e0061-\U000e007a]{2}[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,4}\U000e007f")
_FENCE = re.compile(r"(?m)^[ >\t]*(`{3,}|~{3,})")
_JOINING = frozenset(
    [
        "ARABIC",
        "SYRIAC",
        "MANDAIC",
        "NKO",
        "MONGOLIAN",
        "PHAGS-PA",
        "ADLAM",
        "HANIFI",
        "DEVANAGARI",
        "BENGALI",
        "GURMUKHI",
        "GUJARATI",
        "ORIYA",
        "TAMIL",
        "TELUGU",
        "KANNADA",
        "MALAYALAM",
        "SINHALA",
        "KHMER",
        "MYANMAR",
        "TIBETAN",
        "BALINESE",
        "JAVANESE",
        "SUNDANESE",
        "LIMBU",
        "CHAKMA",
        "GRANTHA",
        "KAITHI",
        "LEPCHA",
        "MEETEI",
        "NEWA",
        "SHARADA",
        "TIRHUTA",
        "MODI",
        "BRAHMI",
        "KHAROSHTHI",
        "VEDIC",
        "THAANA",
        "HEBREW",
        "HATRAN",
        "MANICHAEAN",
        "PSALTER",
        "SOGDIAN",
    ]
)
_BREAKING = frozenset(
    [
        "THAI",
        "LAO",
        "KHMER",
        "MYANMAR",
        "TIBETAN",
        "CJK",
        "HIRAGANA",
        "KATAKANA",
        "IDEOGRAPHIC",
        "HANGUL",
        "JAVANESE",
        "BALINESE",
    ]
)
MOST_JOINERS = MOST_MARKS = 2
_EMOJI_SELECTOR = "\ufe0f"
_MODIFIERS = range(0x1F3FB, 0x1F400)
_IDEOGRAPHIC = range(0xE0100, 0xE01F0)
_MONGOLIAN = "\u180b\u180c\u180d\u180f"


def hidden(text: str) -> tuple[Hidden, ...]:
    """Find the characters of a text that stand where a reader cannot know of them. Neighbours of one sort are one."""
    first = _SUSPECT.search(text)
    if first is None:
        return ()
    directions = dict(_directions(text))
    flags = frozenset(place for flag in _FLAG.finditer(text) for place in range(flag.start(), flag.end()))
    found: list[Hidden] = []
    for match in _SUSPECT.finditer(text, first.start()):
        at = match.start()
        sort = Sort.BIDI if at in directions else _sort(text, at)
        if sort is None or at in flags:
            continue
        refused = directions.get(at, sort is Sort.TAG)
        last = found[-1] if found else None
        if last is not None and (last.sort, last.end, last.refused) == (sort, at, refused):
            found[-1] = Hidden(sort, last.start, at + 1, refused)
        else:
            found.append(Hidden(sort, at, at + 1, refused))
    return tuple(found)


def visible(text: str) -> tuple[str, int]:
    """Take out what a reader cannot see, and marks of direction wherever they stand; give the rest and the count."""
    gone = hidden(text)
    if not gone and _BIDI.search(text) is None and not any(mark in text for mark in _MARKS):
        return text, 0
    kept, at = [], 0
    for one in gone:
        kept.append(text[at : one.start])
        at = one.end
    rest = "".join((*kept, text[at:]))
    plain = re.sub(f"[{_OVERRIDES}{_OPENING}\u202c\u2069{_MARKS}]", "", rest)
    return plain, len(text) - len(plain)


def revealed(text: str) -> str:
    """Put the numbers of characters that a reader cannot see in their place, in brackets; lines stay where they are."""
    kept, at = [], 0
    for one in hidden(text):
        count = one.end - one.start
        kept += [text[at : one.start], f"⟦U+{ord(text[one.start]):04X}{f', {count} times' if count > 1 else ''}⟧"]
        at = one.end
    return "".join((*kept, text[at:])) if kept else text


def _sort(text: str, at: int) -> Sort | None:  # noqa: PLR0911 (a table of characters)
    """Say what is wrong with the suspect character at a place, nothing if it stands there for a reason."""
    char = text[at]
    if _BIDI.match(char) or _DRAWN.match(char):
        return None
    if "\U000e0000" <= char <= "\U000e007f":
        return Sort.TAG
    if char in _MARKS:
        crowd = at >= MOST_MARKS and not text[at - MOST_MARKS : at].strip(_MARKS)
        return Sort.BIDI if crowd or not _speaks_right_to_left(_line(text, at)[0]) else None
    if char in _JOINERS:
        return None if _joins(text, at) else Sort.ZERO_WIDTH
    if char == _BREAK:
        near = (_before(text, at), text[at + 1 : at + 2])
        return None if any(_script(one) in _BREAKING for one in near if one) else Sort.ZERO_WIDTH
    if re.match(f"[{_SELECTORS}]", char):
        return None if _varies(text, at) else Sort.VARIATION
    if char == "\ufeff" and at == 0:
        return None
    if char == "\u034f" and unicodedata.combining(_before(text, at) or "a"):
        return None
    if char == "\u180e" and _script(_before(text, at)) == "MONGOLIAN":
        return None
    category = unicodedata.category(char)
    return Sort.PRIVATE if category in {"Co", "Cn"} else Sort.CONTROL if category == "Cc" else Sort.ZERO_WIDTH


def _directions(text: str) -> Iterator[tuple[int, bool]]:
    """Give the places of controls of direction that are out of place, and whether they are refused.

    In prose of a right-to-left script a pair that opens and closes on one line is in place, and one without its other
    half does little. Overrides, and any control in code or in a line without such a script, can make a reader see
    something else than what is written.
    """
    if _BIDI.search(text) is None:
        return
    fenced = _fenced(text)
    for content, start in {_line(text, match.start()) for match in _BIDI.finditer(text)}:
        places = [match.start() for match in _BIDI.finditer(content)]
        coded = any(low <= start < high for low, high in fenced)
        prose = not coded and _speaks_right_to_left(content)
        paired = _pairs(content, places) if prose else frozenset()
        for place in places:
            if place not in paired:
                turned = content[place] in _OVERRIDES or content.count("`", 0, place) % 2 == 1
                yield start + place, turned or not prose


def _pairs(line: str, places: list[int]) -> frozenset[int]:
    """Give the places of controls that open and close in order, outside inline code."""
    paired: set[int] = set()
    stack: list[int] = []
    for place in places:
        char = line[place]
        if line.count("`", 0, place) % 2:
            continue
        if char in _OPENING:
            stack.append(place)
        elif char in _CLOSING and stack and line[stack[-1]] in _CLOSING[char]:
            paired |= {stack.pop(), place}
    return frozenset(paired)


def _fenced(text: str) -> list[tuple[int, int]]:
    """Give where fenced blocks begin and end."""
    found, opened = [], None
    for match in _FENCE.finditer(text):
        if opened is None:
            opened = match
        elif match[1].startswith(opened[1]):
            found.append((opened.start(), match.end()))
            opened = None
    return [*found, (opened.start(), len(text))] if opened is not None else found


def _line(text: str, at: int) -> tuple[str, int]:
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    return text[start : end if end >= 0 else len(text)], start


def _speaks_right_to_left(line: str) -> bool:
    return not line.isascii() and any(
        unicodedata.bidirectional(char) in {"R", "AL"} and char not in _MARKS for char in line
    )


def _joins(text: str, at: int) -> bool:
    if len(text[max(0, at - MOST_JOINERS) : at + 1].strip(_JOINERS)) == 0 and at >= MOST_JOINERS:
        return False
    before, after = _before(text, at), text[at + 1 : at + 2]
    if _script(before) in _JOINING or _script(after) in _JOINING:
        return True
    return text[at] == "\u200d" and _is_picture(before) and _is_picture(after)


def _varies(text: str, at: int) -> bool:
    before, char = text[at - 1 : at], text[at]
    if not before or _SUSPECT.match(before):
        return False
    if ord(char) in _IDEOGRAPHIC:
        return _script(before) == "CJK"
    if char in _MONGOLIAN:
        return _script(before) == "MONGOLIAN"
    if char in "\ufe0e\ufe0f" and before in "0123456789#*":
        return True
    return not before.isascii() and (unicodedata.category(before)[0] in "SPMN" or _script(before) != "LATIN")


def _before(text: str, at: int) -> str:
    """Give the character before a place, over joiners and selectors of emoji."""
    while at > 0 and text[at - 1] in f"{_JOINERS}{_EMOJI_SELECTOR}":
        at -= 1
    return text[at - 1 : at]


def _is_picture(char: str) -> bool:
    return bool(char) and (unicodedata.category(char) == "So" or ord(char) in _MODIFIERS)


@cache
def _script(char: str) -> str:
    """Give the first word of a letter's name, which is its script; "" for what is no letter."""
    if not char or unicodedata.category(char)[0] not in "LMN":
        return ""
    return unicodedata.name(char, "").partition(" ")[0].partition("-")[0]
