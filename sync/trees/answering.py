"""Answers what kinds ask of sources: from the cache by blob id, else in a child with limits. Knows no kind.

An answer depends on the file's bytes, its suffix and the question alone, so it is kept under a digest of those. Answers
that failed are not kept: another day the machine may have the time.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from drift.asking import DEPENDENCIES, VERSION, Answer, Ask
from drift.extract import MAX_SOURCE_BYTES
from drift.source import CodeTree
from specs.errors import HoldfastError
from sync.cache.factcache import FactCache

if TYPE_CHECKING:
    from sync.trees.limited import JobLimits


class Answerer:
    """Answers questions about the files of one tree."""

    def __init__(self, tree: CodeTree, cache: FactCache, limits: "JobLimits | None" = None) -> None:
        self._tree = tree
        self._cache = cache
        self._limits = limits

    def __call__(self, asks: Iterable[Ask]) -> dict[Ask, Answer]:
        """Answer each question; those that fail come with the reason."""
        pack = self._cache.answers()
        found: dict[Ask, Answer] = {}
        missing: dict[str, Ask] = {}
        same: dict[Ask, str] = {}
        for ask in sorted(set(asks)):
            if ask.path and ask.path not in self._tree.files:
                found[ask] = Answer(None, "it is not there")
                continue
            key = same[ask] = self._key(ask)
            payload = pack.get(key)
            answer = _read(payload) if payload is not None else None
            if answer is None:
                missing.setdefault(key, ask)
            else:
                found[ask] = answer
        fresh = self._answered(list(missing.values()))
        for key, ask in missing.items():
            answer, payload = fresh[ask]
            found[ask] = answer
            if payload is not None:
                pack.add(key, payload)
        for ask, key in same.items():
            if ask not in found:
                found[ask] = found[missing[key]]
        return found

    def _key(self, ask: Ask) -> str:
        blob = self._tree.files[ask.path].blob if ask.path else ""
        name = ask.path.rpartition("/")[2]
        parts = (str(VERSION), blob, name if ask.question == DEPENDENCIES else name.rpartition(".")[2], *ask[1:])
        return hashlib.sha256("\x1f".join(parts).encode("utf-8", "backslashreplace")).hexdigest()

    def _answered(self, asks: Sequence[Ask]) -> dict[Ask, tuple[Answer, bytes | None]]:
        """Answer in a child. Questions about one file follow each other, so that it is read and parsed once."""
        if not asks:
            return {}
        from drift.answers import Reader  # noqa: PLC0415 (only where an answer is not kept)
        from sync.trees.limited import JobLimits, Limited  # noqa: PLC0415 (same)

        reader = Reader()
        last: dict[str, bytes] = {}

        def work(ask: Ask) -> bytes:
            if ask.path not in last:
                last.clear()
                last[ask.path] = self._bytes(ask.path)
            return json.dumps(reader.answer(ask, last[ask.path]), separators=(",", ":")).encode("ascii")

        done = Limited(work, lambda ask: ask.detail, self._limits or JobLimits()).run(asks)
        return {
            ask: (Answer(json.loads(one.payload)), one.payload)
            if one.payload is not None
            else (Answer(None, one.reason), None)
            for ask, one in zip(asks, done, strict=True)
        }

    def _bytes(self, path: str) -> bytes:
        try:
            return self._tree.read(path, MAX_SOURCE_BYTES) if path else b""
        except HoldfastError:
            return b""


def _read(payload: bytes) -> Answer | None:
    try:
        return Answer(json.loads(payload))
    except (ValueError, RecursionError):
        return None
