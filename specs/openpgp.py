"""The only door to `pysequoia`: OpenPGP keys that people sign commits with, and signatures by them.

What it is given was looked at by `specs.pgppackets` first. It raises errors that hold traces, and panics: all of that
ends here, and what could not be verified is no signature. Weak algorithms count for nothing.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from pysequoia import ArmorKind, Cert, Sig, armor, verify
from pysequoia.packet import SignatureType

from specs.pgppackets import read_key_block, read_signature_block
from specs.values import dataclass

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PgpKey:
    """A public key: armoured, by its fingerprint and the ids of its parts, and whether its owner ended it.

    `user` is what it calls its owner, which nobody vouches for; `expires_at` None where it never ends by itself.
    """

    public: str
    fingerprint: str
    key_ids: tuple[str, ...]
    user: str
    expires_at: datetime | None
    revoked: bool


@dataclass(frozen=True, slots=True)
class PgpSignature:
    """A signature over bytes: the signature itself, and the id of the key that it says made it."""

    raw: bytes
    key_id: str


def read_pgp_key(armored: str) -> PgpKey | None:
    """Read an armoured public key; None where it is none, or none that can be used here."""
    block = read_key_block(armored)
    return None if block is None else _tried(lambda: _key_of(Cert.from_bytes(block.raw), block.key_ids))


def merged(before: str, now: str) -> PgpKey | None:
    """Bring a key up to date with another reading of it; None where one of them is none, or they are of two keys."""
    old, new = read_key_block(before), read_key_block(now)
    if old is None or new is None or old.fingerprint != new.fingerprint:
        return None
    key_ids = tuple(dict.fromkeys((*old.key_ids, *new.key_ids)))
    return _tried(lambda: _key_of(Cert.from_bytes(old.raw).merge(Cert.from_bytes(new.raw)), key_ids))


def read_pgp_signature(armored: str) -> PgpSignature | None:
    """Read an armoured signature over bytes; None where it is none, or does not say who made it."""
    raw = read_signature_block(armored)
    return None if raw is None else _tried(lambda: _signature_of(raw))


def pgp_accepts(public: str, signature: PgpSignature, message: bytes) -> bool:
    """Say whether an armoured key made a signature of a message, while it was neither expired nor revoked."""
    block = read_key_block(public)
    if block is None:
        return False
    found = _tried(lambda: _verified(Cert.from_bytes(block.raw), signature, message))
    return found == block.fingerprint


def _tried(act: Callable[[], T]) -> T | None:
    """Ask the library something; None where it fails in whatever way."""
    try:
        return act()
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # noqa: BLE001 (a panic of the library is no Exception)
        return None


def _key_of(cert: Cert, key_ids: tuple[str, ...]) -> PgpKey | None:
    public = armor(bytes(cert), ArmorKind.PublicKey)
    users = [str(user) for user in cert.user_ids]
    made = PgpKey(public, cert.fingerprint, key_ids, users[0] if users else "", cert.expiration, cert.is_revoked)
    again = read_key_block(public)
    return made if again is not None and again.fingerprint == made.fingerprint else None


def _signature_of(raw: bytes) -> PgpSignature | None:
    found = Sig.from_bytes(raw)
    name, key_id = found.issuer_fingerprint, found.issuer_key_id or ""
    if name:  # of the sixth version the id is the beginning, of the fourth the end
        key_id = name[:16] if len(name) == 64 else name[-16:]  # noqa: PLR2004 (the length of SHA-256)
    return PgpSignature(raw, key_id.lower()) if key_id and found.signature_type == SignatureType.Binary else None


def _verified(cert: Cert, signature: PgpSignature, message: bytes) -> str:
    """Give the fingerprint of the key that made a signature; "" where it has been revoked. Raises for any other."""
    if cert.is_revoked:
        return ""
    found = verify(bytes=message, store=lambda _: [cert], signature=Sig.from_bytes(signature.raw)).valid_sigs
    return str(found[0].certificate) if found else ""
