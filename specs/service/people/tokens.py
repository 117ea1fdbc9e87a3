"""Tokens of agents, CI and people: issue, list, revoke. The secret leaves once and is stored as a hash."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from specs.access import (
    PREFIX_BYTES,
    SECRET_BYTES,
    IssuedToken,
    Principal,
    Role,
    Scope,
    Token,
    check_grant,
    hash_secret,
    make_token,
)
from specs.audit import INSTALLATION
from specs.errors import DeniedError, MissingError, UserError
from specs.revision import Actor, ActorKind
from specs.service.auditing import record
from specs.service.limits import room_for_member, room_for_token
from specs.service.projects import check_name
from specs.store.connection import Clock, Connection, IdSource, RandomSource, Transactions
from specs.store.people import ActorStore, CredentialStore, ProjectStore

DEFAULT_LIFE = timedelta(days=90)
LONGEST_LIFE = timedelta(days=366)


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
        """Give the agent `name` a token for one project; the agent becomes a member, with this role. Needs an admin."""
        principal.require(project, Role.ADMIN, Scope.ADMIN)
        check_grant(ActorKind.AGENT, role, scopes)
        at = self._clock()
        expires = _expiry(at, expires_at)
        name = _named(name)
        async with self._database.transaction() as connection:
            if await ProjectStore(connection).find(id_=project) is None:
                raise MissingError("There is no such project.", "Check the name.")
            people = ActorStore(connection)
            agent = await people.agent(Actor(self._new_id(), name, ActorKind.AGENT), project, at)
            await people.lock_members(project)
            await room_for_token(connection, project, at)
            if await people.member(project, agent.id) is None:
                await room_for_member(connection, project)
            await people.set_member(project, agent.id, role, at)
            issued = self._made(agent, name, project, scopes, (at, expires))
            await self._store(connection, principal, issued, role)
        return issued

    async def issue_for_self(
        self,
        principal: Principal,
        name: str,
        *,
        project: UUID | None = None,
        scopes: Collection[Scope] = (Scope.READ,),
        expires_at: datetime | None = None,
    ) -> IssuedToken:
        """Give a person a token of their own, for one project or all of theirs. Agents cannot.

        Asked for by a token, the new one opens no more, for no other project and for no longer than that one.
        """
        if principal.actor.kind is not ActorKind.HUMAN:
            raise DeniedError("Only people have tokens of their own.", "An admin of the project issues agents' tokens.")
        if not set(scopes) <= principal.scopes:
            raise DeniedError("A token cannot allow more than the credential that asks for it.", "Leave scopes out.")
        if project is not None:
            principal.require(project, Role.READER, Scope.READ)
        at = self._clock()
        expires = _expiry(at, expires_at)
        async with self._database.transaction() as connection:
            asking = await CredentialStore(connection).get(principal.credential) if principal.credential else None
            if asking is not None:
                if asking.project is not None and project not in {None, asking.project}:
                    raise DeniedError("A token for one project gives none for another.", "Log in and ask there.")
                project = asking.project or project
                expires = min(expires, asking.expires_at or expires)
            issued = self._made(principal.actor, _named(name), project, scopes, (at, expires))
            await self._store(connection, principal, issued, None)
        return issued

    def _made(
        self,
        actor: Actor,
        name: str,
        project: UUID | None,
        scopes: Collection[Scope],
        times: tuple[datetime, datetime],
    ) -> IssuedToken:
        if not scopes:
            raise UserError("A token without scopes opens nothing.", "Name scopes, for example read and context.")
        secret, prefix = make_token(self._random(PREFIX_BYTES + SECRET_BYTES))
        return IssuedToken(
            Token(self._new_id(), name, prefix, actor, project, frozenset(scopes), times[0], times[1]), secret
        )

    async def _store(
        self, connection: Connection, principal: Principal, issued: IssuedToken, role: Role | None
    ) -> None:
        token = issued.token
        scopes = [scope for scope in Scope if scope in token.scopes]
        row = {
            "id": token.id,
            "actor_id": token.actor.id,
            "project_id": token.project,
            "kind": "token",
            "name": token.name,
            "prefix": token.prefix,
            "secret_hash": hash_secret(issued.secret),
            "scopes": scopes,
            "created_at": token.created_at,
            "created_by": principal.actor.id,
            "expires_at": token.expires_at,
        }
        await CredentialStore(connection).add(row)
        await record(
            connection,
            principal,
            token.project or INSTALLATION,
            at=token.created_at,
            action="token.issue",
            subject=token.id,
            details={
                "actor": str(token.actor.id),
                "prefix": token.prefix,
                "role": role.value if role else None,
                "scopes": [scope.value for scope in scopes],
                "expires_at": token.expires_at.isoformat(),
            },
        )

    async def list(self, principal: Principal, project: UUID) -> tuple[Token, ...]:
        """Give the tokens bound to a project, newest first, revoked ones too. Needs an admin."""
        principal.require(project, Role.ADMIN, Scope.ADMIN)
        async with self._database.read() as connection:
            return await CredentialStore(connection).tokens(project_id=project)

    async def list_own(self, principal: Principal) -> tuple[Token, ...]:
        """Give the principal's own tokens, newest first."""
        async with self._database.read() as connection:
            return await CredentialStore(connection).tokens(actor_id=principal.actor.id)

    async def revoke(self, principal: Principal, token: UUID) -> None:
        """Make a token useless at once: one's own, or one of a project one is admin of. Revoking twice is once."""
        at = self._clock()
        async with self._database.transaction() as connection:
            store = CredentialStore(connection)
            found = await store.get(token)
            if found is None or found.kind != "token":
                raise _no_token()
            if found.account.actor.id != principal.actor.id:
                # Of a token in a project of others nothing may be learnt; the installation's are the server's.
                held = principal.role_in(found.project) if found.project else None
                if held is None and not principal.everywhere:
                    raise _no_token()
                if found.project is not None:
                    principal.require(found.project, Role.ADMIN, Scope.ADMIN)
            if await store.revoke(at, id=token):
                chain = found.project or INSTALLATION
                await record(connection, principal, chain, at=at, action="token.revoke", subject=token)


def _no_token() -> MissingError:
    return MissingError("There is no such token.", "List the tokens for their ids.")


def _named(name: str) -> str:
    name = name.strip()
    if not name:
        raise UserError("A token needs a name.", "Say who or what will use it, for example ci or claude.")
    check_name(name)
    return name


def _expiry(at: datetime, asked: datetime | None) -> datetime:
    expires = asked or at + DEFAULT_LIFE
    if expires.tzinfo is None or not at < expires <= at + LONGEST_LIFE:
        raise UserError(
            "A token must expire, after now and within a year.",
            "Leave the expiry out for 90 days, or give a nearer time.",
        )
    return expires
