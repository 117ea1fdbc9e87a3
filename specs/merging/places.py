"""Says in which section of the base each conflict begins, by the address that the section has as a spec's."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from specs.anchors import Heading, resolve
from specs.markdown import plain_text, split_anchor
from specs.merging.scan import Unit, UnitKind, heading_of
from specs.merging.values import Conflict, Piece

MARKED = frozenset("`*_[]<>&\\!~")
MAX_INLINE_STEPS = 100_000


def placed(pieces: Iterable[Piece], base: Sequence[Unit]) -> Iterator[Piece]:
    """Give each conflict the anchor of its section; "" before the first heading."""
    known: tuple[list[int], tuple[str, ...]] | None = None
    for piece in pieces:
        if not isinstance(piece, Conflict):
            yield piece
            continue
        lines, names = known = known or _known(base)
        at = bisect_right(lines, piece.line) - 1
        yield replace(piece, anchor=names[at] if at >= 0 else "")


def _known(units: Sequence[Unit]) -> tuple[list[int], tuple[str, ...]]:
    found = anchors(units)
    return [line for line, _ in found], tuple(name for _, name in found)


def anchors(units: Sequence[Unit]) -> list[tuple[int, str]]:
    """Give each heading of a text: its line (from 1), and its anchor."""
    env = {"inline_steps": MAX_INLINE_STEPS}
    headings = []
    for unit in units:
        if unit.kind is not UnitKind.HEADING:
            continue
        level, text = heading_of(unit)
        source, name = split_anchor(text)
        title = plain_text(source, env).strip() if MARKED & set(source) else source
        headings.append(Heading(level, source, title, name, unit.first + 1))
    return list(zip((heading.line for heading in headings), resolve(headings).names, strict=True))
