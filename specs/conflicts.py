"""Conflicts as values: two texts of a spec that met and could not be put together without asking, and what was chosen.

A conflict names three revisions; its regions are the merge of their texts, made anew whenever it is read, so that they
are those of the newest head. A choice belongs to the content of a region: it goes on counting for as long as the
region reads the same, whatever moves around it. Pure.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from specs.errors import ConflictError, UserError
from specs.merging.values import Conflict, Merge, Reason, Suggestion, resolve
from specs.revision import Actor, Revision

KEY_LENGTH = 16
SIDES = ("base", "ours", "theirs")
OWN = "own"
OPEN = "open"


class ConflictState(StrEnum):
    """Whether a conflict waits for a decision, was decided, or was given up by its writer."""

    OPEN = "open"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Choice:
    """What someone chose for a region: a side's name, a suggestion's, or `own` for words of their own."""

    region: str
    take: str
    text: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class ConflictRecord:
    """A conflict as it is kept: `theirs` met the head `ours`; both come from `base`, where that is known.

    `regions` and `decided` are as they were when it was last put together. `resolution` is the revision that took
    `theirs` in; `proposal` the proposal that would, where its resolution waits for review.
    """

    id: UUID
    spec: UUID
    path: str
    base: str | None
    ours: str
    theirs: str
    state: ConflictState
    choices: tuple[Choice, ...]
    regions: int
    decided: int
    opened_by: Actor
    opened_at: datetime
    settled_by: Actor | None = None
    settled_at: datetime | None = None
    resolution: str | None = None
    proposal: UUID | None = None


@dataclass(frozen=True, slots=True)
class Region:
    """A place where the texts differ, by its key, with who wrote each side and what was chosen for it so far.

    A side is inferred where nobody vouched for the revision that made it read so.
    """

    key: str
    conflict: Conflict
    ours_by: tuple[Actor, ...] = ()
    theirs_by: tuple[Actor, ...] = ()
    choice: Choice | None = None
    ours_inferred: bool = False
    theirs_inferred: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """A conflict put together: its three texts, their merge, its regions, and choices whose region is no longer."""

    record: ConflictRecord
    ours: Revision
    theirs: Revision
    base_text: str
    ours_text: str
    theirs_text: str
    merge: Merge
    regions: tuple[Region, ...]
    earlier: tuple[Choice, ...] = ()

    @property
    def open_regions(self) -> tuple[Region, ...]:
        """The regions that nobody decided yet."""
        return tuple(region for region in self.regions if region.choice is None)

    @property
    def text(self) -> str | None:
        """The text with every choice put in its place; None while a region is undecided."""
        answers = {region.conflict.index: region.choice.text for region in self.regions if region.choice is not None}
        return resolve(self.merge, answers).text


@dataclass(frozen=True, slots=True)
class Written:
    """A text of one side, who wrote it and whether that was inferred: what authors of regions are told from."""

    actors: tuple[Actor, ...]
    text: str
    inferred: bool = False


class UnmergedError(ConflictError):
    """A text met another head and waits in a conflict; `standing` shows it."""

    def __init__(self, message: str, hint: str, standing: Standing) -> None:
        record = standing.record
        details: dict[str, object] = {
            "spec": str(record.spec),
            "path": record.path,
            "head": standing.ours.digest,
            "base": record.base,
            "side_revision": record.theirs,
            "conflict": str(record.id),
        }
        super().__init__(message, hint, details=details)
        self.standing = standing


def unrelated(ours: str, theirs: str) -> Merge:
    """Give the merge of texts that share no known past: all of it is one question."""
    suggestions = (Suggestion("ours", ours), Suggestion("theirs", theirs))
    return Merge((Conflict(0, "", ours, theirs, Reason.EDITED, suggestions),))


def keyed(conflicts: Iterable[Conflict]) -> tuple[tuple[str, Conflict], ...]:
    """Give each conflict a key by its content; equal ones are told apart by their order."""
    seen: Counter[str] = Counter()
    found = []
    for conflict in conflicts:
        content = f"{conflict.base}\0{conflict.ours}\0{conflict.theirs}"
        digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:KEY_LENGTH]
        seen[digest] += 1
        found.append((digest if seen[digest] == 1 else f"{digest}-{seen[digest]}", conflict))
    return tuple(found)


def regions_of(
    merge: Merge, choices: Sequence[Choice], ours: Sequence[Written], theirs: Sequence[Written]
) -> tuple[tuple[Region, ...], tuple[Choice, ...]]:
    """Give the regions of a merge with their authors and choices, and the choices that fit none of them any more.

    `ours` and `theirs` are the texts of each side since the base, the newest first.
    """
    latest = {choice.region: choice for choice in choices}
    regions = tuple(_region(key, conflict, latest.get(key), ours, theirs) for key, conflict in keyed(merge.conflicts))
    standing = {region.key for region in regions}
    return regions, tuple(choice for choice in latest.values() if choice.region not in standing)


def _region(
    key: str, conflict: Conflict, choice: Choice | None, ours: Sequence[Written], theirs: Sequence[Written]
) -> Region:
    now, waiting = (
        _made(words, conflict.base, texts) or Written((), "")
        for words, texts in ((conflict.ours, ours), (conflict.theirs, theirs))
    )
    return Region(key, conflict, now.actors, waiting.actors, choice, now.inferred, waiting.inferred)


def _made(words: str, base: str, texts: Sequence[Written]) -> Written | None:
    """Give the text that made a region read as it does: the oldest of the newest in a row that have it so.

    None, where the side left the region as the base had it.
    """
    if words == base or not texts:
        return None
    found = texts[0]
    for text in texts:
        has = words in text.text if words else base not in text.text
        if not has:
            break
        found = text
    return found


def offers(conflict: Conflict) -> tuple[Suggestion, ...]:
    """Give the suggestions for a conflict, each under a name of its own (`combination`, `combination-2`)."""
    seen: Counter[str] = Counter()
    found = []
    for entry in conflict.suggestions:
        seen[entry.name] += 1
        name = entry.name if seen[entry.name] == 1 else f"{entry.name}-{seen[entry.name]}"
        found.append(Suggestion(name, entry.text))
    return tuple(found)


def chosen(region: Region, take: str, text: str | None, actor: Actor, at: datetime) -> Choice:
    """Make a choice for a region: a side, a suggestion by its name, or `own` with its text."""
    if take == OWN:
        if text is None:
            raise UserError("A choice of own words has none.", "Send them as `text`; an empty one drops the region.")
        return Choice(region.key, take, text, actor, at)
    if text is not None:
        raise UserError(f"The choice {take!r} brings its own words.", f"Leave out `text`, or take `{OWN}`.")
    offered = {entry.name: entry.text for entry in offers(region.conflict)}
    offered |= {side: getattr(region.conflict, side) for side in SIDES}
    if take not in offered:
        raise UserError(
            f"The region {region.key} offers no {take!r}.", f"Take one of {', '.join(sorted({*offered, OWN}))}."
        )
    return Choice(region.key, take, offered[take], actor, at)


def with_choices(before: Sequence[Choice], new: Sequence[Choice], reopened: Collection[str] = ()) -> tuple[Choice, ...]:
    """Put new choices in the place of earlier ones of the same regions; those of `reopened` regions are taken back."""
    merged = {choice.region: choice for choice in (*before, *new)}
    return tuple(merged[key] for key in sorted(merged) if key not in reopened)
