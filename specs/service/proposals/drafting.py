"""Makes a delta of what someone asks for, and brings deltas onto the specs as they are now.

Knows no transaction of its own, and no proposals: callers hand in the connection.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from specs.errors import UserError
from specs.hygiene.reports import refusal_of_words
from specs.library import Spec, SpecText, check_text
from specs.paths import path_key
from specs.proposals.delta import Delta, Operation, SpecDelta, check_delta
from specs.proposals.draft import Draft, SpecChange
from specs.proposals.proposal import check_words
from specs.proposals.rebase import Rebased, rebase
from specs.proposals.sections import change_sections
from specs.service import writing
from specs.store.connection import IdSource
from specs.store.library import LibraryStore


def check_draft(draft: Draft) -> None:
    """Refuse what cannot be kept, before anything is read."""
    writing.refuse(check_words(draft.title, draft.rationale))
    check_said(draft.title, draft.rationale)
    for change in draft.changes:
        writing.check_input(change.path, change.text or "", "")
        for section in change.sections:
            writing.check_input(None, section.text, "")


def check_said(*texts: str) -> None:
    """Refuse words that cannot be kept, or that hide something from their readers. How long they are is not asked."""
    for text in texts:
        writing.refuse(check_text(text) or refusal_of_words(text))


async def delta_of(store: LibraryStore, changes: Sequence[SpecChange], new_id: IdSource) -> Delta:
    """Make the delta that changes ask for, each against its base. Raises `UserError` for what cannot be done."""
    delta = tuple([await _part(store, change, new_id) for change in changes])
    writing.refuse(check_delta(delta))
    return delta


async def _part(store: LibraryStore, change: SpecChange, new_id: IdSource) -> SpecDelta:
    if change.operation is Operation.CREATE:
        if change.path is None or change.text is None or change.spec is not None or change.sections:
            raise UserError("A new spec has a path and a text.", "Send `path` and `text`, and nothing else.")
        return SpecDelta(new_id(), Operation.CREATE, None, change.path, change.path, "", change.text)
    if change.spec is None:
        raise UserError("The change names no spec.", "Send the spec's id as `spec`.")
    if change.text is not None and change.sections:
        raise UserError("The change has a whole text and sections.", "Send one of the two.")
    current = await writing.found(store, change.spec)
    base = current.head if change.base is None else change.base
    before = await store.text(current.id, base) if writing.is_digest(base) else None
    if before is None:
        raise writing.no_revision()
    if change.operation is not Operation.EDIT:
        if change.text is not None or change.sections or change.path is not None:
            raise UserError("Nothing else changes in a spec that is retired or restored.", "Propose its text apart.")
        return SpecDelta(current.id, change.operation, base, current.path, current.path, before, before)
    after = before if change.text is None else change.text
    if change.sections:
        made = await asyncio.to_thread(change_sections, before, change.sections)
        writing.refuse(made.problem)
        after = made.text
    return SpecDelta(current.id, Operation.EDIT, base, current.path, change.path or current.path, before, after)


def same_specs(old: Delta, new: Delta) -> Delta:
    """Give a delta in which a spec that is to be created at a path is the one that was to be created there before."""
    known = {path_key(part.to_path): part.spec for part in old if part.operation is Operation.CREATE}
    return tuple(
        replace(part, spec=known.get(path_key(part.to_path), part.spec)) if part.operation is Operation.CREATE else part
        for part in new
    )


async def bring(store: LibraryStore, delta: Delta) -> tuple[Rebased, dict[UUID, Spec]]:
    """Lock the specs of a delta, in one order everywhere, and bring it onto their heads; give those specs too."""
    heads: dict[UUID, SpecText] = {}
    for spec_id in sorted(part.spec for part in delta if part.operation is not Operation.CREATE):
        spec = await store.spec(spec_id, lock=True)
        if spec is None:
            continue
        head = await writing.head_of(store, spec)
        heads[spec_id] = SpecText(spec, head, await store.text(spec_id, head.digest) or "")
    rebased = await asyncio.to_thread(rebase, delta, heads, await taken_by(store, delta))
    return rebased, {spec_id: found.spec for spec_id, found in heads.items()}


async def taken_by(store: LibraryStore, delta: Delta) -> dict[str, UUID]:
    """Say which specs have the paths that a delta wants, by path key."""
    taken: dict[str, UUID] = {}
    for key in sorted({path_key(part.to_path) for part in delta}):
        holder = await store.at_path(key)
        if holder is not None:
            taken[key] = holder.id
    return taken
