"""Facts of one C or C++ file: includes, definitions, calls and bodies. Knows no other file.

What is not valid before the preprocessor ran may be valid after it, so syntax errors are no problems here: what the
grammar makes of the rest counts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from drift.facts import Call, FileFacts, Tier
from drift.languages.support import trees
from drift.languages.support.bodies import Bodies
from drift.languages.support.c_definitions import ITEMS, Definitions
from drift.languages.support.c_includes import includes
from drift.languages.support.c_layout import NAME
from drift.languages.support.text import utf8

if TYPE_CHECKING:
    from tree_sitter import Node

_BRANCHES = (
    "if_statement",
    "for_statement",
    "for_range_loop",
    "while_statement",
    "do_statement",
    "case_statement",
    "catch_clause",
    "conditional_expression",
    "binary_expression",
)
_ONLY_CPP = re.compile(
    rb"^[ \t]*(?:(?:inline[ \t]+)?namespace\b|template[ \t]*<|class[ \t]+\w+|using[ \t]"
    rb"|(?:public|private|protected)[ \t]*:"
    rb"|extern[ \t]+\"C\+\+\")|\bstd::|\b(?:constexpr|nullptr|noexcept|static_cast)\b",
    re.MULTILINE,
)
_ONLY_C = re.compile(rb"#[ \t]*ifdef[ \t]+__cplusplus.*?#[ \t]*endif", re.DOTALL)
_LONG = 200
_DOTTED = re.compile(r"\w+(?:\.\w+)*")


def dialect(path: str) -> str:
    """Name what reads a file, by its suffix."""
    return "c" if path.endswith(".c") else "h" if path.endswith(".h") else "cpp"


def read(path: str, source: bytes, tier: Tier) -> FileFacts:
    """Read one file as far as `tier`. Never raises on content."""
    source = utf8(source)
    found = tuple(includes(source))
    lines = trees.count_lines(source)
    if tier is Tier.IMPORTS:
        return FileFacts(NAME, lines, found, (), (), (), tier=tier)
    plain = dialect(path) == "c" or (dialect(path) == "h" and not _is_cpp(source))
    known = trees.grammar("tree_sitter_c" if plain else "tree_sitter_cpp")
    reader = _Reader(source, Definitions(source, trees.kinds(known, ("comment",))))
    wanted: tuple[str, ...] = ITEMS
    if tier is Tier.BODIES:
        wanted += (*_BRANCHES, "call_expression")
    for _depth, kind, node in trees.walk(trees.parse_closed(known, source), trees.kinds(known, wanted)):
        reader.take(kind, node)
    calls, bodies = tuple(reader.calls), reader.bodies.finished() if tier is Tier.BODIES else ()
    return FileFacts(NAME, lines, found, tuple(reader.definitions.found), calls, (), bodies, tier)


def _is_cpp(source: bytes) -> bool:
    """Say whether a `.h` is C++: it says so outside of what only C++ compilers are shown."""
    return _ONLY_CPP.search(_ONLY_C.sub(b"", source)) is not None


class _Reader:
    """Gathers facts while the tree is walked in document order."""

    def __init__(self, source: bytes, definitions: Definitions) -> None:
        self.source = source
        self.definitions = definitions
        self.calls: list[Call] = []
        self.bodies = Bodies()
        self._function, self._function_end = "", 0

    def take(self, kind: str, node: Node) -> None:
        """Take the next node."""
        local = node.start_byte < self._function_end
        if kind == "call_expression":
            self._call(node, self._function if local else "")
        elif kind in _BRANCHES:
            self._branch(kind, node)
        elif kind == "function_definition" and not local:
            self._function = self.definitions.item(kind, node)
            self._function_end = node.end_byte
            self.bodies.function(self._function, node.start_point.row + 1, node.start_byte, node.end_byte)
        elif not local:
            self.definitions.item(kind, node)

    def _branch(self, kind: str, node: Node) -> None:
        if kind == "binary_expression":
            sign = node.child_by_field_name("operator")
            if sign is None or sign.type not in {"&&", "||", "and", "or"}:
                return
        elif kind == "case_statement" and node.child_by_field_name("value") is None:
            return
        self.bodies.branch(node.start_byte)

    def _call(self, node: Node, caller: str) -> None:
        function = node.child_by_field_name("function")
        if function is None:
            return
        callee = ""
        if function.end_byte - function.start_byte <= _LONG:
            written = trees.text(self.source, function).partition("<")[0]
            callee = written.replace("::", ".").replace("->", ".").lstrip(".")
        if not _DOTTED.fullmatch(callee):
            callee = f".{trees.field_text(self.source, function, 'field')}"
        if callee != ".":
            self.calls.append(Call(callee, caller, node.start_point.row + 1))
