"""Lists in which others had a part (paths, titles, names, messages) as text for a model, quoted as all is."""

import secrets
from collections.abc import Iterable

from specs.hygiene.cleaning import cleaned
from sync.contexts.bundle import tokens
from sync.contexts.quoting import quoted

MARK_BYTES = 8
LONGEST = 300
MORE = "and {count} more"
HEADER = "Lines that begin with [{mark} are Holdfast's; the others are quoted."


def mark() -> str:
    """Make a delimiter that no text can know."""
    return secrets.token_hex(MARK_BYTES)


def plain(text: str, longest: int = LONGEST) -> str:
    """Put a text of somebody's on one line, without what a reader cannot see."""
    words = " ".join(cleaned(text).text.split())
    return words if len(words) <= longest else f"{words[: longest - 1]}…"


def listed(head: str, lines: Iterable[str], budget: int, delimiter: str) -> str:
    """Write a line of ours, and below it a quoted list; as much of that as the budget holds."""
    found = list(lines)
    if not found:
        return head
    begin = f"{head}\n{HEADER.format(mark=delimiter)}\n"
    kept = len(found)
    while True:
        rest = [MORE.format(count=len(found) - kept)] if kept < len(found) else []
        text = begin + quoted(delimiter, ("list",), "\n".join((*found[:kept], *rest)))
        if tokens(text) <= budget or not kept:
            return text
        kept = kept * 3 // 4
