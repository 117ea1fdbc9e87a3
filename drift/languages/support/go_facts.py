"""Facts of one Go file: imports, definitions and calls, read from its syntax tree. Knows no other file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from drift.facts import Call, Definition, EdgeAttribute, FileFacts, RawImport
from drift.languages.support import trees
from drift.languages.support.bodies import Bodies
from drift.languages.support.comments import has_comment_above
from drift.languages.support.gather import syntax_problems
from drift.languages.support.text import utf8

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tree_sitter import Node

_FUNCTIONS = {"function_declaration", "method_declaration"}
_VALUES = {"const_spec": ("const", "constant"), "var_spec": ("var", "variable")}
_TYPES = {"type_spec", "type_alias"}
_BRANCHES = {"if_statement", "for_statement", "expression_case", "communication_case", "type_case"}
_WANTED = (
    "import_spec",
    "call_expression",
    "field_declaration",
    "method_elem",
    "type_elem",
    "binary_expression",
    *sorted(_FUNCTIONS | _VALUES.keys() | _TYPES | _BRANCHES),
)
_SORTS = {"struct_type": "struct", "interface_type": "interface"}
_COMMENT = (b"//",)
_DIRECTIVES = (b"//go:", b"//nolint", b"// +build")
_CALLEE_LIMIT = 200
_VALUE_LIMIT = 80
_NAME = re.compile(r"\w+(?:\.\w+)*")
_RECEIVER = re.compile(r"(\w+)(?:\[.*\])?[\s,]*\)$", re.DOTALL)
_RUNTIME = frozenset({EdgeAttribute.RUNTIME})


def read(source: bytes) -> FileFacts:
    """Read one Go file. Never raises on content."""
    source = utf8(source)
    known = trees.grammar("tree_sitter_go")
    root = trees.parse_closed(known, source)
    reader = _Reader(source, trees.kinds(known, ("comment",)))
    for depth, kind, node in trees.walk(root, trees.kinds(known, _WANTED)):
        reader.take(depth, kind, node)
    return FileFacts(
        "go",
        trees.count_lines(source),
        tuple(reader.imports),
        tuple(reader.definitions),
        tuple(reader.calls),
        syntax_problems(source, root, "Go"),
        reader.bodies.finished(),
    )


class _Reader:
    """Gathers facts while the tree is walked in document order."""

    def __init__(self, source: bytes, comments: Mapping[int, str]) -> None:
        self.source = source
        self.imports: list[RawImport] = []
        self.definitions: list[Definition] = []
        self.calls: list[Call] = []
        self.bodies = Bodies()
        self._comments = comments
        self._function, self._function_end = "", 0
        self._type, self._type_at, self._type_end, self._type_depth = "", 0, 0, 0

    def take(self, depth: int, kind: str, node: Node) -> None:
        """Take the next node."""
        local = node.start_byte < self._function_end
        if kind in _BRANCHES or (kind == "binary_expression" and _decides(node)):
            self.bodies.branch(node.start_byte)
        elif kind == "call_expression":
            self._call(node, self._function if local else "")
        elif kind == "import_spec":
            self._import(node)
        elif local:
            return
        elif kind in _FUNCTIONS:
            self._define_function(kind, node)
        elif kind in _VALUES:
            self._define_values(kind, node)
        elif kind in _TYPES:
            self._define_type(depth, node)
        elif node.start_byte < self._type_end:
            self._define_members(depth, kind, node)

    def _import(self, node: Node) -> None:
        path = node.child_by_field_name("path")
        name = node.child_by_field_name("name")
        target = trees.text(self.source, path).strip('"`') if path else ""
        if target:
            names = ("*",) if name is not None and name.type == "dot" else ()
            line, column = node.start_point.row + 1, trees.column(self.source, node)
            self.imports.append(RawImport(target, names, line, column, _RUNTIME))

    def _call(self, node: Node, caller: str) -> None:
        function = node.child_by_field_name("function")
        if function is None:
            return
        callee = ""
        if function.end_byte - function.start_byte <= _CALLEE_LIMIT:
            callee = trees.text(self.source, function)
        if not _NAME.fullmatch(callee):
            last = function.child_by_field_name("field")
            callee = f".{trees.text(self.source, last)}" if last else ""
        if callee:
            self.calls.append(Call(callee, caller, node.start_point.row + 1))

    def _define_function(self, kind: str, node: Node) -> None:
        name = self._name(node)
        receiver = node.child_by_field_name("receiver")
        if receiver is not None and receiver.end_byte - receiver.start_byte <= _CALLEE_LIMIT:
            owner = _RECEIVER.search(trees.text(self.source, receiver))
            name = f"{owner[1]}.{name}" if owner else name
        body = node.child_by_field_name("body")
        end = body.start_byte if body else node.end_byte
        self._function, self._function_end = name, node.end_byte
        if name:
            sort = "method" if kind == "method_declaration" else "function"
            self._define(name, sort, trees.one_line(self.source, node, end, self._comments), node)
            if body is not None:
                self.bodies.function(name, node.start_point.row + 1, node.start_byte, node.end_byte)

    def _define_values(self, kind: str, node: Node) -> None:
        word, sort = _VALUES[kind]
        value = node.child_by_field_name("value")
        if value is not None and value.end_byte - value.start_byte > _VALUE_LIMIT:
            line = f"{trees.one_line(self.source, node, value.start_byte, self._comments)} …"
        else:
            line = trees.one_line(self.source, node, node.end_byte, self._comments)
        for name in node.children_by_field_name("name"):
            if name.type == "identifier" and (text := trees.text(self.source, name)) != "_":
                self._define(text, sort, f"{word} {line}", node)

    def _define_type(self, depth: int, node: Node) -> None:
        body = node.child_by_field_name("type")
        sort = _SORTS.get(body.type if body else "", "type") if node.type == "type_spec" else "type"
        end = node.end_byte
        if body is not None and sort != "type":
            end = self.source.find(b"{", body.start_byte, body.end_byte)
            end = body.end_byte if end < 0 else end
        name = self._name(node)
        self._type_at = len(self.definitions)
        self._define(name, sort, f"type {trees.one_line(self.source, node, end, self._comments)}", node)
        self._type, self._type_end, self._type_depth = name, node.end_byte if sort != "type" else 0, depth

    def _define_members(self, depth: int, kind: str, node: Node) -> None:
        """Take the fields of a struct or the methods of an interface, not those of types nested in them."""
        level = 3 if kind == "field_declaration" else 2
        if depth != self._type_depth + level:
            return
        if node.child_by_field_name("name") is None and (base := _embedded(self.source, node)):
            owner = self.definitions[self._type_at]
            self.definitions[self._type_at] = owner._replace(bases=(*owner.bases, base))
        if kind == "type_elem":
            return
        sort = "variable" if kind == "field_declaration" else "method"
        signature = trees.one_line(self.source, node, node.end_byte, self._comments)
        for name in self._member_names(node):
            self._define(f"{self._type}.{name}", sort, signature, node)

    def _member_names(self, node: Node) -> Iterator[str]:
        names = node.children_by_field_name("name")
        if names:
            yield from (trees.text(self.source, name) for name in names if name.is_named)
            return
        embedded = node.child_by_field_name("type")
        if embedded is not None:  # an embedded type is a field of its own, last name
            plain = trees.text(self.source, embedded).partition("[")[0].rpartition(".")[2].strip("* ")
            if plain.isidentifier():
                yield plain

    def _define(self, name: str, kind: str, signature: str, node: Node) -> None:
        public = all(part[:1].isupper() for part in name.split("."))
        lines = node.start_point.row + 1, node.end_point.row + 1
        documented = has_comment_above(self.source, node.start_byte, _COMMENT, directives=_DIRECTIVES)
        count = _parameters(node) if kind in {"function", "method"} else 0
        typed = kind in {"function", "method"} or node.child_by_field_name("type") is not None
        typed = typed and kind not in {"struct", "interface", "type"}
        self.definitions.append(Definition(name, kind, signature, *lines, public, (), (), documented, count, typed))

    def _name(self, node: Node) -> str:
        name = node.child_by_field_name("name")
        return trees.text(self.source, name) if name else ""


def _decides(node: Node) -> bool:
    operator = node.child_by_field_name("operator")
    return operator is not None and operator.type in {"&&", "||"}


def _parameters(node: Node) -> int:
    """Count the parameters: each name, or each type where none has a name."""
    listed = node.child_by_field_name("parameters")
    found = [child for child in listed.named_children if child.type.endswith("declaration")] if listed else []
    return sum(max(1, len([name for name in one.children_by_field_name("name") if name.is_named])) for one in found)


def _embedded(source: bytes, node: Node) -> str:
    """Give the type that a struct or interface embeds, as written, without pointer and type arguments."""
    parts = [child for child in node.named_children if child.type != "comment"]
    if not parts or (node.type == "type_elem" and len(parts) > 1):
        return ""
    name = trees.text(source, parts[0]).partition("[")[0].strip("* ")
    return name if name.replace(".", "").isidentifier() else ""
