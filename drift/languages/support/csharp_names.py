"""The names of other types that a C# file uses, and the namespaces it declares and opens. Knows no other file.

C# sees the types of enclosing namespaces, and of namespaces that another file opens for a whole project, without a
word: so every type name counts as an import as written, and only the whole tree tells which of them are any.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from drift.facts import EdgeAttribute, RawImport, Scope
from drift.languages.support import trees
from drift.languages.support.csharp_layout import OPENED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

TYPES = {
    "class_declaration": "class",
    "record_declaration": "class",
    "interface_declaration": "interface",
    "enum_declaration": "enum",
    "struct_declaration": "struct",
    "delegate_declaration": "type",
}
_SPACES = {"namespace_declaration", "file_scoped_namespace_declaration"}
# Where a type stands: the field that holds it, "" where every child is one.
_PLACES = {
    "array_type": "type",
    "as_expression": "right",
    "attribute": "name",
    "base_list": "",
    "cast_expression": "type",
    "catch_declaration": "type",
    "constant_pattern": "",
    "conversion_operator_declaration": "type",
    "declaration_pattern": "type",
    "default_expression": "type",
    "delegate_declaration": "type",
    "event_declaration": "type",
    "explicit_interface_specifier": "",
    "foreach_statement": "type",
    "indexer_declaration": "type",
    "is_expression": "right",
    "local_function_statement": "type",
    "member_access_expression": "expression",
    "method_declaration": "returns",
    "nullable_type": "type",
    "object_creation_expression": "type",
    "operator_declaration": "type",
    "parameter": "type",
    "parameter_list": "type",
    "pointer_type": "type",
    "primary_constructor_base_type": "type",
    "property_declaration": "type",
    "recursive_pattern": "type",
    "ref_type": "type",
    "tuple_element": "type",
    "type_argument_list": "",
    "type_parameter_constraint": "",
    "type_pattern": "type",
    "typeof_expression": "type",
    "variable_declaration": "type",
}
_CONDITIONS = {"preproc_if"}
WANTED = tuple(sorted({"using_directive", "type_parameter", *TYPES, *_SPACES, *_PLACES, *_CONDITIONS}))
_NAME_LIMIT = 200
_NAME = re.compile(r"[A-Z_]\w*(?:\.\w+)*")
_RUNTIME = frozenset({EdgeAttribute.RUNTIME})
_OPENING = frozenset({EdgeAttribute.RE_EXPORT})


class Names:
    """Collects namespaces with their types, `using` directives and type names while the tree is walked."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._usings: list[RawImport] = []
        self._used: dict[str, RawImport] = {}
        self._types: dict[str, list[str]] = {}
        self._spaces: list[tuple[int, str]] = [(len(source) + 1, "")]
        self._type_end = self._condition_end = 0
        self._chain_start = -1
        self._parameters: set[str] = set()

    def imports(self) -> tuple[RawImport, ...]:
        """Give the directives, then each name once, where it first stands."""
        return (*self._usings, *(raw for name, raw in self._used.items() if name not in self._parameters))

    def scopes(self) -> tuple[Scope, ...]:
        """Give the namespaces in the order of their first type, with their types; then what opens for the project."""
        spaces = tuple(Scope(space, tuple(dict.fromkeys(names))) for space, names in self._types.items())
        opened = tuple(raw.target for raw in self._usings if raw.attributes >= _OPENING and raw.names == ("*",))
        return (*spaces, Scope(OPENED, opened)) if opened else spaces

    def take(self, kind: str, node: Node) -> None:
        """Take the next node of a wanted kind."""
        while self._spaces[-1][0] <= node.start_byte:
            self._spaces.pop()
        if kind == "using_directive":
            self._using(node)
        elif kind in _SPACES:
            self._space(kind, node)
        elif kind == "type_parameter":
            self._parameters.add(self._text(node.child_by_field_name("name")))
        elif kind in _CONDITIONS:
            self._condition_end = max(self._condition_end, node.end_byte)
        if kind in TYPES and node.start_byte >= self._type_end:
            self._type_end = node.end_byte
            if name := self._text(node.child_by_field_name("name")):
                self._types.setdefault(self._spaces[-1][1], []).append(name)
        if kind in _PLACES:
            for type_ in self._at(kind, node):
                self._use(kind, type_)

    def _at(self, kind: str, node: Node) -> Iterator[Node]:
        field = _PLACES[kind]
        if not field:
            yield from node.named_children
        elif (found := node.child_by_field_name(field)) is not None:
            yield found

    def _use(self, kind: str, node: Node) -> None:
        if node.type not in {"identifier", "qualified_name", "generic_name", "member_access_expression"}:
            return
        if node.end_byte - node.start_byte > _NAME_LIMIT:
            return
        chain = kind == "member_access_expression"
        if chain and node.start_byte == self._chain_start:
            return
        name = "".join(self._text(node).partition("<")[0].split()).removeprefix("global::")
        if not _NAME.fullmatch(name):
            return
        if chain or node.type == "member_access_expression":
            self._chain_start = node.start_byte
        for one in (name, f"{name}Attribute") if kind == "attribute" else (name,):
            if one not in self._used:
                self._used[one] = self._raw(one, (), node, self._attributes(node))

    def _space(self, kind: str, node: Node) -> None:
        name = "".join(self._text(node.child_by_field_name("name")).split())
        outer = self._spaces[-1][1]
        full = f"{outer}.{name}" if outer and name else name or outer
        end = self._spaces[-1][0] if kind.startswith("file") else node.end_byte
        self._spaces.append((end, full))

    def _using(self, node: Node) -> None:
        words = {child.type for child in node.children}
        named = [child for child in node.named_children if child != node.child_by_field_name("name")]
        if not named:
            return
        whole = "".join(self._text(named[-1]).partition("<")[0].split()).removeprefix("global::")
        attributes = self._attributes(node)
        if "global" in words:
            attributes |= {EdgeAttribute.RE_EXPORT}
        if "static" in words or "=" in words:
            target, _, last = whole.rpartition(".")
        else:
            target, last = whole, "*"
        if target or last:
            self._usings.append(self._raw(target or last, (last,), node, attributes))

    def _raw(self, target: str, names: tuple[str, ...], node: Node, attributes: frozenset[EdgeAttribute]) -> RawImport:
        return RawImport(target, names, node.start_point.row + 1, trees.column(self._source, node), attributes)

    def _attributes(self, node: Node) -> frozenset[EdgeAttribute]:
        return _RUNTIME | {EdgeAttribute.CONDITIONAL} if node.start_byte < self._condition_end else _RUNTIME

    def _text(self, node: Node | None) -> str:
        return trees.text(self._source, node) if node is not None else ""
