"""Keeps secrets out of the database, and lets through what a person says is none. Knows no form of any secret."""

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from urllib.parse import quote
from uuid import UUID

from specs.access import Principal, Role, Scope
from specs.errors import DeniedError, UserError
from specs.hygiene.landmarks import landmarks
from specs.hygiene.leads import Target, broken
from specs.hygiene.links import followed, links_of
from specs.hygiene.reports import notices, refusal_of_secrets
from specs.hygiene.secrets import Secret, masked, secrets_in
from specs.library import check_message
from specs.parser import parse
from specs.paths import path_key
from specs.problem import Problem
from specs.revision import ActorKind
from specs.service.auditing import record
from specs.service.working import worked
from specs.store.connection import Clock, Connection, Transactions
from specs.store.hygiene import Allowed, HygieneStore

MAX_IDS = 50
MAX_LISTED = 1000
MAX_LINKS = 50
MAX_FOLLOWED = 500
_ID = re.compile(r"[a-z-]{1,40}:[0-9a-f]{4}")


class SecretError(UserError):
    """A text holds what looks like a secret. `details["secrets"]` names each by rule, fingerprint and line."""


@dataclass(frozen=True, slots=True)
class Follow:
    """A spec at its head, and the text with which its links follow a rename."""

    spec: UUID
    path: str
    head: str
    text: str


class Hygiene:
    """Use cases of what is let through, and of what readers should be told of a text."""

    def __init__(self, database: Transactions, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def allow(self, principal: Principal, project: UUID, ids: Sequence[str], because: str) -> tuple[Allowed, ...]:
        """Let texts through in which these (`rule:fingerprint`, as a refusal names them) stand. A person says so."""
        principal.require(project, Role.EDITOR, Scope.WRITE)
        if principal.actor.kind is not ActorKind.HUMAN:
            raise DeniedError(
                "Only a person can say that something is no secret.", "Ask a member, or take it out of the text."
            )
        _check(ids, because)
        at = self._clock()
        made = tuple(Allowed(one, because.strip(), principal.actor, at) for one in dict.fromkeys(ids))
        async with self._database.transaction() as connection:
            store = HygieneStore(connection, project)
            for one in made:
                if await store.allow(one):
                    details = {"because": one.because}
                    await record(
                        connection, principal, project, at=at, action="secret.allow", subject=one.id, details=details
                    )
        return made

    async def allowed(self, principal: Principal, project: UUID) -> tuple[Allowed, ...]:
        """Give what was let through, the latest first."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            return await HygieneStore(connection, project).all(MAX_LISTED)

    async def problems(self, principal: Principal, project: UUID, path: str, text: str) -> tuple[Problem, ...]:
        """Tell what a text, as the spec at a path has it, hides from its readers, and which of its links are broken."""
        principal.require(project, Role.READER, Scope.READ)
        told, links = await worked(len(text), lambda: (notices(text), links_of(text, path)))
        if not links:
            return told
        wanted = {path_key(link.path): link.path for link in links if link.path}
        heads: dict[str, tuple[str, str]] = {}
        if wanted:
            async with self._database.read() as connection:
                heads = await HygieneStore(connection, project).heads_by(wanted.keys())
        targets = {wanted[key]: Target(where, _sections(body)) for key, (where, body) in heads.items()}
        wrong = await asyncio.to_thread(broken, links, targets, Target(path, _sections(text)))
        return (*told, *wrong[:MAX_LINKS])

    async def linking(self, principal: Principal, project: UUID, old: str, new: str) -> tuple[Follow, ...]:
        """Give the specs whose links do not follow a spec from `old` to `new`, with the text in which they do."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            name = PurePosixPath(old).name
            rows = await HygieneStore(connection, project).linking({name, quote(name)}, new, MAX_FOLLOWED)
        made = []
        for ident, path, head, text in rows:
            other = await asyncio.to_thread(followed, text, path, old, new)
            if other != text:
                made.append(Follow(ident, path, head, other))
        return tuple(made)


def _sections(text: str) -> Callable[[str], bool]:
    """Say whether a text has a place of a name, as a check does; it is parsed when first asked."""
    marks = cache(lambda: landmarks(parse(text)))

    def known(anchor: str) -> bool:
        return marks()(anchor)

    return known


async def refuse_secrets(connection: Connection, project: UUID, *texts: str) -> None:
    """Raise `SecretError` where one of the texts holds what looks like a secret and no person let it through.

    Call it in the transaction that would keep the texts: nothing of them is kept then.
    """
    found = [secret for text in texts for secret in await _secrets(text)]
    if not found:
        return
    allowed = await HygieneStore(connection, project).among({secret.id for secret in found})
    left = [secret for secret in found if secret.id not in allowed]
    problem = refusal_of_secrets(left)
    if problem is not None:
        named: list[object] = [{"id": secret.id, "line": secret.line} for secret in left]
        details: dict[str, object] = {"line": problem.line, "column": problem.column, "secrets": named}
        raise SecretError(problem.message, problem.hint, details=details)


async def mask_secrets(database: Transactions, project: UUID, text: str) -> tuple[str, tuple[str, ...]]:
    """Mask what looks like a secret and no person let through; give the text and what the secrets are called."""
    found = await _secrets(text)
    if not found:
        return text, ()
    async with database.read() as connection:
        allowed = await HygieneStore(connection, project).among({secret.id for secret in found})
    return masked(text, allowed)


async def _secrets(text: str) -> tuple[Secret, ...]:
    """Look for secrets; a long text is looked at off the event loop."""
    return await worked(len(text), secrets_in, text)


def _check(ids: Sequence[str], because: str) -> None:
    if not ids or len(ids) > MAX_IDS or not all(_ID.fullmatch(one) for one in ids):
        raise UserError("These name no secrets.", "Name them as the refusal did, for example aws-access-key:3f2a.")
    if not because.strip():
        raise UserError(
            "There is no reason.", "Say why it is none: a published example, a test key that opens nothing."
        )
    problem = check_message(because)
    if problem is not None:
        raise UserError(problem.message, problem.hint)
