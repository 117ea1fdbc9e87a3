"""Places nodes in rows and leads arrows between them: a small layered layout. Pure, and the same for the same drawing.

Rows come with the drawing. An arrow over several rows passes each through a bend of its own; within a row, nodes and
bends are moved towards their neighbours in the rows beside it, a few times from above and from below.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from drift.drawing import Arrow, Drawing

WIDEST_ROW = 9
SWEEPS = 8
CHAR, PAD, HEIGHT, GAP, ROW_GAP, MARGIN, BEND = 7.3, 26, 46, 22, 74, 28, 4
BEND_GAP = 5
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """Where a node stands: its left upper corner and its width."""

    x: float
    y: float
    width: float

    @property
    def middle(self) -> float:
        """The middle of it."""
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is. `ways` gives the points of each arrow, from importer to imported."""

    boxes: Mapping[str, Box]
    ways: tuple[tuple[Point, ...], ...]
    width: float
    height: float


def lay_out(drawing: Drawing) -> Layout:
    """Place a drawing."""
    row_of = rows_of(drawing)
    widths = {node.name: max(len(node.shown) * CHAR + PAD, 110.0) for node in drawing.nodes}
    last = max(row_of.values(), default=0)
    rows: list[list[str]] = [[] for _ in range(last + 1)]
    for node in drawing.nodes:
        rows[row_of[node.name]].append(node.name)
    chains = [chain_of(number, arrow, row_of, rows, widths) for number, arrow in enumerate(drawing.arrows)]
    beside: dict[str, list[str]] = {}
    for chain in chains:
        for one, other in pairwise(chain):
            beside.setdefault(one, []).append(other)
            beside.setdefault(other, []).append(one)
    sort_rows(rows, beside)
    boxes = placed(rows, widths, beside)
    ways = tuple(way(chain, boxes, row_of) for chain in chains)
    width = max((box.x + box.width for box in boxes.values()), default=200) + MARGIN
    return Layout(boxes, ways, width, MARGIN * 2 + len(rows) * (HEIGHT + ROW_GAP) - ROW_GAP)


def rows_of(drawing: Drawing) -> dict[str, int]:
    """Give each node its row; a rank that is too wide is broken into several rows."""
    ranks: dict[int, list[str]] = {}
    for node in drawing.nodes:
        ranks.setdefault(node.rank, []).append(node.name)
    found: dict[str, int] = {}
    row = 0
    for rank in sorted(ranks):
        names = ranks[rank]
        pieces = -(-len(names) // WIDEST_ROW)
        each = -(-len(names) // pieces)
        for position, name in enumerate(names):
            found[name] = row + position // each
        row += pieces
    return found


def chain_of(
    number: int, arrow: Arrow, row_of: Mapping[str, int], rows: list[list[str]], widths: dict[str, float]
) -> list[str]:
    """Give the nodes and bends that an arrow passes, from its importer on; the bends are put into their rows."""
    start, end = row_of[arrow.importer], row_of[arrow.imported]
    step = 1 if end > start else -1
    chain = [arrow.importer]
    for row in range(start + step, end, step):
        bend = f"\0{number}:{row}"
        rows[row].append(bend)
        widths[bend] = BEND
        chain.append(bend)
    return [*chain, arrow.imported]


def sort_rows(rows: list[list[str]], beside: Mapping[str, list[str]]) -> None:
    """Order each row by the middle of its neighbours' positions."""
    place = {name: float(position) for row in rows for position, name in enumerate(row)}
    for sweep in range(SWEEPS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            aims = {name: aim(name, place, beside) for name in row}
            row.sort(key=lambda name: (aims[name], name))
            scale = 1 / max(len(row) - 1, 1)
            place.update({name: position * scale for position, name in enumerate(row)})


def aim(name: str, place: Mapping[str, float], beside: Mapping[str, list[str]]) -> float:
    """Give the middle of the positions of a node's neighbours; its own where it has none."""
    near = [place[other] for other in beside.get(name, ())]
    return round(sum(near) / len(near), 6) if near else place[name]


def placed(rows: list[list[str]], widths: Mapping[str, float], beside: Mapping[str, list[str]]) -> dict[str, Box]:
    """Give each node its box: rows centred, then pulled towards their neighbours without overlapping."""
    lengths = [sum(widths[name] + gap(name) for name in row) for row in rows]
    widest = max(lengths, default=0)
    middle: dict[str, float] = {}
    for row, length in zip(rows, lengths, strict=True):
        x = MARGIN + (widest - length) / 2
        for name in row:
            middle[name] = x + widths[name] / 2
            x += widths[name] + gap(name)
    for sweep in range(SWEEPS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            pull(row, middle, widths, beside, widest + 2 * MARGIN)
    tops = {name: MARGIN + number * (HEIGHT + ROW_GAP) for number, row in enumerate(rows) for name in row}
    least = min((middle[name] - widths[name] / 2 for name in middle), default=MARGIN) - MARGIN
    return {
        name: Box(round(middle[name] - widths[name] / 2 - least, 1), tops[name], widths[name])
        for name in sorted(middle)
    }


def gap(name: str) -> int:
    """Give the room to leave beside a node, or beside a bend."""
    return BEND_GAP if name.startswith("\0") else GAP


def pull(
    row: list[str],
    middle: dict[str, float],
    widths: Mapping[str, float],
    beside: Mapping[str, list[str]],
    end: float,
) -> None:
    """Move the nodes of a row towards the middle of their neighbours, keeping order and gaps."""
    wanted = {name: aim(name, middle, beside) for name in row}
    left = float(MARGIN)
    for name in row:
        middle[name] = max(wanted[name], left + widths[name] / 2)
        left = middle[name] + widths[name] / 2 + gap(name)
    right = end
    for name in reversed(row):
        middle[name] = min(middle[name], right - widths[name] / 2)
        right = middle[name] - widths[name] / 2 - gap(name)


def way(chain: list[str], boxes: Mapping[str, Box], row_of: Mapping[str, int]) -> tuple[Point, ...]:
    """Give the points of an arrow: out of the importer, through its bends, into what is imported."""
    first, last = boxes[chain[0]], boxes[chain[-1]]
    start, end = row_of[chain[0]], row_of[chain[-1]]
    if start == end:
        drop = first.y + HEIGHT + ROW_GAP * 0.45
        return (
            (first.middle, first.y + HEIGHT),
            ((first.middle + last.middle) / 2, drop),
            (last.middle, last.y + HEIGHT),
        )
    down = end > start
    points = [(first.middle, first.y + (HEIGHT if down else 0))]
    for name in chain[1:-1]:
        box = boxes[name]
        edges = [(box.middle, box.y), (box.middle, box.y + HEIGHT)]
        points += edges if down else edges[::-1]
    return (*points, (last.middle, last.y + (0 if down else HEIGHT)))
