"""Cursors come back as they were written, and what is none is refused in words."""

from contextlib import suppress
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.errors import UserError
from sync.feeds.cursor import DIGEST, Place, decode, encode

PLACES = st.dictionaries(
    st.uuids(),
    st.builds(Place, st.integers(0, 2**63 - 1), st.text("0123456789abcdef", min_size=DIGEST, max_size=DIGEST)),
)


@given(PLACES)
def test_a_cursor_comes_back_as_it_was_written(places: dict[UUID, Place]) -> None:
    cursor = encode(places)
    assert decode(cursor) == places
    assert cursor.isascii()
    assert not {"=", "/", "+", "\n"} & set(cursor)


@given(st.text(max_size=200))
def test_any_text_is_a_cursor_or_refused(text: str) -> None:
    with suppress(UserError):
        assert encode(decode(text))


@pytest.mark.parametrize("text", ["", "0", "1A", "1" + "A" * 41, "1" + "_" * 40, "2" + "A" * 40, "1é", "1" * 100_000])
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="no cursor"):
        decode(text)
