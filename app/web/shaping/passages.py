"""A conflict cut for the eye: the places to decide, and what is put together already between them. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType

from app.web.shaping.differences import marked_lines, spans_of
from app.web.views.conflicts import Offer, RegionView, Side, Stretch, StretchLine
from app.web.views.history import Span
from specs.conflicts import Region, Standing
from specs.conflicts import offers as suggested
from specs.diff import line_diff, split
from specs.merging import Conflict, Reason, Resolved

WHOLE, AROUND = 300, 3
WHY = MappingProxyType(
    {
        Reason.EDITED: "Both changed the same words.",
        Reason.DEPENDENT: "Both changed one sentence, in ways that may hang together.",
        Reason.DELETED: "One side deleted what the other changed.",
        Reason.INSERTED: "Both added something here, and the order may matter.",
        Reason.STRUCTURE: "Together the changes would break the structure of the text.",
    }
)
SUGGESTED = MappingProxyType(
    {
        "both": "Both, one after the other",
        "both-reversed": "Both, in the other order",
        "combination": "Both changes in one",
        "combination-2": "Both changes in one, in the other order",
    }
)


def region_view(number: int, region: Region) -> RegionView:
    """Make the view of one region: both sides against the base, and what can be chosen."""
    conflict, choice = region.conflict, region.choice
    sides = [Offer("ours", "Keep what the spec says now"), Offer("theirs", "Take the text that waits")]
    found = [
        Offer(entry.name, SUGGESTED.get(entry.name, SUGGESTED["combination"]), entry.text)
        for entry in suggested(conflict)
        if entry.text not in {conflict.ours, conflict.theirs}
    ]
    own = choice.text if choice is not None else next((one.text for one in found if one.text), conflict.theirs)
    return RegionView(
        key=region.key,
        number=number,
        line=conflict.line,
        anchor=conflict.anchor,
        why=f"Both changes together would be wrong. {conflict.note}" if conflict.note else WHY[conflict.reason],
        base=conflict.base,
        now=Side(
            marked_lines(conflict.base, conflict.ours), region.ours_by, conflict.ours, inferred=region.ours_inferred
        ),
        waiting=Side(
            marked_lines(conflict.base, conflict.theirs),
            region.theirs_by,
            conflict.theirs,
            inferred=region.theirs_inferred,
        ),
        offers=(*sides, *found),
        before=_left(conflict),
        take=choice.take if choice is not None else "",
        own=own,
    )


def _left(conflict: Conflict) -> tuple[tuple[Span, ...], ...]:
    """Give the lines of the base with the words marked that a side took away."""
    lines: list[tuple[Span, ...]] = [(Span(line.removesuffix("\n")),) for line in split(conflict.base)]
    for side in (conflict.theirs, conflict.ours):
        for change in line_diff(conflict.base, side):
            for offset, line in enumerate(change.a):
                marked = spans_of(line) if line.spans else (Span(line.text, changed=True),)
                lines[change.a_line - 1 + offset] = _joined(lines[change.a_line - 1 + offset], marked)
    return tuple(lines)


def _joined(first: Sequence[Span], second: Sequence[Span]) -> tuple[Span, ...]:
    """Put two markings of one line together: a character is changed where either says so."""
    flags = [
        (char, either or other) for (char, either), (_, other) in zip(_flagged(first), _flagged(second), strict=True)
    ]
    return tuple(
        Span("".join(char for char, _ in run), changed=changed)
        for changed, run in groupby(flags, key=lambda one: one[1])
    ) or (Span(""),)


def _flagged(spans: Iterable[Span]) -> Iterator[tuple[str, bool]]:
    return ((char, span.changed) for span in spans for char in span.text)


def stretches_of(standing: Standing) -> tuple[Stretch, ...]:
    """Give the settled text before each region and after the last, with what each side brought into it."""
    ours, theirs = standing.merge.side("ours"), standing.merge.side("theirs")
    brought = _brought(standing.ours_text, ours), _brought(standing.theirs_text, theirs)
    stretches: list[Stretch] = []
    lines: list[StretchLine] = []
    at = [1, 1]
    for piece in standing.merge.pieces:
        if isinstance(piece, Resolved):
            settled = split(piece.text)
            lines.extend(_settled(settled, (at[0], at[1]), brought))
            at = [at[0] + len(settled), at[1] + len(settled)]
        else:
            stretches.append(_stretch(lines))
            lines = []
            at = [at[0] + len(split(piece.ours)), at[1] + len(split(piece.theirs))]
    return (*stretches, _stretch(lines))


_Brought = tuple[frozenset[int], Mapping[int, Sequence[str]]]


def _brought(side: str, settled: str) -> _Brought:
    """Give the lines (from 1) that a side lacked, and those it had that are gone, by the line they stood before."""
    new: set[int] = set()
    gone: dict[int, list[str]] = {}
    for change in line_diff(side, settled):
        new.update(range(change.b_line, change.b_line + len(change.b)))
        gone.setdefault(change.b_line, []).extend(line.text for line in change.a)
    return frozenset(new), gone


def _settled(lines: Sequence[str], at: tuple[int, int], brought: tuple[_Brought, _Brought]) -> Iterator[StretchLine]:
    """Give settled lines. What the head lacked came from the text that waits, and the other way round."""
    (of_waiting, left), (of_now, dropped) = brought
    for offset, line in enumerate(lines):
        here, there = at[0] + offset, at[1] + offset
        for text in left.get(here, ()):
            yield StretchLine(text, "waiting", gone=True)
        for text in dropped.get(there, ()):
            yield StretchLine(text, "now", gone=True)
        by = {(True, True): "both", (True, False): "waiting", (False, True): "now"}.get(
            (here in of_waiting, there in of_now), ""
        )
        yield StretchLine(line.rstrip("\r\n"), by)


def _stretch(lines: Sequence[StretchLine]) -> Stretch:
    """Make a stretch; of a long one only what was brought is shown, with a little round it."""
    count = sum(not line.gone for line in lines)
    brought = {side: sum(line.by in {side, "both"} for line in lines) for side in ("now", "waiting")}
    if len(lines) > WHOLE:
        near = {
            index
            for place, line in enumerate(lines)
            if line.by
            for index in range(max(0, place - AROUND), min(len(lines), place + AROUND + 1))
        }
        lines = [line for index, line in enumerate(lines) if index in near]
    return Stretch(tuple(lines[:WHOLE]), count, brought["now"], brought["waiting"])
