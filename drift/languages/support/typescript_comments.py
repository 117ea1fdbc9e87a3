"""Imports that stand in comments: triple-slash references, and the types that JSDoc names. Knows no other file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from drift.facts import EdgeAttribute, RawImport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_REFERENCE = re.compile(rb"///[ \t]*<(?:reference|amd-dependency)[ \t]+(path|types)[ \t]*=[ \t]*[\"']([^\"'\n]+)[\"']")
_DOC_IMPORT = re.compile(
    rb"@import\b[^\"'@]{1,1000}?\bfrom\s*[\"']([^\"'\n]+)[\"']|\bimport\(\s*[\"']([^\"'\n]+)[\"']\s*\)"
)
_REFERS = frozenset({EdgeAttribute.TYPE_ONLY, EdgeAttribute.REFERENCE})
_DOC = frozenset({EdgeAttribute.TYPE_ONLY, EdgeAttribute.JSDOC})


def references(source: bytes) -> Iterator[RawImport]:
    """Give the triple-slash references, which may only stand before the first statement."""
    if b"<reference" not in source and b"<amd-dependency" not in source:
        return
    for number, line in enumerate(source.split(b"\n"), 1):
        stripped = line.strip()
        if stripped and not stripped.startswith((b"//", b"/*", b"*", b"#!", b"'use", b'"use', b"\xef\xbb\xbf")):
            return
        for found in _REFERENCE.finditer(line):
            target = found[2].decode("utf-8", "replace")
            if found[1] == b"path" and not target.startswith((".", "/")):
                target = f"./{target}"
            yield RawImport(target, (), number, found.start() + 1, _REFERS)


def documented(source: bytes, root: Node) -> Iterator[RawImport]:
    """Give the imports of doc comments: `@import {A} from "x"` and `{import("x").A}`."""
    if b"@import" not in source and (b"/**" not in source or b"{import(" not in source):
        return
    start, line, counted = 0, 1, 0
    while (start := source.find(b"/**", start)) >= 0:
        end = source.find(b"*/", start + 2)
        if end < 0:
            return
        for found in _DOC_IMPORT.finditer(source, start, end):
            node = root.descendant_for_byte_range(start, start + 3)
            if node is None or node.type != "comment" or node.start_byte != start:
                break
            line += source.count(b"\n", counted, found.start())
            counted = found.start()
            column = counted - source.rfind(b"\n", 0, counted)
            yield RawImport((found[1] or found[2]).decode("utf-8", "replace"), (), line, column, _DOC)
        start = end + 2
