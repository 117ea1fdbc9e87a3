"""The only door to `cryptography`: texts signed with Ed25519, in the signed-note format of C2SP, and SSH's keys.

A note is a text, a blank line and lines that each hold a key's name and signature: `go note` and the tools of other
logs read it. What is no note takes bare signatures. A public key is written as one line, `name+id+key`. Keys are made
of seeds that the caller brings.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_ssh_private_key,
    load_ssh_public_key,
)

from specs.sshsignatures import SshSignature, fields, signed_data, strings

SEED_BYTES = 32
ED25519 = b"\x01"
ID_BYTES = 4
_NAME = re.compile(r"[^\s+]{1,200}")
_SIGNATURE = re.compile(r"— (\S+) (\S+)")


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key under its name. `str` gives the line that people pass on."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The first bytes of a hash of name and key, by which a signature says whose it is."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(ED25519 + self.public).decode()}"

    def accepts(self, text: str, signature: bytes) -> bool:
        """Say whether this key made a signature of a text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key under its name."""

    name: str
    seed: bytes

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw())

    def signature(self, text: str) -> bytes:
        """Sign a text."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())

    def line(self, text: str) -> str:
        """Sign a text and give the line of a note that says so."""
        return f"— {self.name} {base64.b64encode(self.verifier.id + self.signature(text)).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text (whose last line ends) and its signature lines, as they stand."""

    text: str
    lines: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(self.lines)}"

    def signed_by(self, verifiers: Iterable[Verifier]) -> tuple[Verifier, ...]:
        """Give those of some keys whose signature it bears. A signature that is written in an odd way is none."""
        return tuple(verifier for verifier in verifiers if any(self._bears(verifier, line) for line in self.lines))

    def _bears(self, verifier: Verifier, line: str) -> bool:
        found = _SIGNATURE.fullmatch(line.rstrip("\n"))
        if found is None or found[1] != verifier.name:
            return False
        raw = _decoded(found[2])
        return raw is not None and raw[:ID_BYTES] == verifier.id and verifier.accepts(self.text, raw[ID_BYTES:])


def sign(text: str, *signers: Signer) -> Note:
    """Make a note of a text, signed by each of the keys."""
    return Note(text, tuple(signer.line(text) for signer in signers))


def read_verifier(line: str) -> Verifier | None:
    """Read a public key as `str` writes it; nothing where that is none."""
    name, plus, rest = line.strip().partition("+")
    digits, plus_too, key = rest.partition("+")
    raw = _decoded(key)
    if not (plus and plus_too and _NAME.fullmatch(name)) or raw is None or raw[:1] != ED25519:
        return None
    verifier = Verifier(name, raw[1:])
    return verifier if len(raw) == SEED_BYTES + 1 and verifier.id.hex() == digits else None


LEAST_RSA_BITS = 2048
RSA_SHA_256 = 2
_CURVES: Mapping[str, HashAlgorithm] = {"secp256r1": SHA256(), "secp384r1": SHA384(), "secp521r1": SHA512()}
_RSA: Mapping[bytes, HashAlgorithm] = {b"rsa-sha2-256": SHA256(), b"rsa-sha2-512": SHA512()}


def is_ssh_key(line: str) -> bool:
    """Say whether a line is a public SSH key whose signatures can be verified here: Ed25519, ECDSA, RSA."""
    try:
        key = load_ssh_public_key(line.encode())
    except (ValueError, UnsupportedAlgorithm, UnicodeEncodeError):
        return False
    if isinstance(key, RSAPublicKey):
        return key.key_size >= LEAST_RSA_BITS
    return isinstance(key, Ed25519PublicKey | EllipticCurvePublicKey)


def ssh_accepts(line: str, signature: SshSignature, message: bytes) -> bool:
    """Say whether the key that a line names made an SSH signature of a message. What cannot be read is none."""
    try:
        key = load_ssh_public_key(line.encode())
        data = signed_data(signature, message)
        if isinstance(key, Ed25519PublicKey) and signature.algorithm == b"ssh-ed25519":
            key.verify(signature.value, data)
        elif isinstance(key, EllipticCurvePublicKey) and signature.algorithm.startswith(b"ecdsa-sha2-"):
            one, other = (int.from_bytes(part, "big", signed=True) for part in fields(signature.value))
            key.verify(encode_dss_signature(one, other), data, ECDSA(_CURVES[key.curve.name]))
        elif isinstance(key, RSAPublicKey) and signature.algorithm in _RSA:
            key.verify(signature.value, data, PKCS1v15(), _RSA[signature.algorithm])
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, KeyError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class SshPrivateKey:
    """A private SSH key: what signs, its public half as bytes and as a line."""

    signer: Ed25519PrivateKey | EllipticCurvePrivateKey | RSAPrivateKey = field(repr=False)
    public: str

    @property
    def blob(self) -> bytes:
        """The public half as bytes."""
        return base64.b64decode(self.public.split()[1])

    def sign(self, data: bytes, flags: int) -> bytes:
        """Sign bytes, as an agent of ssh's does; `flags` say by which hash of RSA."""
        if isinstance(self.signer, Ed25519PrivateKey):
            return strings(b"ssh-ed25519", self.signer.sign(data))
        if isinstance(self.signer, RSAPrivateKey):
            name = b"rsa-sha2-256" if flags & RSA_SHA_256 else b"rsa-sha2-512"
            return strings(name, self.signer.sign(data, PKCS1v15(), _RSA[name]))
        pair = decode_dss_signature(self.signer.sign(data, ECDSA(_CURVES[self.signer.curve.name])))
        return strings(self.public.split()[0].encode(), strings(*(_number(one) for one in pair)))


def make_ssh_key(seed: bytes) -> str:
    """Make a private Ed25519 key of a seed, as OpenSSH writes one that has no passphrase."""
    key = Ed25519PrivateKey.from_private_bytes(seed)
    return key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()


def read_ssh_key(text: str) -> SshPrivateKey | None:
    """Read a private SSH key without a passphrase; None where it is none that is used here."""
    try:
        key = load_ssh_private_key((text.strip() + "\n").encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm, UnicodeEncodeError):
        return None
    if not isinstance(key, Ed25519PrivateKey | EllipticCurvePrivateKey | RSAPrivateKey):
        return None
    line = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    return SshPrivateKey(key, line) if is_ssh_key(line) else None


def _number(value: int) -> bytes:
    """Write a number as SSH does: no shorter or longer than it is, and never taken for a negative one."""
    return value.to_bytes(value.bit_length() // 8 + 1)


def _decoded(value: str) -> bytes | None:
    """Decode base64 that is written as one writes it: of several spellings of some bytes, one counts."""
    try:
        raw = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if base64.b64encode(raw).decode() == value else None
