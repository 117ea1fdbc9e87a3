"""Answers to a conflict, computed ahead, best first. None of them is ever taken without being asked for."""

from collections.abc import Iterable, Sequence

from specs.diff import matches
from specs.merging.tokens import Token
from specs.merging.units import Part, text_of
from specs.merging.values import Reason, Suggestion
from specs.merging.weave import Meeting
from specs.merging.words import broken, compared, kept

MAX_CHARACTERS = 40_000


def suggest(part: Part) -> tuple[Suggestion, ...]:
    """Give answers for a conflict: both sides put together, both in either order, each alone. None comes twice."""
    ours, theirs = text_of(part.ours), text_of(part.theirs)
    offered = [Suggestion("combination", part.offered)] if part.offered else []
    if part.reason is Reason.INSERTED:
        offered += [Suggestion("both", ours + theirs), Suggestion("both-reversed", theirs + ours)]
    elif part.ours and part.theirs:
        versions = [[unit.text for unit in units] for units in (part.base, part.ours, part.theirs)]
        offered += [Suggestion("combination", text) for text in _combined(*versions)]
    offered += [Suggestion("ours", ours), Suggestion("theirs", theirs)]
    return distinct(offered)


def distinct(offered: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
    """Leave out suggestions whose text an earlier one has."""
    texts: dict[str, Suggestion] = {}
    for each in offered:
        texts.setdefault(each.text, each)
    return tuple(texts.values())


def _combined(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """Put all edits of both sides together by words; where they meet, ours then theirs, and the other way round.

    Nothing is offered where each side put a number in place of the very same one: both side by side say nothing.
    """
    if max(sum(map(len, blocks)) for blocks in (base, ours, theirs)) > MAX_CHARACTERS:
        return []
    tokens = [broken(blocks) for blocks in (base, ours, theirs)]
    passage, meetings = compared(*tokens)
    if any(_instead(meeting, tokens) for meeting in meetings):
        return []
    texts = []
    for order in ((0, 1), (1, 0)):
        parts: list[str] = []
        at = 0
        for meeting in (*meetings, Meeting(len(tokens[0]), len(tokens[0]), (), ())):
            parts += kept(passage, at, meeting.start)
            at = meeting.end
            found = [
                [token for edit in edits for token in passage.sides[side][edit.first : edit.last]]
                for side, edits in ((0, meeting.ours), (1, meeting.theirs))
            ]
            parts += _union(found[order[0]], found[order[1]])
        texts.append("".join(parts))
    return texts


def _instead(meeting: Meeting, tokens: Sequence[Sequence[Token]]) -> bool:
    """Whether each side puts a number in place of the same word."""
    if not meeting.ours or not meeting.theirs or meeting.end - meeting.start != 1:
        return False
    put = [
        tokens[side][edit.first : edit.last]
        for side, edits in ((1, meeting.ours), (2, meeting.theirs))
        for edit in edits
    ]
    return all(len(run) == 1 and run[0].text[0].isdigit() for run in put)


def _union(first: Sequence[Token], second: Sequence[Token]) -> list[str]:
    """Write two runs of tokens after another, what both hold only once."""
    pairs = list(matches([token.text for token in first], [token.text for token in second]))
    tokens: list[Token] = []
    a, b = 0, 0
    for x, y in (*pairs, (len(first), len(second))):
        tokens += [*first[a:x], *second[b:y], *first[x : x + 1]]
        a, b = x + 1, y + 1
    return [text for token in tokens for text in (token.before, token.text)]
