"""Starts a check: git lists the files while the rest of Holdfast is being loaded. Light, and judges nothing."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from sync.trees.sides import Side, begin_side


class Start(NamedTuple):
    """A check that was started: `side` waits for what is checked, `contracts` are named below its root."""

    side: Callable[[], Side]
    contracts: tuple[Path, ...]


def start(path: Path, rev: str = "", *, staged: bool = False, contracts: Sequence[Path] = (), base: str = "") -> Start:
    """Find what is checked when the command stands at `path`, and begin to list it. Raises as `find_side` does."""
    if not contracts:
        return Start(begin_side(path, rev, staged=staged, base=base), ())
    from sync.checking.contractroot import contract_root  # noqa: PLC0415 (only where contracts are checked)

    root, names = contract_root(path, contracts)
    return Start(begin_side(root, rev, staged=staged, here=True, base=base), tuple(map(Path, names)))
