"""Facts of one Ruby file: requires, constants, definitions, calls and bodies, read from its syntax tree.

A require is an import with the method as its only name; a constant is one whose names are the readings to try, from
the innermost scope outwards, each written "scope constant". Knows no other file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from drift.facts import Call, EdgeAttribute, FileFacts, RawImport, Tier
from drift.languages.support import trees
from drift.languages.support.bodies import Bodies
from drift.languages.support.ruby_definitions import MEMBERS, SCOPES, Definitions
from drift.languages.support.text import utf8
from specs.problem import Problem

if TYPE_CHECKING:
    from tree_sitter import Node

_METHODS = {"method", "singleton_method"}
_CONSTANTS = {"constant", "scope_resolution"}
_CONDITIONS = {"if", "unless", "if_modifier", "unless_modifier"}
_BRANCHES = {"elsif", "while", "until", "while_modifier", "until_modifier", "for", "when", "in_clause", "conditional"}
_REQUIRES = {"require", "require_relative", "load", "autoload"}
_LONG = 200
_RUNTIME = frozenset({EdgeAttribute.RUNTIME})


class _Scope(NamedTuple):
    """A class or module: where it ends, and its full constant path."""

    end: int
    path: str


def read(source: bytes, tier: Tier) -> FileFacts:
    """Read one Ruby file as far as `tier`. Never raises on content."""
    source = utf8(source, cookie=True)
    known = trees.grammar("tree_sitter_ruby")
    root = trees.parse(known, source)
    reader = _Reader(source, tier, Definitions(source, trees.kinds(known, ("comment",))))
    wanted = {*SCOPES, *_METHODS, *_CONSTANTS, *_CONDITIONS, "call", "rescue", "begin", "comment", "assignment"}
    if tier >= Tier.DEFINITIONS:
        wanted |= {*MEMBERS, "identifier"}
    if tier is Tier.BODIES:
        wanted |= {*_BRANCHES, "binary"}
    for depth, kind, node in trees.walk(root, trees.kinds(known, tuple(sorted(wanted)))):
        reader.take(depth, kind, node)
    problems: tuple[Problem, ...] = ()
    if root.has_error:
        error = trees.first_error(root)
        hint = "Mend the syntax (`ruby -c` tells more); the rest of the file still counts."
        line, column = error.start_point.row + 1, trees.column(source, error)
        problems = (Problem("syntax-error", "This is not valid Ruby", line, column, hint),)
    definitions = tuple(reader.definitions.finished()) if tier >= Tier.DEFINITIONS else ()
    bodies = reader.bodies.finished()
    lines = trees.count_lines(source)
    return FileFacts("ruby", lines, tuple(reader.imports), definitions, tuple(reader.calls), problems, bodies, tier)


class _Reader:
    """Gathers facts while the tree is walked in document order."""

    def __init__(self, source: bytes, tier: Tier, definitions: Definitions) -> None:
        self.source = source
        self.tier = tier
        self.definitions = definitions
        self.imports: list[RawImport] = []
        self.calls: list[Call] = []
        self.bodies = Bodies()
        self._scopes: list[_Scope] = []
        self._seen: set[tuple[str, ...]] = set()
        self._names_end = 0  # what lies before it is a name being defined, or the rest of a constant path
        self._function, self._function_end = "", 0
        self._condition_end = 0

    def take(self, depth: int, kind: str, node: Node) -> None:
        """Take the next node."""
        while self._scopes and self._scopes[-1].end <= node.start_byte:
            self._scopes.pop()
        if kind in _CONSTANTS:
            self._constant(node)
        elif kind in SCOPES:
            self._scope(kind, node)
        elif kind in _METHODS:
            self._method(kind, node)
        elif kind == "call":
            self._call(node)
        elif kind == "comment":
            self.definitions.comment(node)
        elif kind in _CONDITIONS or kind == "begin":
            self._condition(kind, node)
        elif kind == "assignment":
            self._assignment(depth, node)
        elif kind == "identifier":
            self.definitions.word(node)
        else:
            self._branch(kind, node)

    def _inside(self, node: Node) -> bool:
        return node.start_byte < self._function_end

    def _attributes(self, node: Node) -> frozenset[EdgeAttribute]:
        lazy = {EdgeAttribute.LAZY} if self._inside(node) else set()
        conditional = {EdgeAttribute.CONDITIONAL} if node.start_byte < self._condition_end else set()
        return _RUNTIME | lazy | conditional

    def _scope(self, kind: str, node: Node) -> None:
        name = node.child_by_field_name("name")
        written = trees.text(self.source, name) if name and name.end_byte - name.start_byte <= _LONG else ""
        if kind != "singleton_class" and written:
            outer = self._scopes[-1].path if self._scopes else ""
            path = written.removeprefix("::") if written.startswith("::") or not outer else f"{outer}::{written}"
            self._scopes.append(_Scope(node.end_byte, path))
            self._names_end = max(self._names_end, name.end_byte if name else 0)
        if self.tier >= Tier.DEFINITIONS and not self._inside(node):
            self.definitions.scope(kind, node)

    def _method(self, kind: str, node: Node) -> None:
        local = self._inside(node)
        if self.tier >= Tier.DEFINITIONS and not local:
            full = self.definitions.method(kind, node)
            if self.tier is Tier.BODIES:
                self.bodies.function(full, node.start_point.row + 1, node.start_byte, node.end_byte)
            self._function = full
        if not local:
            self._function_end = node.end_byte

    def _constant(self, node: Node) -> None:
        if node.start_byte < self._names_end:
            return
        self._names_end = node.end_byte
        if node.end_byte - node.start_byte > _LONG:
            return
        written = "".join(trees.text(self.source, node).split())
        if not written.replace("::", "").replace("_", "").isalnum():
            return
        scopes = [] if written.startswith("::") else [scope.path for scope in reversed(self._scopes)]
        plain = written.removeprefix("::")
        readings = (*(f"{scope} {plain}" for scope in scopes), plain)
        if readings not in self._seen:
            self._seen.add(readings)
            line, column = node.start_point.row + 1, trees.column(self.source, node)
            self.imports.append(RawImport(written, readings, line, column, self._attributes(node)))

    def _call(self, node: Node) -> None:
        method = trees.field_text(self.source, node, "method")
        receiver = node.child_by_field_name("receiver")
        if method in _REQUIRES and receiver is None:
            self._require(method, node)
        if self.tier >= Tier.DEFINITIONS and receiver is None and not self._inside(node):
            self.definitions.macro(method, node)
        if self.tier is Tier.BODIES and method:
            callee = f".{method}" if receiver else method
            if receiver is not None and receiver.end_byte - receiver.start_byte <= _LONG:
                whole = trees.text(self.source, receiver).replace("::", ".").replace("&.", ".").lstrip(".")
                callee = f"{whole}.{method}" if whole.replace(".", "").replace("_", "").isalnum() else callee
            self.calls.append(Call(callee, self._function if self._inside(node) else "", node.start_point.row + 1))

    def _require(self, method: str, node: Node) -> None:
        arguments = node.child_by_field_name("arguments")
        values = arguments.named_children if arguments else []
        place = 1 if method == "autoload" else 0
        if len(values) <= place or values[place].type != "string" or values[place].named_child_count != 1:
            return
        content = values[place].named_children[0]
        target = trees.text(self.source, content) if content.type == "string_content" else ""
        if target and len(target) <= _LONG:
            attributes = self._attributes(node) | ({EdgeAttribute.LAZY} if method == "autoload" else set())
            line, column = node.start_point.row + 1, trees.column(self.source, node)
            self.imports.append(RawImport(target.removesuffix(".rb"), (method,), line, column, attributes))

    def _condition(self, kind: str, node: Node) -> None:
        """Note what may not run: branches, and what is rescued at the top of a file."""
        guarded = kind != "begin" or any(child.type == "rescue" for child in node.children)
        if guarded and not self._inside(node):
            self._condition_end = max(self._condition_end, node.end_byte)
        if kind != "begin":
            self._branch(kind, node)

    def _branch(self, kind: str, node: Node) -> None:
        if kind == "binary":
            sign = node.child_by_field_name("operator")
            if sign is None or sign.type not in {"&&", "||", "and", "or"}:
                return
        self.bodies.branch(node.start_byte)

    def _assignment(self, depth: int, node: Node) -> None:
        del depth
        left = node.child_by_field_name("left")
        if left is not None and left.type == "constant":
            self._names_end = max(self._names_end, left.end_byte)
            if self.tier >= Tier.DEFINITIONS and not self._inside(node):
                self.definitions.constant(left, node)
