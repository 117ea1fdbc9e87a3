"""Finds the tags of a whole tree, each content read once: what a file says is kept by its blob id.

No part of a check: whoever asks for traceability pays for it, a listing and a look-up a file where nothing changed.
"""

import hashlib
import json
from collections.abc import Callable, Iterator

from drift.source import CodeTree, FileKind, all_kept
from specs.errors import HoldfastError
from sync.cache.factcache import FactCache
from sync.traces.tags import VERSION, Tag, TagKind, is_test, may_have_tags, tags_in

MAX_BYTES = 2_000_000
PROSE = (".md", ".markdown", ".mdx", ".rst", ".txt", ".adoc", ".svg", ".lock", ".json", ".csv")


def scan(tree: CodeTree, cache: FactCache, excludes: Callable[[str], bool] = all_kept) -> dict[str, tuple[Tag, ...]]:
    """Give the tags of each file that has any. Files that cannot be read, and prose, have none."""
    pack = cache.answers()
    found: dict[str, tuple[Tag, ...]] = {}
    for path, entry in tree.files.items():
        if entry.kind is not FileKind.FILE or path.lower().endswith(PROSE) or excludes(path):
            continue
        key = _key(entry.blob, path)
        payload = pack.get(key) if entry.blob else None
        tags = _decoded(payload) if payload is not None else None
        if tags is None:
            tags = _read(tree, path)
            if entry.blob:
                pack.add(key, json.dumps([[one.target, one.kind, one.line, one.symbol] for one in tags]).encode())
        if tags:
            found[path] = tags
    return found


def _key(blob: str, path: str) -> str:
    """Name the question: the content, whether it is a test's, and how tags are found."""
    return hashlib.sha256(f"tags {VERSION}\0{blob}\0{is_test(path)}".encode()).hexdigest()


def _read(tree: CodeTree, path: str) -> tuple[Tag, ...]:
    try:
        data = tree.read(path, MAX_BYTES)
    except HoldfastError:
        return ()
    return tags_in(path, data.decode("utf-8", "replace")) if may_have_tags(data) else ()


def _decoded(payload: bytes) -> tuple[Tag, ...] | None:
    try:
        return tuple(_tags(json.loads(payload)))
    except (ValueError, TypeError):
        return None


def _tags(rows: object) -> Iterator[Tag]:
    for target, kind, line, symbol in rows if isinstance(rows, list) else ():
        if not (isinstance(target, str) and isinstance(symbol, str) and type(line) is int):
            raise TypeError(line)
        yield Tag(target, TagKind(kind), line, symbol)
