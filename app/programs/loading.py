"""Loads what a long-lived process keeps for good: nothing of it is looked at for garbage, then or later."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Collect no garbage inside the block, and leave what is alive at its end out of all later collections.

    Loading makes a million objects and drops few: collecting meanwhile takes a third of the time, and later
    collections of everything would hold up whatever is being answered (`gc.freeze`, Python's own remedy).
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
