"""How the child process that evaluates is asked. One shape for checks of commits and for dry runs."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from drift.debt.claims import Standing
from drift.lives.records import Repository
from sync.service.repositories.speaking import all_called, called


def request_for(  # noqa: PLR0913 (where the code is, what it is held against, and on whose word)
    mirror: Path,
    repository: Repository,
    commit: str,
    *,
    today: date,
    specs: Sequence[Sequence[object]],
    root: str,
    others: Iterable[Repository],
    standing: Standing,
    waivers: Sequence[Sequence[str]] = (),
) -> dict[str, Any]:
    """Make the request. `specs` are rows as the child reads them, `others` the repositories of the project."""
    return {
        "mirror": str(mirror),
        "cache": str(mirror.with_suffix(".facts")),
        "commit": commit,
        "today": today.isoformat(),
        "specs": [list(row) for row in specs],
        "root": root,
        "called": sorted(called(repository)),
        "known": sorted(all_called(others)),
        "claims": {
            "approved": sorted(standing.approved),
            "known": sorted(standing.known),
            "trusted": standing.trusted,
        },
        "waivers": [list(row) for row in waivers],
    }
