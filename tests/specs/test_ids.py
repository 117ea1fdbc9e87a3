"""UUIDv7: what RFC 9562 asks of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.ids import RANDOM_BYTES, uuid7

MILLISECONDS = st.integers(0, 2**48 - 1)
RANDOM = st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES)


@given(MILLISECONDS, RANDOM)
def test_time_version_and_variant_stand_where_they_must(milliseconds: int, random: bytes) -> None:
    made = uuid7(milliseconds, random)
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert made.int >> 80 == milliseconds


@given(MILLISECONDS, RANDOM, RANDOM)
def test_later_sorts_later(milliseconds: int, one: bytes, two: bytes) -> None:
    if milliseconds:
        assert uuid7(milliseconds - 1, one) < uuid7(milliseconds, two)


@given(RANDOM, RANDOM)
def test_74_bits_are_random(one: bytes, two: bytes) -> None:
    kept = [int.from_bytes(random, "big") & ~(0xF << 76 | 0x3 << 62) for random in (one, two)]
    assert (uuid7(1, one) == uuid7(1, two)) == (kept[0] == kept[1])


def test_the_example_of_the_rfc() -> None:
    random = bytes.fromhex("0cc3" + "18c4dc0c0c07398f")
    assert str(uuid7(0x017F22E279B0, random)) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


@pytest.mark.parametrize(("milliseconds", "size"), [(-1, 10), (2**48, 10), (0, 9), (0, 11)])
def test_wrong_arguments_are_refused(milliseconds: int, size: int) -> None:
    with pytest.raises(ValueError, match="uuid7"):
        uuid7(milliseconds, bytes(size))
