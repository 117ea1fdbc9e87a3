"""Takes in many texts that commits bring: each as `Imports.import_revision` would, in few statements for all.

Only what needs no question is done here: a text that begins a spec where none is or was, or follows a head that git
wrote last; that hides no secret and holds no policies; that nobody waits for, and all policies let through. With the
first that is otherwise it stops: whoever asks goes on with that one alone. History that is read for the first time is
mostly that, and there is much of it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias
from uuid import UUID

from specs.audit import Act
from specs.authorship.attribution import Attribution
from specs.document import Document
from specs.errors import DeniedError, UserError
from specs.hygiene.secrets import secrets_in
from specs.library import GitOrigin, Saved, Spec, SpecStatus, SpecText
from specs.paths import path_key
from specs.policy.change import Change, ChangedSpec, Side
from specs.policy.facts import Facts, facts_of
from specs.revision import Actor, Revision
from specs.search import terms
from specs.service import writing
from specs.service.auditing import act_of, record_all
from specs.service.documents import document
from specs.service.library.beginning import POLICIES, Writer
from specs.service.library.claimed import UNKNOWN, claimed_authors, composed
from specs.service.limits import Room
from specs.service.policies.policies import commits_let_through, keep_decisions
from specs.service.revisions.attributing import attributed, attributed_next, remember
from specs.service.revisions.landing import Landing
from specs.store.arriving import ArrivingStore, Followed
from specs.store.connection import Connection, Transactions
from specs.store.landing import Incoming
from specs.store.library import LibraryStore


@dataclass(frozen=True, slots=True)
class Brought:
    """A text that a commit brings: to a spec, or to the one at a path, which begins with it if there is none."""

    path: str
    text: str
    git: GitOrigin
    spec: UUID | None = None


Beside: TypeAlias = Callable[[Connection, Sequence[Saved]], Awaitable[None]]
"""Notes what came of texts in the transaction that took them in."""


@dataclass(slots=True)
class _Line:
    """A spec that goes on, text by text, before any of it is kept: how it was, and how it is by now."""

    spec: Spec
    before: Spec | None = None
    text: str = ""
    read: Document | None = None
    attribution: Attribution | None = None
    origins: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A text that is ready to be kept: its spec as it is with it, what policies want to know of it."""

    spec: Spec
    incoming: Incoming
    author: Actor
    facts: Facts
    git: GitOrigin

    @property
    def revision(self) -> Revision:
        return self.incoming.revision

    @property
    def saved(self) -> Saved:
        return Saved(self.spec, self.revision, created=True)


class _MovedError(Exception):
    """Undoes what was brought; never leaves this module."""


async def arrive(
    database: Transactions, writer: Writer, brought: Sequence[Brought], beside: Beside
) -> tuple[Saved, ...]:
    """Take in the first of these texts, as many as are nothing special; give those."""
    if not brought:
        return ()
    authors = await claimed_authors(database, writer.project, [one.git for one in brought], writer.new_id)
    try:
        async with database.transaction() as connection:
            lines = await _lines(connection, writer.project, brought)
            if lines is None:
                return ()
            ready = await asyncio.to_thread(lambda: tuple(_ready(writer, lines, brought, authors)))
            done = await _landed(connection, writer, lines, ready, beside)
    except _MovedError:
        return ()
    for line in lines.values() if len(done) == len(ready) else ():
        if line is not None and line.attribution is not None:
            remember((writer.project, line.spec.id, line.spec.head), line.attribution)
    return tuple(one.saved for one in done)


async def _lines(
    connection: Connection, project: UUID, brought: Sequence[Brought]
) -> "dict[UUID | str, _Line | None] | None":
    """Find the specs that texts go to, by id; and the paths at which none may begin. None where commits wait."""
    store, library = ArrivingStore(connection, project), LibraryStore(connection, project)
    if await store.asked_about({one.git.origin for one in brought}):
        return None
    lines: dict[UUID | str, _Line | None] = {}
    for key in await store.used({path_key(one.path) for one in brought if one.spec is None}):
        lines[key] = None
    wanted = {one.spec for one in brought if one.spec is not None}
    known = await store.brought([(one.spec, one.git.origin) for one in brought if one.spec is not None])
    for found in await library.heads(wanted) if wanted else ():
        if _follows(found):
            made = await attributed(connection, project, found.spec.id, found.spec.head)
            origins = {origin for spec, origin in known if spec == found.spec.id}
            lines[found.spec.id] = _Line(found.spec, found.spec, found.text, None, made, origins)
    return lines


def _follows(found: SpecText) -> bool:
    """Say whether git may move a head, and nothing special follows from it."""
    spec = found.spec
    gits = spec.agreed == spec.head and spec.diverged is None
    return gits and spec.status is SpecStatus.ACTIVE and not POLICIES.search(found.text)


