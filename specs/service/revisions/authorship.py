"""Who wrote each word of a spec, which statements no person has confirmed, and confirming them.

Only a person may confirm, with the role of a reviewer: the kind of an actor comes from the credential, and no role
given to an agent is enough.
"""

import asyncio
import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from specs.access import Principal, Role, Scope
from specs.audit import Json
from specs.authorship.attribution import Attribution
from specs.authorship.blame import BlamedLine, blame
from specs.authorship.codec import unpack_runs
from specs.authorship.runs import Run
from specs.authorship.statements import Confirmation, Statement, statements_of
from specs.authorship.writers import Writers
from specs.document import Document
from specs.errors import ConflictError, DeniedError, UserError
from specs.library import Spec, SpecText
from specs.parser import section_at
from specs.revision import ActorKind, Revision
from specs.service import documents, writing
from specs.service.auditing import record
from specs.service.revisions.attributing import attributed
from specs.service.working import worked
from specs.store.authorship import AuthorshipStore
from specs.store.connection import Clock, Connection, IdSource, SpecHook, Transactions, no_hook
from specs.store.library import LibraryStore
from specs.suggest import close_names

State = TypeVar("State")
Value = TypeVar("Value")

MOST_AT_ONCE = 1_000
KEPT = 10_000


class _Kept(dict[State, Value]):
    """What is known of a spec at a revision and does not change: contexts ask for all specs again and again."""

    def __setitem__(self, state: State, known: Value) -> None:
        if len(self) >= KEPT:
            self.clear()
        super().__setitem__(state, known)


# What waits, after so many confirmations.
_WAITING = _Kept[tuple[UUID, str, int], tuple[Statement, ...]]()
_RUNS = _Kept[tuple[UUID, str], tuple[Run, ...]]()


