"""Starts many specs at once: each as `Library.create` would, one after the other, in few statements for all.

Only what goes through by itself is done here: a text that hides nothing, holds no policies and is let through by all of
them, at a path that nobody has. With the first that is otherwise it stops: whoever asks goes on with that one alone.
"""

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from specs.access import Principal
from specs.audit import Act
from specs.errors import DeniedError, UserError
from specs.hygiene.secrets import secrets_in
from specs.library import Saved, Spec, SpecStatus
from specs.parser import parse
from specs.paths import path_key
from specs.policy.change import Change, ChangedSpec, Side
from specs.policy.deciding import Decision
from specs.policy.facts import Facts, facts_of
from specs.revision import Revision
from specs.search import terms
from specs.service import writing
from specs.service.auditing import act_of, record_all
from specs.service.limits import Room
from specs.service.policies.policies import keep_decisions, let_through
from specs.service.revisions.attributing import attributed_first
from specs.service.revisions.landing import Landing
from specs.store.connection import Connection, IdSource, SpecHook, Transactions
from specs.store.landing import Beginning, Incoming
from specs.store.library import LibraryStore

# At least all texts that the database takes for ones that may hold policies (`specs.tables.library.texts`).
POLICIES = re.compile(r"ya?ml.*policy")


@dataclass(frozen=True, slots=True)
class New:
    """A spec that is to begin."""

    path: str
    text: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Writer:
    """Who starts specs, in which project, when; where ids come from and who hears of it."""

    principal: Principal
    project: UUID
    at: datetime
    new_id: IdSource
    on_change: SpecHook


@dataclass(frozen=True, slots=True)
class _Ready:
    """A spec that is ready to begin, what policies want to know of it, and its revision."""

    beginning: Beginning
    facts: Facts
    revision: Revision

    @property
    def saved(self) -> Saved:
        return Saved(self.beginning.spec, self.revision, created=True)


class _TakenError(Exception):
    """Undoes what was begun; never leaves this module."""


async def begin_many(database: Transactions, writer: Writer, news: Sequence[New]) -> tuple[Saved, ...]:
    """Start the first of these specs, as many as are nothing special; give those."""
    if writer.principal.everywhere:  # nothing that the server does is asked of policies
        return ()
    ready = await asyncio.to_thread(lambda: tuple(_ready(writer, news)))
    if not ready:
        return ()
    try:
        async with database.transaction() as connection:
            return await _begun(connection, writer, ready)
    except _TakenError:
        return ()


def _ready(writer: Writer, news: Sequence[New]) -> Iterator[_Ready]:
    """Look at texts, up to the first that is not to be kept as it is or that changes what the next may be."""
    keys: set[str] = set()
    for new in news:
        try:
            writing.check_input(new.path, new.text, new.message)
        except UserError:
            return
        key = path_key(new.path)
        if key in keys or POLICIES.search(new.text) or secrets_in(new.text) or secrets_in(new.message):
            return
        keys.add(key)
        yield _made(writer, new, key)


def _made(writer: Writer, new: New, key: str) -> _Ready:
    document = parse(new.text)
    made = writing.compose(writer.principal, writer.new_id(), new.text, (), message=new.message, at=writer.at)
    title = writing.titled(writing.title_in(document), new.path)
    spec = Spec(made.spec_id, writer.project, new.path, title, SpecStatus.ACTIVE, made.digest, writer.at, writer.at)
    kept = attributed_first(made, new.text)
    incoming = Incoming(made, title, writer.principal.task, False, terms(new.text), kept, {})  # noqa: FBT003 (its order)
    change = Change((ChangedSpec(None, Side(new.path, new.text)),))
    return _Ready(Beginning(spec, key, incoming), facts_of(change, lambda _: document), made)


async def _begun(connection: Connection, writer: Writer, ready: Sequence[_Ready]) -> tuple[Saved, ...]:
    taken = await LibraryStore(connection, writer.project).taken([one.beginning.path_key for one in ready])
    free = [one.beginning.path_key not in taken for one in ready]
    ready = ready[: free.index(False)] if False in free else ready
    facts = [one.facts for one in ready]
    decisions = await let_through(connection, writer.principal, writer.project, facts, writer.at) if ready else ()
    ready = ready[: await _fitting(connection, writer, ready[: len(decisions)])]
    if not ready:
        return ()
    judged = [
        (writer.new_id(), writer.principal.actor, decision) for _, decision in zip(ready, decisions, strict=False)
    ]
    await keep_decisions(connection, writer.project, judged, writer.at)
    landing = Landing(connection, writer.project, writer.at, writer.on_change)
    if not await landing.begin_many([one.beginning for one in ready]):
        raise _TakenError
    acts = [_told(writer, one, decision) for one, decision in zip(ready, decisions, strict=False)]
    await record_all(connection, writer.project, acts)
    return tuple(one.saved for one in ready)


async def _fitting(connection: Connection, writer: Writer, ready: Sequence[_Ready]) -> int:
    """Take room for specs, and say for how many of them, from the first on, there is some."""
    room = Room(connection, writer.project, len(ready))
    for count, one in enumerate(ready):
        try:
            await room.take(one.revision.size, begins=True)
        except DeniedError:
            return count
    return len(ready)


def _told(writer: Writer, ready: _Ready, decision: Decision) -> Act:
    spec = ready.beginning.spec
    details = {"path": spec.path, "revision": ready.revision.digest}
    return act_of(writer.principal, writer.at, "spec.create", spec.id, details, decision.policies)
