"""Keeps secrets out of the database, and lets through what a person says is none. Knows no form of any secret."""

import asyncio
import re
from collections.abc import Sequence
from uuid import UUID

from specs.access import Principal, Role, Scope
from specs.errors import DeniedError, UserError
from specs.hygiene.reports import refusal_of_secrets
from specs.hygiene.secrets import Secret, masked, secrets_in
from specs.library import check_message
from specs.revision import ActorKind
from specs.service.auditing import record
from specs.store.connection import Clock, Connection, Transactions
from specs.store.hygiene import Allowed, HygieneStore

MAX_IDS = 50
MAX_LISTED = 1000
AT_ONCE = 20_000
_ID = re.compile(r"[a-z-]{1,40}:[0-9a-f]{4}")


class SecretError(UserError):
    """A text holds what looks like a secret. `details["secrets"]` names each by rule, fingerprint and line."""


class Hygiene:
    """Use cases of what is let through."""

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
    return secrets_in(text) if len(text) <= AT_ONCE else await asyncio.to_thread(secrets_in, text)


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
