"""Looks through a text for what a check of its repository should tell: characters nobody sees, secrets, and its links.

What is told is said once for each character or secret, however often it stands there, and without a line in its words:
such a problem stays itself when lines move. Comments are no problem in a repository, where people read the source.
"""

from collections.abc import Iterable, Iterator

from specs.hygiene.characters import Hidden, hidden
from specs.hygiene.examined import Examined
from specs.hygiene.leads import leads_to_markdown
from specs.hygiene.links import written_links
from specs.hygiene.reports import SORTS, named_character, place
from specs.hygiene.secrets import secrets_in
from specs.problem import Problem

MOST_CHARACTERS = 10
MOST_SECRETS = 20
MOST_LINKS = 1000
SHOWN_LINES = 5


def examine(text: str) -> Examined:
    """Give the hygiene of a text: characters that are refused elsewhere are errors, all else are warnings."""
    problems = sorted((*_characters(text), *_secrets(text)), key=lambda one: (one.line, one.column))
    found = [(written, line) for written, _, line in written_links(text) if leads_to_markdown(written)]
    return Examined(tuple(problems), tuple(found[:MOST_LINKS]))


def _characters(text: str) -> Iterator[Problem]:
    kinds: dict[tuple[str, bool], list[Hidden]] = {}
    for one in hidden(text):
        kinds.setdefault((text[one.start], one.refused), []).append(one)
    for (char, refused), places in list(kinds.items())[:MOST_CHARACTERS]:
        line, column = place(text, places[0].start)
        message = f"This text holds {named_character(char)}, {SORTS[places[0].sort]}."
        also = _also(place(text, one.start)[0] for one in places[1 : SHOWN_LINES + 1])
        if refused:
            hint = f"Remove it: no reader could know that it is there. Where it is the subject, write its number.{also}"
            yield Problem(f"hidden-{places[0].sort}", message, line, column, hint)
        else:
            hint = f"Remove it unless it is meant; agents get the text without it.{also}"
            yield Problem("hidden-character", message, line, column, hint, "warning")


def _secrets(text: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for secret in secrets_in(text):
        if secret.id not in seen and len(seen) < MOST_SECRETS:
            seen.add(secret.id)
            message = f"This text holds what looks like a secret ({secret.id})."
            hint = (
                "Take it out, and change it where it opens anything: history keeps it. An example should say it is one."
            )
            yield Problem("secret", message, secret.line, 1, hint, "warning")


def _also(lines: Iterable[int]) -> str:
    named = list(dict.fromkeys(lines))
    return f" It stands on line {', '.join(map(str, named))} as well." if named else ""
