"""Naming habits: modules of a package that all end, or begin, with the same word."""

import re
from collections.abc import Iterable

from drift.learning.field import Field
from drift.learning.promises import Promise, flow, quoted, selector, short, slug

FEWEST, SHORTEST, MOST = 5, 3, 2
WORDS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


def habits(field: Field) -> list[Promise]:
    """Propose that modules of a package go on being named as all of them are; the most telling habits first."""
    found: list[tuple[int, Promise]] = []
    for container, parts in field.containers.items():
        leaves = [short(part) for part in parts if field.below(part).bit_count() == 1 and part not in field.containers]
        if not container or len(leaves) != len(parts) or len(leaves) < FEWEST:
            continue
        for last in (True, False):
            word = shared(leaves, last=last)
            if len(word) >= SHORTEST:
                found.append((len(leaves), habit(field, container, len(leaves), word, last=last)))
                break
    found.sort(key=lambda pair: (-pair[0], pair[1].id))
    return [promise for _, promise in found[:MOST]]


def shared(names: Iterable[str], *, last: bool) -> str:
    """Give the word that all names end (or begin) with; "" where there is none, or it is all of a name."""
    words = [WORDS.findall(name) for name in names]
    if any(len(one) < 2 for one in words):  # noqa: PLR2004 (a name of its own beside the word that is shared)
        return ""
    found = {one[-1 if last else 0] for one in words}
    return found.pop() if len(found) == 1 else ""


def habit(field: Field, container: str, count: int, word: str, *, last: bool) -> Promise:
    """Make a promise of a habit."""
    options = (
        "what: modules",
        *flow("where", [selector(field, container)]),
        f"matches: {quoted(f'.*{word}' if last else f'{word}.*')}",
    )
    said = f"All {count} modules of {field.familiar(container)} {'end' if last else 'begin'} with {word}."
    return Promise("Habits", slug(field.familiar(container), "names"), "naming", options, said, {}, container)
