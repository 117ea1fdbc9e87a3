"""Texts as documents, read off the event loop and kept for a while: a write asks for the same text several times."""

from functools import lru_cache

from specs.document import Document
from specs.parser import parse
from specs.service.working import worked

KEPT = 64
MAX_KEPT = 200_000

_kept = lru_cache(maxsize=KEPT)(parse)


def document(text: str) -> Document:
    """Give the document of a text."""
    return _kept(text) if len(text) <= MAX_KEPT else parse(text)


async def read(text: str) -> Document:
    """Give the document of a text without holding up others: a megabyte takes a while."""
    return await worked(len(text), document, text)
