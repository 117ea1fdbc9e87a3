"""How long work tells how far it is: a function of how many are done, of how many."""

from collections.abc import Callable

Progress = Callable[[int, int], None]


def no_progress(_done: int, _total: int) -> None:
    """Tell nobody."""
