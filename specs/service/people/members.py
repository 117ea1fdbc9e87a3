"""Members of a project and their roles."""

from uuid import UUID

from specs.access import Member, Principal, Role, Scope, check_grant
from specs.errors import ConflictError, MissingError
from specs.library import check_text
from specs.service.auditing import record
from specs.service.limits import room_for_member
from specs.store.connection import Clock, IdSource, Transactions
from specs.store.people import Account, ActorStore, CredentialStore


class Members:
    """Use cases of membership."""

    def __init__(self, database: Transactions, clock: Clock, new_id: IdSource) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id

    async def list(self, principal: Principal, project: UUID) -> tuple[Member, ...]:
        """Give the members by name. Any member may look."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            return await ActorStore(connection).members(project)

    async def set_role(self, principal: Principal, project: UUID, who: str | UUID, role: Role) -> Member:
        """Make a person (by login or id) a member, or change a member's role. The last admin stays. Needs an admin.

        An agent becomes a member with its first token; its role can be changed here, never to a deciding one.
        """
        principal.require(project, Role.ADMIN, Scope.ADMIN)
        at = self._clock()
        async with self._database.transaction() as connection:
            people = ActorStore(connection)
            await people.lock_members(project)
            account = await _account(people, who)
            known = None if account is None else await people.member(project, account.actor.id)
            # Only who can log in may be added by an id that is not a member's yet: no reaching into other projects.
            if account is None or (known is None and account.login is None):
                raise MissingError("There is no such person.", "Invite them first, then make them a member.")
            check_grant(account.actor.kind, role, ())
            # Whoever made that link could open this project with it.
            if known is None and await people.invited_elsewhere(account.actor.id, project):
                raise ConflictError(
                    "They have not taken up their invitation yet.",
                    "Add them once they have logged in for the first time.",
                )
            if known is not None and known.role is Role.ADMIN and role is not Role.ADMIN:
                await _keep_an_admin(people, project, account.actor.id)
            if known is None:
                await room_for_member(connection, project)
            await people.set_member(project, account.actor.id, role, at)
            details = {"role": role.value, "was": known.role.value if known else None}
            subject = account.actor.id
            await record(connection, principal, project, at=at, action="member.set", subject=subject, details=details)
            return Member(account.actor, role, account.login or "", account.disabled)

    async def remove(self, principal: Principal, project: UUID, actor: UUID) -> None:
        """End a membership, and with it the actor's tokens for the project. The last admin stays. Needs an admin."""
        principal.require(project, Role.ADMIN, Scope.ADMIN)
        at = self._clock()
        async with self._database.transaction() as connection:
            people = ActorStore(connection)
            await people.lock_members(project)
            known = await people.member(project, actor)
            if known is None:
                raise MissingError("There is no such member.", "List the members of the project.")
            if known.role is Role.ADMIN:
                await _keep_an_admin(people, project, actor)
            await people.remove_member(project, actor)
            revoked = await CredentialStore(connection).revoke(at, actor_id=actor, project_id=project, kind="token")
            details = {"tokens_revoked": revoked}
            await record(connection, principal, project, at=at, action="member.remove", subject=actor, details=details)


async def _account(people: ActorStore, who: str | UUID) -> Account | None:
    if isinstance(who, UUID):
        return await people.account(id_=who)
    return None if check_text(who) else await people.account(login=who.strip().casefold())


async def _keep_an_admin(people: ActorStore, project: UUID, actor: UUID) -> None:
    if await people.other_admins(project, actor) == 0:
        raise ConflictError("This is the project's last admin.", "Make someone else an admin first.")
