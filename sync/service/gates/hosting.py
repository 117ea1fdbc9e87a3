"""Tells the host of a repository how a gate stands, where there is a token for it: status and comment.

May be repeated: what is said replaces what was said before. Whatever the host refuses is told to the caller's log and
changes no decision.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

from drift.store.repositories import RepositoryStore
from specs.errors import HoldfastError
from specs.store.connection import Transactions
from specs.store.people import ProjectStore
from sync.gates.gate import Gate, GateState
from sync.hosts import KnownHost, host_at, place_of
from sync.hosts.values import Host, Send, State, Status
from sync.service.repositories.fetching import LetIn, nothing
from sync.service.repositories.pulling import filed_token
from sync.store.gates import GateStore

CONTEXT = "holdfast/gate"
MARKER = "<!-- holdfast:gate -->"
WORDS = {
    GateState.PASSED: (State.SUCCESS, "The decision is: passed."),
    GateState.NEEDS_APPROVAL: (State.PENDING, "A person has to approve this."),
    GateState.FROZEN: (State.FAILURE, "The author is frozen."),
    GateState.FAILED: (State.FAILURE, "The decision is: failed."),
}


@dataclass(frozen=True, slots=True)
class Answered:
    """What was told to a host, for the log: whether anything was, and what the host refused."""

    told: bool = False
    problem: str = ""


class Answers:
    """Tells hosts how gates stand. `public_url` is where people find the page of a gate ("": nowhere)."""

    def __init__(  # noqa: PLR0913 (each source of the outside world is its own argument)
        self,
        database: Transactions,
        credentials: Path,
        send: Send,
        known: Sequence[KnownHost] = (),
        *,
        public_url: str = "",
        let_in: LetIn = nothing,
    ) -> None:
        self._database = database
        self._credentials = credentials
        self._send = send
        self._known = tuple(known)
        self._public_url = public_url
        self._let_in = let_in

    async def tell(self, project: UUID, ref: UUID) -> Answered:
        """Tell the host of a gate's repository. Raises only what is worth another try: a database that is away."""
        async with self._database.read() as connection:
            gate = await GateStore(connection, project).find(ref, lean=True)
            tenant = await ProjectStore(connection).find(id_=project)
            registered = await RepositoryStore(connection).find(project, gate.repository) if gate else None
        if gate is None or tenant is None or registered is None:
            return Answered()
        url = f"{self._public_url}/p/{quote(tenant.slug, safe='')}/gates/{gate.id}" if self._public_url else ""
        try:
            own = (await self._let_in(registered)).token
        except HoldfastError as error:
            return Answered(problem=error.message)
        return await asyncio.to_thread(self._tell, gate, registered.url, url, own)

    def _tell(self, gate: Gate, address: str, url: str, own: str) -> Answered:
        place = place_of(address, self._known)
        token = own or filed_token(self._credentials, address)
        if place is None or not token:
            return Answered()
        try:
            return _said(host_at(place, token, self._send), gate, url)
        except HoldfastError as error:
            return Answered(problem=error.message)


def _said(host: Host, gate: Gate, url: str) -> Answered:
    """Set the status of what the pull request shows, else of the commit, and keep one comment."""
    state, words = WORDS[gate.state]
    commit = host.pull(gate.pull).head if gate.pull is not None else ""
    host.set_status(commit or gate.commit, Status(state, CONTEXT, words, url))
    if gate.pull is not None:
        host.comment(gate.pull, MARKER, body_of(gate, url), begin=gate.state is not GateState.PASSED)
    return Answered(told=True)


def body_of(gate: Gate, url: str) -> str:
    """Write the comment: numbers and our own words alone, nothing that a stranger wrote."""
    new, fixed = gate.counts.get("introduced", 0), gate.counts.get("fixed", 0)
    link = f" [{'Approve or refuse' if gate.state is GateState.NEEDS_APPROVAL else 'See it'}]({url})" if url else ""
    counts = f"New findings: {new}. Mended: {fixed}. Commit `{gate.commit[:12]}`, specs `{gate.specs[:12]}`."
    return f"{MARKER}\n**{WORDS[gate.state][1]}**{link}\n\n{counts}\n"
