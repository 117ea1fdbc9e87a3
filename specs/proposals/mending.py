"""What the author of a proposal that no longer fits is asked, spec by spec, and the changes that come of the answers.

Made anew from the specs as they are whenever it is asked, as conflicts are: a region keeps its key for as long as it
reads the same. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from specs.conflicts import Region, chosen, keyed
from specs.errors import UserError
from specs.library import SpecStatus, SpecText
from specs.merging import Merge, merge
from specs.merging.values import resolve
from specs.proposals.delta import Operation, SpecDelta
from specs.proposals.draft import SpecChange
from specs.proposals.rebase import rebase
from specs.revision import Actor


class Way(StrEnum):
    """How a part is mended: place by place, by a whole text, at another path, as it is now, or not at all."""

    PLACES = "places"
    WHOLE = "whole"
    MOVE = "move"
    AGAIN = "again"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Broken:
    """A part that does not go together with its spec as it is `now`, why, and how it can be mended.

    `merged` holds the regions to decide where that is by places.
    """

    part: SpecDelta
    now: SpecText | None
    message: str
    ways: tuple[Way, ...]
    merged: Merge | None = None

    @property
    def regions(self) -> tuple[Region, ...]:
        """The places to decide."""
        return () if self.merged is None else tuple(Region(*one) for one in keyed(self.merged.conflicts))


@dataclass(frozen=True, slots=True)
class Answer:
    """What the author says of a part: the way, and what that takes: choices by region, a text, a path."""

    way: Way
    choices: Mapping[str, tuple[str, str | None]] = field(default_factory=dict)
    text: str = ""
    path: str = ""


def broken(delta: Sequence[SpecDelta], heads: Mapping[UUID, SpecText], taken: Mapping[str, UUID]) -> tuple[Broken, ...]:
    """Say which parts of a delta do not go together with the specs as they are."""
    found = rebase(delta, heads, taken).conflicts or {}
    return tuple(
        _broken(part, heads.get(part.spec), found[str(part.spec)]) for part in delta if str(part.spec) in found
    )


def _broken(part: SpecDelta, now: SpecText | None, told: Mapping[str, object]) -> Broken:
    reason, message = told.get("reason"), str(told.get("message", ""))
    if reason == "text" and part.operation is Operation.EDIT and now is not None:
        made = merge(part.before, now.text, part.after)
        return Broken(part, now, message, (Way.PLACES, Way.WHOLE, Way.DROP), made)
    if reason == "text":
        return Broken(part, now, message, (Way.AGAIN, Way.DROP))
    return Broken(part, now, message, (Way.MOVE, Way.DROP))


def mended(one: Broken, answer: Answer, actor: Actor, at: datetime) -> SpecChange | None:
    """Give the change that an answer makes of a part, None where it is left out. Raises `UserError` for no answer."""
    if answer.way not in one.ways:
        raise UserError(f"{one.part.path} cannot be mended that way.", "Choose one of the ways that the page offers.")
    if answer.way is Way.DROP:
        return None
    part, now = one.part, one.now
    if answer.way is Way.MOVE:
        return _moved(one, answer.path.strip())
    base = None if now is None else now.revision.digest
    if answer.way is Way.AGAIN:
        return SpecChange(part.operation, part.spec, base)
    text = _whole(one, answer.text) if answer.way is Way.WHOLE else _put_together(one, answer, actor, at)
    path = part.to_path if part.to_path != part.path else None
    return SpecChange(Operation.EDIT, part.spec, base, path, text)


def _whole(one: Broken, text: str) -> str:
    newline = "\n" if one.merged is None else one.merged.newline
    return text.replace("\r\n", "\n").replace("\n", newline)


def _put_together(one: Broken, answer: Answer, actor: Actor, at: datetime) -> str:
    places = one.regions
    missing = [number for number, region in enumerate(places, 1) if not answer.choices.get(region.key, ("", None))[0]]
    if one.merged is None or missing:
        named = ", ".join(map(str, missing))
        raise UserError(
            f"{one.part.path}: place {named} is not decided.", "Choose one side, or write it anew, at each place."
        )
    answers = {region.conflict.index: chosen(region, *answer.choices[region.key], actor, at).text for region in places}
    text = resolve(one.merged, answers).text
    if text is None:
        raise UserError(f"{one.part.path} is not put together.", "Load the page again: the spec changed.")
    return text


def _moved(one: Broken, path: str) -> SpecChange:
    """Bring a part to another path: a spec of its own where there is none any more that it could change."""
    if not path:
        raise UserError(f"{one.part.path} is to go to no path.", "Write a path that no spec has, or leave it out.")
    part, now = one.part, one.now
    alive = now is not None and now.spec.status is SpecStatus.ACTIVE
    if part.operation is Operation.CREATE or now is None or not alive:
        return SpecChange(Operation.CREATE, path=path, text=part.after)
    return SpecChange(Operation.EDIT, part.spec, part.base, path, part.after)


def kept(part: SpecDelta) -> SpecChange:
    """Give the change that a part is that needs no mending."""
    if part.operation is Operation.CREATE:
        return SpecChange(Operation.CREATE, path=part.to_path, text=part.after)
    if part.operation is not Operation.EDIT:
        return SpecChange(part.operation, part.spec, part.base)
    path = part.to_path if part.to_path != part.path else None
    return SpecChange(Operation.EDIT, part.spec, part.base, path, part.after)
