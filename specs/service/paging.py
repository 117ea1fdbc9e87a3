"""Cursors of lists: opaque texts that say where the next page begins."""

import base64
import binascii

from specs.errors import UserError
from specs.library import check_text

MAX_PAGE = 200
_DIGITS = 18  # below the largest bigint


def limited(limit: int) -> int:
    """Give how many items a page may have."""
    return max(1, min(limit, MAX_PAGE))


def encode_cursor(value: str) -> str:
    """Wrap what the next page begins after."""
    return base64.urlsafe_b64encode(value.encode("utf-8")).decode("ascii").rstrip("=")


def decode_cursor(cursor: str) -> str:
    """Unwrap a cursor. Raises `UserError` for what is none."""
    try:
        value = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("utf-8")
    except (binascii.Error, UnicodeError, ValueError) as error:
        raise no_cursor() from error
    if check_text(value) is not None:
        raise no_cursor()
    return value


def decode_number(cursor: str) -> int:
    """Unwrap a cursor that holds a number. Raises `UserError` for what is none."""
    value = decode_cursor(cursor)
    if not (value.isascii() and value.isdigit() and len(value) <= _DIGITS):
        raise no_cursor()
    return int(value)


def no_cursor() -> UserError:
    """Make the error for a text that is no cursor of a list."""
    return UserError("This is no cursor of this list.", "Send `next` of the page before, unchanged.")