@dataclass(frozen=True, slots=True)
class Standing:
    """A spec at a revision with its statements; `revisions` are those that the statements and lines name."""

    spec: Spec
    revision: Revision
    document: Document
    statements: tuple[Statement, ...]
    lines: tuple[BlamedLine, ...]
    revisions: Mapping[str, Revision]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is to be confirmed: statements by their digests, a section by its anchor, or everything that waits."""

    digests: tuple[str, ...] = ()
    section: str | None = None
    everything: bool = False


class Authorship:
    """Use cases of authorship. `on_change` hears of confirmations: what they make explicit may break a check."""

    def __init__(self, database: Transactions, clock: Clock, new_id: IdSource, on_change: SpecHook = no_hook) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id
        self._on_change = on_change

    async def read(self, principal: Principal, project: UUID, spec: UUID, revision: str | None = None) -> Standing:
        """Give who wrote what in a spec, at its head or at any revision. Raises `MissingError`."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.transaction() as connection:
            found = await writing.found(LibraryStore(connection, project), spec)
            return await _standing(connection, found, found.head if revision is None else revision)

    async def writers(self, principal: Principal, project: UUID, heads: Collection[SpecText]) -> dict[UUID, Writers]:
        """Say who wrote what of the texts of some specs, each at the revision it is given at."""
        principal.require(project, Role.READER, Scope.READ)
        wanted = {head.spec.id: head.revision.digest for head in heads}
        async with self._database.transaction() as connection:
            store = AuthorshipStore(connection, project)
            runs = {ref: _RUNS[ref, digest] for ref, digest in wanted.items() if (ref, digest) in _RUNS}
            new = {ref: digest for ref, digest in wanted.items() if ref not in runs}
            packed = await store.runs(new) if new else {}
            for ref, digest in new.items():
                made = unpack_runs(packed[ref]) if ref in packed else None
                runs[ref] = made or (await attributed(connection, project, ref, digest)).runs
                _RUNS[ref, digest] = runs[ref]
            origins = {(ref, run.mark.origin) for ref, found in runs.items() for run in found}
            actors = await store.writers(origins) if origins else {}
        return {head.spec.id: Writers(head.text, runs[head.spec.id], actors) for head in heads}

    async def unconfirmed(
        self, principal: Principal, project: UUID, revisions: Mapping[UUID, str]
    ) -> dict[UUID, tuple[Statement, ...]]:
        """Give the statements of specs at the given revisions that are in doubt and that no person confirmed."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.transaction() as connection:
            store = AuthorshipStore(connection, project)
            confirmed = await store.confirmed()
            states = {
                ref: (ref, revisions[ref], confirmed.get(ref, 0)) for ref in sorted(await store.doubtful(revisions))
            }
            found = {ref: _WAITING[state] for ref, state in states.items() if state in _WAITING}
            new = {ref: revisions[ref] for ref in states if ref not in found}
            made = await _waiting(connection, project, new, confirmed) if new else {}
        for ref, waiting in made.items():
            _WAITING[states[ref]] = found[ref] = waiting
        return {ref: found[ref] for ref in states if found[ref]}

    async def confirm(  # noqa: PLR0913 (who says of what, as it stands where, why)
        self,
        principal: Principal,
        project: UUID,
        spec: UUID,
        chosen: Chosen,
        *,
        revision: str,
        because: str = "",
    ) -> tuple[Standing, tuple[Statement, ...]]:
        """Confirm statements of the head, which must be `revision`: what the person read. Give them as they stand then.

        Raises `DeniedError` for whoever is no person, `ConflictError` where the head moved, `UserError` where something
        that is named is not there or does not wait for anyone.
        """
        principal.require(project, Role.REVIEWER, Scope.WRITE)
        if principal.actor.kind is not ActorKind.HUMAN:
            raise DeniedError(
                "Only a person can confirm.", "Ask a reviewer of the project: agents propose, people decide."
            )
        writing.check_input(None, "", because)
        at = self._clock()
        async with self._database.transaction() as connection:
            current = await writing.found(LibraryStore(connection, project), spec, lock=True)
            if current.head != revision:
                raise ConflictError(
                    "The spec changed since you read it.", "Read it again, then confirm what it says now."
                )
            standing = await _standing(connection, current, revision, lines=False)
            wanted = choose(standing.document, standing.statements, chosen)
            made = {
                self._new_id(): Confirmation(one.digest, one.doubts, principal.actor, at, revision, because)
                for one in wanted
            }
            await AuthorshipStore(connection, project).confirm(spec, made)
            await self._on_change(connection, project, spec)
            digests: list[Json] = [one.digest for one in wanted]
            details: dict[str, Json] = {"path": current.path, "revision": revision, "statements": digests}
            await record(connection, principal, project, at=at, action="spec.confirm", subject=spec, details=details)
            after = await _standing(connection, current, revision, lines=False)
        return after, tuple(one for one in after.statements if one.digest in digests)

    async def take_back(
        self, principal: Principal, project: UUID, spec: UUID, digests: Collection[str]
    ) -> frozenset[str]:
        """Take back one's own confirmation of statements, which wait again; what agents were told meanwhile they were.

        Gives the statements. Raises `ConflictError` where nothing of the caller's is there to take back.
        """
        principal.require(project, Role.REVIEWER, Scope.WRITE)
        if principal.actor.kind is not ActorKind.HUMAN:
            raise DeniedError("Only a person takes back what they confirmed.", "Ask a reviewer of the project.")
        if not 0 < len(digests) <= MOST_AT_ONCE:
            raise UserError("There is nothing to take back.", f"Name 1 to {MOST_AT_ONCE} statements.")
        at = self._clock()
        async with self._database.transaction() as connection:
            current = await writing.found(LibraryStore(connection, project), spec, lock=True)
            store = AuthorshipStore(connection, project)
            gone = await store.withdraw(spec, digests, principal.actor.id, at)
            if not gone:
                raise ConflictError("You confirmed none of that, or took it back.", "Read the spec again.")
            await self._on_change(connection, project, spec)
            told: list[Json] = [*sorted(gone)]
            details: dict[str, Json] = {"path": current.path, "revision": current.head, "statements": told}
            await record(connection, principal, project, at=at, action="spec.unconfirm", subject=spec, details=details)
        return gone


async def confirm_landed(connection: Connection, spec: Spec, principal: Principal, at: datetime) -> tuple[str, ...]:
    """Confirm what the head of a spec brought, where a reviewer, a person, approved exactly that; give the statements.

    Nothing is confirmed in the name of anyone else. The caller tells the audit log.
    """
    role = principal.role_in(spec.project)
    if principal.actor.kind is not ActorKind.HUMAN or role is None or role.rank < Role.REVIEWER.rank:
        return ()
    standing = await _standing(connection, spec, spec.head, lines=False)
    wanted = [one for one in standing.statements if one.waits and one.doubts == {spec.head}]
    if not wanted:
        return ()
    made = {_name(spec, one): Confirmation(one.digest, one.doubts, principal.actor, at, spec.head) for one in wanted}
    await AuthorshipStore(connection, spec.project).confirm(spec.id, made)
    return tuple(one.digest for one in wanted)


def _name(spec: Spec, statement: Statement) -> UUID:
    """Name the confirmation that comes with a head, once for each statement of it."""
    told = f"{spec.id}\n{spec.head}\n{statement.digest}\n{statement.start}"
    return UUID(bytes=hashlib.sha256(told.encode()).digest()[:16])


def choose(document: Document, statements: Collection[Statement], chosen: Chosen) -> tuple[Statement, ...]:
    """Give the statements that are to be confirmed. Raises `UserError` where that makes no sense."""
    waiting = [one for one in statements if one.waits]
    if chosen.digests:
        known = {one.digest for one in statements}
        lacking = [digest for digest in chosen.digests if digest not in known]
        if lacking:
            raise UserError(
                f"The spec has no statement {lacking[0][:12]}.",
                "Read its statements again: their text may have changed.",
            )
        found = [one for one in waiting if one.digest in set(chosen.digests)]
    elif chosen.section is not None:
        inside = _inside(document, chosen.section)
        found = [one for one in waiting if one.anchor in inside]
    else:
        found = waiting if chosen.everything else []
    if not found:
        listed = any(one.listed for one in statements)
        hint = "`inferred` of the front matter lists sections: take one out of it to confirm it." if listed else ""
        raise UserError("Nothing here waits for a confirmation.", hint or "Its statements are explicit or confirmed.")
    if len(found) > MOST_AT_ONCE:
        raise UserError(
            f"{len(found)} statements are too many at once.", f"Confirm at most {MOST_AT_ONCE}, by section."
        )
    return tuple(found)


def _inside(document: Document, section: str) -> frozenset[str]:
    """Give the anchors of a section and of those below it. Raises `UserError` where there is none."""
    found = section_at(document, section)
    if found is None:
        near = close_names(section, [one.anchor for one in document.sections], limit=1, cutoff=0.6)
        raise UserError(f"There is no section {section!r}.", f"Did you mean {near[0]}?" if near else "Read the spec.")
    inside = {found.anchor}
    for one in document.sections:
        if one.parent in inside:
            inside.add(one.anchor)
    return frozenset(inside)


async def _waiting(
    connection: Connection, project: UUID, revisions: Mapping[UUID, str], confirmed: Collection[UUID]
) -> dict[UUID, tuple[Statement, ...]]:
    """Give the statements that wait for a person, of many specs at once; those never attributed are one by one."""
    store, library = AuthorshipStore(connection, project), LibraryStore(connection, project)
    written = await store.written(revisions)
    said = await store.confirmations_of([ref for ref in revisions if ref in confirmed])
    found = {}
    for ref, digest in revisions.items():
        if ref not in written:
            standing = await _standing(connection, await writing.found(library, ref), digest, lines=False)
            found[ref] = tuple(one for one in standing.statements if one.waits)
            continue
        text, runs = written[ref]
        found[ref] = await worked(len(text), _that_wait, text, runs, said.get(ref, ()))
    return found


def _that_wait(text: str, runs: bytes, said: Collection[Confirmation]) -> tuple[Statement, ...]:
    found = statements_of(documents.document(text), unpack_runs(runs), said)
    return tuple(one for one in found if one.waits)


async def _standing(connection: Connection, spec: Spec, digest: str, *, lines: bool = True) -> Standing:
    """Read a revision with all that is known of its words. Raises `MissingError`."""
    if not writing.is_digest(digest):
        raise writing.no_revision()
    attribution = await attributed(connection, spec.project, spec.id, digest)
    confirmations = await AuthorshipStore(connection, spec.project).confirmations(spec.id)
    document = await documents.read(attribution.text)
    statements, cut = await asyncio.to_thread(_cut, document, attribution, confirmations, lines=lines)
    named = {digest} | {name for run in attribution.runs for name in run.mark if name}
    revisions = await LibraryStore(connection, spec.project).several(spec.id, named)
    return Standing(spec, revisions[digest], document, statements, cut, revisions)


def _cut(
    document: Document, attribution: Attribution, confirmations: Collection[Confirmation], *, lines: bool
) -> tuple[tuple[Statement, ...], tuple[BlamedLine, ...]]:
    statements = statements_of(document, attribution.runs, confirmations)
    return statements, blame(attribution.text, attribution.runs) if lines else ()
