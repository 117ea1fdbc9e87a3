"""Finds files that were renamed in a folder: by their text, or by how alike texts are. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping

from specs.diff import split

ALIKE = 0.5
MOST_PAIRS = 2_500


def renamed(
    missing: Mapping[str, str], fresh: Mapping[str, str], text_of: Callable[[str], str | None]
) -> dict[str, str]:
    """Say which of the fresh files is which missing one.

    `missing` gives the digest of the text by spec, `fresh` the digest by path; `text_of` a text by its digest. Equal
    texts come first; then the pairs that have most lines in common, if these are at least half.
    """
    found: dict[str, str] = {}
    free = dict(sorted(fresh.items()))
    for ident, text in sorted(missing.items()):
        same = next((path for path, other in free.items() if other == text), None)
        if same is not None:
            found[ident] = same
            del free[same]
    left = {ident: text for ident, text in sorted(missing.items()) if ident not in found}
    if not left or not free or len(left) * len(free) > MOST_PAIRS:
        return found
    lines = {digest: _lines(text_of(digest)) for digest in {*left.values(), *free.values()}}
    pairs = [
        (-likeness(lines[text], lines[other]), ident, path)
        for ident, text in left.items()
        for path, other in free.items()
    ]
    for score, ident, path in sorted(pairs):
        if -score >= ALIKE and ident not in found and path not in found.values():
            found[ident] = path
    return found


def likeness(one: Counter[str], other: Counter[str]) -> float:
    """Give the share of characters, in the longer text, that stand in lines which both have."""
    common = sum(len(line) * min(count, other[line]) for line, count in one.items())
    longest = max(sum(len(line) * count for line, count in each.items()) for each in (one, other))
    return common / longest if longest else 0.0


def _lines(text: str | None) -> Counter[str]:
    """Count the lines that say something."""
    return Counter(line for line in split(text or "") if line.strip())
