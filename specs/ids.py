"""UUIDv7 from a time and random bytes (RFC 9562 §5.7). Knows no clock and no source of randomness."""

from uuid import UUID

RANDOM_BYTES = 10
_MAX_MILLISECONDS = 2**48


def uuid7(milliseconds: int, random: bytes) -> UUID:
    """Make the id whose first 48 bits are Unix milliseconds and whose rest is `random` (ten bytes)."""
    if not 0 <= milliseconds < _MAX_MILLISECONDS or len(random) != RANDOM_BYTES:
        msg = "uuid7 wants 48 bits of milliseconds and ten random bytes"
        raise ValueError(msg)
    value = (milliseconds << 80) | int.from_bytes(random, "big")
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return UUID(int=value)
