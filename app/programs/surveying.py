"""The program of the child process that lists the names which the code of a commit has: JSON in, JSON out.

As `evaluating`, it parses foreign code under limits that its parent sets; it opens no database and no socket.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from drift.facts import Tier
from specs.errors import HoldfastError
from sync.aids.codenames import rows_of
from sync.cache.factcache import FactCache
from sync.gitrepo import Repository
from sync.trees.reading import Reading, read_index
from sync.trees.sides import rooted_side


def answer(request: Mapping[str, Any]) -> dict[str, Any]:
    """Read a commit's definitions and give its names; none where a person has to mend the repository first."""
    try:
        side = rooted_side(Repository.open(Path(request["mirror"])), request["commit"], request.get("root", ""))
    except HoldfastError:
        return {"names": []}
    cache = FactCache(Path(request["cache"]))
    reading = Reading(side.config.source_roots, side.config.excludes, processes=1, tier=Tier.DEFINITIONS)
    try:
        return {"names": rows_of(read_index(side.tree, cache, reading))}
    finally:
        cache.save()


def main() -> None:
    """Read the request, write the answer."""
    sys.stdout.write(json.dumps(answer(json.load(sys.stdin))))


if __name__ == "__main__":
    main()
