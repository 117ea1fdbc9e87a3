"""The library: create, read, list, save, rename, retire specs, and their history and differences.

A head moves by compare-and-set only. A text that reached the library and cannot become the head is kept as a side
revision before the caller hears of the conflict. Knows nothing of HTTP, of git or of merging.
"""

import base64
import binascii
from uuid import UUID

from specs.access import Principal, Role, Scope
from specs.errors import ConflictError, UserError
from specs.library import Differences, HistoryEntry, Page, Saved, Spec, SpecStatus, SpecText, check_text
from specs.paths import check_path, path_key
from specs.revision import text_digest
from specs.service import writing
from specs.service.auditing import record
from specs.service.landing import Arrival, Landing
from specs.service.writing import titled
from specs.store.connection import Clock, IdSource, SpecHook, Transactions, no_hook
from specs.store.library import LibraryStore

MAX_PAGE = 200

_MOVED = (
    "The spec changed since you read it.",
    "Your text is kept as a side revision. Bring both together, then save on the head, naming the side revision.",
)
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
        async with self._database.transaction() as connection:
            store = LibraryStore(connection, project)
            landing = Landing(connection, project, at, self._on_change)
            made = writing.compose(principal, self._new_id(), text, (), message=message, at=at)
            spec = await landing.begin(path, Arrival(made, text, title, principal.task))
            if spec is not None:
                details = {"path": path, "revision": made.digest}
                await record(
                    connection, principal, project, at=at, action="spec.create", subject=spec.id, details=details
                )
                return Saved(spec, made, created=True)
            current = await store.at_path(path_key(path), lock=True)
            if current is None:
                raise writing.no_spec()
            aside = writing.compose(principal, current.id, text, (), message=message, at=at)
            await landing.set_aside(Arrival(aside, text, title, principal.task))
            conflict = await writing.conflict_of(store, current, aside, text, _TAKEN)
            details = {"path": path, "revision": aside.digest}
            await record(
                connection, principal, project, at=at, action="spec.set-aside", subject=current.id, details=details
            )
        raise conflict

    async def read(self, principal: Principal, project: UUID, ref: UUID | str, revision: str | None = None) -> SpecText:
        """Give a spec by id or path, at its head or at any revision.

        A former path finds the spec too: the caller sees that `spec.path` differs and may redirect.
        """
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            store = LibraryStore(connection, project)
            spec = await self._find(store, ref)
            digest = spec.head if revision is None else revision
            found = await store.revision(spec.id, digest) if writing.is_digest(digest) else None
            text = await store.text(spec.id, digest) if found else None
            if found is None or text is None:
                raise writing.no_revision()
            return SpecText(spec, found, text)

    @staticmethod
    async def _find(store: LibraryStore, ref: UUID | str) -> Spec:
        if isinstance(ref, UUID):
            return await writing.found(store, ref)
        # A path that no spec can have is not asked of the database, which could not even hold some of them.
        key = "" if check_path(ref) else path_key(ref)
        spec = (await store.at_path(key) or await store.formerly_at(key)) if key else None
        if spec is None:
            raise writing.no_spec()
        return spec

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
        after = None if cursor is None else _decode(cursor)
        count = _limit(limit)
        async with self._database.read() as connection:
            rows = await LibraryStore(connection, project).page(
                prefix=path_key(prefix), retired=retired, after=after, limit=count + 1
            )
        return Page(tuple(spec for _, spec in rows[:count]), _encode(rows[count - 1][0]) if len(rows) > count else None)

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

        Otherwise the text becomes a side revision, durably, and `ConflictError` carries in its details `base`,
        `ours` (the head) and `theirs` (the writer), each `{"digest", "text"}`, and `side_revision`.
        `takes_in` names a side revision that this text resolves; it becomes the second parent.
        """
        principal.require(project, Role.EDITOR, Scope.WRITE)
        writing.check_input(None, text, message)
        title = await writing.title_of(text)
        at = self._clock()
        async with self._database.transaction() as connection:
            store = LibraryStore(connection, project)
            current = await writing.found(store, spec, lock=True)
            landing = Landing(connection, project, at, self._on_change)
            head = await writing.head_of(store, current)
            if takes_in is not None:
                await _check_side(store, current, takes_in)
            if text_digest(text) == head.text_digest and takes_in is None:
                return Saved(current, head, created=False)
            if base == current.head and current.status is SpecStatus.ACTIVE:
                parents = (base, takes_in) if takes_in else (base,)
                made = writing.compose(principal, spec, text, parents, message=message, at=at)
                now = await landing.advance(current, Arrival(made, text, titled(title, current.path), principal.task))
                details = {"path": current.path, "revision": made.digest, "base": base}
                await record(connection, principal, project, at=at, action="spec.save", subject=spec, details=details)
                return Saved(now, made, created=True)
            known = writing.is_digest(base) and await store.revision(spec, base) is not None
            aside = writing.compose(principal, spec, text, (base,) if known else (), message=message, at=at)
            why = _MOVED if current.status is SpecStatus.ACTIVE else _RETIRED
            await landing.set_aside(Arrival(aside, text, titled(title, current.path), principal.task))
            conflict = await writing.conflict_of(store, current, aside, text, why)
            details = {"path": current.path, "revision": aside.digest, "head": current.head}
            await record(connection, principal, project, at=at, action="spec.set-aside", subject=spec, details=details)
        raise conflict

    async def rename(self, principal: Principal, project: UUID, spec: UUID, path: str) -> Spec:
        """Give a spec another path; the old one leads on to it until another spec takes it."""
        principal.require(project, Role.EDITOR, Scope.WRITE)
        writing.check_input(path, "", "")
        at = self._clock()
        async with self._database.transaction() as connection:
            store = LibraryStore(connection, project)
            current = await writing.found(store, spec, lock=True)
            if current.path == path:
                return current
            if not await store.set_path(current, path, path_key(path), path_key(current.path), at):
                raise ConflictError("There is a spec at this path already.", "Choose another path, or rename that one.")
            await self._on_change(connection, project, spec)
            details = {"from": current.path, "to": path}
            await record(connection, principal, project, at=at, action="spec.rename", subject=spec, details=details)
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
        async with self._database.transaction() as connection:
            store = LibraryStore(connection, project)
            current = await writing.found(store, spec, lock=True)
            if current.status is status:
                return current
            await store.set_status(spec, status, at)
            await self._on_change(connection, project, spec)
            action = "spec.retire" if status is SpecStatus.RETIRED else "spec.restore"
            details = {"path": current.path}
            await record(connection, principal, project, at=at, action=action, subject=spec, details=details)
            return await writing.found(store, spec)

    async def history(
        self, principal: Principal, project: UUID, spec: UUID, *, cursor: str | None = None, limit: int = 50
    ) -> Page[HistoryEntry]:
        """Give a spec's revisions, newest first; those that never were the head are marked as side."""
        principal.require(project, Role.READER, Scope.READ)
        before = None if cursor is None else _decode_number(cursor)
        count = _limit(limit)
        async with self._database.read() as connection:
            store = LibraryStore(connection, project)
            await writing.found(store, spec)
            rows = await store.history(spec, before=before, limit=count + 1)
        return Page(rows[:count], _encode(str(rows[count - 1].seq)) if len(rows) > count else None)

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


def _limit(limit: int) -> int:
    return max(1, min(limit, MAX_PAGE))


def _encode(value: str) -> str:
    return base64.urlsafe_b64encode(value.encode("utf-8")).decode("ascii").rstrip("=")


def _decode(cursor: str) -> str:
    try:
        value = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("utf-8")
    except (binascii.Error, UnicodeError, ValueError) as error:
        raise UserError("This is no cursor of this list.", "Send `next` of the page before, unchanged.") from error
    writing.refuse(check_text(value))
    return value


def _decode_number(cursor: str) -> int:
    value = _decode(cursor)
    if not (value.isascii() and value.isdigit() and len(value) < 19):  # noqa: PLR2004 (below the largest bigint)
        raise UserError("This is no cursor of this list.", "Send `next` of the page before, unchanged.")
    return int(value)
