"""Brings a delta onto the specs as they are now: by a clean merge, or else the conflicts are told.

Where a spec says already what was proposed, its part falls away. Knows no storage: the heads are arguments.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from specs.library import SpecStatus, SpecText
from specs.merging import merge, to_json
from specs.paths import path_key
from specs.proposals.delta import Delta, Operation, SpecDelta


@dataclass(frozen=True, slots=True)
class Rebased:
    """A delta on the specs of today. With conflicts (by spec, ready to be stored) the delta is the one from before."""

    delta: Delta
    conflicts: Mapping[str, Any] | None = None

    @property
    def clean(self) -> bool:
        """Whether all of it goes together."""
        return self.conflicts is None


def rebase(delta: Sequence[SpecDelta], heads: Mapping[UUID, SpecText], taken: Mapping[str, UUID]) -> Rebased:
    """Bring a delta onto the heads of its specs. `taken` says by path key which spec has a path that is wanted."""
    made: list[SpecDelta] = []
    conflicts: dict[str, Any] = {}
    for part in delta:
        found = _part(part, heads.get(part.spec))
        if isinstance(found, SpecDelta) and _path_taken(found, taken):
            found = _conflict(heads.get(part.spec), "path", f"There is a spec at {found.to_path} already.")
        if isinstance(found, SpecDelta):
            made.append(found)
        elif found is not None:
            conflicts[str(part.spec)] = found
    return Rebased(tuple(delta), conflicts) if conflicts else Rebased(tuple(made))


def _path_taken(part: SpecDelta, taken: Mapping[str, UUID]) -> bool:
    wanted = part.operation is Operation.CREATE or part.path != part.to_path
    return wanted and taken.get(path_key(part.to_path), part.spec) != part.spec


def _part(part: SpecDelta, now: SpecText | None) -> SpecDelta | dict[str, Any] | None:
    """Give the part on today's text, nothing where nothing is left of it, or the conflict."""
    if part.operation is Operation.CREATE:
        return part
    if now is None:
        return _conflict(now, "gone", "The spec is not there any more.")
    retired = now.spec.status is SpecStatus.RETIRED
    if part.operation is not Operation.EDIT:
        return _status(part, now, retired=retired)
    return _conflict(now, "retired", "The spec was retired.") if retired else _edit(part, now)


def _edit(part: SpecDelta, now: SpecText) -> SpecDelta | dict[str, Any] | None:
    """Bring another text and another path onto today."""
    to_path = part.to_path
    if part.path in {part.to_path, now.spec.path}:
        to_path = now.spec.path if part.path == part.to_path else part.to_path
    elif part.to_path != now.spec.path:
        return _conflict(now, "path", f"The spec was renamed to {now.spec.path}.")
    moved = replace(part, base=now.revision.digest, path=now.spec.path, to_path=to_path, before=now.text)
    if now.text == part.before:
        return None if moved.changes_nothing else moved
    merged = merge(part.before, now.text, part.after)
    if merged.text is None:
        message = "Both changed the same text, or texts that hang together."
        regions = [piece for piece in to_json(merged)["pieces"] if "index" in piece]
        return _conflict(now, "text", message) | {"regions": regions}
    moved = replace(moved, after=merged.text)
    return None if moved.changes_nothing else moved


def _status(part: SpecDelta, now: SpecText, *, retired: bool) -> SpecDelta | dict[str, Any] | None:
    """Bring retiring or restoring onto today: what was read must be what is retired."""
    if retired is (part.operation is Operation.RETIRE):
        return None
    if now.text != part.before:
        return _conflict(now, "text", "The text changed since.")
    return replace(part, base=now.revision.digest, path=now.spec.path, to_path=now.spec.path)


def _conflict(now: SpecText | None, reason: str, message: str) -> dict[str, Any]:
    return {"reason": reason, "message": message, "head": None if now is None else now.revision.digest}
