"""Texts as documents, read off the event loop and kept for a while: a text is asked for more often than it changes."""

import threading
from collections import OrderedDict

from specs.document import Document
from specs.parser import parse
from specs.service.working import worked

# Characters of all texts that are kept; a document takes about five times as many bytes.
MOST_KEPT = 50_000_000
MAX_KEPT = 200_000


class _Kept:
    """Documents by text; those not asked for longest go first when the texts hold too much."""

    def __init__(self, most: int) -> None:
        self._found: OrderedDict[str, Document] = OrderedDict()
        self._most = most
        self._held = 0
        self._lock = threading.Lock()

    def of(self, text: str) -> Document:
        """Give the document of a text, the same one as before where it is kept."""
        with self._lock:
            found = self._found.get(text)
            if found is not None:
                self._found.move_to_end(text)
                return found
        made = parse(text)
        with self._lock:
            if self._found.setdefault(text, made) is made:
                self._held += len(text)
            while self._held > self._most:
                gone, _ = self._found.popitem(last=False)
                self._held -= len(gone)
        return made


_KEPT = _Kept(MOST_KEPT)


def document(text: str) -> Document:
    """Give the document of a text."""
    return _KEPT.of(text) if len(text) <= MAX_KEPT else parse(text)


async def read(text: str) -> Document:
    """Give the document of a text without holding up others: a megabyte takes a while."""
    return await worked(len(text), document, text)
