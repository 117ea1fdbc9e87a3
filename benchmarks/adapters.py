"""Holdfast's merge as plain functions, for scripts that hold it beside other engines."""

from specs.merging import merge as merge_texts
from specs.merging import resolve


def merge(base: str, ours: str, theirs: str) -> tuple[str | None, int]:
    """Merge three texts: the merged text and 0, or None and the number of conflicts."""
    found = merge_texts(base, ours, theirs)
    return found.text, len(found.conflicts)


def suggest(base: str, ours: str, theirs: str) -> list[str]:
    """Give whole texts that the suggestions come to, best first: the first of each conflict, then the second."""
    found = merge_texts(base, ours, theirs)
    offered: list[str] = []
    for rank in range(max((len(conflict.suggestions) for conflict in found.conflicts), default=1)):
        answers = {each.index: each.suggestions[min(rank, len(each.suggestions) - 1)].text for each in found.conflicts}
        text = resolve(found, answers).text
        if text is not None and text not in offered:
            offered.append(text)
    return offered
