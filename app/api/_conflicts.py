"""How conflicts travel over the API: records, regions with who wrote each side, and the 409 that tells of one."""

from datetime import datetime
from http import HTTPStatus
from urllib.parse import quote
from uuid import UUID

import msgspec

from app.api._wire import ActorOut, Out
from app.problems import HttpError
from specs.conflicts import Choice, ConflictRecord, ConflictState, Region, Standing, UnmergedError, offers
from specs.merging import Suggestion


class SuggestionOut(Out):
    """An answer computed ahead; its `name` can be taken as the choice."""

    name: str
    text: str

    @classmethod
    def of(cls, suggestion: Suggestion) -> "SuggestionOut":
        """Make it from the core's value."""
        return cls(name=suggestion.name, text=suggestion.text)


class ChoiceOut(Out):
    """What someone chose for a region."""

    region: str
    take: str
    text: str
    actor: ActorOut
    at: datetime

    @classmethod
    def of(cls, choice: Choice) -> "ChoiceOut":
        """Make it from the core's value."""
        return cls(
            region=choice.region, take=choice.take, text=choice.text, actor=ActorOut.of(choice.actor), at=choice.at
        )


class RegionOut(Out):
    """A place where both sides differ. `line` and `anchor` say where it is in the base; authors by side.

    `note` says what both together would break, where each alone is valid.
    A side is inferred where nobody vouched for the revision that made it read so.
    """

    key: str
    reason: str
    line: int
    base: str
    ours: str
    theirs: str
    anchor: str = ""
    ours_by: tuple[ActorOut, ...] = ()
    theirs_by: tuple[ActorOut, ...] = ()
    suggestions: tuple[SuggestionOut, ...] = ()
    choice: ChoiceOut | None = None
    ours_inferred: bool = False
    theirs_inferred: bool = False
    note: str = ""

    @classmethod
    def of(cls, region: Region) -> "RegionOut":
        """Make it from the core's value."""
        conflict = region.conflict
        return cls(
            key=region.key,
            reason=conflict.reason.value,
            line=conflict.line,
            base=conflict.base,
            ours=conflict.ours,
            theirs=conflict.theirs,
            anchor=conflict.anchor,
            ours_by=tuple(ActorOut.of(actor) for actor in region.ours_by),
            theirs_by=tuple(ActorOut.of(actor) for actor in region.theirs_by),
            suggestions=tuple(SuggestionOut.of(entry) for entry in offers(conflict)),
            choice=None if region.choice is None else ChoiceOut.of(region.choice),
            ours_inferred=region.ours_inferred,
            theirs_inferred=region.theirs_inferred,
            note=conflict.note,
        )


class ConflictOut(Out):
    """A conflict without its texts: `theirs` waits, `ours` is the head it was last held against; digests.

    `proposal` holds its resolution, where that waits for review.
    """

    id: UUID
    spec: UUID
    path: str
    state: ConflictState
    base: str | None
    ours: str
    theirs: str
    regions: int
    decided: int
    opened_by: ActorOut
    opened_at: datetime
    settled_by: ActorOut | None = None
    settled_at: datetime | None = None
    resolution: str | None = None
    proposal: UUID | None = None

    @classmethod
    def of(cls, record: ConflictRecord) -> "ConflictOut":
        """Make it from the core's value."""
        return cls(
            id=record.id,
            spec=record.spec,
            path=record.path,
            state=record.state,
            base=record.base,
            ours=record.ours,
            theirs=record.theirs,
            regions=record.regions,
            decided=record.decided,
            opened_by=ActorOut.of(record.opened_by),
            opened_at=record.opened_at,
            settled_by=None if record.settled_by is None else ActorOut.of(record.settled_by),
            settled_at=record.settled_at,
            resolution=record.resolution,
            proposal=record.proposal,
        )


class TextsOut(Out):
    """The three texts whole."""

    base: str
    ours: str
    theirs: str


class StandingOut(Out):
    """A conflict with its regions; `earlier` are choices whose region is no longer. `texts` where asked for."""

    conflict: ConflictOut
    regions: tuple[RegionOut, ...]
    earlier: tuple[ChoiceOut, ...] = ()
    texts: TextsOut | None = None

    @classmethod
    def of(cls, standing: Standing, *, with_text: bool = False) -> "StandingOut":
        """Make it from the core's value."""
        texts = TextsOut(base=standing.base_text, ours=standing.ours_text, theirs=standing.theirs_text)
        return cls(
            conflict=ConflictOut.of(standing.record),
            regions=tuple(RegionOut.of(region) for region in standing.regions),
            earlier=tuple(ChoiceOut.of(choice) for choice in standing.earlier),
            texts=texts if with_text else None,
        )


def conflict_url(project: str, conflict: UUID) -> str:
    """Give a conflict's address."""
    return f"/api/v1/projects/{quote(project, safe='')}/conflicts/{conflict}"


def unmerged(error: UnmergedError, project: str, *, with_text: bool = False) -> HttpError:
    """Make the 409 that shows a conflict with its regions, so that its writer can settle it at once."""
    shown = msgspec.to_builtins(StandingOut.of(error.standing, with_text=with_text))
    place = {"location": conflict_url(project, error.standing.record.id)}
    details = {**error.details, **shown, "conflict": shown["conflict"]}
    return HttpError(HTTPStatus.CONFLICT, error.message, error.hint, headers=place, details=details)
