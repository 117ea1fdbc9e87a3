"""Answers to a conflict, computed ahead, best first. None of them is ever taken without being asked for."""

from specs.merging.values import Conflict, Reason, Suggestion


def suggest(conflict: Conflict) -> tuple[Suggestion, ...]:
    """Give answers for a conflict: both in either order where both inserted, and each side alone. None comes twice."""
    ours, theirs = conflict.ours, conflict.theirs
    offered: list[Suggestion] = []
    if conflict.reason is Reason.INSERTED:
        offered += [Suggestion("both", ours + theirs), Suggestion("both-reversed", theirs + ours)]
    offered += [Suggestion("ours", ours), Suggestion("theirs", theirs)]
    texts: dict[str, Suggestion] = {}
    for each in offered:
        texts.setdefault(each.text, each)
    return tuple(texts.values())
