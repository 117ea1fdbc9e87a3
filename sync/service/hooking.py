"""Hooks of coding agents over HTTP: what an agent is told at each moment of its session, once.

What a session was told is remembered by this process alone, a while: where it is forgotten, things are told again.
Knows no disk: it tells what the server knows, and checks no working tree.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from uuid import UUID

from drift.service.drift import Drift
from specs.access import Principal, Role, Scope
from specs.errors import MissingError
from sync.agents.answers import Client, answer
from sync.agents.events import Event, Moment, paths_in
from sync.contexts.receipts import ServedContext
from sync.contexts.terms import words
from sync.service.contexts import Contexts

BUDGET, EDIT_BUDGET = 2_000, 1_000
FEWEST_WORDS = 2
MOST_FILES = 10
MOST_SESSIONS = 5_000
Key = tuple[UUID, UUID, str, str]


@dataclass(slots=True)
class Session:
    """What a session was asked last, and the bundle that holds all that it was told."""

    task: str = ""
    paths: tuple[str, ...] = ()
    last: UUID | None = None


class Sessions:
    """The sessions of this process; those not heard of longest go first."""

    def __init__(self, most: int = MOST_SESSIONS) -> None:
        self._kept: OrderedDict[Key, Session] = OrderedDict()
        self._most = most

    def of(self, principal: Principal, project: UUID, session: str, agent: str) -> Session:
        """Give a session of somebody; one that the client does not name is new each time."""
        if not session:
            return Session()
        key = (principal.actor.id, project, session[:200], agent[:200])
        found = self._kept.setdefault(key, Session())
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return found


class Hooking:
    """Answers hooks."""

    def __init__(self, contexts: Contexts, drift: Drift, sessions: Sessions | None = None) -> None:
        self._contexts = contexts
        self._drift = drift
        self._sessions = sessions or Sessions()

    async def answer(self, principal: Principal, project: UUID, client: Client, event: Event) -> str:
        """Give what the client takes for an answer; "" where there is nothing to tell."""
        principal.require(project, Role.READER, Scope.CONTEXT)
        state = self._sessions.of(principal, project, event.session, event.agent)
        if event.moment is Moment.COMPACT or event.source in {"compact", "clear"}:
            state.last = None
            if event.source == "clear":
                state.task, state.paths = "", ()
        served = await self._served(principal, project, event, state)
        if served is None or not served.bundle.served:
            return ""
        told = answer(client, event.moment, served.bundle.text)
        if told:
            state.last = served.receipt.id
        return told

    async def _served(self, principal: Principal, project: UUID, event: Event, state: Session) -> ServedContext | None:
        if event.moment is Moment.PROMPT:
            paths = await self._known(principal, project, paths_in(event.prompt)[:MOST_FILES])
            if event.prompt.lstrip().startswith("/") or not (paths or len(set(words(event.prompt))) >= FEWEST_WORDS):
                return None
            state.task, state.paths = event.prompt, paths
            return await self._ask(principal, project, state, event.prompt, paths)
        if event.moment is Moment.BEFORE_EDIT:
            paths = below(event.cwd, event.paths)
            return await self._ask(principal, project, state, "", paths, tied=True) if paths else None
        if event.moment not in {Moment.START, Moment.SUBAGENT} or event.source == "resume":
            return None
        asked = self._sessions.of(principal, project, event.session, "")
        if not asked.task and not asked.paths:
            return None
        return await self._ask(principal, project, state, asked.task, asked.paths)

    async def _ask(  # noqa: PLR0913 (who, where, and what is asked for whom)
        self,
        principal: Principal,
        project: UUID,
        state: Session,
        task: str,
        paths: tuple[str, ...],
        *,
        tied: bool = False,
    ) -> ServedContext:
        budget = EDIT_BUDGET if tied else BUDGET
        try:
            return await self._contexts.serve(principal, project, task, paths, budget, since=state.last, tied=tied)
        except MissingError:  # what it was told was forgotten since
            state.last = None
            return await self._contexts.serve(principal, project, task, paths, budget, tied=tied)

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
