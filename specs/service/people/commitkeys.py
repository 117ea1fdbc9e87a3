"""The keys by which people sign their commits, of SSH and OpenPGP: what such a commit says is that person's word.

A key is its owner's alone, and public keys are public: whoever registers one for commits of theirs proves
to hold its private half by signing a line that names them. The line has no date and no secret: what it says holds for
that person alone, so a signature that was seen serves nobody else. Whose a signature is, is said for one project: of a
person who may not write there it proves nothing.
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

NAMESPACE, CLAIMS = b"git", b"holdfast"
MAX_LINE = 10_000
MAX_NAME = 100
MOST_KEYS = 20
HOW = {
    KeyKind.SSH: "`holdfast key claim | ssh-keygen -Y sign -n holdfast -f KEY | holdfast key add KEY.pub --proof -`",
    KeyKind.OPENPGP: "`holdfast key claim | gpg --armor --detach-sign | holdfast key add KEY.asc --proof -`",
}


class CommitKeys:
    """Use cases of commit keys."""

    def __init__(self, database: Transactions, clock: Clock, new_id: IdSource) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id

    def claim(self, principal: Principal) -> str:
        """Give the line that the caller signs with a key to prove that it is theirs."""
        return claim_of(_person(principal))

    async def add(self, principal: Principal, text: str, name: str = "", proof: str = "") -> CommitKey:
        """Register a public key of the caller's: a line as `id_ed25519.pub` has it, or what `gpg --export` gives.

        `proof` is a signature that it made of the caller's claim. A key of OpenPGP that the caller has is brought up to
        date without one: it may end later now, or be revoked. Raises `UserError` for what is no key or not proven,
        `ConflictError` for one that is somebody's.
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
            elif known is not None:
                raise ConflictError("You have this key already.", "List your keys for its id.")
            elif made.ended:
                raise UserError("Its owner revoked this key.", "Register one that you sign with.")
            else:
                made = await self._take(connection, principal, made, proof, len(mine))
            await self._record(connection, principal, "key.add", made.actor.id, fingerprint=made.fingerprint)
        return made

    async def _take(
        self, connection: Connection, principal: Principal, made: CommitKey, proof: str, has: int
    ) -> CommitKey:
        """Keep a new key. One that somebody registered before proofs were asked for yields to whoever proves it."""
        store = CommitKeyStore(connection)
        if not proves(made, proof):
            said = "This key did not make this proof." if proof.strip() else "Prove that this key is yours."
            raise UserError(said, f"Sign the line `{claim_of(made.actor)}` with it: {HOW[made.kind]}.")
        other = await store.holder(made.fingerprint)
        if other is not None and not other.proven:
            await store.revoke(other.actor.id, other.id, made.created_at)
            await self._record(connection, principal, "key.remove", other.actor.id, key=str(other.id))
        if has >= MOST_KEYS:
            raise ConflictError(f"You have {MOST_KEYS} keys.", "Remove one that you use no more.")
        shown = replace(made, proven=True)
        if not await store.add(shown):
            raise ConflictError("Somebody has registered this key.", "Use a key that is yours alone.")
        return shown

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
            await self._record(connection, principal, "key.remove", owner.id, key=str(key))

    async def _record(
        self, connection: Connection, principal: Principal, action: str, owner: UUID, **details: str
    ) -> None:
        at = self._clock()
        await record(connection, principal, INSTALLATION, at=at, action=action, subject=owner, details={**details})


def claim_of(owner: Actor) -> str:
    """Give the line that a person signs with a key of theirs."""
    return f"holdfast: the person {owner.id} signs commits with this key"


def proves(key: CommitKey, proof: str) -> bool:
    """Say whether a key made a signature of its owner's claim, as a line or without its end."""
    claim = claim_of(key.actor).encode()
    messages = (claim + b"\n", claim, claim + b"\r\n")
    if key.kind is KeyKind.OPENPGP:
        made = read_pgp_signature(proof.strip())
        return made is not None and any(pgp_accepts(key.public, made, message) for message in messages)
    found = read_signature(proof)
    if found is None or found.namespace != CLAIMS or found.fingerprint != key.fingerprint:
        return False
    return any(ssh_accepts(key.public, found, message) for message in messages)


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
