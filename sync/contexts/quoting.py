"""Text of others, quoted so that it stays data: the one way in which served text reaches an agent. Pure.

Whatever Holdfast itself says stands on lines that begin with a mark made for the answer alone; all else was written by
others and stands between an opening line, which says where it comes from, and a closing one. No text can hold the mark,
so none can end its quotation or pretend to be another. What a reader of the page would not see is taken out and
counted; what looks as if it spoke to a machine is named on the opening line, and left as it is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from specs.hygiene.cleaning import Cleaned, cleaned
from specs.hygiene.lures import lures

LONGEST_WORD = 240
KEPT_TEXTS = 2_000
SEPARATOR = " \u00b7 "
# Of what may not stand on a line of ours, a stand-in is shown.
PLAIN = re.compile(r"[^\w ./:#@+=,;()'~*%$&-]")
STANDS_IN = "\ufffd"


@dataclass(frozen=True, slots=True)
class Clean:
    """A text as it may be quoted: how many characters were taken out, and which lures it holds."""

    text: str
    hidden: int
    lures: tuple[str, ...]


def clean(text: str, delimiter: str) -> Clean:
    """Take out of a text what must not be served: what cannot be seen, secrets, and the mark itself."""
    shown, found = _looked_at(text)
    return Clean(_unmarked(shown.text, delimiter), shown.hidden, found)


@lru_cache(maxsize=KEPT_TEXTS)
def _looked_at(text: str) -> tuple[Cleaned, tuple[str, ...]]:
    """Clean a text and look for lures: the same passages are served again and again."""
    return cleaned(text), lures(text)


@lru_cache(maxsize=KEPT_TEXTS)
def _seen(text: str) -> str:
    """Give what a reader sees of a name: the same authors, specs and reasons stand on every answer."""
    return cleaned(text).text


def _unmarked(text: str, delimiter: str) -> str:
    while delimiter and delimiter in text:
        text = text.replace(delimiter, "")
    return text.strip()


def word(text: str, delimiter: str = "") -> str:
    """Bring a name that others chose to what may stand on a line of ours: one short line of plain characters."""
    line = " ".join(_unmarked(_seen(text), delimiter).split())
    short = line if len(line) <= LONGEST_WORD else f"{line[:LONGEST_WORD]}..."
    return PLAIN.sub(STANDS_IN, short)


def opening(delimiter: str, about: Sequence[str], found: Sequence[str] = ()) -> str:
    """Write the line that begins a quotation. `about` is made of our own words and of `word`; `found` are lures."""
    caution = (f"caution: holds {', '.join(found)}",) if found else ()
    return f"[{delimiter} {SEPARATOR.join((*about, *caution))}]"


def closing(delimiter: str) -> str:
    """Write the line that ends a quotation."""
    return f"[{delimiter} end]"


def quoted(delimiter: str, about: Sequence[str], text: str) -> str:
    """Quote any text of others: between marks, with where it comes from, cleaned.

    `delimiter` is random text made for this answer. Each of `about` is brought to a plain word first.
    """
    told = clean(text, delimiter)
    line = opening(delimiter, [word(one, delimiter) for one in about], told.lures)
    return f"{line}\n{told.text}\n{closing(delimiter)}\n"
