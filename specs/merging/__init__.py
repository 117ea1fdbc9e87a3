"""Three-way merge of Markdown that asks where it is in doubt: `merge`, `resolve`, and the values they pass on."""

from specs.merging.engine import merge
from specs.merging.values import (
    Conflict,
    Merge,
    Piece,
    Reason,
    Resolved,
    Suggestion,
    from_json,
    resolve,
    to_json,
)

__all__ = [
    "Conflict",
    "Merge",
    "Piece",
    "Reason",
    "Resolved",
    "Suggestion",
    "from_json",
    "merge",
    "resolve",
    "to_json",
]
