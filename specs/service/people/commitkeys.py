"""The SSH keys by which people sign their commits: what such a commit says of specs is that person's word.

A key is its owner's alone: nobody registers one for another. Whose a signature is, is said for one project: of a person
who may not write there it proves nothing.
"""

from uuid import UUID

from specs.access import Principal, Role, Scope
from specs.audit import INSTALLATION
from specs.errors import ConflictError, DeniedError, MissingError, UserError
from specs.revision import Actor, ActorKind
from specs.service.auditing import record
from specs.service.writing import check_words
from specs.signing import is_ssh_key, ssh_accepts
from specs.sshsignatures import fingerprint, plain_line, read_signature
from specs.store.commitkeys import CommitKey, CommitKeyStore
from specs.store.connection import Clock, Connection, IdSource, Transactions
from specs.store.people import ActorStore

NAMESPACE = b"git"
MAX_LINE = 10_000
MAX_NAME = 100
MOST_KEYS = 20


class CommitKeys:
    """Use cases of commit keys."""

    def __init__(self, database: Transactions, clock: Clock, new_id: IdSource) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id

    async def add(self, principal: Principal, line: str, name: str = "") -> CommitKey:
        """Register a public key of the caller's, as `id_ed25519.pub` has it. Raises `UserError` for what is none."""
        owner = _person(principal)
        found = fingerprint(line) if len(line) <= MAX_LINE and "\n" not in line.strip() else None
        if found is None or not is_ssh_key(line.strip()):
            raise UserError(
                "This is no public SSH key that can be used here.",
                "Send the line of a .pub file: ssh-ed25519, ecdsa-sha2-nistp..., or ssh-rsa of 2048 bits or more.",
            )
        told = name.strip() or " ".join(line.split()[2:])[:MAX_NAME] or found[:16]
        check_words(told)
        if len(told) > MAX_NAME:
            raise UserError(f"The name is longer than {MAX_NAME} characters.", "Name it in a word or two.")
        made = CommitKey(self._new_id(), owner, told, plain_line(line), found, self._clock())
        async with self._database.transaction() as connection:
            store = CommitKeyStore(connection)
            if len(await store.of(owner.id)) >= MOST_KEYS:
                raise ConflictError(f"You have {MOST_KEYS} keys.", "Remove one that you use no more.")
            if not await store.add(made):
                raise ConflictError("Somebody has registered this key.", "Use a key that is yours alone.")
            await record(
                connection,
                principal,
                INSTALLATION,
                at=made.created_at,
                action="key.add",
                subject=owner.id,
                details={"fingerprint": found},
            )
        return made

    async def list(self, principal: Principal) -> tuple[CommitKey, ...]:
        """Give the caller's keys."""
        async with self._database.read() as connection:
            return await CommitKeyStore(connection).of(_person(principal).id)

    async def remove(self, principal: Principal, key: UUID) -> None:
        """Let a key count no more. What it signed before stays as it was taken."""
        owner, at = _person(principal), self._clock()
        async with self._database.transaction() as connection:
            if not await CommitKeyStore(connection).revoke(owner.id, key, at):
                raise MissingError("You have no such key.", "List your keys for their ids.")
            await record(
                connection,
                principal,
                INSTALLATION,
                at=at,
                action="key.remove",
                subject=owner.id,
                details={"key": str(key)},
            )


def _person(principal: Principal) -> Actor:
    """Give the caller, who must be a person with a credential that administers what is theirs."""
    if principal.actor.kind is not ActorKind.HUMAN or Scope.ADMIN not in principal.scopes:
        raise DeniedError(
            "Only a person registers keys, and with a credential that has the scope admin.",
            "Log in on the pages, or make a token with the scope admin.",
        )
    return principal.actor


async def signer(connection: Connection, project: UUID, armored: str, payload: bytes) -> Actor | None:
    """Give the person who signed a commit and may write in a project; None where that is nobody known."""
    found = read_signature(armored)
    if found is None or found.namespace != NAMESPACE:
        return None
    key = await CommitKeyStore(connection).by_fingerprint(found.fingerprint)
    if key is None or not ssh_accepts(key.public, found, payload):
        return None
    member = await ActorStore(connection).member(project, key.actor.id)
    if member is None or member.disabled or member.role.rank < Role.EDITOR.rank:
        return None
    return key.actor
