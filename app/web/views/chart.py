"""The shape of the twelve-week picture: numbers in, places on a grid out. Knows no page and no colour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

WIDTH = 720
HEIGHT = 180
LEFT = 34
BOTTOM = 24
TOP = 10
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
RULES = 4


@dataclass(frozen=True, slots=True)
class Week:
    """What a week came to: findings opened and resolved in it, and those open at its end.

    `links` lead to what is behind each number, where that is not the list of findings of the week.
    """

    begins: date
    new: int
    resolved: int
    open: int
    links: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar, in the picture's units."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """A week in the picture."""

    week: Week
    middle: float
    label: str
    new: Bar
    resolved: Bar
    dot: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Chart:
    """The whole picture. `line` is the path of open findings, `rules` the values and heights of the grid."""

    columns: tuple[Column, ...]
    line: str
    rules: tuple[tuple[int, float], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT


def draw(weeks: Sequence[Week]) -> Chart | None:
    """Place the weeks, oldest first. Nothing to draw gives nothing."""
    if not any(week.new or week.resolved or week.open for week in weeks):
        return None
    most = max(max(week.new, week.resolved, week.open) for week in weeks)
    step = next((step for step in STEPS if step * RULES >= most), most)
    top = step * -(-most // step)
    unit = (HEIGHT - TOP - BOTTOM) / top
    floor = HEIGHT - BOTTOM
    pitch = (WIDTH - LEFT - 8) / len(weeks)
    bar = min(16.0, pitch / 3)
    columns = []
    for index, week in enumerate(weeks):
        middle = LEFT + pitch * (index + 0.5)
        label = f"{week.begins.day} {week.begins:%b}" if index % 2 == (len(weeks) - 1) % 2 else ""
        columns.append(
            Column(
                week,
                round(middle, 1),
                label,
                Bar(round(middle - bar - 1, 1), round(floor - week.new * unit, 1), bar, round(week.new * unit, 1)),
                Bar(round(middle + 1, 1), round(floor - week.resolved * unit, 1), bar, round(week.resolved * unit, 1)),
                (round(middle, 1), round(floor - week.open * unit, 1)),
            )
        )
    line = "M" + " L".join(f"{x} {y}" for x, y in (column.dot for column in columns))
    rules = tuple((value, round(floor - value * unit, 1)) for value in range(0, top + 1, step))
    return Chart(tuple(columns), line, rules)
