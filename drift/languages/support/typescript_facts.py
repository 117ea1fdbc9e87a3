"""Facts of one TypeScript or JavaScript file, read from its syntax tree. Knows no other file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from drift.facts import Call, EdgeAttribute, FileFacts, RawImport
from drift.languages.support import trees
from drift.languages.support.text import utf8
from drift.languages.support.typescript_definitions import Definitions
from drift.languages.support.typescript_gaps import HiddenImport, rewritten
from drift.languages.support.typescript_scope import Scope
from specs.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tree_sitter import Node

_FUNCTIONS = {
    "function_declaration",
    "generator_function_declaration",
    "function_expression",
    "generator_function",
    "arrow_function",
    "method_definition",
}
_OWNERS = {
    "class_declaration",
    "abstract_class_declaration",
    "class",
    "interface_declaration",
    "enum_declaration",
    "internal_module",
    "module",
}
# A type is never run: `typeof import("./x")` here is no import for the machine.
_TYPES = {"type_annotation", "type_arguments", "type_query", "type_alias_declaration", "implements_clause"}
_MAYBE = {"if_statement", "try_statement", "ternary_expression", "switch_statement"}
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
    "import_statement",
    "export_statement",
    "binary_expression",
    "switch_case",
    "catch_clause",
    "decorator",
    *sorted(_FUNCTIONS | _OWNERS | _TYPES | _MAYBE | _BLOCKS | _CALLS | _MEMBERS),
)
_PASSING = {"binary_expression", "switch_case", "catch_clause", "decorator"}
_REFERENCE = re.compile(rb"///[ \t]*<reference[ \t]+(path|types)[ \t]*=[ \t]*[\"']([^\"'\n]+)[\"']")
_CALLEE_LIMIT = 200
_TYPEOF_REACH = 40
# Broken text parses slowly; beyond this it is not tried a second time.
_RETRY_BYTES = 512 * 1024
_NAME = re.compile(r"[\w$#]+(?:\.[\w$#]+)*")

_RUNTIME = frozenset({EdgeAttribute.RUNTIME})
_TYPE_ONLY = frozenset({EdgeAttribute.TYPE_ONLY})
_NOTHING: frozenset[EdgeAttribute] = frozenset()


def dialect(path: str) -> str:
    """Choose the grammar: `<T>x` casts in `.ts`, JSX (and plain JavaScript, and Flow where it can) in all others."""
    return "typescript" if path.endswith((".ts", ".mts", ".cts")) else "tsx"


def read(path: str, source: bytes) -> FileFacts:
    """Read one file. Never raises on content."""
    source = utf8(source)
    known = trees.grammar("tree_sitter_typescript", f"language_{dialect(path)}")
    root = trees.parse(known, source)
    hidden: list[HiddenImport] = []
    problems: tuple[Problem, ...] = ()
    if root.has_error and len(source) > _RETRY_BYTES:
        problems = _problems(source, root)
    elif root.has_error:
        better, taken = rewritten(source)
        again = trees.parse(known, better)
        if again.has_error:
            problems = _problems(source, root)
        else:
            root, hidden = again, taken
    reader = _Reader(source, trees.kinds(known, ("comment",)))
    for depth, kind, node in trees.walk(root, trees.kinds(known, _WANTED)):
        reader.take(depth, kind, node)
    return FileFacts(
        "typescript",
        trees.count_lines(source),
        (*_references(source), *reader.imports, *_uncovered(source, hidden)),
        tuple(reader.definitions.finished()),
        tuple(reader.calls),
        problems,
        reader.definitions.bodies.finished(),
    )


def _problems(source: bytes, root: Node) -> tuple[Problem, ...]:
    error = trees.first_error(root)
    message = "This is not valid here, or newer than the grammar that reads it"
    hint = "Mend the syntax if the compiler objects too; the rest of the file still counts."
    return (Problem("syntax-error", message, error.start_point.row + 1, trees.column(source, error), hint),)


def _uncovered(source: bytes, hidden: list[HiddenImport]) -> Iterator[RawImport]:
    """Give the type imports that a rewrite hid from the tree."""
    line, counted = 1, 0
    for target, start in hidden:
        line += source.count(b"\n", counted, start)
        counted = start
        before = source[source.rfind(b"\n", max(0, start - _TYPEOF_REACH * 100), start) + 1 : start]
        yield RawImport(target, (), line, len(before.decode("utf-8", "replace")) + 1, _TYPE_ONLY)


def _references(source: bytes) -> Iterator[RawImport]:
    """Give the triple-slash references, which may only stand before the first statement."""
    if b"<reference" not in source:
        return
    for number, line in enumerate(source.split(b"\n"), 1):
        stripped = line.strip()
        if stripped and not stripped.startswith((b"//", b"/*", b"*", b"#!", b"'use", b'"use', b"\xef\xbb\xbf")):
            return
        for found in _REFERENCE.finditer(line):
            target = found[2].decode("utf-8", "replace")
            if found[1] == b"path" and not target.startswith((".", "/")):
                target = f"./{target}"
            yield RawImport(target, (), number, found.start() + 1, _TYPE_ONLY)


class _Reader:
    """Gathers facts while the tree is walked in document order."""

    def __init__(self, source: bytes, comments: Mapping[int, str]) -> None:
        self.source = source
        self.imports: list[RawImport] = []
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
        elif kind == "import_statement":
            self._import(node, scope)
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
        if kind in _TYPES:
            if kind == "type_alias_declaration":
                self.definitions.type_alias(node, scope)
            return scope._replace(depth=depth, end=node.end_byte, inside="type", attributes=attributes | _TYPE_ONLY)
        if kind in _OWNERS:
            return self.definitions.owner(depth, kind, node, scope)
        if kind in _FUNCTIONS:
            owner = self.definitions.function(kind, node, scope)
            return Scope(depth, node.end_byte, owner, "function", attributes | {EdgeAttribute.LAZY}, exported=False)
        if kind in _MAYBE:
            attributes |= {EdgeAttribute.CONDITIONAL}
        elif scope.inside in {"module", "namespace"} and depth == scope.depth + 1 and kind == "statement_block":
            return scope._replace(depth=depth, end=node.end_byte)  # the body of a namespace
        inside = "function" if scope.inside == "function" else "block"
        return scope._replace(depth=depth, end=node.end_byte, inside=inside, attributes=attributes)

    def _add(self, target: str, names: list[str], node: Node, attributes: frozenset[EdgeAttribute]) -> None:
        if target:
            line, column = node.start_point.row + 1, trees.column(self.source, node)
            self.imports.append(RawImport(target, tuple(names), line, column, attributes))

    def _import(self, node: Node, scope: Scope) -> None:
        names: list[str] = []
        types = 0
        source = node.child_by_field_name("source")
        for clause in node.named_children:
            if clause.type == "import_require_clause":
                source = clause.child_by_field_name("source")
            if clause.type != "import_clause":
                continue
            for part in clause.named_children:
                if part.type == "named_imports":
                    found = [spec for spec in part.named_children if spec.type == "import_specifier"]
                    names += [self._name_of(spec) for spec in found]
                    types += sum(_is_type(spec) for spec in found)
                elif part.type in {"identifier", "namespace_import"}:
                    names.append("default" if part.type == "identifier" else "*")
        type_only = _is_type(node) or (names and types == len(names)) or EdgeAttribute.TYPE_ONLY in scope.attributes
        self._add(self._literal(source), names, node, _TYPE_ONLY if type_only else _RUNTIME)

    def _export(self, node: Node, scope: Scope) -> None:
        source = node.child_by_field_name("source")
        specs = [
            spec
            for clause in node.named_children
            if clause.type == "export_clause"
            for spec in clause.named_children
            if spec.type == "export_specifier"
        ]
        names = [self._name_of(spec) for spec in specs]
        if source is None:
            if scope.inside == "module":
                self.definitions.export(node, names)
            return
        marked = self.source[node.start_byte : node.start_byte + _TYPEOF_REACH].split()[1:2] == [b"type"]
        type_only = marked or (names and all(map(_is_type, specs)))
        kept = _TYPE_ONLY if type_only or EdgeAttribute.TYPE_ONLY in scope.attributes else _RUNTIME
        self.definitions.export(node, [])
        self._add(self._literal(source), names or ["*"], node, kept | {EdgeAttribute.RE_EXPORT})

    def _name_of(self, spec: Node) -> str:
        name = spec.child_by_field_name("name")
        return trees.text(self.source, name).strip("\"'") if name else ""

    def _call(self, kind: str, node: Node, scope: Scope) -> None:
        function = node.child_by_field_name("function" if kind == "call_expression" else "constructor")
        if function is None:
            return
        if function.type == "import":
            # The grammar takes `f<typeof import("x")>()` for two comparisons; the word before tells.
            before = self.source[max(0, node.start_byte - _TYPEOF_REACH) : node.start_byte].rstrip()
            is_type = EdgeAttribute.TYPE_ONLY in scope.attributes or before.endswith(b"typeof")
            kept = _TYPE_ONLY if is_type else scope.attributes | _RUNTIME | {EdgeAttribute.DYNAMIC}
            self._add(self._argument(node), [], node, kept)
            return
        callee = self._callee(function)
        if not callee:
            return
        self.calls.append(Call(callee, scope.owner, node.start_point.row + 1))
        if callee == "require" and kind == "call_expression":
            self._add(self._argument(node), [], node, scope.attributes | _RUNTIME)

    def _callee(self, function: Node) -> str:
        """Give the dotted text of what is called; `.name` where it hangs on an expression, "" when it has no name."""
        if function.end_byte - function.start_byte <= _CALLEE_LIMIT:
            whole = trees.text(self.source, function).replace("?.", ".")
            if _NAME.fullmatch(whole):
                return whole
        last = function.child_by_field_name("property") if function.type == "member_expression" else None
        return f".{trees.text(self.source, last)}" if last else ""

    def _argument(self, call: Node) -> str:
        arguments = call.child_by_field_name("arguments")
        values = [value for value in arguments.named_children if value.type != "comment"] if arguments else []
        return self._literal(values[0]) if values else ""

    def _literal(self, node: Node | None) -> str:
        """Give the text of a string or of a template without substitutions; "" for anything else."""
        if node is None or node.type not in {"string", "template_string"}:
            return ""
        parts = node.named_children
        if len(parts) != 1 or parts[0].type != "string_fragment":
            return ""
        return trees.text(self.source, parts[0])


def _is_type(node: Node) -> bool:
    """Tell whether an import, export or one name of it is marked `type` (or Flow's `typeof`)."""
    return any(child.type in {"type", "typeof"} for child in node.children[:2])


def _decides(node: Node) -> bool:
    operator = node.child_by_field_name("operator")
    return operator is not None and operator.type in _DECIDING
