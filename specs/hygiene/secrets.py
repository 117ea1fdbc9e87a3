"""Keys and passwords in a text: found by their known forms, and by their randomness where a name says what they are.

A secret is never shown again: it is told by rule, line and a fingerprint too short to guess it by. What is plainly an
example is none. Knows no storage; who may let one through is for the caller to say.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import pairwise
from math import log2

from specs.hygiene.rules import (
    ADDRESS,
    BEARER,
    EXAMPLE,
    KNOWN,
    NAMED,
    NAMED_COLUMN,
    NAMED_KEY,
    NAMES,
    RULES_BY_MARK,
    Rule,
)
from specs.values import dataclass

FINGERPRINT = 4
LEAST_BITS = 3.3
LEAST_HEX_BITS = 3.0
LEAST_LENGTH = 12
_PARTS = re.compile(r"[_./:-]+")
_RULE = "|-: \t>\r\n"
_DRESS = " \t`*\"'\r\n"
_CELL = re.compile(r"(?<=\|)[^|\r\n]+|^[ \t>]*[^|\s>][^|\r\n]*")
_HEX = re.compile(r"(?:0[xX])?(?:[0-9a-f]+|[0-9A-F]+)[.:]?")


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret from `start` up to (not including) `end` of a text, by the rule that found it; `id` never shows it."""

    rule: str
    start: int
    end: int
    line: int
    fingerprint: str

    @property
    def id(self) -> str:
        """The name by which a person lets it through."""
        return f"{self.rule}:{self.fingerprint}"


@lru_cache(maxsize=16)  # a text on its way in is looked at at more than one door
def secrets_in(text: str) -> tuple[Secret, ...]:
    """Find the secrets of a text, in order; where two rules see one place, the one that knows more counts."""
    places = sorted(_places(text), key=lambda place: (place[1], -place[2]))
    found: list[Secret] = []
    end = 0
    for rule, start, stop in places:
        if start < end:
            continue
        end = stop
        print_ = hashlib.sha256(f"{rule}\0{text[start:stop]}".encode("utf-8", "replace")).hexdigest()[:FINGERPRINT]
        found.append(Secret(rule, start, stop, text.count("\n", 0, start) + 1, print_))
    return tuple(found)


def masked(text: str, allowed: Collection[str] = ()) -> tuple[str, tuple[str, ...]]:
    """Put a mark in the place of each secret that is not let through; give the text and what they are called.

    Lines stay where they are.
    """
    found = tuple(secret for secret in secrets_in(text) if secret.id not in allowed)
    kept, at = [], 0
    for secret in found:
        kept += [text[at : secret.start], f"[{secret.rule} removed]", "\n" * text.count("\n", secret.start, secret.end)]
        at = secret.end
    return "".join((*kept, text[at:])) if found else text, tuple(secret.id for secret in found)


def _places(text: str) -> Iterator[tuple[str, int, int]]:
    for mark, rules in RULES_BY_MARK.items():
        if mark in text:
            for rule in rules:
                yield from _by_form(rule, text)
    if NAMES.search(text):
        yield from _by_name("password", NAMED, text)
        for match in NAMED_KEY.finditer(text):
            if not _is_example(match[1], EXAMPLE) and bits(match[1]) >= LEAST_HEX_BITS:
                yield "api-key", *match.span(1)
    if "|" in text and "--" in text:
        yield from _by_column(text)
    if "://" in text:
        yield from _by_name("password-in-address", ADDRESS, text)
    yield from _by_name("bearer-token", BEARER, text)


def _by_form(rule: Rule, text: str) -> Iterator[tuple[str, int, int]]:
    for match in rule.form.finditer(text):
        group = 1 if rule.form.groups else 0
        value = match[group]
        if len(set(value)) >= rule.least_varied and not _is_example(value, EXAMPLE) and bits(value) >= rule.least_bits:
            yield rule.name, *match.span(group)


def _by_name(rule: str, form: re.Pattern[str], text: str) -> Iterator[tuple[str, int, int]]:
    for match in form.finditer(text):
        if _is_password(match[1]):
            yield rule, *match.span(1)


def _by_column(text: str) -> Iterator[tuple[str, int, int]]:
    """Find passwords in the cells of a table's column that says it holds some."""
    columns: list[int] = []
    above, start = "", 0
    for line in text.splitlines(keepends=True):
        if "|" not in line:
            columns = []
        elif "--" in line and not line.strip(_RULE):
            columns = [at for at, cell in enumerate(_CELL.finditer(above)) if NAMED_COLUMN.fullmatch(cell[0].strip())]
        elif columns:
            cells = list(_CELL.finditer(line))
            for cell in (cells[at] for at in columns if at < len(cells)):
                value = cell[0].strip(_DRESS)
                if _is_password(value):
                    place = start + cell.start() + cell[0].index(value)
                    yield "password", place, place + len(value)
        above, start = line, start + len(line)


def _is_password(value: str) -> bool:
    return len(value) >= LEAST_LENGTH and not _is_example(value, KNOWN) and _is_random(value)


def _is_example(value: str, words: re.Pattern[str]) -> bool:
    """Say whether a value is plainly made up: it says so, or repeats or counts up."""
    if words.search(value):
        return True
    counted = sum(ord(b) - ord(a) in {0, 1} for a, b in pairwise(value))
    return counted * 2 >= len(value)


def _is_random(value: str) -> bool:
    """Say whether letters and digits are mixed as only a generator mixes them."""
    if _HEX.fullmatch(value):
        return False  # a digest, a commit, a number: nothing tells a key of such digits from them
    if sum(part.isalpha() and len(part) > 2 for part in _PARTS.split(value)) >= 2:  # noqa: PLR2004 (words make a name)
        return False
    kinds = (any(map(str.islower, value)), any(map(str.isupper, value)), any(map(str.isdigit, value)))
    if sum(kinds) < 2 or not kinds[2]:  # noqa: PLR2004 (letters of either case, and digits)
        return False
    turns = sum(a.isdigit() != b.isdigit() for a, b in pairwise(value))
    return turns >= 3 and bits(value) >= LEAST_BITS  # noqa: PLR2004 (words have their digits at an end)


def bits(value: str) -> float:
    """Give the entropy of a text's characters, in bits a character."""
    size = len(value)
    return -sum(count / size * log2(count / size) for count in Counter(value).values()) if size else 0.0
