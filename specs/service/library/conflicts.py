"""Conflicts that wait: list them, read one against the newest head, choose region by region, resolve, withdraw.

A conflict blocks nothing: its spec goes on, and its regions are those of the head as it is when someone looks. Every
change of a conflict is made with its spec locked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from specs.access import Principal, Role, Scope
from specs.audit import Json
from specs.conflicts import (
    OPEN,
    OWN,
    Choice,
    ConflictRecord,
    ConflictState,
    Standing,
    UnmergedError,
    chosen,
    with_choices,
)
from specs.errors import ConflictError, DeniedError, HoldfastError, MissingError
from specs.library import Merged, Page, Saved, Spec, SpecStatus
from specs.proposals.delta import Operation, SpecDelta
from specs.service import writing
from specs.service.auditing import record
from specs.service.library.merging import stand
from specs.service.paging import decode_cursor, encode_cursor, limited, no_cursor
from specs.service.proposals.admitting import Gate, admit, gated
from specs.service.revisions.landing import Arrival, Landing
from specs.store.conflicts import ConflictStore
from specs.store.connection import Clock, Connection, IdSource, SpecHook, Transactions, no_hook
from specs.store.library import LibraryStore

_LEFT = (
    "Not all of the conflict is decided.",
    "Choose wherever no choice is made yet. What you chose so far is kept.",
)
_MOVED = (
    "The spec changed again, and with it what is to be decided.",
    "Look at the conflict as it is now and choose again. What you chose before is kept under `earlier`.",
)


@dataclass(frozen=True, slots=True)
class Pick:
    """What a caller chooses for a region: a side, a suggestion by name, `own` with a text, or `open`: nothing yet."""

    region: str
    take: str
    text: str | None = None


class Conflicts:
    """All use cases of conflicts. `on_change` is called as by the library."""

    def __init__(self, database: Transactions, clock: Clock, new_id: IdSource, on_change: SpecHook = no_hook) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id
        self._on_change = on_change

    async def list(  # noqa: PLR0913 (each a filter of the list)
        self,
        principal: Principal,
        project: UUID,
        *,
        spec: UUID | None = None,
        state: ConflictState | None = ConflictState.OPEN,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[ConflictRecord]:
        """Give conflicts of a project or of one spec, the newest first; of any state with None."""
        principal.require(project, Role.READER, Scope.READ)
        before = None if cursor is None else _ident(cursor)
        count = limited(limit)
        async with self._database.read() as connection:
            rows = await ConflictStore(connection, project).page(spec=spec, state=state, before=before, limit=count + 1)
        return Page(rows[:count], encode_cursor(rows[count - 1].id.hex) if len(rows) > count else None)

    async def read(self, principal: Principal, project: UUID, conflict: UUID) -> Standing:
        """Give a conflict with its regions: of an open one, against the newest head."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            found = await _found(ConflictStore(connection, project), conflict)
            store = LibraryStore(connection, project)
            return await stand(store, _against(found, await writing.found(store, found.spec)))

    async def choose(self, principal: Principal, project: UUID, conflict: UUID, picks: Sequence[Pick]) -> Standing:
        """Keep choices for some regions; the rest stays open. Nothing of the spec changes.

        A region that is no longer, because the head moved, makes an `UnmergedError` with those that are now; own words
        for it are kept nevertheless.
        """
        principal.require(project, Role.EDITOR, Scope.WRITE)
        async with self._database.transaction() as connection:
            standing, lost = await self._decide(connection, principal, project, conflict, picks)
            details: dict[str, Json] = {"spec": str(standing.record.spec), "regions": len(picks)}
            await record(
                connection,
                principal,
                project,
                at=self._clock(),
                action="conflict.choose",
                subject=conflict,
                details=details,
            )
        if lost:
            raise UnmergedError(*_MOVED, standing)
        return standing

    async def resolve(
        self, principal: Principal, project: UUID, conflict: UUID, picks: Sequence[Pick] = (), message: str = ""
    ) -> Saved:
        """Make a head of both texts, with every region decided as chosen now or before.

        The head may have moved: then both are merged again, and choices count where their regions still read the same.
        Raises `UnmergedError` while a region is undecided; the choices that came are kept.
        """
        principal.require(project, Role.EDITOR, Scope.WRITE)
        writing.check_input(None, "", message)
        at = self._clock()
        async with gated(self._database) as connection:
            standing, lost = await self._decide(connection, principal, project, conflict, picks)
            text = standing.text
            failure: HoldfastError | None = None
            if text is None or lost:
                failure = UnmergedError(*(_MOVED if lost else _LEFT), standing)
            else:
                saved = await self._land(connection, principal, project, standing, (text, message))
                details = {"spec": str(saved.spec.id), "path": saved.spec.path, "revision": saved.revision.digest}
                landed: dict[str, Json] = {**details, "conflict": str(conflict)}
                await record(
                    connection,
                    principal,
                    project,
                    at=at,
                    action="spec.settle",
                    subject=saved.spec.id,
                    details=landed,
                )
                await record(
                    connection, principal, project, at=at, action="conflict.resolve", subject=conflict, details=details
                )
        if failure is not None:
            raise failure
        return saved

    async def _land(
        self, connection: Connection, principal: Principal, project: UUID, standing: Standing, said: tuple[str, str]
    ) -> Saved:
        text, message = said
        writing.check_input(None, text, message)
        store, kept = LibraryStore(connection, project), standing.record
        spec = await writing.found(store, kept.spec)
        at = self._clock()
        before = await store.text(spec.id, spec.head) or ""
        part = SpecDelta(spec.id, Operation.EDIT, spec.head, spec.path, spec.path, before, text)
        await admit(
            Gate(connection, principal, project, at, self._new_id, self._on_change), part, message, (kept.theirs,)
        )
        made = writing.compose(principal, spec.id, text, (spec.head, kept.theirs), message=message, at=at)
        title = writing.titled(await writing.title_of(text), spec.path)
        now = await Landing(connection, project, at, self._on_change).advance(
            spec, Arrival(made, text, title, principal.task)
        )
        return Saved(now, made, created=True, merged=Merged(kept.base or "", spec.head, kept.theirs))

    async def withdraw(self, principal: Principal, project: UUID, conflict: UUID) -> ConflictRecord:
        """Give a conflict up: its text stays readable as a side revision and waits no longer.

        The one who wrote the text may, and whoever reviews. Withdrawing twice changes nothing.
        """
        principal.require(project, Role.EDITOR, Scope.WRITE)
        at = self._clock()
        async with self._database.transaction() as connection:
            conflicts, store = ConflictStore(connection, project), LibraryStore(connection, project)
            spec = await writing.found(store, (await _found(conflicts, conflict)).spec, lock=True)
            found = await _found(conflicts, conflict)
            if found.state is ConflictState.WITHDRAWN:
                return found
            _check_open(found)
            if found.opened_by.id != principal.actor.id:
                _check_reviewer(principal, project)
            gone = replace(found, state=ConflictState.WITHDRAWN, settled_by=principal.actor, settled_at=at)
            await conflicts.change(gone)
            if spec.diverged == found.theirs:
                await store.set_against_git(spec.id, diverged=None, agreed=found.theirs)
            details = {"spec": str(spec.id), "side": found.theirs}
            await record(
                connection, principal, project, at=at, action="conflict.withdraw", subject=conflict, details=details
            )
            return gone

    async def _decide(
        self, connection: Connection, principal: Principal, project: UUID, conflict: UUID, picks: Sequence[Pick]
    ) -> tuple[Standing, bool]:
        """Lock a conflict's spec, keep choices, and give the conflict as it stands then; whether a region was gone."""
        conflicts, store = ConflictStore(connection, project), LibraryStore(connection, project)
        spec = await writing.found(store, (await _found(conflicts, conflict)).spec, lock=True)
        found = await _found(conflicts, conflict)
        _check_open(found)
        if spec.status is SpecStatus.RETIRED:
            raise ConflictError("The spec is retired.", "Restore the spec, then resolve its conflicts.")
        standing = await stand(store, _against(found, spec))
        regions, at = {region.key: region for region in standing.regions}, self._clock()
        made, reopened, lost = [], set(), False
        for pick in picks:
            writing.check_input(None, pick.text or "", "")
            if pick.take == OPEN:
                reopened.add(pick.region)
            elif pick.region in regions:
                made.append(chosen(regions[pick.region], pick.take, pick.text, principal.actor, at))
            else:
                lost = True
                if pick.take == OWN and pick.text:
                    made.append(Choice(pick.region, OWN, pick.text, principal.actor, at))
        decided = replace(standing.record, choices=with_choices(standing.record.choices, made, reopened))
        # Put together anew: `stand` is where choices meet regions.
        standing = await stand(store, decided) if made or reopened else standing
        await conflicts.change(standing.record)
        return standing, lost


def _against(found: ConflictRecord, spec: Spec) -> ConflictRecord:
    """Give an open conflict as one with the head as it is now; a settled one is shown as it was."""
    return replace(found, ours=spec.head) if found.state is ConflictState.OPEN else found


async def _found(store: ConflictStore, conflict: UUID) -> ConflictRecord:
    found = await store.find(conflict)
    if found is None:
        raise MissingError("There is no such conflict.", "List the conflicts of the project for their ids.")
    return found


def _check_open(found: ConflictRecord) -> None:
    if found.state is not ConflictState.OPEN:
        details: dict[str, object] = {"state": found.state.value, "resolution": found.resolution}
        raise ConflictError(
            f"The conflict is {found.state} already.", "Read the spec: its head is what counts now.", details=details
        )


def _check_reviewer(principal: Principal, project: UUID) -> None:
    try:
        principal.require(project, Role.REVIEWER, Scope.WRITE)
    except DeniedError as error:
        raise DeniedError(
            "This is not your text.", "Ask whoever wrote it to withdraw it, or a reviewer; or resolve the conflict."
        ) from error


def _ident(cursor: str) -> UUID:
    try:
        return UUID(hex=decode_cursor(cursor))
    except ValueError as error:
        raise no_cursor() from error
