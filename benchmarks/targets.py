"""Holds what was measured against what is wanted of the speed of a check, and prints it as one table."""

import statistics
from collections.abc import Sequence
from typing import NamedTuple

LARGE = 10_000
# For a package of some 1,500 modules, and for one of some 15,000.
WARM = (3.0, 5.0)
COLD = (2.0, 1.2)
REQUEST, EVERY_KIND = 0.3, 1.0


class Cost(NamedTuple):
    """What one process cost: seconds on the clock, seconds of processor, the most memory in MiB."""

    wall: float
    cpu: float
    memory: float


class Target(NamedTuple):
    """One thing that is wanted: the bound, and what was measured on the clock and of processor time."""

    what: str
    bound: float
    wall: float
    cpu: float
    unit: str = ""
    least: bool = False

    @property
    def row(self) -> str:
        """Write it as a row of a table."""
        met = self.wall >= self.bound if self.least else self.wall <= self.bound
        sign = "≥" if self.least else "≤"
        return (
            f"| {self.what} | {sign} {self.bound:g}{self.unit} | {self.wall:.2f}{self.unit} | {self.cpu:.2f}{self.unit}"
            f" | {'yes' if met else 'no'} |"
        )


def ratio(rows: Sequence[Sequence[Cost]], kind: str, *, ours_first: bool) -> float:
    """Give the median over the rounds of the peer's cost by ours, or with `ours_first` of ours by the peer's."""
    one, other = (0, 1) if ours_first else (1, 0)
    return statistics.median(float(getattr(row[one], kind) / getattr(row[other], kind)) for row in rows)


def beside_import_linter(found: dict[str, list[list[Cost]]], modules: int) -> list[Target]:
    """Say how many times faster than import-linter a warm check is, and how many times its time a cold one takes."""
    large = modules >= LARGE
    targets = []
    for name, rows in found.items():
        cold = name == "cold"
        wall, cpu = (ratio(rows, kind, ours_first=cold) for kind in ("wall", "cpu"))
        said = "time by import-linter's" if cold else "import-linter's time by ours"
        targets.append(Target(f"{name}: {said}", (COLD if cold else WARM)[large], wall, cpu, least=not cold))
    return targets


def beside(peer: str, rows: list[list[Cost]]) -> Target:
    """Say how many times a peer's time a check from nothing takes."""
    wall, cpu = (ratio(rows, kind, ours_first=True) for kind in ("wall", "cpu"))
    return Target(f"cold: time by {peer}'s", 1.0, wall, cpu)


def of_requests(found: dict[str, list[list[Cost]]]) -> list[Target]:
    """Say how many seconds a pull request takes, with a few contracts and with every kind."""
    bounds = (REQUEST, EVERY_KIND)
    return [
        Target(
            f"pull request: {name}",
            bound,
            statistics.median(row[0].wall for row in rows),
            statistics.median(row[0].cpu for row in rows),
            " s",
        )
        for bound, (name, rows) in zip(bounds, found.items(), strict=True)
    ]


def print_targets(targets: Sequence[Target]) -> None:
    """Print all of them."""
    print(
        "\nWhat is wanted\n\n| | wanted | on the clock | of processor time | met |\n| --- | ---: | ---: | ---: | --- |"
    )
    for target in targets:
        print(target.row)
