"""Merges one requirement three ways, part by part: its statement, and each scenario by its name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from specs.merging import Merge, merge, resolve
from specs.openspec.blocks import normal, scenarios_of

PartKey: TypeAlias = tuple[str, int]
STATEMENT: PartKey = ("", 0)


@dataclass(frozen=True, slots=True)
class PartConflict:
    """A part that both sides changed. `scenario` is "" for the statement; `suggestions` are whole parts, best first."""

    scenario: str
    base: str
    ours: str
    theirs: str
    reason: str
    suggestions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BlockMerge:
    """What a merge of a requirement came to: its text, in which conflicts (if any) stand as ours."""

    text: str
    conflicts: tuple[PartConflict, ...]


def merge_block(base: str, ours: str, theirs: str) -> BlockMerge:
    r"""Merge three versions of a requirement; line ends are \n. Never takes a part from one side where both changed it.

    The order is that of ours; what is new in theirs follows the part it follows there.
    """
    old, mine, other = split_block(base), split_block(ours), split_block(theirs)
    merged: dict[PartKey, str] = {}
    conflicts: list[PartConflict] = []
    for key in _order(mine, other):
        text = _part(key, (old.get(key), mine.get(key), other.get(key)), conflicts)
        if text is not None:
            merged[key] = text
    return BlockMerge("\n\n".join(part.strip("\n") for part in merged.values()), tuple(conflicts))


def split_block(block: str) -> dict[PartKey, str]:
    """Cut a requirement into its parts: what stands before the first scenario, then each scenario by name and turn."""
    scenarios = scenarios_of(block)
    parts: dict[PartKey, str] = {STATEMENT: block[: scenarios[0].start] if scenarios else block}
    turns: dict[str, int] = {}
    for one in scenarios:
        turns[one.name] = turns.get(one.name, 0) + 1
        parts[one.name, turns[one.name]] = one.text
    return parts


def _order(ours: Mapping[PartKey, str], theirs: Mapping[PartKey, str]) -> list[PartKey]:
    order = list(ours)
    before: PartKey | None = None
    for key in theirs:
        if key not in ours:
            order.insert(order.index(before) + 1 if before is not None else 0, key)
        before = key
    return order


def _part(key: PartKey, sides: tuple[str | None, str | None, str | None], conflicts: list[PartConflict]) -> str | None:
    """Merge one part; None where it is left out."""
    base, ours, theirs = (None if side is None else side.strip("\n") for side in sides)
    if theirs in (ours, base):
        return ours
    if ours == base:
        return theirs
    if base is None or ours is None or theirs is None:
        reason = "inserted" if base is None else "deleted"
        choices = tuple(side for side in (ours, theirs) if side)
        conflicts.append(PartConflict(key[0], base or "", ours or "", theirs or "", reason, choices))
        return ours
    result = merge(f"{base}\n", f"{ours}\n", f"{theirs}\n")
    if result.text is not None:
        return result.text
    reason = str(result.conflicts[0].reason)
    conflicts.append(PartConflict(key[0], base, ours, theirs, reason, _suggestions(result)))
    return ours


def _suggestions(result: Merge) -> tuple[str, ...]:
    """Give the whole part once for each answer that settles it; none where it takes several answers."""
    if len(result.conflicts) != 1:
        return ()
    conflict = result.conflicts[0]
    settled = (resolve(result, {conflict.index: one.text}).text for one in conflict.suggestions)
    return tuple(text.strip("\n") for text in settled if text)


def changed_parts(base: str, block: str) -> tuple[str, ...]:
    """Name the scenarios ("" is the statement) in which a requirement differs from what it began from."""
    old, new = split_block(normal(base)), split_block(normal(block))
    keys = dict.fromkeys([*old, *new])
    return tuple(dict.fromkeys(key[0] for key in keys if old.get(key, "").strip() != new.get(key, "").strip()))