def _ready(
    writer: Writer, lines: "dict[UUID | str, _Line | None]", brought: Sequence[Brought], authors: Sequence[Actor]
) -> Iterator[_Ready]:
    """Work through texts, up to the first that is special."""
    for new, author in zip(brought, authors, strict=True):
        key = new.spec or path_key(new.path)
        line = lines.get(key)
        if (line is None and (key in lines or new.spec is not None)) or not _is_plain(new, line):
            return
        made, lines[key] = _next(writer, line, new, author)
        yield made


def _is_plain(new: Brought, line: _Line | None) -> bool:
    """Say whether a text is to be kept as it is, and says something that its spec does not."""
    try:
        writing.check_kept(new.path, new.text)
    except UserError:
        return False
    again = line is not None and (new.text == line.text or new.git.origin in line.origins)
    return not (again or POLICIES.search(new.text) or secrets_in(new.text) or secrets_in(new.git.message))


def _next(writer: Writer, line: _Line | None, new: Brought, author: Actor) -> tuple[_Ready, _Line]:
    """Put a text on top of the line of a spec, or begin one with it; give it and the line as it is then."""
    read = document(new.text)
    title = writing.titled(writing.title_in(read), new.path)
    parents = () if line is None else (line.spec.head,)
    made = composed(writer.new_id() if line is None else line.spec.id, new.text, parents, author, new.git)
    above = [line.attribution] if line is not None and line.attribution is not None else []
    attribution, kept, passages = attributed_next(made, new.text, above)
    if line is None:
        before, side = None, Side(new.path, new.text)
        spec = Spec(made.spec_id, writer.project, new.path, title, SpecStatus.ACTIVE, made.digest, writer.at, writer.at)
        spec = replace(spec, agreed=made.digest)
    else:
        before, side = Side(line.spec.path, line.text), Side(line.spec.path, new.text)
        spec = replace(line.spec, head=made.digest, agreed=made.digest, title=title, updated_at=writer.at)
    change = Change((ChangedSpec(before, side),), new.git.repository or UNKNOWN, new.git.branch)
    incoming = Incoming(made, title, None, False, terms(new.text), kept, passages)  # noqa: FBT003 (its order)
    origins = {new.git.origin} if line is None else line.origins | {new.git.origin}
    then = _Line(spec, None if line is None else line.before, new.text, read, attribution, origins)
    known = {new.text: read} if line is None or line.read is None else {line.text: line.read, new.text: read}
    facts = facts_of(change, lambda text: known.get(text) or document(text))
    return _Ready(spec, incoming, author, facts, new.git), then


async def _landed(
    connection: Connection,
    writer: Writer,
    lines: "Mapping[UUID | str, _Line | None]",
    ready: Sequence[_Ready],
    beside: Beside,
) -> tuple[_Ready, ...]:
    """Keep texts as far as policies let them through and there is room; raise `_MovedError` if others were faster."""
    changes = [(one.author, one.facts) for one in ready]
    decisions = await commits_let_through(connection, writer.project, changes, writer.at) if ready else ()
    done = tuple(ready[: await _fitting(connection, writer, ready[: len(decisions)])])
    if not done:
        return ()
    after = {one.spec.id: one.spec for one in done}
    before = {line.spec.id: line.before for line in lines.values() if line is not None and line.before is not None}
    if not await ArrivingStore(connection, writer.project).unmoved([before[ref] for ref in after if ref in before]):
        raise _MovedError
    judged = [(writer.new_id(), one.author, decision) for one, decision in zip(done, decisions, strict=False)]
    await keep_decisions(connection, writer.project, judged, writer.at)
    heads = [
        Followed(spec, path_key(spec.path), before[ref].head if ref in before else None) for ref, spec in after.items()
    ]
    landing = Landing(connection, writer.project, writer.at, writer.on_change)
    if not await landing.bring_many([one.incoming for one in done], heads):
        raise _MovedError
    await beside(connection, [one.saved for one in done])
    await record_all(connection, writer.project, [_told(writer, one) for one in done])
    return done


async def _fitting(connection: Connection, writer: Writer, ready: Sequence[_Ready]) -> int:
    """Take room for texts, and say for how many of them, from the first on, there is some."""
    room = Room(connection, writer.project, len(ready))
    for count, one in enumerate(ready):
        try:
            await room.take(one.revision.size, begins=not one.revision.parents)
        except DeniedError:
            return count
    return len(ready)


def _told(writer: Writer, one: _Ready) -> Act:
    details = {"path": one.spec.path, "revision": one.revision.digest, "commit": one.git.commit}
    for_author = replace(writer.principal, on_behalf_of=one.author.id)
    return act_of(for_author, writer.at, "spec.import", one.spec.id, details)
