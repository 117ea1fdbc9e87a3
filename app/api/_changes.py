"""One change out of many that are sent at once: how it travels, what is done for it, what is told of it."""

import hashlib
from collections.abc import Callable
from typing import Annotated, Literal, TypeAlias, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta

from app.api._wire import NO_NUL, Digest, In, Message, Out, Text
from app.http.idempotency import once
from app.problems import describe
from app.unit import Unit
from specs.conflicts import UnmergedError
from specs.errors import Family, HoldfastError, MissingError, UserError
from specs.library import MAX_TEXT_BYTES, Saved, Spec, SpecStatus
from specs.lineruns import Run, join, runs
from specs.paths import path_key
from specs.revision import text_digest
from specs.service.proposals.admitting import WaitsError
from specs.store.connection import Transactions

Value = TypeVar("Value")
Key: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")]
SpecPath: TypeAlias = Annotated[str, Meta(min_length=1, max_length=1000, pattern=NO_NUL)]
Count: TypeAlias = Annotated[int, Meta(ge=0, le=MAX_TEXT_BYTES)]
RunIn: TypeAlias = tuple[Count, Count] | Text
State: TypeAlias = Literal["saved", "unchanged", "merged", "conflict", "waits", "refused"]
UnitOver: TypeAlias = Callable[[Transactions], Unit]


class ChangeIn(In):
    """A change of one spec. A `save` names `base` and brings `text`, or `runs` over the base and the result's `digest`.

    `create` brings `path` and `text`, `rename` brings `path`. `key` makes it happen once, however often it is sent.
    """

    operation: Literal["save", "create", "rename", "retire", "restore"]
    key: Key | None = None
    spec: UUID | None = None
    path: SpecPath | None = None
    base: Digest | None = None
    text: Text | None = None
    runs: Annotated[tuple[RunIn, ...], Meta(max_length=50_000)] | None = None
    digest: Digest | None = None
    message: Message = ""
    takes_in: Digest | None = None


class ChangedOut(Out):
    """What became of a change; `status` is what its own request would have been answered with.

    `head` and `text_digest` are the spec's now. Where the text was `merged`, it comes as `runs` over what was sent, or
    whole. `conflict` is where it waits, in the revision `side`; `proposal` what waits for review.
    """

    state: State
    status: int
    spec: UUID | None = None
    path: str = ""
    head: str = ""
    text_digest: str = ""
    text: str | None = None
    runs: tuple[Run, ...] | None = None
    conflict: str = ""
    side: str = ""
    proposal: str = ""
    detail: str = ""
    hint: str = ""


async def changed(over: UnitOver, database: Transactions, project: UUID, change: ChangeIn) -> ChangedOut:
    """Do one change, once for its key, and say what became of it. Raises only what the whole request should say."""
    if change.key is None:
        return await _told(over(database), project, change)
    digest = digest_of(project, change)

    async def work(transactions: Transactions) -> bytes:
        return msgspec.json.encode(await _told(over(transactions), project, change))

    principal = over(database).principal
    try:
        kept = await once(database, principal, change.key, digest, work)
    except HoldfastError as error:
        if error.family in {Family.UNAVAILABLE, Family.INTERNAL}:
            raise
        return _refused(error)
    return msgspec.json.decode(kept, type=ChangedOut)


def digest_of(project: UUID, change: ChangeIn) -> str:
    """Name what a change asks for: another one needs another key."""
    return hashlib.sha256(b"change\n" + project.bytes + msgspec.json.encode(change)).hexdigest()


async def _told(unit: Unit, project: UUID, change: ChangeIn) -> ChangedOut:
    try:
        return await _done(unit, project, change)
    except UnmergedError as error:
        record = error.standing.record
        return ChangedOut(
            state="conflict",
            status=409,
            spec=record.spec,
            path=record.path,
            head=record.ours,
            text_digest=error.standing.ours.text_digest,
            conflict=str(record.id),
            side=record.theirs,
            detail=error.message,
            hint=error.hint,
        )
    except WaitsError as error:
        made = str(error.proposal.id)
        return ChangedOut(
            state="waits", status=202, spec=error.spec, proposal=made, detail=error.message, hint=error.hint
        )
    except HoldfastError as error:
        if error.family in {Family.UNAVAILABLE, Family.INTERNAL}:
            raise
        return _refused(error)


def _refused(error: HoldfastError) -> ChangedOut:
    told = describe(error)
    return ChangedOut(state="refused", status=told.status, detail=told.detail, hint=told.hint)


async def _done(unit: Unit, project: UUID, change: ChangeIn) -> ChangedOut:
    who, library, spec = unit.principal, unit.library, change.spec
    if change.operation == "create":
        path, text = _given(change.path, "path"), _given(change.text, "text")
        retired = await _retired_at(unit, project, path)
        if retired is None:
            return told_of(await library.create(who, project, path, text, change.message), 201)
        await library.restore(who, project, retired.id)
        return told_of(
            await library.save(who, project, retired.id, base=retired.head, text=text, message=change.message), 201
        )
    spec = _given(spec, "spec")
    if change.operation == "rename":
        return await _stands(unit, project, await library.rename(who, project, spec, _given(change.path, "path")))
    if change.operation == "retire":
        return await _stands(unit, project, await library.retire(who, project, spec))
    if change.operation == "restore":
        return await _stands(unit, project, await library.restore(who, project, spec))
    base = _given(change.base, "base")
    text = await _text(unit, project, spec, change)
    saved = await library.save(
        who, project, spec, base=base, text=text, message=change.message, takes_in=change.takes_in
    )
    told = told_of(saved, 201 if saved.created else 200)
    if saved.revision.text_digest != text_digest(text):
        whole = (await library.read(who, project, spec, saved.revision.digest)).text
        told.state, told.runs = "merged", runs(text, whole)
        told.side = "" if saved.merged is None else saved.merged.side
        told.text = whole if told.runs is None else None
    return told


async def _retired_at(unit: Unit, project: UUID, path: str) -> Spec | None:
    """Give the retired spec whose path this is: who writes a file there again goes on with it."""
    try:
        spec = (await unit.library.read(unit.principal, project, path)).spec
    except MissingError:
        return None
    return spec if spec.status is SpecStatus.RETIRED and path_key(spec.path) == path_key(path) else None


async def _text(unit: Unit, project: UUID, spec: UUID, change: ChangeIn) -> str:
    """Give the text of a save, put together from the base where it came as runs."""
    if change.runs is None:
        return _given(change.text, "text")
    base = await unit.library.read(unit.principal, project, spec, change.base)
    text = join(base.text, change.runs, MAX_TEXT_BYTES)
    if text_digest(text) != change.digest:
        raise UserError("The runs do not make the text that `digest` names.", "Send the text itself.")
    return text


def told_of(saved: Saved, status: int) -> ChangedOut:
    """Say what a write left."""
    spec, revision = saved.spec, saved.revision
    return ChangedOut(
        state="saved" if saved.created else "unchanged",
        status=status,
        spec=spec.id,
        path=spec.path,
        head=revision.digest,
        text_digest=revision.text_digest,
    )


async def _stands(unit: Unit, project: UUID, spec: Spec) -> ChangedOut:
    found = (await unit.library.read(unit.principal, project, spec.id)).revision
    return ChangedOut(
        state="saved", status=200, spec=spec.id, path=spec.path, head=spec.head, text_digest=found.text_digest
    )


def _given(value: Value | None, name: str) -> Value:
    if value is None:
        raise UserError(f"The change has no `{name}`.", "Each operation is described at /api/docs.")
    return value
