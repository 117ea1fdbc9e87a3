"""The program of the child process that reads what definitions of a commit say of themselves: JSON in, JSON out.

As `evaluating` it parses foreign code under limits that its parent sets, and opens no database and no socket.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from specs.errors import HoldfastError
from sync.cache.factcache import FactCache
from sync.contexts.describing import read_described, searched
from sync.gitrepo import Repository
from sync.trees.sides import rooted_side

MOST_DEFINITIONS = 50_000


def answer(request: Mapping[str, Any]) -> dict[str, Any]:
    """Describe the files that are not `known`, path to blob, and list all; a `problem` where nothing can be read."""
    try:
        side = rooted_side(Repository.open(Path(request["mirror"])), request["commit"], request.get("root", ""))
        cache = FactCache(Path(request["cache"]))
        try:
            found, count = [], 0
            for one in read_described(side, cache, request["known"]):
                count += len(one.definitions)
                if count > MOST_DEFINITIONS:
                    break
                found.append([one.path, one.blob, list(one.calls), [list(row) for row in one.definitions]])
        finally:
            cache.save()
        return {"files": found, "paths": sorted(searched(side))}
    except HoldfastError as error:
        return {"problem": f"{error.message}. {error.hint}".strip()}


def main() -> None:
    """Read the request, write the answer."""
    sys.stdout.write(json.dumps(answer(json.load(sys.stdin))))


if __name__ == "__main__":
    main()
