"""Cursors: opaque texts that say how far somebody has read the log of one project, or of several.

A place names the last entry by number and by the beginning of its digest. The log is a chain of hashes, so the same
number with another digest is another history: of another installation, or of this one before a backup was restored.
"""

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from specs.audit import GENESIS
from specs.errors import Family, HoldfastError, UserError

START = "start"
DIGEST = 12
_MARK = "1"
_PLACE = 16 + 8 + DIGEST // 2
MOST = _PLACE * 200 * 4 // 3 + 8


class GoneError(HoldfastError):
    """A place from which nobody can go on: read everything anew, then go on from `cursor` in the details."""

    family = Family.MISSING


@dataclass(frozen=True, slots=True)
class Place:
    """How far the log of a project was read: the number of the last entry, and how its digest begins."""

    n: int = 0
    digest: str = GENESIS[:DIGEST]


def encode(places: Mapping[UUID, Place]) -> str:
    """Write places as one cursor."""
    packed = b"".join(
        chain.bytes + place.n.to_bytes(8) + bytes.fromhex(place.digest)
        for chain, place in sorted(places.items(), key=lambda pair: pair[0].int)
    )
    return _MARK + base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")


def decode(cursor: str) -> dict[UUID, Place]:
    """Read a cursor. Raises `UserError` for what is none."""
    body = cursor[1:]
    try:
        packed = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise no_cursor() from error
    if not cursor.startswith(_MARK) or len(packed) % _PLACE or len(cursor) > MOST:
        raise no_cursor()
    places = dict(_places(packed))
    if any(place.n >= 1 << 63 for place in places.values()):
        raise no_cursor()
    return places


def _places(packed: bytes) -> Iterable[tuple[UUID, Place]]:
    for at in range(0, len(packed), _PLACE):
        part = packed[at : at + _PLACE]
        yield UUID(bytes=part[:16]), Place(int.from_bytes(part[16:24]), part[24:].hex())


def no_cursor() -> UserError:
    """Make the error for a text that is no cursor of a feed."""
    return UserError(
        "This is no cursor of a feed.", f"Send the `cursor` of an answer or event unchanged, `{START}`, or none."
    )
