"""Tokens of agents, CI and people: issue, list, revoke. The secret leaves once and is stored as a hash."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from specs.access import IssuedToken, Principal, Role, Scope, Token
from specs.store.connection import Clock, IdSource, RandomSource, Transactions


class Tokens:
    """Use cases of tokens."""

    def __init__(self, database: Transactions, clock: Clock, new_id: IdSource, random: RandomSource) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id
        self._random = random

    async def issue_for_agent(  # noqa: PLR0913 (a grant is spelled out)
        self,
        principal: Principal,
        project: UUID,
        name: str,
        *,
        role: Role = Role.READER,
        scopes: Collection[Scope] = (Scope.READ, Scope.CHECK, Scope.CONTEXT),
        expires_at: datetime | None = None,
    ) -> IssuedToken:
        """Give the agent `name` a token for one project; the agent becomes a member if it is not. Needs an admin."""
        raise NotImplementedError

    async def issue_for_self(
        self,
        principal: Principal,
        name: str,
        *,
        project: UUID | None = None,
        scopes: Collection[Scope] = (Scope.READ,),
        expires_at: datetime | None = None,
    ) -> IssuedToken:
        """Give a person a token of their own, for one project or all of theirs. Agents cannot."""
        raise NotImplementedError

    async def list(self, principal: Principal, project: UUID) -> tuple[Token, ...]:
        """Give the tokens bound to a project, newest first, revoked ones too. Needs an admin."""
        raise NotImplementedError

    async def list_own(self, principal: Principal) -> tuple[Token, ...]:
        """Give the principal's own tokens, newest first."""
        raise NotImplementedError

    async def revoke(self, principal: Principal, token: UUID) -> None:
        """Make a token useless at once: one's own, or one of a project one is admin of. Revoking twice is once."""
        raise NotImplementedError
