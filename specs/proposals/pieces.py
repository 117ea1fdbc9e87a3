"""The pieces of a delta that can be accepted one by one: hunks of texts, and each change of a path or a status."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from specs.proposals.delta import Delta, Operation, SpecDelta
from specs.proposals.hunks import Hunk, apply_hunks, hunks

_TAIL = 12


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a delta. `hunk` is none for a change that is not one of text: a spec retired, a path changed."""

    id: str
    spec: UUID
    hunk: Hunk | None = None


def pieces(delta: Sequence[SpecDelta]) -> tuple[Piece, ...]:
    """Give the pieces of a delta in order. A spec that is created, retired or restored is one piece."""
    found: list[Piece] = []
    for part in delta:
        if part.operation is not Operation.EDIT:
            found.append(Piece(_whole(part), part.spec))
            continue
        if part.path != part.to_path:
            found.append(Piece(_whole(part), part.spec))
        found += [Piece(_of(part, hunk), part.spec, hunk) for hunk in hunks(part.before, part.after)]
    return tuple(found)


def choose(delta: Sequence[SpecDelta], chosen: Collection[str]) -> tuple[Delta, Delta]:
    """Cut a delta in two, both against its bases: the chosen pieces, and all others."""
    taken: list[SpecDelta] = []
    left: list[SpecDelta] = []
    for part in delta:
        if part.operation is not Operation.EDIT:
            (taken if _whole(part) in chosen else left).append(part)
            continue
        found = hunks(part.before, part.after)
        mine = {hunk.id for hunk in found if _of(part, hunk) in chosen}
        moves = _whole(part) in chosen
        for side, ids, path in (
            (taken, mine, moves),
            (left, {hunk.id for hunk in found} - mine, not moves),
        ):
            after = apply_hunks(part.before, found, ids)
            made = replace(part, after=after, to_path=part.to_path if path else part.path)
            if not made.changes_nothing:
                side.append(made)
    return tuple(taken), tuple(left)


def remaining(landed: Sequence[SpecDelta], whole: Sequence[SpecDelta], heads: dict[UUID, str]) -> Delta:
    """Give what is left of a delta once some of its pieces landed: on the `heads` that they made."""
    done = {part.spec: part for part in landed}
    left: list[SpecDelta] = []
    for part in whole:
        first = done.get(part.spec)
        if first is None:
            left.append(part)
        elif part.operation is Operation.EDIT:
            rest = replace(part, base=heads[part.spec], before=first.after, path=first.to_path)
            if not rest.changes_nothing:
                left.append(rest)
    return tuple(left)


def _of(part: SpecDelta, hunk: Hunk) -> str:
    return f"{hunk.id}.{part.spec.hex[-_TAIL:]}"


def _whole(part: SpecDelta) -> str:
    return f"{'rename' if part.operation is Operation.EDIT else part.operation.value}.{part.spec.hex[-_TAIL:]}"
