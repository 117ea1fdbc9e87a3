"""The files as they lie now: how they differ from the last commit, and which words product code still uses."""

import re
from collections.abc import Callable, Iterable, Mapping

from drift.mentions.linenames import is_comment
from drift.mentions.past import Step
from drift.mentions.product import is_product
from drift.mentions.references import Reference
from drift.source import CodeTree, FileKind, SourceFile
from specs.errors import HoldfastError
from sync.gitrepo.changes import Blobs
from sync.past.steps import LONGEST_FILE, Differ, edits_step
from sync.trees.sides import Side


def present_step(side: Side, blobs: Blobs, excludes: Callable[[str], bool]) -> Step | None:
    """Give the step from the last commit to the tree; None where they are the same."""
    if side.repository is None or side.tree.label == side.head:
        return None
    before = side.repository.commit_tree(side.head, side.under).files
    after = side.tree.files
    paths = [
        path
        for path in sorted(before.keys() | after.keys())
        if not excludes(path) and kept_blob(before, path) != kept_blob(after, path)
    ]
    if not paths:
        return None
    old = blobs.read([blob for path in paths if (blob := kept_blob(before, path)) and is_product(path)])
    rows = []
    for path in paths:
        was, new = kept_blob(before, path), kept_blob(after, path)
        data = read(side.tree, path) if new and is_product(path) else b""
        rows.append((path, (old.get(was) or b"") if was else None, data if new else None))
    return edits_step(rows, Differ(blobs))


def kept_blob(files: Mapping[str, SourceFile], path: str) -> str:
    """Give the blob of a plain file; "" where there is none."""
    entry = files.get(path)
    return entry.blob if entry is not None and entry.kind is FileKind.FILE else ""


def used(tree: CodeTree, references: Iterable[Reference], excludes: Callable[[str], bool]) -> frozenset[str]:
    """Give the texts of those references whose words product code still holds outside comments."""
    left: dict[str, set[str]] = {}
    for reference in references:
        for word in reference.words:
            left.setdefault(word, set()).add(reference.text)
    found: set[str] = set()
    encoded = {word: word.encode("utf-8", "surrogateescape") for word in left}
    for path, entry in tree.files.items():
        if not encoded:
            break
        if entry.kind is not FileKind.FILE or not is_product(path) or excludes(path):
            continue
        data = read(tree, path)
        for word in [word for word, written in encoded.items() if written in data and stands(written, data)]:
            found |= left[word]
            del encoded[word]
    return frozenset(found)


def stands(word: bytes, data: bytes) -> bool:
    """Say whether a word stands by itself on a line that is no comment."""
    edge = rb"[\w-]" if b"-" in word else rb"\w"
    for match in re.finditer(rb"(?<!%b)%b(?!%b)" % (edge, re.escape(word), edge), data):
        start, end = data.rfind(b"\n", 0, match.start()) + 1, data.find(b"\n", match.end())
        if not is_comment(data[start : end if end >= 0 else len(data)].decode("utf-8", "replace")):
            return True
    return False


def read(tree: CodeTree, path: str) -> bytes:
    """Give the bytes of a file; none where it cannot be read or is very long."""
    try:
        return tree.read(path, LONGEST_FILE)
    except HoldfastError:
        return b""
