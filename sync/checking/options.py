"""What a local check is asked, as a value."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from specs.values import dataclass
from sync.trees.progress import Progress, no_progress

if TYPE_CHECKING:
    from drift.debt.claims import Counts
    from drift.mentions.references import Reference
    from drift.mentions.removal import Past
    from specs.document import Yaml
    from sync.specfiles.served import Served

# For each document the names that it speaks of: what the past knew of them.
PastReader: TypeAlias = "Callable[[Mapping[str, Collection[Reference]]], Past]"


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What a local check is asked.

    `specs` (a folder, or what a server gave) replaces the configured ones, `rev` the files on disk.

    `base` names what the findings are compared with. `cache_dir` replaces the place of the cache; `cached` False goes
    without. `today` decides about dates in the specs. `contracts` are files of other tools' contracts, which are
    checked instead of specs; `evaluated` runs those that are programs.
    """

    today: date
    specs: "Path | Served | None" = None
    rev: str = ""
    base: str = ""
    staged: bool = False
    only: frozenset[str] | None = None
    cache_dir: Path | None = None
    cached: bool = True
    progress: Progress = no_progress
    processes: int | None = None
    contracts: tuple[Path, ...] = ()
    evaluated: "Callable[[Path], Yaml] | None" = None


@dataclass(frozen=True, slots=True)
class Question:
    """What an evaluation is to answer: which kinds (None: all), as of which day, with whose memory of the past.

    `counts` says which lines of the lock are to be believed (None: all).
    """

    today: date
    only: frozenset[str] | None = None
    past_reader: "PastReader | None" = None
    counts: "Counts | None" = None
