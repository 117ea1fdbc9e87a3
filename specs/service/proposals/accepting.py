"""Makes an approved proposal the truth: all its specs in the caller's one transaction, or none.

The proposal is locked, and its delta stands on the heads of its specs, which are locked too: callers saw to that. What
lands is its author's; who approved it stands in the audit log.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from specs.access import Principal
from specs.audit import Json
from specs.errors import ConflictError
from specs.library import MAX_MESSAGE, Spec, SpecStatus
from specs.paths import path_key
from specs.proposals.delta import Delta, Operation, SpecDelta
from specs.proposals.proposal import Proposal
from specs.revision import Provenance
from specs.service import writing
from specs.service.revisions.authorship import confirm_landed
from specs.service.revisions.landing import Arrival, Landing
from specs.store.conflicts import ConflictStore
from specs.store.connection import Connection, SpecHook
from specs.store.library import LibraryStore
from specs.store.proposals import ProposalStore


@dataclass(frozen=True, slots=True)
class Said:
    """What is to be told to the audit log, when all other locks are held."""

    principal: Principal
    action: str
    subject: UUID
    details: Mapping[str, Json]
    policy: str | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a proposal lands: the connection of the transaction, the time, who hears of heads, what is to be told."""

    connection: Connection
    at: datetime
    on_change: SpecHook
    said: list[Said]


def author_of(proposal: Proposal) -> Principal:
    """Give the author as the one who writes: what lands is theirs, in the course of their task."""
    return Principal(
        proposal.author,
        credential=proposal.credential,
        task=proposal.task,
        on_behalf_of=proposal.on_behalf_of,
    )


async def land(ground: Ground, principal: Principal, proposal: Proposal, delta: Delta) -> tuple[Spec, ...]:
    """Make every part of a delta the truth. `principal` is who brings it about; the entries name it."""
    store = LibraryStore(ground.connection, proposal.project)
    parts = sorted(delta, key=lambda part: part.spec)
    landed = [await _land_part(ground, store, proposal, part) for part in parts]
    for part, spec in zip(parts, landed, strict=True):
        details: dict[str, Json] = {"path": spec.path, "revision": spec.head, "proposal": str(proposal.id)}
        # Whoever approves the exact delta has read what it says: that needs no second confirmation.
        if confirmed := await confirm_landed(ground.connection, spec, principal, ground.at):
            details["confirmed"] = [*confirmed]
        if part.path != spec.path:
            details["from"] = part.path
        who = replace(principal, on_behalf_of=proposal.author.id, task=proposal.task or principal.task)
        ground.said.append(Said(who, _ACTIONS[part.operation], spec.id, details, proposal.policies))
    return tuple(landed)


_ACTIONS = {
    Operation.CREATE: "spec.create",
    Operation.EDIT: "spec.save",
    Operation.RETIRE: "spec.retire",
    Operation.RESTORE: "spec.restore",
}


async def _land_part(ground: Ground, store: LibraryStore, proposal: Proposal, part: SpecDelta) -> Spec:
    landing = Landing(ground.connection, proposal.project, ground.at, ground.on_change)
    if part.operation is Operation.CREATE:
        return await _begin(ground, store, landing, proposal, part)
    spec = await writing.found(store, part.spec, lock=True)
    if part.operation is not Operation.EDIT:
        retires = part.operation is Operation.RETIRE
        status = SpecStatus.RETIRED if retires else SpecStatus.ACTIVE
        await store.set_status(spec.id, status, ground.at, proposal.origin or None if retires else None)
        await ground.on_change(ground.connection, proposal.project, spec.id)
        return await writing.found(store, spec.id)
    if part.before != part.after:
        spec = await _advance(ground, store, landing, proposal, part, spec)
    if part.to_path != spec.path:
        if not await store.set_path(spec, part.to_path, path_key(part.to_path), path_key(spec.path), ground.at):
            raise _taken(part.to_path)
        await ground.on_change(ground.connection, proposal.project, spec.id)
        spec = await writing.found(store, spec.id)
    return spec


async def _begin(ground: Ground, store: LibraryStore, landing: Landing, proposal: Proposal, part: SpecDelta) -> Spec:
    gits = await _gits_text(ground, proposal, part)
    made = await landing.begin(part.to_path, await _arrival(ground, proposal, part, (), gits=gits == part.after))
    if made is None:
        raise _taken(part.to_path)
    if gits is not None and gits != part.after:
        side = await _arrival(ground, proposal, replace(part, after=gits), (), gits=True)
        await landing.set_aside(side)
        await store.set_against_git(made.id, diverged=None, agreed=side.revision.digest)
    return made


async def _advance(  # noqa: PLR0913, PLR0917 (what lands where, on what)
    ground: Ground, store: LibraryStore, landing: Landing, proposal: Proposal, part: SpecDelta, spec: Spec
) -> Spec:
    """Make a text the head. What a commit brought and the head held more of by then is its second parent."""
    gits = await _gits_text(ground, proposal, part)
    known = await store.from_origin(spec.id, proposal.origin) if gits is not None else None
    if gits is None or (gits == part.after and known is None):
        # A resolution that waited for review takes in the text that waited for it.
        sides = await ConflictStore(ground.connection, proposal.project).awaiting(spec.id, proposal.id)
        made = await _arrival(ground, proposal, part, (spec.head, *sides), gits=gits is not None)
        return await landing.advance(spec, made)
    if known is None:
        first = await ProposalStore(ground.connection, proposal.project).delta(proposal.id, 1)
        base = next((one.base for one in first if one.spec == part.spec and one.base), None)
        side = await _arrival(ground, proposal, replace(part, after=gits), (base,) if base else (), gits=True)
        await landing.set_aside(side)
        known = side.revision
    arrival = await _arrival(ground, proposal, part, (spec.head, known.digest), gits=False)
    waiting = (spec.diverged,) if spec.diverged else ()
    return await landing.advance(replace(spec, diverged=known.digest), replace(arrival, through=waiting))


async def _gits_text(ground: Ground, proposal: Proposal, part: SpecDelta) -> str | None:
    """Give the text that the commit had which brought a proposal; None where none did."""
    if not proposal.origin:
        return None
    first = await ProposalStore(ground.connection, proposal.project).delta(proposal.id, 1)
    return next((one.after for one in first if one.spec == part.spec), part.after)


async def _arrival(
    ground: Ground, proposal: Proposal, part: SpecDelta, parents: tuple[str, ...], *, gits: bool
) -> Arrival:
    """Make the revision of a text: of the commit that brought it where it stands as that had it (`gits`)."""
    message = f"{proposal.title}\n\n{proposal.rationale}".strip()[:MAX_MESSAGE]
    made = writing.compose(author_of(proposal), part.spec, part.after, parents, message=message, at=ground.at)
    if proposal.origin:
        # From there on git moves the head again. Whose word it is was decided when the commit came.
        origin = proposal.origin if gits else ""
        made = replace(made, provenance=proposal.provenance or Provenance.INFERRED, origin=origin)
    title = writing.titled(await writing.title_of(part.after), part.to_path)
    return Arrival(made, part.after, title, proposal.task)


def _taken(path: str) -> ConflictError:
    return ConflictError(f"There is a spec at {path} already.", "Propose another path, or a change of that spec.")
