"""Facts of one TypeScript or JavaScript file, read from its syntax tree. Knows no other file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from drift.facts import Call, EdgeAttribute, FileFacts, RawImport, Tier
from drift.languages.support import component_scripts, trees
from drift.languages.support.gather import syntax_problems
from drift.languages.support.text import utf8
from drift.languages.support.typescript_comments import documented, references
from drift.languages.support.typescript_definitions import Definitions
from drift.languages.support.typescript_gaps import HiddenImport, rewritten
from drift.languages.support.typescript_scope import Scope
from drift.languages.support.typescript_statements import FUNCTIONS, MAYBE, TYPE_ONLY, TYPES, imports

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tree_sitter import Node

_OWNERS = {
    "class_declaration",
    "abstract_class_declaration",
    "class",
    "interface_declaration",
    "enum_declaration",
    "internal_module",
    "module",
}
_LOOPS = {"for_statement", "for_in_statement", "while_statement", "do_statement"}
_BLOCKS = _LOOPS | {"statement_block"}
_CALLS = {"call_expression", "new_expression"}
_MEMBERS = {
    "public_field_definition",
    "method_signature",
    "abstract_method_signature",
    "property_signature",
    "function_signature",
    "lexical_declaration",
    "variable_declaration",
    "assignment_expression",
}
_BRANCHES = _LOOPS | {"if_statement", "ternary_expression", "switch_case", "catch_clause"}
_DECIDING = {"&&", "||", "??"}
_WANTED = (
    "export_statement",
    "binary_expression",
    "switch_case",
    "catch_clause",
    "decorator",
    *sorted(FUNCTIONS | _OWNERS | TYPES | MAYBE | _BLOCKS | _CALLS | _MEMBERS),
)
_PASSING = {"binary_expression", "switch_case", "catch_clause", "decorator"}
_CALLEE_LIMIT = 200
_TYPEOF_REACH = 40
# Broken text parses slowly; beyond this it is not tried a second time.
_RETRY_BYTES = 512 * 1024
_NAME = re.compile(r"[\w$#]+(?:\.[\w$#]+)*")

_NOTHING: frozenset[EdgeAttribute] = frozenset()


def dialect(path: str) -> str:
    """Choose the grammar: `<T>x` casts in `.ts`, JSX (and plain JavaScript, and Flow where it can) in all others.

    In components of Vue and Svelte it is what their scripts say.
    """
    if path.endswith(component_scripts.SUFFIXES):
        return "component"
    return "typescript" if path.endswith((".ts", ".mts", ".cts")) else "tsx"


def read(path: str, source: bytes, tier: Tier = Tier.BODIES) -> FileFacts:
    """Read one file, its imports alone or all of it. Never raises on content."""
    source = utf8(source)
    grammar = dialect(path)
    if grammar == "component":
        source, typed = component_scripts.scripts_of(source)
        grammar = "typescript" if typed else "tsx"
    known = trees.grammar("tree_sitter_typescript", f"language_{grammar}")
    root = trees.parse_closed(known, source)
    hidden: list[HiddenImport] = []
    problems = syntax_problems(source, root, "TypeScript or JavaScript")
    if root.has_error and len(source) <= _RETRY_BYTES:
        better, taken = rewritten(source)
        again = trees.parse_closed(known, better)
        if not again.has_error:
            root, hidden, problems = again, taken, ()
    found = (
        *references(source),
        *imports(root, source, known),
        *documented(source, root),
        *_uncovered(source, hidden),
    )
    if tier == Tier.IMPORTS:
        return FileFacts("typescript", trees.count_lines(source), found, (), (), problems, tier=tier)
    reader = _Reader(source, trees.kinds(known, ("comment",)))
    for depth, kind, node in trees.walk(root, trees.kinds(known, _WANTED)):
        reader.take(depth, kind, node)
    return FileFacts(
        "typescript",
        trees.count_lines(source),
        found,
        tuple(reader.definitions.finished()),
        tuple(reader.calls),
        problems,
        reader.definitions.bodies.finished(),
    )


def _uncovered(source: bytes, hidden: list[HiddenImport]) -> Iterator[RawImport]:
    """Give the type imports that a rewrite hid from the tree."""
    line, counted = 1, 0
    for target, start in hidden:
        line += source.count(b"\n", counted, start)
        counted = start
        before = source[source.rfind(b"\n", max(0, start - _TYPEOF_REACH * 100), start) + 1 : start]
        yield RawImport(target, (), line, len(before.decode("utf-8", "replace")) + 1, TYPE_ONLY)


class _Reader:
    """Gathers facts while the tree is walked in document order."""

    def __init__(self, source: bytes, comments: Mapping[int, str]) -> None:
        self.source = source
        self.calls: list[Call] = []
        self.definitions = Definitions(source, comments)
        self._scopes = [Scope(-1, len(source) + 1, "", "module", _NOTHING, exported=False)]

    def take(self, depth: int, kind: str, node: Node) -> None:
        """Take the next node; scopes that ended before it are left."""
        scopes = self._scopes
        start = node.start_byte
        while scopes[-1].end <= start:
            scopes.pop()
        scope = scopes[-1]
        if kind in _BRANCHES or (kind == "binary_expression" and _decides(node)):
            self.definitions.bodies.branch(start)
        if kind in _PASSING:
            if kind == "decorator" and scope.inside == "class" and depth == scope.depth + 2:
                self.definitions.decorator(node)
        elif kind in _CALLS:
            self._call(kind, node, scope)
        elif kind in _MEMBERS:
            owner = self.definitions.member(depth, kind, node, scope)
            if owner != scope.owner:
                scopes.append(scope._replace(depth=depth, end=node.end_byte, owner=owner))
        elif kind == "export_statement":
            self._export(node, scope)
            scopes.append(scope._replace(depth=depth, end=node.end_byte, exported=True))
        else:
            scopes.append(self._scope(depth, kind, node, scope))

    def _scope(self, depth: int, kind: str, node: Node, scope: Scope) -> Scope:
        attributes = scope.attributes
        if kind in TYPES:
            if kind == "type_alias_declaration":
                self.definitions.type_alias(node, scope)
            return scope._replace(depth=depth, end=node.end_byte, inside="type", attributes=attributes | TYPE_ONLY)
        if kind in _OWNERS:
            return self.definitions.owner(depth, kind, node, scope)
        if kind in FUNCTIONS:
            owner = self.definitions.function(kind, node, scope)
            return Scope(depth, node.end_byte, owner, "function", attributes | {EdgeAttribute.LAZY}, exported=False)
        if kind in MAYBE:
            attributes |= {EdgeAttribute.CONDITIONAL}
        elif scope.inside in {"module", "namespace"} and depth == scope.depth + 1 and kind == "statement_block":
            return scope._replace(depth=depth, end=node.end_byte)  # the body of a namespace
        inside = "function" if scope.inside == "function" else "block"
        return scope._replace(depth=depth, end=node.end_byte, inside=inside, attributes=attributes)

    def _export(self, node: Node, scope: Scope) -> None:
        """Note which names leave the file."""
        if node.child_by_field_name("source") is not None:
            self.definitions.export(node, [])
        elif scope.inside == "module":
            specs = [
                spec
                for clause in node.named_children
                if clause.type == "export_clause"
                for spec in clause.named_children
                if spec.type == "export_specifier"
            ]
            names = (spec.child_by_field_name("name") for spec in specs)
            self.definitions.export(node, [trees.text(self.source, name).strip("\"'") for name in names if name])

    def _call(self, kind: str, node: Node, scope: Scope) -> None:
        function = node.child_by_field_name("function" if kind == "call_expression" else "constructor")
        if function is None:
            return
        callee = self._callee(function)
        if callee:
            self.calls.append(Call(callee, scope.owner, node.start_point.row + 1))

    def _callee(self, function: Node) -> str:
        """Give the dotted text of what is called; `.name` where it hangs on an expression, "" when it has no name."""
        if function.end_byte - function.start_byte <= _CALLEE_LIMIT:
            whole = trees.text(self.source, function).replace("?.", ".")
            if _NAME.fullmatch(whole):
                return whole
        last = function.child_by_field_name("property") if function.type == "member_expression" else None
        return f".{trees.text(self.source, last)}" if last else ""


def _decides(node: Node) -> bool:
    operator = node.child_by_field_name("operator")
    return operator is not None and operator.type in _DECIDING
