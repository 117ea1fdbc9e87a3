"""What is sealed opens with its key, as what it was, and in no other way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.sealing import NONCE_BYTES, derive, find_key, pack, seal, unpack, unseal

KEY = derive(b"master", "salt")
NONCE = bytes(NONCE_BYTES)


@given(st.binary(max_size=3000), st.text(max_size=80))
def test_what_was_sealed_is_what_opens(body: bytes, bound: str) -> None:
    bound = bound.encode("utf-8", "replace").decode()
    sealed = seal(KEY, NONCE, pack(body), bound)
    assert unpack(unseal(KEY, sealed, bound), len(body)) == body


@given(st.integers(0, 200))
def test_a_changed_byte_opens_nothing(place: int) -> None:
    sealed = bytearray(seal(KEY, NONCE, pack(b"intent" * 40), "name"))
    sealed[place % len(sealed)] ^= 1
    with pytest.raises(ValueError, match="sealed"):
        unseal(KEY, bytes(sealed), "name")


def test_another_key_or_another_name_opens_nothing() -> None:
    sealed = seal(KEY, NONCE, b"intent", "name")
    for key, bound in ((derive(b"master", "pepper"), "name"), (derive(b"other", "salt"), "name"), (KEY, "other")):
        with pytest.raises(ValueError, match="sealed"):
            unseal(key, sealed, bound)
    with pytest.raises(ValueError, match="sealed"):
        unseal(KEY, b"short", "name")


def test_a_key_is_found_by_its_name_among_masters() -> None:
    assert find_key([b"other", b"master"], "salt", KEY.name) == KEY
    assert find_key([b"other"], "salt", KEY.name) is None
    assert b"secret" not in repr(KEY).encode()


def test_bytes_that_unpack_to_more_than_was_kept_are_refused() -> None:
    bomb = pack(bytes(10_000_000))
    for size in (0, 1, 9_999_999, 10_000_001):
        with pytest.raises(ValueError, match="bytes"):
            unpack(bomb, size)
    with pytest.raises(ValueError, match="damaged"):
        unpack(b"nothing", 3)
