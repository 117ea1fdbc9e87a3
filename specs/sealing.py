"""The door to encryption at rest: bytes compressed and sealed with AES-256-GCM under keys that are derived, not stored.

A key is made of a master that lies outside the database and of a salt that lies in it: a stolen database opens nothing,
and a new salt is a new key. What is sealed says nothing of its key; whoever keeps it keeps the key's name beside it.
"""

import hashlib
import hmac
import zlib
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from specs.values import dataclass, field

NONCE_BYTES = 12
SALT_BYTES = 32
NAME_LENGTH = 16


@dataclass(frozen=True, slots=True)
class SealingKey:
    """A key and its public name. The name is made of the key: whoever derives another key sees that it is another."""

    name: str
    secret: bytes = field(repr=False)


def derive(master: bytes, salt: str) -> SealingKey:
    """Make the key of a master and a salt."""
    secret = _digest(master, f"holdfast artifacts\x1f{salt}")
    return SealingKey(_digest(secret, "name").hex()[:NAME_LENGTH], secret)


def find_key(masters: Iterable[bytes], salt: str, name: str) -> SealingKey | None:
    """Give the key of that name, where one of some masters makes it."""
    return next((key for master in masters if (key := derive(master, salt)).name == name), None)


def pack(body: bytes) -> bytes:
    """Compress."""
    return zlib.compress(body)


def unpack(packed: bytes, size: int) -> bytes:
    """Decompress what holds `size` bytes. Raises `ValueError` where it holds more, fewer, or is damaged."""
    try:
        body = zlib.decompressobj().decompress(packed, size + 1)
    except zlib.error as error:
        msg = "the bytes are damaged"
        raise ValueError(msg) from error
    if len(body) != size:
        msg = "the bytes are not as many as were kept"
        raise ValueError(msg)
    return body


def seal(key: SealingKey, nonce: bytes, packed: bytes, bound: str) -> bytes:
    """Encrypt. `nonce` is random and used once; what comes of it opens only under the same `bound` text."""
    return nonce + AESGCM(key.secret).encrypt(nonce, packed, bound.encode())


def unseal(key: SealingKey, sealed: bytes, bound: str) -> bytes:
    """Decrypt. Raises `ValueError` for what another key sealed, for another text, or what was changed since."""
    try:
        return AESGCM(key.secret).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound.encode())
    except (InvalidTag, ValueError) as error:
        msg = "the bytes were not sealed so"
        raise ValueError(msg) from error


def _digest(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
