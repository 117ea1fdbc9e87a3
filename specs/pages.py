"""Cursors and sizes of pages: the place in a list as an opaque word, and how many items a page may have. Pure."""

import base64
import binascii

from specs.errors import UserError
from specs.library import check_text

MAX_PAGE = 200


def limited(limit: int) -> int:
    """Keep a page's size within bounds."""
    return max(1, min(limit, MAX_PAGE))


def encode(place: str) -> str:
    """Make a cursor of a place in a list."""
    return base64.urlsafe_b64encode(place.encode("utf-8")).decode("ascii").rstrip("=")


def decode(cursor: str) -> str:
    """Give the place that a cursor stands for. Raises `UserError` for what is none."""
    try:
        place = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("utf-8")
    except (binascii.Error, UnicodeError, ValueError) as error:
        raise no_cursor() from error
    if check_text(place) is not None:
        raise no_cursor()
    return place


def no_cursor() -> UserError:
    """Make the error for a word that is no cursor of a list."""
    return UserError("This is no cursor of this list.", "Send `next` of the page before, unchanged.")
