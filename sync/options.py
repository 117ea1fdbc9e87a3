"""What a local check is asked, as a value."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from specs.document import Yaml
from sync.progress import Progress, no_progress


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What a local check is asked: `specs` (a folder) replaces the configured ones, `rev` the files on disk.

    `base` names what the findings are compared with. `cache_dir` replaces the place of the cache; `cached` False goes
    without. `today` decides about dates in the specs. `contracts` are files of other tools' contracts, which are
    checked instead of specs; `evaluated` runs those that are programs.
    """

    today: date
    specs: Path | None = None
    rev: str = ""
    base: str = ""
    staged: bool = False
    only: frozenset[str] | None = None
    cache_dir: Path | None = None
    cached: bool = True
    progress: Progress = no_progress
    processes: int | None = None
    contracts: tuple[Path, ...] = ()
    evaluated: Callable[[Path], Yaml] | None = None
