"""The one way by which a text comes into the library: as a spec's first revision, as its next head, or beside it.

Create, save, import, merge, resolution and accepted proposal all land here, inside the caller's transaction and with
the spec locked by the caller. What must happen with every text that comes in happens here, once. Asks nobody whether
it may: callers have.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from specs.library import Spec, SpecStatus
from specs.paths import path_key
from specs.revision import Revision
from specs.search import terms
from specs.service.hygiene import refuse_secrets
from specs.service.limits import Room
from specs.service.revisions.attributing import attribute_landing
from specs.service.working import worked
from specs.store.arriving import ArrivingStore, Followed
from specs.store.conflicts import ConflictStore
from specs.store.connection import Connection, SpecHook, no_hook
from specs.store.landing import Beginning, Incoming, LandingStore
from specs.store.library import LibraryStore


@dataclass(frozen=True, slots=True)
class Arrival:
    """A text on its way in: its revision, the text, the title for people, the task in whose course it came.

    `through` names side revisions that it takes in besides its parents: those its second parent was made from.
    `beside` is one that was set aside only now: nothing can wait in it yet.
    """

    revision: Revision
    text: str
    title: str
    task: UUID | None = None
    through: tuple[str, ...] = ()
    beside: str = ""

    @property
    def takes_in(self) -> tuple[str, ...]:
        """The side revisions whose words are looked after once this one is a head."""
        return (*self.revision.parents[1:], *self.through)


class Landing:
    """Lets texts land in one project on one connection, at one time. `on_change` hears of every head that moves."""

    def __init__(self, connection: Connection, project: UUID, at: datetime, on_change: SpecHook = no_hook) -> None:
        self._connection = connection
        self._project = project
        self._at = at
        self._on_change = on_change
        self._store = LibraryStore(connection, project)
        self._room = Room(connection, project)

    async def begin(self, path: str, arrival: Arrival) -> Spec | None:
        """Start the spec that the revision names, at a path; None, and nothing is done, when the path is taken.

        Raises `DeniedError` where the project may have no more.
        """
        await self._room.take(arrival.revision.size, begins=True)
        made = arrival.revision
        agreed = made.digest if made.from_git else None
        spec = Spec(
            made.spec_id,
            self._project,
            path,
            arrival.title,
            SpecStatus.ACTIVE,
            made.digest,
            self._at,
            self._at,
            agreed=agreed,
        )
        if not await self._store.add_spec(spec, path_key(path)):
            return None
        await self._add(arrival, side=False)
        await self._on_change(self._connection, self._project, spec.id)
        return spec

    async def begin_many(self, beginnings: Sequence[Beginning]) -> bool:
        """Start many specs that are written here, as `begin` does each; False, and nothing is done, if a path is taken.

        Room was taken by the caller, and the texts were looked at for secrets.
        """
        if not await LandingStore(self._connection, self._project).begin(beginnings):
            return False
        await self._on_change(self._connection, self._project, *(one.spec.id for one in beginnings))
        return True

    async def bring_many(self, incoming: Sequence[Incoming], heads: Sequence[Followed]) -> bool:
        """Begin specs and move heads by texts that commits bring, in their order; False, and nothing is done, if not.

        Each spec is as `begin` and then `advance` would leave it. Room was taken by the caller, the specs are locked,
        and the texts were looked at for secrets.
        """
        if not await ArrivingStore(self._connection, self._project).bring(incoming, heads):
            return False
        await self._on_change(self._connection, self._project, *(one.spec.id for one in heads))
        return True

    async def advance(self, current: Spec, arrival: Arrival) -> Spec:
        """Make a revision whose first parent is the head of a locked spec its next head; give the spec as it is then.

        A revision of git's, or one that takes in what git brought, says up to where git and the spec agree. Conflicts
        in which a side revision waited that is taken in now are resolved.
        """
        made = arrival.revision
        if made.parents[:1] != (current.head,):
            msg = f"the head of {current.id} is not the first parent of what is to follow it"
            raise ValueError(msg)
        await self._room.take(made.size, begins=False)
        agreed, diverged = current.agreed, current.diverged
        if made.from_git:
            agreed, diverged = made.digest, None
        elif diverged in arrival.takes_in:
            agreed, diverged = diverged, None
        now = replace(
            current, head=made.digest, title=arrival.title, updated_at=self._at, diverged=diverged, agreed=agreed
        )
        if not (await self._add(arrival, side=False, now=now, follows=current.head))[1]:
            msg = f"the head of {current.id} moved under a lock"
            raise RuntimeError(msg)
        waiting = tuple(side for side in arrival.takes_in if side != arrival.beside)
        if waiting:
            await ConflictStore(self._connection, self._project).taken_in(
                current.id, waiting, made.digest, made.actor.id, self._at
            )
        await self._on_change(self._connection, self._project, current.id)
        return now

    async def set_aside(self, arrival: Arrival) -> bool:
        """Keep a text beside the head, as a side revision; False when this very revision is there already."""
        return (await self._add(arrival, side=True))[0]

    async def _add(
        self, arrival: Arrival, *, side: bool, now: Spec | None = None, follows: str | None = None
    ) -> tuple[bool, bool]:
        """Keep a text, and move its spec's head as `now` says; say whether it is new, and whether the head moved."""
        made, text = arrival.revision, arrival.text
        await refuse_secrets(self._connection, self._project, text, made.message)
        kept, passages = await attribute_landing(self._connection, self._project, made, text)
        found = await worked(len(text), terms, text)
        incoming = Incoming(made, arrival.title, arrival.task, side, found, kept, passages)
        return await LandingStore(self._connection, self._project).keep(incoming, now, follows)
