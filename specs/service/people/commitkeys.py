"""The keys by which people sign their commits, of SSH and OpenPGP: what such a commit says is that person's word.

A key is its owner's alone: nobody registers one for another. Whose a signature is, is said for one project: of a person
who may not write there it proves nothing.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from specs.access import Principal, Role, Scope
from specs.audit import INSTALLATION
from specs.errors import ConflictError, DeniedError, MissingError, UserError
from specs.openpgp import PgpKey, merged, pgp_accepts, read_pgp_key, read_pgp_signature
from specs.pgppackets import BEGIN_SIGNATURE, MAX_KEY
from specs.revision import Actor, ActorKind
from specs.service.auditing import record
from specs.service.writing import check_words
from specs.signing import is_ssh_key, ssh_accepts
from specs.sshsignatures import fingerprint, plain_line, read_signature
from specs.store.commitkeys import CommitKey, CommitKeyStore, KeyKind
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

    async def add(self, principal: Principal, text: str, name: str = "") -> CommitKey:
        """Register a public key of the caller's: a line as `id_ed25519.pub` has it, or what `gpg --export` gives.

        A key of OpenPGP that the caller has is brought up to date: it may end later now, or be revoked. Raises
        `UserError` for what is none, `ConflictError` for one that is somebody's.
        """
        made = _read(self._new_id(), _person(principal), text.strip(), self._clock())
        if named := name.strip():
            made = replace(made, name=named)
        check_words(made.name)
        if len(made.name) > MAX_NAME:
            raise UserError(f"The name is longer than {MAX_NAME} characters.", "Name it in a word or two.")
        async with self._database.transaction() as connection:
            store = CommitKeyStore(connection)
            mine = await store.of(made.actor.id)
            known = next((one for one in mine if one.fingerprint == made.fingerprint), None)
            if known is not None and made.kind is KeyKind.OPENPGP:
                made = _renewed(known, made)
                await store.renew(made)
            elif made.ended:
                raise UserError("Its owner revoked this key.", "Register one that you sign with.")
            elif len(mine) >= MOST_KEYS:
                raise ConflictError(f"You have {MOST_KEYS} keys.", "Remove one that you use no more.")
            elif not await store.add(made):
                raise ConflictError("Somebody has registered this key.", "Use a key that is yours alone.")
            await record(
                connection,
                principal,
                INSTALLATION,
                at=self._clock(),
                action="key.add",
                subject=made.actor.id,
                details={"fingerprint": made.fingerprint},
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


def _read(ident: UUID, owner: Actor, text: str, at: datetime) -> CommitKey:
    """Read a public key. Raises `UserError` for what is none."""
    if "PRIVATE KEY" in text:
        raise UserError("This is a private key.", "Send the public one; the other one never leaves you.")
    if text.startswith("-----BEGIN PGP"):
        found = read_pgp_key(text) if len(text) <= MAX_KEY else None
        if found is None:
            raise UserError(
                "This is no public OpenPGP key that can be used here.",
                "Send one key, as `gpg --armor --export --export-options export-minimal ID` gives it.",
            )
        return _of_pgp(ident, owner, found, at)
    named = fingerprint(text) if len(text) <= MAX_LINE and "\n" not in text else None
    if named is None or not is_ssh_key(text):
        raise UserError(
            "This is no public SSH key that can be used here.",
            "Send the line of a .pub file: ssh-ed25519, ecdsa-sha2-nistp..., or ssh-rsa of 2048 bits or more.",
        )
    told = " ".join(text.split()[2:])[:MAX_NAME] or named[:16]
    return CommitKey(ident, owner, told, plain_line(text), named, at)


def _of_pgp(ident: UUID, owner: Actor, found: PgpKey, at: datetime) -> CommitKey:
    told = "".join(char for char in found.user if char.isprintable())[:MAX_NAME].strip() or found.key_ids[0]
    return CommitKey(
        ident,
        owner,
        told,
        found.public,
        found.fingerprint,
        at,
        KeyKind.OPENPGP,
        found.key_ids,
        found.expires_at,
        found.revoked,
    )


def _renewed(known: CommitKey, now: CommitKey) -> CommitKey:
    """Bring a key up to date with what its owner sent now. A revocation that was seen once stays."""
    both = merged(known.public, now.public)
    if both is None:
        raise UserError("This is not the key that you registered.", "Remove that one first.")
    return replace(
        known,
        public=both.public,
        key_ids=both.key_ids,
        expires_at=both.expires_at,
        ended=both.revoked or known.ended,
    )


async def signer(connection: Connection, project: UUID, armored: str, payload: bytes) -> Actor | None:
    """Give the person who signed a commit and may write in a project; None where that is nobody known."""
    key = await _signed_with(CommitKeyStore(connection), armored, payload)
    if key is None:
        return None
    member = await ActorStore(connection).member(project, key.actor.id)
    if member is None or member.disabled or member.role.rank < Role.EDITOR.rank:
        return None
    return key.actor


async def _signed_with(store: CommitKeyStore, armored: str, payload: bytes) -> CommitKey | None:
    """Give the key that signed a commit; None where none of those that are known did."""
    if armored.lstrip().startswith(BEGIN_SIGNATURE):
        made = read_pgp_signature(armored)
        alike = await store.by_key_id(made.key_id) if made is not None else ()
        return next((one for one in alike if made and pgp_accepts(one.public, made, payload)), None)
    found = read_signature(armored)
    if found is None or found.namespace != NAMESPACE:
        return None
    key = await store.by_fingerprint(found.fingerprint)
    return key if key is not None and ssh_accepts(key.public, found, payload) else None
