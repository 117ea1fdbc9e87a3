"""What a text means, as vectors: the seam of the model, and how a task is cut for it. Pure; knows no model.

A task is compared in parts, for one vector of a long text says little of each of its concerns.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from specs.values import dataclass

PART = 800
MOST_PARTS = 6
Vector = Sequence[float]


class Encoder(Protocol):
    """Turns texts into vectors of length 1. `name` says by which model: vectors of two models never meet."""

    @property
    def name(self) -> str:
        """Name the model."""

    @property
    def dimensions(self) -> int:
        """Say how long a vector is."""

    def encode(self, texts: Sequence[str]) -> list[list[float]]:
        """Give a vector for each text, in their order. Takes time: call it off the event loop."""


@dataclass(frozen=True, slots=True)
class Similar:
    """How alike in meaning the question passages are, by digest: to its likest part, and to its title.

    Where only the likest were looked up, all others count as `usual`, and `spread` is the deviation over all.
    """

    best: Mapping[str, float]
    title: Mapping[str, float]
    usual: tuple[float, float] = (0.0, 0.0)
    spread: tuple[float, float] | None = None


def parts(task: str) -> list[str]:
    """Cut a task into parts of at most `PART` characters, at ends of lines or words; the first few of them."""
    found: list[str] = []
    rest = task.strip()
    while rest and len(found) < MOST_PARTS:
        if len(rest) <= PART:
            end = len(rest)
        else:
            end = next((at for mark in ("\n", " ") if (at := rest.rfind(mark, PART // 2, PART)) > 0), PART)
        found.append(rest[:end].strip())
        rest = rest[end:].strip()
    return found


def title_of(task: str) -> str:
    """Give the first line of a task."""
    return task.strip().split("\n", 1)[0][:PART]
