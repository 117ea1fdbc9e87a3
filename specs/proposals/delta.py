"""What a proposal would do: for each spec its text, path and status before and after, and the digest of all of it.

Knows no storage and no states. A delta is against recorded base revisions; its digest names what it changes and what
stands right beside that, so that the same change on a base that moved elsewhere is the same delta.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from specs.library import check_text
from specs.paths import check_path, path_key
from specs.problem import Problem
from specs.proposals.hunks import hunks
from specs.revision import text_digest

MAX_SPECS = 50


class Operation(StrEnum):
    """What becomes of a spec. A change of path goes with `EDIT`, whose text may be the same."""

    CREATE = "create"
    EDIT = "edit"
    RETIRE = "retire"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class SpecDelta:
    """What a proposal would do to one spec.

    `base` is the digest of the revision it was made from, none for a spec that is to be created; `path` and `before`
    are the spec's at that revision (for `CREATE` the path wanted and ""), `to_path` and `after` what they would become.
    """

    spec: UUID
    operation: Operation
    base: str | None
    path: str
    to_path: str
    before: str
    after: str

    @property
    def changes_nothing(self) -> bool:
        """Whether the spec would be what it is."""
        return self.operation is Operation.EDIT and self.path == self.to_path and self.before == self.after


Delta: TypeAlias = tuple[SpecDelta, ...]


def check_delta(delta: Sequence[SpecDelta]) -> Problem | None:
    """Say why a delta cannot be proposed, or give None."""
    if not delta:
        return Problem("no-change", "The proposal changes nothing.", 1, 1, "Name at least one spec and its new text.")
    if len(delta) > MAX_SPECS:
        message = f"The proposal touches {len(delta)} specs; it may touch {MAX_SPECS}."
        return Problem("too-many", message, 1, 1, "Propose what belongs together, and the rest apart.")
    if len({part.spec for part in delta}) < len(delta):
        return Problem("spec-twice", "A spec is in the proposal twice.", 1, 1, "Gather its changes in one.")
    taken = [path_key(part.to_path) for part in delta if part.operation is not Operation.RETIRE]
    if len(set(taken)) < len(taken):
        return Problem("path-twice", "Two specs would have the same path.", 1, 1, "Give one of them another path.")
    return next(filter(None, map(_check_part, delta)), None)


def _check_part(part: SpecDelta) -> Problem | None:
    if part.changes_nothing:
        message = f"Nothing changes in {part.path}."
        return Problem("no-change", message, 1, 1, "Leave the spec out, or read it again: it may say so already.")
    return check_path(part.to_path) or check_text(part.after)


def delta_digest(delta: Sequence[SpecDelta]) -> str:
    """Name exactly what a delta changes, whichever base it stands on now.

    Of an edited text the digest covers each hunk: the section it stands in, the line before and after it, the lines
    that go and those that come. Of a spec that is created it covers path and text, of one retired or restored its text.
    """
    parts = [_part(part) for part in sorted(delta, key=lambda part: (path_key(part.to_path), str(part.spec)))]
    canonical = json.dumps({"version": 1, "specs": parts}, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _part(part: SpecDelta) -> dict[str, object]:
    said: dict[str, object] = {"operation": part.operation.value, "to_path": part.to_path}
    if part.operation is Operation.CREATE:
        return said | {"text": text_digest(part.after)}
    said |= {"spec": str(part.spec), "path": part.path}
    if part.operation is not Operation.EDIT:
        return said | {"text": text_digest(part.before), "after": text_digest(part.after)}
    return said | {"hunks": [hunk.identity for hunk in hunks(part.before, part.after)]}


def size(delta: Sequence[SpecDelta]) -> tuple[int, int]:
    """Count the lines that come and those that go."""
    come, go = 0, 0
    for part in delta:
        for hunk in hunks(part.before, part.after):
            come, go = come + len(hunk.added), go + len(hunk.removed)
    return come, go
