"""Invitations: a person who was not here yet becomes a member, and gets a link with which to log in first.

Whoever holds a link becomes that person. So nobody is invited who can log in already or belongs elsewhere: a link made
by one project's admin must not open another project.
"""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from specs.access import LINK_BYTES, Invited, Link, Principal, Role, Scope, hash_secret
from specs.audit import INSTALLATION
from specs.errors import ConflictError, MissingError
from specs.revision import Actor, ActorKind
from specs.service.auditing import record
from specs.service.limits import room_for_member
from specs.service.people.access import normal_login
from specs.service.projects import check_name
from specs.store.connection import Clock, Connection, IdSource, RandomSource, Transactions
from specs.store.people import ActorStore, CredentialStore

LIFE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation just made: whom it is for, and the link that is told once."""

    actor: Actor
    link: Link
    role: Role


class Invitations:
    """Use cases of invitations. All need an admin of the project."""

    def __init__(self, database: Transactions, clock: Clock, new_id: IdSource, random: RandomSource) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id
        self._random = random

    async def list(self, principal: Principal, project: UUID) -> tuple[Invited, ...]:
        """Give the invitations that nobody took up yet, those that are over too, by login."""
        principal.require(project, Role.ADMIN, Scope.ADMIN)
        async with self._database.read() as connection:
            return await CredentialStore(connection).invitations(project)

    async def send(
        self, principal: Principal, project: UUID, login: str, role: Role = Role.EDITOR, name: str = ""
    ) -> Invitation:
        """Make a person who was not here yet a member, with a link to log in first. Raises `ConflictError`."""
        principal.require(project, Role.ADMIN, Scope.ADMIN)
        login = normal_login(login)
        check_name(name)
        at = self._clock()
        async with self._database.transaction() as connection:
            people = ActorStore(connection)
            await people.lock_members(project)
            person = Actor(self._new_id(), name.strip() or login, ActorKind.HUMAN)
            if await people.add_person(person, login, at):
                await record(connection, principal, INSTALLATION, at=at, action="person.create", subject=person.id)
            else:
                invited = await CredentialStore(connection).invitations(project)
                if any(one.login == login for one in invited):
                    raise ConflictError(f"{login} is invited here already.", "Make them a new link beside their name.")
                person = await _unclaimed(connection, login)
            await room_for_member(connection, project)
            await people.set_member(project, person.id, role, at)
            link = await self._link(connection, principal, project, (person, login), at)
            details = {"login": login, "role": role.value, "until": link.expires_at.isoformat()}
            await record(
                connection, principal, project, at=at, action="invitation.send", subject=person.id, details=details
            )
        return Invitation(person, link, role)

    async def again(self, principal: Principal, project: UUID, actor: UUID) -> Invitation:
        """Make another link for somebody who was invited here and has not come; the one before is worthless."""
        principal.require(project, Role.ADMIN, Scope.ADMIN)
        at = self._clock()
        async with self._database.transaction() as connection:
            found = await _invited(connection, project, actor)
            link = await self._link(connection, principal, project, (found.actor, found.login), at)
            details = {"login": found.login, "role": found.role.value, "until": link.expires_at.isoformat()}
            await record(
                connection, principal, project, at=at, action="invitation.send", subject=actor, details=details
            )
        return Invitation(found.actor, link, found.role)

    async def withdraw(self, principal: Principal, project: UUID, actor: UUID) -> None:
        """Take an invitation back: its link is worthless, and the person no member."""
        principal.require(project, Role.ADMIN, Scope.ADMIN)
        at = self._clock()
        async with self._database.transaction() as connection:
            found = await _invited(connection, project, actor)
            await CredentialStore(connection).revoke(at, actor_id=actor, kind="link")
            await ActorStore(connection).remove_member(project, actor)
            details = {"login": found.login}
            await record(
                connection, principal, project, at=at, action="invitation.withdraw", subject=actor, details=details
            )

    async def _link(
        self, connection: Connection, principal: Principal, project: UUID, who: tuple[Actor, str], at: datetime
    ) -> Link:
        token = base64.urlsafe_b64encode(self._random(LINK_BYTES)).decode("ascii")
        store = CredentialStore(connection)
        await store.revoke(at, actor_id=who[0].id, kind="link")
        row = {"id": self._new_id(), "actor_id": who[0].id, "project_id": project, "kind": "link", "scopes": []}
        row |= {"secret_hash": hash_secret(token), "created_at": at, "created_by": principal.actor.id}
        await store.add({**row, "name": "invitation", "expires_at": at + LIFE})
        return Link(token, who[1], at + LIFE)


async def _unclaimed(connection: Connection, login: str) -> Actor:
    """Give the person of a login who never came and belongs nowhere. Raises `ConflictError` for anybody else."""
    people = ActorStore(connection)
    account = await people.account(login=login, lock=True)
    free = account is not None and not account.site_admin and not account.disabled
    if account is None or not free or await people.is_anybody(account.actor.id):
        raise ConflictError(f"There is a person {login} already.", "Add them as a member; they can log in.")
    return account.actor


async def _invited(connection: Connection, project: UUID, actor: UUID) -> Invited:
    await ActorStore(connection).lock_members(project)
    found = [one for one in await CredentialStore(connection).invitations(project) if one.actor.id == actor]
    if not found:
        raise MissingError("There is no such invitation.", "They may have come meanwhile: look at the members.")
    return found[0]
