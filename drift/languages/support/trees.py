"""The tree-sitter door of the languages: parsing, walking, and folding source to one line. Knows no language.

Trees are walked with an explicit cursor, never by recursion and never by a query: a query takes seconds
on 100,000 nested or empty brackets where a cursor takes milliseconds. Grammars load on first use, so that a run
whose facts are all cached never pays for them. Nodes must not outlive the call that parsed them.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tree_sitter import Language, Node

# Beyond this a line is data in disguise; a byte column does, and costs nothing.
_LONG_LINE = 10_000
_SIGNATURE_LIMIT = 400
# More than this, and nobody meant them; fewer cost error recovery nothing to speak of.
_OPENINGS = 50
_NAMED = True

_OPENING_BREAK = re.compile(r"([(\[{])\n")
_CLOSING_BREAK = re.compile(r",?\n([)\]}])")
_BLANKS = re.compile(r"\s+")


class Grammar(NamedTuple):
    """A loaded grammar: the tree-sitter language and the parser class to use it with."""

    language: Language
    parser: Any


@cache
def grammar(package: str, function: str = "language") -> Grammar:
    """Load the grammar that `package.function()` gives. Raises ImportError when the wheel is not installed."""
    tree_sitter = import_module("tree_sitter")
    language = tree_sitter.Language(getattr(import_module(package), function)())
    return Grammar(language, tree_sitter.Parser)


def parse(known: Grammar, source: bytes) -> Node:
    """Parse, and give the root node. A parser is not safe to share between threads, so each call makes its own."""
    root: Node = known.parser(known.language).parse(source).root_node
    return root


def unclosed(source: bytes) -> int:
    """Give the first `/*` behind the last `*/`; -1 for none."""
    closed = source.rfind(b"*/")
    return source.find(b"/*", 0 if closed < 0 else closed + 2)


def parse_closed(known: Grammar, source: bytes, *, nested: bool = False) -> Node:
    """Parse a language with `/*` comments as if a comment that never ends did so at the end of the file.

    Thousands of such openings make error recovery take gigabytes, or the whole process down. `nested` says that
    comments hold comments. Where the opening stands in a string, the source is parsed as it is.
    """
    opened = unclosed(source)
    if opened >= 0:
        ends = max(1, source.count(b"/*") - source.count(b"*/")) if nested else 1
        root = parse(known, source + b"*/" * ends)
        if not root.has_error or source.count(b"/*", opened) > _OPENINGS:
            return root
    return parse(known, source)


@cache
def kinds(known: Grammar, names: tuple[str, ...]) -> Mapping[int, str]:
    """Map the grammar's ids of the named node kinds to their names; a name the grammar lacks is left out."""
    ids = {known.language.id_for_node_kind(name, _NAMED): name for name in names}
    return {number: name for number, name in ids.items() if number is not None}


def walk(root: Node, wanted: Mapping[int, str]) -> Iterator[tuple[int, str, Node]]:
    """Give (depth, kind, node) of each node of a wanted kind, in document order, parents before children."""
    cursor = root.walk()
    depth = 0
    while True:
        node = cursor.node
        if node is not None and (kind := wanted.get(node.kind_id)) is not None:
            yield depth, kind, node
        if cursor.goto_first_child():
            depth += 1
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return
            depth -= 1


def first_error(root: Node, pardoned: Mapping[int, str] = {}) -> Node:
    """Give the first ERROR or MISSING node of a tree that has one, in document order.

    Nodes of a pardoned kind are not looked into; where only those have errors, what comes back is no error itself.
    """
    cursor = root.walk()
    found = root
    while cursor.goto_first_child():
        while (node := cursor.node) is not None and (not node.has_error or node.kind_id in pardoned):
            if not cursor.goto_next_sibling():
                return found
        if node is None:
            break
        found = node
        if found.is_error or found.is_missing:
            break
    return found


def text(source: bytes, node: Node) -> str:
    """Give the source of a node."""
    return source[node.start_byte : node.end_byte].decode("utf-8", "replace")


def field_text(source: bytes, node: Node, field: str) -> str:
    """Give the source of a node's field; "" where it has none."""
    child = node.child_by_field_name(field)
    return text(source, child) if child else ""


def column(source: bytes, node: Node) -> int:
    """Give the column of a node in characters, from 1 (tree-sitter counts bytes, from 0)."""
    start = node.start_point.column
    if start == 0 or start > _LONG_LINE:
        return start + 1
    line = source[node.start_byte - start : node.start_byte]
    return (start if line.isascii() else len(line.decode("utf-8", "replace"))) + 1


def count_lines(source: bytes) -> int:
    """Count the lines of a file as an editor does."""
    return source.count(b"\n") + (1 if source and not source.endswith(b"\n") else 0)


def one_line(source: bytes, node: Node, end: int, comments: Mapping[int, str], start: int | None = None) -> str:
    """Fold the source of a node to one line, up to `end`, without comments and trailing commas.

    However a signature is wrapped, the same signature folds to the same line. `start` leaves out what a node begins
    with (annotations).
    """
    start = node.start_byte if start is None else start
    raw = source[start:end]
    if b"\n" in raw:
        if b"#" in raw or b"//" in raw or b"/*" in raw:
            gaps = ((first, last) for first, last in _comments(node, end, comments) if first >= start)
            raw = _without(source, start, end, gaps)
        lines = (line.strip() for line in raw.decode("utf-8", "replace").split("\n"))
        folded = _OPENING_BREAK.sub(r"\1", "\n".join(line for line in lines if line))
        line = _CLOSING_BREAK.sub(r"\1", folded)
    else:
        line = raw.decode("utf-8", "replace")
    line = _BLANKS.sub(" ", line).strip()
    return line if len(line) <= _SIGNATURE_LIMIT else line[: _SIGNATURE_LIMIT - 1] + "…"


def _comments(node: Node, end: int, kinds_of_comment: Mapping[int, str]) -> Iterator[tuple[int, int]]:
    """Give the byte ranges of the comments in a node before `end`; what comes after is not looked at."""
    cursor = node.walk()
    while (here := cursor.node) is not None and here.start_byte < end:
        if here.kind_id in kinds_of_comment:
            yield here.start_byte, here.end_byte
        if cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


def _without(source: bytes, start: int, end: int, gaps: Iterable[tuple[int, int]]) -> bytes:
    kept = bytearray()
    for gap_start, gap_end in gaps:
        kept += source[start:gap_start]
        start = gap_end
    return bytes(kept + source[start:end])
