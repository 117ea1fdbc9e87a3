"""Use cases of what lets the server into one repository: set, told of without its secret, handed out, taken away.

What is not set is looked for where the server has it for all: the credentials file, the keys of its user.
"""

from datetime import datetime
from uuid import UUID

from drift.lives.records import Repository
from drift.store.repositories import RepositoryStore
from specs.access import Principal, Role, Scope
from specs.errors import MissingError, UserError
from specs.service.auditing import record
from specs.signing import SEED_BYTES, make_ssh_key, read_ssh_key
from specs.store.artifacts import Vault
from specs.store.connection import Clock, Connection, Transactions
from sync.binding.credentials import MOST_KEY, Credential, CredentialKind, Given, token_of
from sync.gitrepo.access import Access
from sync.store.credentials import CredentialStore


class Credentials:
    """Use cases of the credentials of repositories. All of them need an admin."""

    def __init__(self, database: Transactions, clock: Clock, vault: Vault) -> None:
        self._database = database
        self._clock = clock
        self._vault = vault

    async def list(self, principal: Principal, project: UUID, ref: UUID | str) -> tuple[Credential, ...]:
        """Say which credentials a repository has; never what is secret in them."""
        principal.require(project, Role.ADMIN, Scope.ADMIN)
        async with self._database.read() as connection:
            found = await _find(connection, project, ref)
            return (await CredentialStore(connection, self._vault).of([found.id])).get(found.id, ())

    async def of_project(self, principal: Principal, project: UUID) -> dict[UUID, tuple[Credential, ...]]:
        """Say which credentials each repository of a project has."""
        principal.require(project, Role.ADMIN, Scope.ADMIN)
        async with self._database.read() as connection:
            ids = await RepositoryStore(connection).ids(project)
            return await CredentialStore(connection, self._vault).of(list(ids))

    async def set(self, principal: Principal, project: UUID, ref: UUID | str, given: Given) -> Credential:
        """Keep a credential, in the place of the one of its kind before."""
        principal.require(project, Role.ADMIN, Scope.ADMIN)
        async with self._database.transaction() as connection:
            found = await _find(connection, project, ref)
            return await keep(connection, self._vault, principal, found, given, at=self._clock())

    async def remove(self, principal: Principal, project: UUID, ref: UUID | str, kind: CredentialKind) -> None:
        """Forget a credential. Raises `MissingError` where there is none."""
        principal.require(project, Role.ADMIN, Scope.ADMIN)
        async with self._database.transaction() as connection:
            found = await _find(connection, project, ref)
            if not await CredentialStore(connection, self._vault).drop(found.id, kind):
                raise MissingError("The repository has no such credential.", "List those that it has.")
            details = {"name": found.name, "kind": kind.value}
            await record(
                connection,
                principal,
                project,
                at=self._clock(),
                action="repository.remove-credential",
                subject=found.id,
                details={**details},
            )

    def made_key(self) -> Given:
        """Make a key of this server's own. Its private half leaves it never."""
        return key_of(make_ssh_key(self._vault.random(SEED_BYTES)))

    def given(self, token: str = "", user: str = "", *, key: bool = False) -> tuple[Given, ...]:
        """Take what somebody gives with a repository: a token, and whether a key is to be made. Raises `UserError`."""
        return (*((token_of(token, user),) if token.strip() else ()), *((self.made_key(),) if key else ()))

    async def access(self, repository: Repository) -> Access:
        """Give what lets into a repository; nothing where none was set. Raises `UnavailableError`."""
        async with self._database.read() as connection:
            found = await CredentialStore(connection, self._vault).open(repository)
        token, key = found.get(CredentialKind.TOKEN), found.get(CredentialKind.SSH_KEY)
        return Access(
            user=token.user if token else "",
            token=token.secret if token else "",
            key=read_ssh_key(key.secret) if key else None,
        )


async def keep(  # noqa: PLR0913 (what is kept, for whom, and when)
    connection: Connection, vault: Vault, principal: Principal, repository: Repository, given: Given, *, at: datetime
) -> Credential:
    """Keep a credential of a repository, and say in the log that it was set."""
    if not vault.masters:
        raise UserError("There is no secret key to seal it with.", "Set HOLDFAST_SECRET_KEY.")
    await CredentialStore(connection, vault).put(repository, given, principal.actor.id, at)
    details = {"name": repository.name, "kind": given.kind.value, "public": given.public}
    await record(
        connection,
        principal,
        repository.project,
        at=at,
        action="repository.set-credential",
        subject=repository.id,
        details={**details},
    )
    return Credential(given.kind, given.user, given.public, principal.actor, at)


def key_of(private: str) -> Given:
    """Take a private key. Raises `UserError` for what can be none that is used here."""
    key = read_ssh_key(private) if len(private) <= MOST_KEY else None
    if key is None:
        raise UserError(
            "This is no private SSH key that can be used here.",
            "Give one without a passphrase: Ed25519, ECDSA, or RSA of 2048 bits or more; or have one made.",
        )
    return Given(CredentialKind.SSH_KEY, private.strip() + "\n", public=key.public)


async def _find(connection: Connection, project: UUID, ref: UUID | str) -> Repository:
    found = await RepositoryStore(connection).find(project, ref)
    if found is None:
        raise MissingError("There is no such repository.", "List the repositories of the project.")
    return found
