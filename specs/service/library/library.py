"""The library: create, read, list, save, rename, retire specs, and their history and differences.

A head moves by compare-and-set only. A text that meets another head is merged with it, or kept as a side revision
before the caller hears of the conflict (`specs.service.library.merging`). Knows nothing of HTTP or of git.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from specs.access import Principal, Role, Scope
from specs.audit import Json
from specs.errors import ConflictError, UserError
from specs.library import (
    ANYONE,
    Differences,
    HistoryEntry,
    Merged,
    Page,
    Saved,
    Spec,
    SpecStatus,
    SpecText,
    Whose,
    check_text,
)
from specs.paths import check_path, path_key
from specs.proposals.delta import Operation, SpecDelta
from specs.revision import Actor, Revision, text_digest
from specs.service import writing
from specs.service.auditing import record
from specs.service.library.beginning import New, Writer, begin_many
from specs.service.library.merging import Ground, Merging, ground_of, unmerged
from specs.service.paging import decode_cursor, decode_number, encode_cursor, limited
from specs.service.proposals.admitting import Gate, admit, done_by_hand, gated
from specs.service.revisions.landing import Arrival, Landing
from specs.service.writing import titled
from specs.store.connection import Clock, Connection, IdSource, SpecHook, Transactions, no_hook
from specs.store.library import LibraryStore

_RETIRED = ("The spec is retired.", "Your text is kept as a side revision. Restore the spec, then save again.")
_TAKEN = (
    "There is a spec at this path already.",
    "Save to that spec, or choose another path. Your text is kept there.",
)


class Library:
    """All use cases of specs. `on_change` runs inside the transaction of every write that changes what is true."""

    def __init__(self, database: Transactions, clock: Clock, new_id: IdSource, on_change: SpecHook = no_hook) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id
        self._on_change = on_change

    async def create(self, principal: Principal, project: UUID, path: str, text: str, message: str = "") -> Saved:
        """Start a spec. A path in use (in any spelling) is a `ConflictError`, and the text is kept at its spec."""
        principal.require(project, Role.EDITOR, Scope.WRITE)
        writing.check_input(path, text, message)
        title = writing.titled(await writing.title_of(text), path)
        at = self._clock()
        async with gated(self._database) as connection:
            store = LibraryStore(connection, project)
            landing = Landing(connection, project, at, self._on_change)
            made = writing.compose(principal, self._new_id(), text, (), message=message, at=at)
            current = await store.at_path(path_key(path), lock=True)
            if current is None:
                part = SpecDelta(made.spec_id, Operation.CREATE, None, path, path, "", text)
                admitted = await admit(self._gate(connection, principal, project, at), part, message)
                spec = await landing.begin(path, Arrival(made, text, title, principal.task))
                if spec is not None:
                    details = {"path": path, "revision": made.digest, **admitted.details}
                    await record(
                        connection,
                        principal,
                        project,
                        at=at,
                        action="spec.create",
                        subject=spec.id,
                        details=details,
                        policy=admitted.policy,
                    )
                    return Saved(spec, made, created=True)
                # Someone took the path in between.
                current = await store.at_path(path_key(path), lock=True)
            if current is None:
                raise writing.no_spec()
            aside = writing.compose(principal, current.id, text, (), message=message, at=at)
            await landing.set_aside(Arrival(aside, text, title, principal.task))
            conflict = writing.kept_aside(current, aside, _TAKEN)
            kept: dict[str, Json] = {"path": path, "revision": aside.digest}
            await record(
                connection, principal, project, at=at, action="spec.set-aside", subject=current.id, details=kept
            )
        raise conflict

    async def create_many(self, principal: Principal, project: UUID, news: Sequence[New]) -> tuple[Saved, ...]:
        """Start the first of many specs, in one transaction; give those. The rest, if any, begins with a special one.

        What comes of each is what `create` would make of it. One that is refused, waits, or meets another one is never
        among them: create it alone, then go on with those after it.
        """
        principal.require(project, Role.EDITOR, Scope.WRITE)
        writer = Writer(principal, project, self._clock(), self._new_id, self._on_change)
        return await begin_many(self._database, writer, news)

    def _gate(self, connection: Connection, principal: Principal, project: UUID, at: datetime) -> Gate:
        return Gate(connection, principal, project, at, self._new_id, self._on_change)

    async def read(self, principal: Principal, project: UUID, ref: UUID | str, revision: str | None = None) -> SpecText:
        """Give a spec by id or path, at its head or at any revision.

        A former path finds the spec too: the caller sees that `spec.path` differs and may redirect.
        """
        principal.require(project, Role.READER, Scope.READ)
        # A path that no spec can have is not asked of the database, which could not even hold some of them.
        key = ref if isinstance(ref, UUID) else "" if check_path(ref) else path_key(ref)
        digest = revision if revision is None or writing.is_digest(revision) else ""
        async with self._database.ask() as connection:
            shown = await LibraryStore(connection, project).shown(key, digest) if key else None
        if shown is None:
            raise writing.no_spec()
        if shown[1] is None:
            raise writing.no_revision()
        return shown[1]

    async def list(  # noqa: PLR0913 (each a filter of the list)
        self,
        principal: Principal,
        project: UUID,
        *,
        prefix: str = "",
        retired: bool = False,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[Spec]:
        """Give the specs of a project by path, those under `prefix` only, retired ones when asked for."""
        principal.require(project, Role.READER, Scope.READ)
        writing.refuse(check_text(prefix))
        after = None if cursor is None else decode_cursor(cursor)
        count = limited(limit)
        async with self._database.read() as connection:
            rows = await LibraryStore(connection, project).page(
                prefix=path_key(prefix), retired=retired, after=after, limit=count + 1
            )
        return Page(
            tuple(spec for _, spec in rows[:count]), encode_cursor(rows[count - 1][0]) if len(rows) > count else None
        )

    async def heads(self, principal: Principal, project: UUID) -> tuple[SpecText, ...]:
        """Give every active spec with its text at the head, in one snapshot, sorted by path."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            return await LibraryStore(connection, project).heads()

    async def save(  # noqa: PLR0913 (a write says what, on what, why)
        self,
        principal: Principal,
        project: UUID,
        spec: UUID,
        *,
        base: str,
        text: str,
        message: str = "",
        takes_in: str | None = None,
    ) -> Saved:
        """Make `text` the head if `base` still is. The same text as the head makes no revision.

        Where the head moved, both are merged and the merge is the head (`Saved.merged`); where that cannot be done
        without asking, `UnmergedError` tells of the conflict in which the text waits. It is a side revision then, and
        durable, as it is when another `ConflictError` says that the spec is retired.
        `takes_in` names a side revision that this text resolves; it becomes a further parent.
        """
        principal.require(project, Role.EDITOR, Scope.WRITE)
        writing.check_input(None, text, message)
        title = await writing.title_of(text)
        at = self._clock()
        async with gated(self._database) as connection:
            store = LibraryStore(connection, project)
            current = await writing.found(store, spec, lock=True)
            known = await store.known(spec, {current.head, *((base,) if writing.is_digest(base) else ())})
            head = known[current.head].revision
            if takes_in is not None:
                await _check_side(store, current, takes_in)
            if text_digest(text) == head.text_digest and takes_in is None:
                return Saved(current, head, created=False)
            taken = () if takes_in is None else (takes_in,)
            arrival = partial(Arrival, text=text, title=titled(title, current.path), task=principal.task)
            if base == current.head and current.status is SpecStatus.ACTIVE:
                made = writing.compose(principal, spec, text, (base, *taken), message=message, at=at)
                return await self._follow(connection, principal, current, known[base].text, arrival(made))
            ground = await ground_of(store, spec, base, known)
            parents = (() if ground is None else (base,)) + taken
            side = arrival(writing.compose(principal, spec, text, parents, message=message, at=at))
            outcome = await self._meet(connection, principal, (current, head), ground or Ground(None), side)
        if isinstance(outcome, ConflictError):
            raise outcome
        return outcome

    async def bring_back(  # noqa: PLR0913 (a write says what, on what, why)
        self, principal: Principal, project: UUID, spec: UUID, revision: str, *, base: str, message: str = ""
    ) -> Saved:
        """Save the text of any revision once more, as `save` does: history only grows."""
        principal.require(project, Role.EDITOR, Scope.WRITE)
        old = await self.read(principal, project, spec, revision)
        told = message or f"Restore revision {revision[:12]} of {old.revision.at:%Y-%m-%d}"
        return await self.save(principal, project, spec, base=base, text=old.text, message=told)

    async def _follow(
        self, connection: Connection, principal: Principal, current: Spec, before: str, arrival: Arrival
    ) -> Saved:
        """Make a text the head that was made from the head of its locked spec, whose text is `before`."""
        made, project = arrival.revision, current.project
        part = SpecDelta(current.id, Operation.EDIT, current.head, current.path, current.path, before, arrival.text)
        gate = self._gate(connection, principal, project, made.at)
        admitted = await admit(gate, part, made.message, arrival.takes_in)
        now = await Landing(connection, project, made.at, self._on_change).advance(current, arrival)
        details = {"path": current.path, "revision": made.digest, "base": current.head, **admitted.details}
        await record(
            connection,
            principal,
            project,
            at=made.at,
            action="spec.save",
            subject=current.id,
            details=details,
            policy=admitted.policy,
        )
        return Saved(now, made, created=True)

    async def _meet(
        self,
        connection: Connection,
        principal: Principal,
        at_head: tuple[Spec, Revision],
        ground: Ground,
        side: Arrival,
    ) -> Saved | ConflictError:
        """Bring a text to a spec that is not as its writer saw it. An error is to be raised after the commit."""
        (current, head), made = at_head, side.revision
        details: dict[str, Json] = {"path": current.path, "side": made.digest, "head": current.head}
        outcome: Saved | ConflictError
        action, policy = "spec.set-aside", None
        if current.status is not SpecStatus.ACTIVE:
            await Landing(connection, current.project, made.at).set_aside(side)
            outcome = writing.kept_aside(current, made, _RETIRED)
        else:
            merging = Merging(connection, current.project, made.at, self._new_id, self._on_change)
            met = await merging.bring(principal, current, ground, side, made.message)
            details["side"] = met.side
            if met.conflict is not None:
                outcome = unmerged(met.conflict)
                details["conflict"] = str(met.conflict.record.id)
            else:
                how = Merged(ground.base or "", current.head, met.side)
                outcome = Saved(met.spec, met.landed or head, created=met.landed is not None, merged=how)
                details["revision"] = outcome.revision.digest
                action, policy = "spec.merge", met.admitted.policy
                details |= met.admitted.details
        await record(
            connection,
            principal,
            current.project,
            at=made.at,
            action=action,
            subject=current.id,
            details=details,
            policy=policy,
        )
        return outcome

    async def rename(self, principal: Principal, project: UUID, spec: UUID, path: str) -> Spec:
        """Give a spec another path; the old one leads on to it until another spec takes it."""
        principal.require(project, Role.EDITOR, Scope.WRITE)
        writing.check_input(path, "", "")
        at = self._clock()
        async with gated(self._database) as connection:
            store = LibraryStore(connection, project)
            current = await writing.found(store, spec, lock=True)
            if current.path == path:
                return current
            text = await store.text(spec, current.head) or ""
            part = SpecDelta(spec, Operation.EDIT, current.head, current.path, path, text, text)
            admitted = await admit(self._gate(connection, principal, project, at), part)
            if not await store.set_path(current, path, path_key(path), path_key(current.path), at):
                raise ConflictError("There is a spec at this path already.", "Choose another path, or rename that one.")
            await self._on_change(connection, project, spec)
            details = {"from": current.path, "to": path, **admitted.details}
            await record(
                connection,
                principal,
                project,
                at=at,
                action="spec.rename",
                subject=spec,
                details=details,
                policy=admitted.policy,
            )
            return await writing.found(store, spec)

    async def retire(self, principal: Principal, project: UUID, spec: UUID) -> Spec:
        """Take a spec out of what counts; it stays readable. Retiring twice changes nothing."""
        return await self._set_status(principal, project, spec, SpecStatus.RETIRED)

    async def restore(self, principal: Principal, project: UUID, spec: UUID) -> Spec:
        """Make a retired spec count again."""
        return await self._set_status(principal, project, spec, SpecStatus.ACTIVE)

    async def _set_status(self, principal: Principal, project: UUID, spec: UUID, status: SpecStatus) -> Spec:
        principal.require(project, Role.EDITOR, Scope.WRITE)
        at = self._clock()
        async with gated(self._database) as connection:
            store = LibraryStore(connection, project)
            current = await writing.found(store, spec, lock=True)
            if current.status is status:
                return current
            retires = status is SpecStatus.RETIRED
            text, operation = (
                await store.text(spec, current.head) or "",
                Operation.RETIRE if retires else Operation.RESTORE,
            )
            part = SpecDelta(spec, operation, current.head, current.path, current.path, text, text)
            admitted = await admit(self._gate(connection, principal, project, at), part)
            await store.set_status(spec, status, at)
            await done_by_hand(self._gate(connection, principal, project, at), part)
            await self._on_change(connection, project, spec)
            action = "spec.retire" if retires else "spec.restore"
            details = {"path": current.path, **admitted.details}
            await record(
                connection,
                principal,
                project,
                at=at,
                action=action,
                subject=spec,
                details=details,
                policy=admitted.policy,
            )
            return await writing.found(store, spec)

    async def history(  # noqa: PLR0913 (each a filter of the list)
        self,
        principal: Principal,
        project: UUID,
        spec: UUID,
        *,
        whose: Whose = ANYONE,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[HistoryEntry]:
        """Give a spec's revisions, newest first; those that never were the head are marked as side."""
        principal.require(project, Role.READER, Scope.READ)
        before = None if cursor is None else decode_number(cursor)
        count = limited(limit)
        async with self._database.read() as connection:
            store = LibraryStore(connection, project)
            await writing.found(store, spec)
            rows = await store.history(spec, before=before, limit=count + 1, whose=whose)
        return Page(rows[:count], encode_cursor(str(rows[count - 1].seq)) if len(rows) > count else None)

    async def next_head(self, principal: Principal, project: UUID, spec: UUID, revision: str) -> Revision | None:
        """Give the head that came after a revision that was the head; None for the newest, and for any other."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            store = LibraryStore(connection, project)
            found = await store.line(spec, revision, limit=1) if await store.was_head(spec, revision) else ()
        return found[0].revision if found else None

    async def authors(self, principal: Principal, project: UUID, spec: UUID) -> tuple[Actor, ...]:
        """Give whoever made a revision of a spec, by name."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            return await LibraryStore(connection, project).authors(spec)

    async def diff(self, principal: Principal, project: UUID, spec: UUID, before: str, after: str) -> Differences:
        """Compare any two revisions of a spec."""
        first = await self.read(principal, project, spec, before)
        second = await self.read(principal, project, spec, after)
        return Differences(first, second)


async def _check_side(store: LibraryStore, current: Spec, digest: str) -> None:
    if not writing.is_digest(digest) or await store.revision(current.id, digest) is None:
        raise UserError(
            "The spec has no such side revision to take in.", "Take its digest from the conflict or the history."
        )
