"""Says what is wrong with a text's hygiene, as problems: what refuses it, and what a reader should be told of."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from specs.hygiene.characters import Hidden, Sort, hidden, visible
from specs.hygiene.concealed import Concealed, concealed
from specs.hygiene.secrets import Secret, masked
from specs.problem import Problem

MAX_LINE = 200_000
MAX_LINES = 50_000
MAX_INVARIANTS = 500
MAX_QUOTES = 32
MOST_TOLD = 50
SHOWN = 80

_INVARIANT = re.compile(r"(?m)^ {0,3}(?:`{3,}|~{3,})[ \t]*yaml[ \t]+invariant\b")
_NESTED = re.compile(rf"(?m)^(?:[ \t]*(?:>|[-*+][ \t]|\d{{1,9}}[.)][ \t])){{{MAX_QUOTES + 1}}}")
_LONG = re.compile(rf"[^\n]{{{MAX_LINE + 1}}}")
SORTS = {
    Sort.BIDI: "which turns the direction of what a reader sees",
    Sort.TAG: "a tag character, which only machines read",
    Sort.ZERO_WIDTH: "which has no width",
    Sort.VARIATION: "a variation selector with nothing to vary",
    Sort.CONTROL: "a control character",
    Sort.PRIVATE: "a private character, which means something else everywhere",
}
_WHAT = {
    "comment": ("hidden-comment", "a comment that its page does not show"),
    "definition": ("hidden-comment", "a link definition that no link uses: its page does not show it"),
    "element": ("hidden-markup", "markup that its page does not show"),
    "title": ("hidden-title", "a long title of a link, which its page does not show"),
    "info": ("hidden-info", "words after a fence's language, which its page does not show"),
    "entity": ("hidden-character", "an entity for a character that cannot be seen"),
}


def refusal(text: str) -> Problem | None:
    """Say why a text that someone sends is not taken, or give None: it is excessive, or hides what cannot be kept."""
    excess = _excess(text)
    if excess is not None:
        return excess
    return next((_of_character(text, one) for one in hidden(text) if one.refused), None)


def refusal_of_path(path: str) -> Problem | None:
    """Say why a path is not taken for what it hides: two that look alike must not be two."""
    found = next(iter(hidden(path)), None)
    if found is None:
        return None
    told = _of_character(path, found)
    return Problem(
        "bad-path", told.message.replace("Line 1", "The spec path"), 1, told.column, "Leave that character out."
    )


def refusal_of_words(text: str) -> Problem | None:
    """Say why a title, message or comment is not taken: as `refusal`, and for any other control character."""
    found = refusal(text)
    if found is not None:
        return found
    return next((_of_character(text, one) for one in hidden(text) if one.sort is Sort.CONTROL), None)


def notices(text: str) -> tuple[Problem, ...]:
    """Tell what a text hides from its readers: an error where it would be refused, else a warning. At most fifty."""
    places = [(one.start, _of_character(text, one)) for one in hidden(text)]
    places += [(one.start, _of_passage(text, one)) for one in concealed(text)]
    told = [problem for _, problem in sorted(places, key=lambda place: place[0])]
    return tuple(_shortened(told))


def refusal_of_secrets(secrets: Iterable[Secret]) -> Problem | None:
    """Say which secrets stand in a text, by rule and line alone, or give None where there are none."""
    found = tuple(secrets)
    if not found:
        return None
    first = found[0]
    many = f", and {len(found) - 1} more" if len(found) > 1 else ""
    hint = (
        "Take it out, and change it where it opens anything: it was sent. If it is none, a person may let it through:"
        f" holdfast secret allow {' '.join(dict.fromkeys(secret.id for secret in found))} --because REASON."
    )
    message = f"Line {first.line} holds what looks like a secret (rule {first.rule}){many}."
    return Problem("secret", message, first.line, 1, hint)


def _shortened(told: list[Problem]) -> Iterator[Problem]:
    yield from told[:MOST_TOLD]
    if len(told) > MOST_TOLD:
        last = told[MOST_TOLD]
        message = f"{len(told) - MOST_TOLD} more places hide something from readers."
        yield Problem("hidden-more", message, last.line, last.column, "Mend those above first.", "warning")


def _excess(text: str) -> Problem | None:
    lines = text.count("\n")
    if lines > MAX_LINES:
        message = f"The text has {lines} lines; a spec may have {MAX_LINES}."
        return Problem("too-many-lines", message, MAX_LINES, 1, "Split it into several specs that link to each other.")
    if (long := _LONG.search(text)) is not None:
        line, _ = place(text, long.start())
        message = f"Line {line} is longer than {MAX_LINE} characters."
        return Problem("line-too-long", message, line, MAX_LINE, "Break it, or keep such data in a file beside.")
    if (nested := _NESTED.search(text)) is not None:
        line, _ = place(text, nested.start())
        message = f"Line {line} nests lists and quotes deeper than {MAX_QUOTES}."
        return Problem("too-nested", message, line, 1, "Nest lists and quotes less deeply.")
    count = sum(1 for _ in _INVARIANT.finditer(text))
    if count > MAX_INVARIANTS:
        message = f"The text holds {count} invariants; a spec may hold {MAX_INVARIANTS}."
        return Problem("too-many-invariants", message, 1, 1, "Split it into several specs by subject.")
    return None


def _of_character(text: str, one: Hidden) -> Problem:
    line, column = place(text, one.start)
    count = one.end - one.start
    what = f"{named_character(text[one.start])}{f' and {count - 1} more' if count > 1 else ''}"
    message = f"Line {line} holds {what}, {SORTS[one.sort]}."
    if one.refused:
        hint = "Remove it: no reader could know that it is there. Where it is the subject, write its number."
        return Problem(f"hidden-{one.sort}", message, line, column, hint)
    hint = "Remove it unless it is meant; agents get the text without it."
    return Problem("hidden-character", message, line, column, hint, "warning")


def _of_passage(text: str, one: Concealed) -> Problem:
    line, column = place(text, one.start)
    code, what = _WHAT[one.what]
    words = " ".join(visible(masked(text[one.start : one.end])[0])[0].split())
    shown = words if len(words) <= SHOWN else words[: SHOWN - 1] + "…"
    message = f"Line {line} holds {what}: {shown}"
    return Problem(
        code, message, line, column, "Agents get the text without it. Say it in the text if it counts.", "warning"
    )


def named_character(char: str) -> str:
    """Name a character that cannot be shown: its number, and its name where it has one."""
    name = unicodedata.name(char, "").lower()
    return f"U+{ord(char):04X}{f' ({name})' if name else ''}"


def place(text: str, offset: int) -> tuple[int, int]:
    """Give line and column of an offset, both from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
