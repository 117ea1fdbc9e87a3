"""What the documents of the tree said just before a step of history. Reads blobs."""

import re

from drift.mentions.past import Chronicle
from drift.mentions.product import speaks_of_present
from sync.gitrepo.changes import Blobs

LONGEST_TEXT = 2_000_000


class Then:
    """Documents as they were; each is read once."""

    def __init__(self, chronicle: Chronicle, blobs: Blobs, under: str) -> None:
        self._chronicle = chronicle
        self._blobs = blobs
        self._prefix = f"{under}/" if under else ""
        self._texts: dict[tuple[str, str], bytes | None] = {}
        self._all: dict[str, list[bytes]] = {}

    def said(self, path: str, text: str, step: int) -> bool:
        """Say whether a document held a text just before a step.

        Where it did not exist yet, another one may have held it, as code: a word of that look stands in any prose.
        """
        if step == 0:
            return False
        commit = self._chronicle.steps[step - 1].commit
        written = text.encode("utf-8", "surrogateescape")
        document = self._read(commit, [path])[0]
        if document is not None:
            return written in document
        code = re.compile(rb"`[^`\n]*(?<![\w-])%b(?![\w-])[^`\n]*`" % re.escape(written))
        return any(written in other and code.search(other) for other in self._others(commit, step))

    def _others(self, commit: str, step: int) -> list[bytes]:
        if commit not in self._all:
            paths = sorted(path for path in self._chronicle.paths_before(step) if speaks_of_present(path))
            self._all[commit] = [text for text in self._read(commit, paths) if text]
        return self._all[commit]

    def _read(self, commit: str, paths: list[str]) -> list[bytes | None]:
        missing = [path for path in paths if (commit, path) not in self._texts]
        found = self._blobs.read([f"{commit}:{self._prefix}{path}" for path in missing])
        for path in missing:
            data = found.get(f"{commit}:{self._prefix}{path}")
            self._texts[commit, path] = data[:LONGEST_TEXT] if data is not None else None
        return [self._texts[commit, path] for path in paths]
