"""A progress bar on stderr for what takes longer than a second, on a terminal only. No thread: it draws when told."""

import sys
import time
from types import TracebackType
from typing import Self

PATIENCE = 1.0
EVERY = 0.1
BAR = 24


class Progress:
    """Call it with how many files are done, of how many. Leaving the `with` block wipes the bar."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._on = sys.stderr.isatty() and not quiet
        self._next = time.monotonic() + PATIENCE
        self._drawn = False

    def __enter__(self) -> Self:
        return self

    def __call__(self, done: int, total: int) -> None:
        """Draw the bar if it is time."""
        if not self._on or time.monotonic() < self._next or not total:
            return
        self._next = time.monotonic() + EVERY
        self._drawn = True
        full = BAR * min(done, total) // total
        sys.stderr.write(
            f"\r\x1b[36m{'━' * full}\x1b[2m{'━' * (BAR - full)}\x1b[0m read {done:,} of {total:,} files\x1b[K"
        )
        sys.stderr.flush()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
