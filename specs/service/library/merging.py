"""A text that meets another head of its spec: put together where that is safe, else kept beside it with a conflict.

Inside the caller's transaction, with the spec locked. The writer's text is a side revision either way, so that it can
be read again as it was sent. Knows nothing of who asked for it: saves and imports alike come here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from specs.access import Principal
from specs.conflicts import (
    ConflictRecord,
    ConflictState,
    Standing,
    UnmergedError,
    Written,
    regions_of,
    unrelated,
)
from specs.library import Known, Spec, check_text
from specs.merging import Merge, merge
from specs.proposals.delta import Operation, SpecDelta
from specs.revision import Actor, Provenance, Revision
from specs.service import writing
from specs.service.proposals.admitting import ADMITTED, Admission, Gate, admit
from specs.service.revisions.landing import Arrival, Landing
from specs.service.working import worked
from specs.store.conflicts import ConflictStore
from specs.store.connection import Connection, IdSource, SpecHook
from specs.store.library import LibraryStore

MOST_AUTHORS_FROM = 20
_KEPT = "Your text is kept, and waits as a conflict. Decide it, or save a text that holds both and name yours."


@dataclass(frozen=True, slots=True)
class Ground:
    """What a text was made from: the revision behind the head that it goes back to (if any), by way of which sides.

    `texts` are those of revisions that are at hand already, such as the head's.
    """

    base: str | None
    through: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Met:
    """What became of a text that met another head.

    `landed` holds both texts; without it and without `conflict`, the head held all of it already. `side` is the
    revision that keeps the text as it was sent.
    """

    spec: Spec
    side: str
    landed: Revision | None = None
    conflict: Standing | None = None
    admitted: Admission = ADMITTED


async def ground_of(store: LibraryStore, spec: UUID, base: str, known: Mapping[str, Known]) -> Ground | None:
    """Find what a text made from a revision has in common with the head; None where there is no such revision.

    Whoever goes on from a text of theirs that waits in a conflict is taken back to what that one was made from.
    `known` are revisions of the spec that were read already.
    """
    through: list[str] = []
    texts = {one: found.text for one, found in known.items()}
    digest: str | None = base
    while digest is not None:
        found = known.get(digest)
        if found is None and writing.is_digest(digest):
            found = (await store.known(spec, (digest,))).get(digest)
        if found is None:
            return Ground(None, tuple(through), texts) if through else None
        if found.behind_head:
            return Ground(digest, tuple(through), {**texts, digest: found.text})
        through.append(digest)
        digest = found.revision.parents[0] if found.revision.parents else None
    return Ground(None, tuple(through), texts)


def put_together(base: str | None, ours: str, theirs: str) -> Merge:
    """Merge two texts; what could not be kept as a spec, or has no known past in common, is a question as a whole."""
    if base is None:
        return unrelated(ours, theirs)
    made = merge(base, ours, theirs)
    if made.text is not None and check_text(made.text) is not None:
        return unrelated(ours, theirs)
    return made


def unmerged(standing: Standing) -> UnmergedError:
    """Make the error that tells a writer of a conflict: both changed one place, or would be no valid spec together."""
    notes = dict.fromkeys(region.conflict.note for region in standing.regions if region.conflict.note)
    why = f", and both together would be wrong. {' '.join(notes)}" if notes else ", in the same places."
    return UnmergedError(f"The spec changed since you read it{why}", _KEPT, standing)


async def stand(store: LibraryStore, record: ConflictRecord) -> Standing:
    """Put a conflict together as it stands against the revision that it names as `ours`."""
    found = await store.texts(record.spec, {record.ours, record.theirs, *((record.base,) if record.base else ())})
    ours, theirs = await store.revision(record.spec, record.ours), await store.revision(record.spec, record.theirs)
    if ours is None or theirs is None:
        raise writing.no_revision()
    base_text = found[record.base] if record.base else None
    both = found[record.ours], found[record.theirs]
    made = await worked(sum(map(len, both)), put_together, base_text, *both)
    before = await store.heads_since(record.spec, record.base, MOST_AUTHORS_FROM)
    beside = await _line(store, theirs, found[record.theirs], record.base)
    regions, earlier = regions_of(made, record.choices, before, beside)
    counted = replace(record, regions=len(regions), decided=sum(region.choice is not None for region in regions))
    texts = (base_text or "", found[record.ours], found[record.theirs])
    return Standing(counted, ours, theirs, *texts, made, regions, earlier)


async def _line(store: LibraryStore, side: Revision, text: str, base: str | None) -> tuple[Written, ...]:
    """Give a side revision and those it was made from, up to the base, the newest first."""
    found = [Written((side.actor,), text, side.provenance is Provenance.INFERRED)]
    for _ in range(MOST_AUTHORS_FROM):
        if not side.parents or side.parents[0] == base:
            break
        before = await store.revision(side.spec_id, side.parents[0])
        if before is None:
            break
        inferred = before.provenance is Provenance.INFERRED
        found.append(Written((before.actor,), await store.text(side.spec_id, before.digest) or "", inferred))
        side = before
    return tuple(found)


class Merging:
    """Brings texts to specs whose head moved, in one project on one connection at one time."""

    def __init__(
        self, connection: Connection, project: UUID, at: datetime, new_id: IdSource, on_change: SpecHook
    ) -> None:
        self._connection = connection
        self._on_change = on_change
        self._store = LibraryStore(connection, project)
        self._conflicts = ConflictStore(connection, project)
        self._landing = Landing(connection, project, at, on_change)
        self._at = at
        self._new_id = new_id

    async def bring(self, principal: Principal, current: Spec, ground: Ground, side: Arrival, message: str) -> Met:
        """Keep a text beside the head of a locked spec, and make the merge of both the next head where it is clean.

        The principal is whose merge it is. A conflict in which an earlier text of the same line waits goes on with
        this one, and what was sent before is not taken again: nobody gets a conflict with themselves.
        """
        again = await self._sent_before(current, side.revision)
        if again is not None:
            return again
        wanted = {current.head, *((ground.base,) if ground.base else ())}
        texts = dict(ground.texts)
        if wanted - texts.keys():
            texts |= await self._store.texts(current.id, wanted - texts.keys())
        ours, base_text = texts[current.head], texts[ground.base] if ground.base else None
        made = await worked(len(ours) + len(side.text), put_together, base_text, ours, side.text)
        await self._landing.set_aside(side)
        through = (*ground.through, *side.revision.parents[1:])
        if made.text is None:
            found = await self._conflict(current, ground, side.revision, through)
            return Met(current, side.revision.digest, conflict=found)
        if made.text == ours:
            if through:
                await self._conflicts.taken_in(current.id, through, current.head, principal.actor.id, self._at)
            return Met(current, side.revision.digest)
        part = SpecDelta(current.id, Operation.EDIT, current.head, current.path, current.path, ours, made.text)
        gate = Gate(self._connection, principal, current.project, self._at, self._new_id, self._on_change)
        admitted = await admit(gate, part, message, (side.revision.digest, *through))
        parents = (current.head, side.revision.digest)
        revision = writing.compose(principal, current.id, made.text, parents, message=message, at=self._at)
        title = writing.titled(await writing.title_of(made.text), current.path)
        arrival = Arrival(revision, made.text, title, principal.task, through, side.revision.digest)
        now = await self._landing.advance(current, arrival)
        return Met(now, side.revision.digest, landed=revision, admitted=admitted)

    async def dispute(self, current: Spec, ground: Ground, side: Arrival) -> Met:
        """Keep a text beside the head of a locked spec, and ask about it though it may go together with the head."""
        await self._landing.set_aside(side)
        through = (*ground.through, *side.revision.parents[1:])
        return Met(
            current, side.revision.digest, conflict=await self._conflict(current, ground, side.revision, through)
        )

    async def _sent_before(self, current: Spec, made: Revision) -> Met | None:
        """Find what became of the same text the first time, for a writer who did not hear of it."""
        before = await self._store.sent_before(made) if made.parents else None
        if before is None:
            return None
        found = (await self._store.known(current.id, (before,))).get(before)
        if found is not None and found.behind_head:
            return Met(current, before)
        record = await self._conflicts.open_of(current.id, (before,))
        if record is None:
            return None
        standing = await stand(self._store, replace(record, ours=current.head))
        await self._conflicts.change(standing.record)
        return Met(current, before, conflict=standing)

    async def _conflict(self, current: Spec, ground: Ground, side: Revision, through: tuple[str, ...]) -> Standing:
        before = await self._conflicts.open_of(current.id, through) if through else None
        fresh = before or opened(self._new_id(), current, side.actor, self._at)
        record = replace(fresh, base=ground.base, ours=current.head, theirs=side.digest, proposal=None)
        standing = await stand(self._store, record)
        await (self._conflicts.add if before is None else self._conflicts.change)(standing.record)
        return standing


def opened(ident: UUID, spec: Spec, by: Actor, at: datetime) -> ConflictRecord:
    """Make the record of a conflict that opens; its revisions are still to be named."""
    return ConflictRecord(
        id=ident,
        spec=spec.id,
        path=spec.path,
        base=None,
        ours=spec.head,
        theirs="",
        state=ConflictState.OPEN,
        choices=(),
        regions=0,
        decided=0,
        opened_by=by,
        opened_at=at,
    )
