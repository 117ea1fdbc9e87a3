"""SSH keys and signatures as bytes: read, named, and what was signed. Pure; whether one is right is `specs.signing`'s.

The format is OpenSSH's PROTOCOL.sshsig, which git uses for commits under the namespace `git`.
"""

import base64
import binascii
import hashlib
import struct
from dataclasses import dataclass

MAGIC = b"SSHSIG"
VERSION = 1
BEGIN, END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
MAX_ARMOR = 20_000
HASHES = {b"sha256": hashlib.sha256, b"sha512": hashlib.sha512}


@dataclass(frozen=True, slots=True)
class SshSignature:
    """A signature taken apart: the signer's public key as bytes, what it is for, how it was made."""

    public: bytes
    namespace: bytes
    hash: bytes
    algorithm: bytes
    value: bytes

    @property
    def fingerprint(self) -> str:
        """The name of the signer's key."""
        return named(self.public)


def read_signature(armored: str) -> SshSignature | None:
    """Take an armoured signature apart; None where it is none."""
    text = armored.strip()
    if len(text) > MAX_ARMOR or not (text.startswith(BEGIN) and text.endswith(END)):
        return None
    try:
        raw = base64.b64decode("".join(text[len(BEGIN) : -len(END)].split()), validate=True)
        if raw[:6] != MAGIC or struct.unpack(">I", raw[6:10])[0] != VERSION:
            return None
        public, namespace, _reserved, hashed, inner = fields(raw[10:])
        algorithm, value = fields(inner)
    except (binascii.Error, ValueError, struct.error):
        return None
    return SshSignature(public, namespace, hashed, algorithm, value) if hashed in HASHES else None


def fields(raw: bytes) -> tuple[bytes, ...]:
    """Divide bytes into what their lengths say. Raises `ValueError` where that does not come out even."""
    found, rest = [], raw
    while rest:
        if len(rest) < 4:  # noqa: PLR2004 (a length)
            raise ValueError("a length is cut off")
        size = struct.unpack(">I", rest[:4])[0]
        if size > len(rest) - 4:
            raise ValueError("a field is cut off")
        found.append(rest[4 : 4 + size])
        rest = rest[4 + size :]
    return tuple(found)


def strings(*parts: bytes) -> bytes:
    """Write strings as SSH does, each after its length."""
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)


def signed_data(signature: SshSignature, message: bytes) -> bytes:
    """Give the bytes that were signed for a message."""
    digest = HASHES[signature.hash](message).digest()
    parts = (signature.namespace, b"", signature.hash, digest)
    return MAGIC + strings(*parts)


def fingerprint(line: str) -> str | None:
    """Name the key of a public-key line as `ssh-keygen -l` does; None where it is none."""
    parts = line.split()
    try:
        return named(base64.b64decode(parts[1], validate=True))
    except (IndexError, binascii.Error, ValueError):
        return None


def plain_line(line: str) -> str:
    """Give a public-key line without its comment."""
    return " ".join(line.split()[:2])


def named(public: bytes) -> str:
    """Name a key by its bytes."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(public).digest()).decode().rstrip("=")
