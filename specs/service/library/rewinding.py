"""What a spec says once git takes back what it brought: what git went back to, with what was written here since.

Each edit from here is brought onto that text as it was made, and what was taken in from git in between is left out.
"""

from collections.abc import Sequence
from uuid import UUID

from specs.access import Principal
from specs.library import HistoryEntry, Spec, SpecStatus
from specs.merging import merge
from specs.revision import ActorKind, Revision
from specs.service import writing
from specs.service.revisions.landing import Arrival, Landing
from specs.service.working import worked
from specs.store.connection import Connection
from specs.store.library import LibraryStore

TOLD = "Take back what git took back"


def replayed(steps: Sequence[tuple[str, bool]]) -> str | None:
    """Give a text with the edits that were made here on it; None where these do not stand without git's.

    Each step is a text that came after the one before, and whether git brought it; the first is what git went back to.
    """
    text = before = steps[0][0]
    for after, from_git in steps[1:]:
        if not from_git:
            made = merge(before, after, text).text
            if made is None:
                return None
            text = made
        before = after
    return text


async def without_gits(
    connection: Connection, principal: Principal, landing: Landing, spec: Spec, line: Sequence[HistoryEntry]
) -> Revision | None:
    """Put on top of a locked spec what it says without what git brought since the first of its last heads.

    None where that is what it says, where it cannot be told, or where something of git's waits.
    """
    store = LibraryStore(connection, spec.project)
    brought = await _brought(store, spec.id, [entry.revision for entry in line[1:]])
    if not any(brought) or spec.diverged is not None or spec.status is not SpecStatus.ACTIVE:
        return None
    texts = await store.texts(spec.id, [entry.revision.digest for entry in line])
    said = [texts[entry.revision.digest] for entry in line]
    text = await worked(sum(map(len, said)), replayed, list(zip(said, [True, *brought], strict=True)))
    if text is None or text == said[-1]:
        return None
    title = writing.titled(await writing.title_of(text), spec.path)
    at = max(spec.updated_at, line[-1].revision.at)
    made = writing.compose(principal, spec.id, text, (spec.head,), message=TOLD, at=at)
    await landing.advance(spec, Arrival(made, text, title))
    return made


async def taken_out(store: LibraryStore, spec: UUID, revision: str) -> Revision | None:
    """Give the last head since a revision in which what git had brought was left out; None where there is none.

    What git then brings once more is no longer behind the head, though it was a head before.
    """
    return await store.last_saying(spec, TOLD, revision)


async def _brought(store: LibraryStore, spec: UUID, made: Sequence[Revision]) -> list[bool]:
    """Say of revisions which of them git brought, by itself or merged in by the server."""
    sides = {one.digest: one.parents[1] for one in made if len(one.parents) > 1 and one.actor.kind is ActorKind.SYSTEM}
    taken = await store.several(spec, set(sides.values())) if sides else {}
    return [
        one.from_git or (one.digest in sides and sides[one.digest] in taken and taken[sides[one.digest]].from_git)
        for one in made
    ]
