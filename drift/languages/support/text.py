"""Bytes of a source file made ready to parse: UTF-8, whatever they were. Knows nothing of trees."""

import codecs
import re

# PEP 263: the cookie stands in the first or second line.
_COOKIE = re.compile(rb"\A(?:[^\n]*\n)?[ \t\f]*#[^\n]*?coding[:=][ \t]*([-\w.]+)")
_PLAIN_CODECS = (
    "latin",
    "iso",
    "cp",
    "mac",
    "koi8",
    "shift",
    "euc",
    "gb",
    "big5",
    "ascii",
    "utf",
    "hz",
    "johab",
    "tis",
)


def utf8(source: bytes, *, cookie: bool = False) -> bytes:
    """Give the source as valid UTF-8. `cookie` honours a Python coding line; what cannot be read becomes U+FFFD.

    Lines stay where they were. UTF-16 with a byte order mark is understood.
    """
    if source.isascii():
        return source
    if source.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return source.decode("utf-16", "replace").encode()
    found = _COOKIE.match(source) if cookie else None
    if found is not None and (recoded := _recode(source, found[1].decode("ascii", "replace"))) is not None:
        return recoded
    try:
        source.decode()
    except UnicodeDecodeError:
        return source.decode("utf-8", "replace").encode()
    return source


def _recode(source: bytes, encoding: str) -> bytes | None:
    """Decode by a named text encoding; None when it is UTF-8 anyway, unknown, or no plain character set."""
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        return None
    if name in {"utf-8", "utf-8-sig"} or not name.startswith(_PLAIN_CODECS):
        return None
    try:
        return source.decode(name, "replace").encode()
    except (UnicodeError, LookupError):
        return None
