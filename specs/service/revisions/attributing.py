"""Attributes revisions as they land, and those that never were when someone asks: both ways give the same.

Knows no callers: it runs inside their transactions.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from uuid import UUID

from specs.authorship.attribution import Attribution, Written, attribute
from specs.authorship.codec import digest_of, pack_chunk, pack_runs, unpack_chunk, unpack_runs
from specs.authorship.memory import Chunk, Memory
from specs.revision import Provenance, Revision
from specs.service import writing
from specs.service.working import worked
from specs.store.authorship import AuthorshipStore, Kept
from specs.store.connection import Connection

# A full chunk is asked for by every save of its spec, and costs more to make ready than to use.
KEPT_CHUNKS = 64
_CHUNKS: dict[str, Chunk] = {}
# What was attributed last is what the next save goes on from. A revision's digest names all that it is made of.
KEPT_LAST = 64
MAX_LAST = 100_000
_LAST: dict[tuple[UUID, UUID, str], Attribution] = {}


async def attribute_landing(
    connection: Connection, project: UUID, revision: Revision, text: str
) -> tuple[Kept, dict[str, bytes]]:
    """Attribute a revision that is about to be added; give what is to be kept of it, and the chunks it fills."""
    spec = revision.spec_id
    parents = [await attributed(connection, project, spec, parent) for parent in revision.parents]
    written = Written(revision.digest, text, revision.provenance is Provenance.EXPLICIT)
    made, kept, fresh = await worked(len(text), _attribute, written, parents)
    remember((project, spec, revision.digest), made)
    return kept, fresh


async def attributed(connection: Connection, project: UUID, spec: UUID, revision: str) -> Attribution:
    """Give the attribution of a revision; make it, and those that it needs, where it was not made yet.

    Raises `MissingError` for a revision that is not there. Needs a connection that may write.
    """
    store = AuthorshipStore(connection, project)
    last = _LAST.get((project, spec, revision))
    found: dict[str, Attribution] = {} if last is None else {revision: last}
    todo = [revision]
    while todo:
        digest = todo[-1]
        if digest in found:
            todo.pop()
            continue
        kept = await store.kept(spec, digest)
        if kept is not None:
            found[digest] = await _unpacked(store, kept)
            continue
        descent = await store.descent(spec, digest)
        if descent is None:
            raise writing.no_revision()
        missing = [parent for parent in descent.parents if parent not in found]
        if missing:
            todo += missing
            continue
        written = Written(digest, descent.text, descent.provenance == Provenance.EXPLICIT)
        found[digest] = await _made(store, spec, written, [found[parent] for parent in descent.parents])
    remember((project, spec, revision), found[revision])
    return found[revision]


def remember(key: tuple[UUID, UUID, str], made: Attribution) -> None:
    """Keep at hand for a while what was attributed to a revision of a spec of a project."""
    if len(made.text) > MAX_LAST:
        return
    _LAST.pop(key, None)
    _LAST[key] = made
    while len(_LAST) > KEPT_LAST:
        del _LAST[next(iter(_LAST))]


async def _made(store: AuthorshipStore, spec: UUID, written: Written, parents: Sequence[Attribution]) -> Attribution:
    made, kept, fresh = await worked(len(written.text), _attribute, written, parents)
    await store.keep(spec, written.revision, kept, fresh)
    return made


def attributed_first(revision: Revision, text: str) -> Kept:
    """Attribute the first revision of a spec, which has no parents and no chunks; give what is to be kept of it."""
    written = Written(revision.digest, text, revision.provenance is Provenance.EXPLICIT)
    return _attribute(written, ())[1]


def attributed_next(
    revision: Revision, text: str, parents: Sequence[Attribution]
) -> tuple[Attribution, Kept, dict[str, bytes]]:
    """Attribute a revision, given its parents' attributions; give what is to be kept, and the chunks it fills."""
    return _attribute(Written(revision.digest, text, revision.provenance is Provenance.EXPLICIT), parents)


def _attribute(written: Written, parents: Sequence[Attribution]) -> tuple[Attribution, Kept, dict[str, bytes]]:
    made = attribute(written, parents)
    known = {chunk for parent in parents for chunk in parent.memory.full}
    packed = {chunk: _packed(chunk) for chunk in made.memory.full}
    names = tuple(name for name, _ in packed.values())
    fresh = {name: body for chunk, (name, body) in packed.items() if chunk not in known}
    doubts = tuple(sorted({run.mark.doubt for run in made.runs} - {""}))
    kept = Kept(pack_runs(made.runs), pack_chunk(made.memory.open), names, doubts, written.text)
    return made, kept, fresh


@lru_cache(maxsize=KEPT_CHUNKS)
def _packed(chunk: Chunk) -> tuple[str, bytes]:
    body = pack_chunk(chunk)
    return digest_of(body), body


async def _unpacked(store: AuthorshipStore, kept: Kept) -> Attribution:
    held = {name: _CHUNKS[name] for name in kept.full if name in _CHUNKS}
    missing = [name for name in kept.full if name not in held]
    bodies = await store.passages(missing) if missing else {}
    read = await worked(len(kept.text), _read, kept, held, bodies)
    for name, chunk in zip(kept.full, read.memory.full, strict=True):
        _CHUNKS.pop(name, None)
        _CHUNKS[name] = chunk
    for name in [*_CHUNKS][:-KEPT_CHUNKS]:
        del _CHUNKS[name]
    return read


def _read(kept: Kept, held: Mapping[str, Chunk], bodies: Mapping[str, bytes]) -> Attribution:
    full = tuple(held[name] if name in held else unpack_chunk(bodies[name]) for name in kept.full)
    return Attribution(kept.text, unpack_runs(kept.runs), Memory(full, unpack_chunk(kept.open)))
