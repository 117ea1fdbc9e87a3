"""The program of the child process that learns what a commit of a mirror keeps to: JSON in, JSON out.

It parses foreign code under the limits its parent sets, as `evaluating` does. How far it is it writes into a small
file that its parent reads.
"""

import json
import sys
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from specs.errors import HoldfastError
from sync.cache.factcache import FactCache
from sync.checking.options import CheckOptions
from sync.drafting.learning import learn_side
from sync.gitrepo import Repository
from sync.trees.sides import rooted_side

EVERY = 0.3


class Teller:
    """Writes how many files are read, of how many, a few times a second."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._next = 0.0

    def __call__(self, done: int, total: int) -> None:
        """Write it down, if it is time or the end."""
        if done < total and time.monotonic() < self._next:
            return
        self._next = time.monotonic() + EVERY
        self._place.write_text(f"{done} {total}")


def answer(request: Mapping[str, Any]) -> dict[str, Any]:
    """Learn; a `problem` instead where a person has to mend something first."""
    try:
        side = rooted_side(Repository.open(Path(request["mirror"])), request["commit"], request.get("root", ""))
        teller = Teller(Path(request["progress"]))
        options = CheckOptions(date.fromisoformat(request["today"]), progress=teller, processes=1)
        cache = FactCache(Path(request["cache"]))
        lesson = learn_side(side, cache, options, request["name"])
    except HoldfastError as error:
        return {"problem": error.message, "hint": error.hint}
    promises = [{"id": one.id, "kind": one.kind, "why": one.why} for one in lesson.learned.promises]
    modules = sum(not module.test for module in lesson.index.modules.values())
    return {
        "text": lesson.text,
        "promises": promises,
        "share": round(lesson.learned.share, 4),
        "modules": modules,
        "imports": len(lesson.index.edges),
        "files": len(lesson.index.paths),
        "commit": request["commit"],
    }


def main() -> None:
    """Read the request, write the answer."""
    sys.stdout.write(json.dumps(answer(json.load(sys.stdin))))


if __name__ == "__main__":
    main()
