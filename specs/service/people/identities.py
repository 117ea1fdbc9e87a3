"""Who people are elsewhere: logging in by what an issuer vouched for, connecting that to a person, taking it back.

A person is found by issuer and subject alone. What is connected was connected by that person, logged in or holding the
one-time link made for them; equal names or addresses of mail connect nobody.
"""

from uuid import UUID

from specs.access import Connected, Identity, Principal, hash_secret
from specs.audit import INSTALLATION
from specs.errors import ConflictError, DeniedError, MissingError, UserError
from specs.revision import Actor, ActorKind
from specs.service.auditing import record
from specs.service.people.access import MAX_SECRET, normal_login, person_of, usable
from specs.store.connection import Clock, Connection, IdSource, Transactions
from specs.store.people import ActorStore, CredentialStore, IdentityStore


class Identities:
    """Use cases of identities."""

    def __init__(self, database: Transactions, clock: Clock, new_id: IdSource) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id

    async def login(self, identity: Identity, *, newcomers: bool = False) -> Principal:
        """Give the principal of whom an identity is connected to. `newcomers` become people, in no project.

        Raises `DeniedError` for a stranger, and for a person who is shut out.
        """
        at = self._clock()
        async with self._database.transaction() as connection:
            store = IdentityStore(connection)
            known = await store.find(identity.issuer, identity.subject)
            if known is None:
                known = await self._newcomer(connection, identity) if newcomers else None
            if known is None:
                raise DeniedError(
                    "Nobody here is connected to this log-in.",
                    "Log in otherwise and connect it in Your account, or ask an admin for an invitation.",
                )
            account = await ActorStore(connection).account(id_=known)
            if account is None or account.disabled:
                raise DeniedError("This person is shut out.", "Ask whoever runs this server.")
            await store.used(identity.issuer, identity.subject, at)
            principal = await person_of(connection, account)
            details = {"by": identity.issuer}
            await record(
                connection, principal, INSTALLATION, at=at, action="login", subject=account.actor.id, details=details
            )
            return principal

    async def _newcomer(self, connection: Connection, identity: Identity) -> UUID:
        at = self._clock()
        login = normal_login(identity.login)
        person = Actor(self._new_id(), identity.name or login, ActorKind.HUMAN)
        if not await ActorStore(connection).add_person(person, login, at):
            raise DeniedError(
                f"There is a person {login} here already.",
                "If that is you, log in otherwise and connect this log-in in Your account.",
            )
        await IdentityStore(connection).add(identity, person.id, at)
        principal = Principal(person)
        await record(connection, principal, INSTALLATION, at=at, action="person.create", subject=person.id)
        return person.id

    async def connect(self, principal: Principal, identity: Identity) -> None:
        """Connect an identity to the person who asks. Raises `ConflictError` where it is another's."""
        if principal.actor.kind is not ActorKind.HUMAN:
            raise DeniedError("Only people log in.", "Agents have tokens.")
        async with self._database.transaction() as connection:
            await self._connect(connection, principal, identity)

    async def _connect(self, connection: Connection, principal: Principal, identity: Identity) -> None:
        at, store = self._clock(), IdentityStore(connection)
        if not await store.add(identity, principal.actor.id, at):
            if await store.find(identity.issuer, identity.subject) != principal.actor.id:
                raise ConflictError("This log-in is connected to somebody else.", "Let them take it back first.")
            return
        details = {"issuer": identity.issuer, "name": identity.name}
        subject = principal.actor.id
        await record(
            connection, principal, INSTALLATION, at=at, action="identity.connect", subject=subject, details=details
        )

    async def redeem(self, link: str, identity: Identity) -> Principal:
        """Use a one-time link up by connecting an identity to its person, instead of setting a password."""
        at = self._clock()
        async with self._database.transaction() as connection:
            store = CredentialStore(connection)
            found = usable(await store.by_secret(hash_secret(link[:MAX_SECRET]), "link", lock=True), at)
            await store.revoke(at, actor_id=found.account.actor.id, kind="link")
            await ActorStore(connection).end_sessions(found.account.actor.id)
            principal = await person_of(connection, found.account)
            await self._connect(connection, principal, identity)
            return principal

    async def list(self, principal: Principal) -> tuple[Connected, ...]:
        """Give who the person is elsewhere."""
        async with self._database.read() as connection:
            return await IdentityStore(connection).of(principal.actor.id)

    async def disconnect(self, principal: Principal, issuer: str, subject: str, *, passwords: bool = True) -> None:
        """Take a connection back. Raises `UserError` where the person could then no longer log in."""
        at = self._clock()
        async with self._database.transaction() as connection:
            store = IdentityStore(connection)
            mine = await store.of(principal.actor.id)
            if not any((one.issuer, one.subject) == (issuer, subject) for one in mine):
                raise MissingError("There is no such connection.", "Reload the page.")
            password = await CredentialStore(connection).password(principal.actor.id) if passwords else None
            if len(mine) == 1 and password is None:
                raise UserError("Then you could no longer log in.", "Set a password first, or connect another log-in.")
            await store.remove(issuer, subject)
            details = {"issuer": issuer}
            who = principal.actor.id
            await record(
                connection, principal, INSTALLATION, at=at, action="identity.disconnect", subject=who, details=details
            )
