"""Hooks of coding agents over HTTP: what an agent is told at each moment of its session, once.

What a session was told stands in the database, so that any process of a server may answer its next hook.
Knows no disk: it tells what the server knows, and checks no working tree.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import PurePosixPath
from uuid import UUID

from drift.service.drift import Drift
from specs.access import Principal, Role, Scope
from specs.store.connection import Clock, Transactions
from sync.agents.answers import Client, answer
from sync.agents.bearing import about, bears_on_files, subjects
from sync.agents.events import Event, Moment, paths_in
from sync.contexts.context import Passage
from sync.contexts.receipts import ServedContext
from sync.service.contexts.contexts import Contexts
from sync.store.hooks import HookStore, Session, forget_sessions

BUDGET, EDIT_BUDGET = 2_000, 1_000
MOST_FILES = 10
KEPT = timedelta(days=14)


class Hooking:
    """Answers hooks."""

    def __init__(self, database: Transactions, contexts: Contexts, drift: Drift, clock: Clock) -> None:
        self._database = database
        self._contexts = contexts
        self._drift = drift
        self._clock = clock

    async def answer(self, principal: Principal, project: UUID, client: Client, event: Event) -> str:
        """Give what the client takes for an answer; "" where there is nothing to tell."""
        principal.require(project, Role.READER, Scope.CONTEXT)
        name = _name(event.session, event.agent)
        if event.moment is Moment.COMPACT or event.source in {"compact", "clear"}:
            await self._forget(principal, project, name, cleared=event.source == "clear")
        session = await self._of(principal, project, name)
        served = await self._served(principal, project, event, session)
        if served is None or not served.bundle.served:
            return ""
        told = answer(client, event.moment, served.bundle.text)
        if told and name:
            async with self._database.transaction() as connection:
                digests = [digest for one in served.bundle.served for digest in one.tells]
                await HookStore(connection, project, principal.actor.id).told(name, digests, self._clock())
        return told

    async def _of(self, principal: Principal, project: UUID, name: str) -> Session:
        if not name:
            return Session()
        async with self._database.read() as connection:
            return await HookStore(connection, project, principal.actor.id).of(name)

    async def _forget(self, principal: Principal, project: UUID, name: str, *, cleared: bool) -> None:
        if not name:
            return
        async with self._database.transaction() as connection:
            store = HookStore(connection, project, principal.actor.id)
            await store.forget(name, self._clock())
            if cleared:
                await store.asked(name, "", (), self._clock())

    async def _served(
        self, principal: Principal, project: UUID, event: Event, session: Session
    ) -> ServedContext | None:
        if event.moment is Moment.PROMPT:
            return await self._prompted(principal, project, event, session)
        if event.moment is Moment.BEFORE_EDIT:
            paths = below(event.cwd, event.paths)
            return await self._ask(principal, project, session, "", paths, keep=bears_on_files) if paths else None
        if event.moment not in {Moment.START, Moment.SUBAGENT} or event.source == "resume":
            return None
        asked = await self._of(principal, project, _name(event.session, "")) if event.agent else session
        if not asked.task and not asked.paths:
            return None
        return await self._ask(principal, project, session, asked.task, asked.paths)

    async def _prompted(
        self, principal: Principal, project: UUID, event: Event, session: Session
    ) -> ServedContext | None:
        paths = await self._known(principal, project, paths_in(event.prompt)[:MOST_FILES])
        if event.prompt.lstrip().startswith("/") or not (paths or subjects(event.prompt)):
            return None
        if name := _name(event.session, event.agent):
            async with self._database.transaction() as connection:
                store = HookStore(connection, project, principal.actor.id)
                await store.asked(name, event.prompt, paths, self._clock())
        return await self._ask(principal, project, session, event.prompt, paths, keep=about(event.prompt))

    async def _ask(  # noqa: PLR0913 (who, where, and what is asked for whom)
        self,
        principal: Principal,
        project: UUID,
        session: Session,
        task: str,
        paths: tuple[str, ...],
        *,
        keep: Callable[[Passage], bool] | None = None,
    ) -> ServedContext:
        budget = EDIT_BUDGET if keep is bears_on_files else BUDGET
        return await self._contexts.serve(principal, project, task, paths, budget, told=session.told, keep=keep)

    async def _known(self, principal: Principal, project: UUID, named: Sequence[str]) -> tuple[str, ...]:
        """Give those of the words of a prompt that are files or folders of code."""
        plain = [one for one in (word.rstrip("/") for word in named) if one]
        facts = await self._drift.paths(principal, project, plain) if plain else ()
        return tuple(one for one in plain if any(fact.path == one or fact.path.startswith(f"{one}/") for fact in facts))


def below(root: str, paths: Sequence[str]) -> tuple[str, ...]:
    """Write paths from the folder that a session works in; those outside are left out."""
    found = []
    for path in paths:
        place = PurePosixPath(root.replace("\\", "/")) / path.replace("\\", "/")
        if ".." not in place.parts and root and place.is_relative_to(root.replace("\\", "/")):
            plain = place.relative_to(root.replace("\\", "/")).as_posix()
            found += [plain] if plain != "." else []
    return tuple(dict.fromkeys(found))


def _name(session: str, agent: str) -> str:
    """Name a session, or an agent in it, by digest; "" where the client names none."""
    return hashlib.sha256(json.dumps((session, agent)).encode()).hexdigest() if session else ""


async def forget_hooks(database: Transactions, clock: Clock) -> int:
    """Forget what sessions were told that nobody heard of for two weeks; say how many went."""
    async with database.transaction() as connection:
        return await forget_sessions(connection, clock() - KEPT)
