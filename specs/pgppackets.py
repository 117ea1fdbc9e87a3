"""OpenPGP keys and signatures as bytes: out of their armour, divided into packets, and named. Pure.

Whether a signature is right is `specs.openpgp`'s to say. What reaches the library behind that was looked at here first:
packets of the sorts that belong, no more of them than a key has, and no numbers that take long to reckon with.
"""

import base64
import binascii
import hashlib

from specs.values import dataclass

BEGIN_KEY, BEGIN_SIGNATURE = "-----BEGIN PGP PUBLIC KEY BLOCK-----", "-----BEGIN PGP SIGNATURE-----"
BEGIN_SECRET = "-----BEGIN PGP PRIVATE KEY BLOCK-----"  # noqa: S105 (a line that tells a secret from a key)
MAX_KEY, MAX_SIGNATURE = 100_000, 20_000
MOST_PACKETS = 2_000
SIGNATURE, PRIMARY, SUBKEY = 2, 6, 14
SECRETS = frozenset({5, 7})
IN_A_KEY = frozenset({SIGNATURE, PRIMARY, SUBKEY, 12, 13, 17})
"""Signatures, keys, what somebody trusted, names and pictures. Compressed data, which unfolds, is none of them."""
LARGEST_KEY = 4_200
RSA = frozenset({1, 2, 3})
MOST_BITS, MOST_EXPONENT_BITS = 16_384, 64


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet: its sort by number, and its content."""

    tag: int
    body: bytes


@dataclass(frozen=True, slots=True)
class KeyBlock:
    """A public key taken apart: its bytes, its name, and by which ids its parts are called in signatures."""

    raw: bytes
    fingerprint: str
    key_ids: tuple[str, ...]


def read_key_block(armored: str) -> KeyBlock | None:
    """Take one armoured public key apart; None where it is none, is several, or asks for too much reckoning."""
    raw = dearmored(armored, BEGIN_KEY, MAX_KEY)
    found = packets(raw) if raw is not None else None
    if raw is None or not found or {packet.tag for packet in found} - IN_A_KEY:
        return None
    keys = [packet.body for packet in found if packet.tag in {PRIMARY, SUBKEY}]
    tags = [packet.tag for packet in found]
    if tags[0] != PRIMARY or tags.count(PRIMARY) != 1 or not all(_is_bearable(key) for key in keys):
        return None
    names = [name for key in keys if (name := _named(key))]
    if len(names) != len(keys):
        return None
    return KeyBlock(raw, names[0][0], tuple(dict.fromkeys(key_id for _, key_id in names)))


def read_signature_block(armored: str) -> bytes | None:
    """Give the bytes of an armoured signature; None where it is none, or holds more than that."""
    raw = dearmored(armored, BEGIN_SIGNATURE, MAX_SIGNATURE)
    found = packets(raw) if raw is not None else None
    return raw if found is not None and [packet.tag for packet in found] == [SIGNATURE] else None


def dearmored(text: str, begin: str, most: int) -> bytes | None:
    """Give what is between the lines of one armour; None where that cannot be read. Its checksum counts for nothing."""
    lines = [line.strip() for line in text.strip().splitlines()] if len(text) <= most else []
    if not lines or lines[0] != begin or lines[-1] != begin.replace("BEGIN", "END"):
        return None
    inner = lines[1:-1]
    if "" in inner:  # what stands above the first empty line are headers
        inner = inner[inner.index("") + 1 :]
    if inner and inner[-1].startswith("="):
        inner.pop()
    try:
        return base64.b64decode("".join(inner), validate=True)
    except (binascii.Error, ValueError):
        return None


def packets(raw: bytes) -> tuple[Packet, ...] | None:
    """Divide bytes into packets; None where that does not come out even, or a length is not told."""
    found: list[Packet] = []
    at = 0
    while at < len(raw):
        header = _header(raw, at)
        if header is None or len(found) == MOST_PACKETS:
            return None
        tag, start, size = header
        if start + size > len(raw):
            return None
        found.append(Packet(tag, raw[start : start + size]))
        at = start + size
    return tuple(found)


def _header(raw: bytes, at: int) -> tuple[int, int, int] | None:
    """Read a packet's header: its sort, where its content begins, how long that is."""
    first, rest = raw[at], raw[at + 1 : at + 6]
    if not first & 0x80 or not rest:
        return None
    if not first & 0x40:  # as of old
        width = (1, 2, 4, 0)[first & 3]
        return ((first >> 2) & 15, at + 1 + width, int.from_bytes(rest[:width])) if 0 < width <= len(rest) else None
    tag, length = first & 63, rest[0]
    if length < 192:  # noqa: PLR2004 (RFC 9580, 4.2.1: a length has three forms)
        return tag, at + 2, length
    if length < 224 and len(rest) > 1:  # noqa: PLR2004 (same)
        return tag, at + 3, ((length - 192) << 8) + rest[1] + 192
    if length == 255 and len(rest) > 4:  # noqa: PLR2004 (same)
        return tag, at + 6, int.from_bytes(rest[1:5])
    return None


def _named(key: bytes) -> tuple[str, str] | None:
    """Give a key's fingerprint and id; None for a version that is not known."""
    if key[:1] == b"\x04":
        told = hashlib.sha1(b"\x99" + len(key).to_bytes(2) + key, usedforsecurity=False).hexdigest()
        return told, told[-16:]
    if key[:1] == b"\x06":
        told = hashlib.sha256(b"\x9b" + len(key).to_bytes(4) + key).hexdigest()
        return told, told[:16]
    return None


def _is_bearable(key: bytes) -> bool:
    """Say whether verifying with a key takes no longer than people's keys do."""
    if len(key) > LARGEST_KEY or len(key) < 6:  # noqa: PLR2004 (version, time, algorithm)
        return False
    if key[5] not in RSA:
        return True
    at, bits = 10 if key[0] == 6 else 6, []  # noqa: PLR2004 (a version)
    for _ in range(2):
        bits.append(int.from_bytes(key[at : at + 2]))
        at += 2 + (bits[-1] + 7) // 8
    return at == len(key) and bits[0] <= MOST_BITS and bits[1] <= MOST_EXPONENT_BITS
