"""What a C or C++ file defines and declares, gathered while its tree is walked. Knows nothing of includes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from drift.facts import Definition
from drift.languages.support import trees
from drift.languages.support.comments import has_comment_above

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tree_sitter import Node

_TYPES = {
    "class_specifier": "class",
    "struct_specifier": "struct",
    "union_specifier": "struct",
    "enum_specifier": "enum",
}
_VALUES = {"declaration", "field_declaration", "type_definition"}
_MACROS = {"preproc_def": "constant", "preproc_function_def": "function"}
_OTHERS = {"alias_declaration": "type", "concept_definition": "interface", "enumerator": "constant"}
ITEMS = (
    *_TYPES,
    *sorted(_VALUES),
    *_MACROS,
    *_OTHERS,
    "function_definition",
    "namespace_definition",
    "access_specifier",
)
_NAMES = {
    "identifier",
    "field_identifier",
    "type_identifier",
    "qualified_identifier",
    "destructor_name",
    "operator_name",
    "operator_cast",
    "template_function",
}
_TEMPLATE_ARGUMENTS = re.compile(r"<[^<>]*>")
_DEEPEST = 20
_LONG = 400
_VALUE = 80


class _Owner(NamedTuple):
    """A class, enum or namespace: where it ends, its full name, whether it shows its members to others."""

    end: int
    name: str
    kind: str
    open: bool


class _Declared(NamedTuple):
    """What a declarator comes to: the name, the parameter list of a function."""

    name: str
    parameters: Node | None


class Definitions:
    """Collects definitions in `found`, in document order."""

    def __init__(self, source: bytes, comments: Mapping[int, str]) -> None:
        self.found: list[Definition] = []
        self._source = source
        self._comments = comments
        self._owners: list[_Owner] = []

    def item(self, kind: str, node: Node) -> str:
        """Take a node; give the full name of a function."""
        while self._owners and self._owners[-1].end <= node.start_byte:
            self._owners.pop()
        if kind == "function_definition":
            return self._function(node)
        if kind in _TYPES:
            self._type(kind, node)
        elif kind in _VALUES:
            self._values(kind, node)
        elif kind == "namespace_definition":
            name = trees.field_text(self._source, node, "name").replace("::", ".")
            self._owners.append(_Owner(node.end_byte, self._under(name), "namespace", name != "" and self._open))
        elif kind == "access_specifier":
            self._access(node)
        elif name := trees.field_text(self._source, node, "name"):
            self._named(kind, name, node)
        return ""

    @property
    def _open(self) -> bool:
        return self._owners[-1].open if self._owners else True

    def _under(self, name: str) -> str:
        owner = self._owners[-1].name if self._owners else ""
        return f"{owner}.{name}" if owner and name else owner or name

    def _access(self, node: Node) -> None:
        """`public:` shows what follows it in its class; the one before a base class is passed over."""
        parent = node.parent
        if self._owners and parent is not None and parent.type == "field_declaration_list":
            public = trees.text(self._source, node).strip(": ") == "public"
            self._owners[-1] = self._owners[-1]._replace(open=public)

    def _named(self, kind: str, name: str, node: Node) -> None:
        if kind in _MACROS:
            value = node.child_by_field_name("value")
            if kind == "preproc_def" and value is None:
                return  # an include guard, or a flag
            end = value.start_byte if value and value.end_byte - value.start_byte > _VALUE else node.end_byte
            line = trees.one_line(self._source, node, end, self._comments)
            self._add(Definition(name, _MACROS[kind], line, *_lines(node), public=True), node)
            return
        line = trees.one_line(self._source, node, node.end_byte, self._comments).rstrip("; ")
        self._add(Definition(self._under(name), _OTHERS[kind], line, *_lines(node), public=self._open), node)

    def _type(self, kind: str, node: Node) -> None:
        body = node.child_by_field_name("body")
        if body is None:
            return  # a use of the type, or its announcement
        name = self._plain(trees.field_text(self._source, node, "name")) or self._typedef_name(node)
        full = self._under(name)
        if name:
            line = trees.one_line(self._source, self._whole(node), body.start_byte, self._comments)
            made = Definition(
                full, _TYPES[kind], line, *_lines(node), public=self._open, bases=tuple(self._bases(node))
            )
            self._add(made._replace(decorators=tuple(self._attributes(node))), node)
        shown = kind != "class_specifier" and self._open
        self._owners.append(_Owner(node.end_byte, full, kind, shown))

    def _typedef_name(self, node: Node) -> str:
        parent = node.parent
        named = parent.child_by_field_name("declarator") if parent and parent.type == "type_definition" else None
        return trees.text(self._source, named) if named and named.type == "type_identifier" else ""

    def _bases(self, node: Node) -> Iterator[str]:
        clause = next((child for child in node.children if child.type == "base_class_clause"), None)
        for child in clause.named_children if clause else ():
            if child.type in {"type_identifier", "qualified_identifier", "template_type"}:
                yield self._plain(trees.text(self._source, child)).replace(".", "::")

    def _attributes(self, node: Node) -> Iterator[str]:
        for declared in (child for child in node.children if child.type == "attribute_declaration"):
            for attribute in declared.named_children:
                yield trees.text(self._source, attribute).partition("(")[0].strip()

    def _function(self, node: Node) -> str:
        declared = self._declared(node.child_by_field_name("declarator"))
        body = node.child_by_field_name("body")
        if not declared.name:
            return ""
        end = body.start_byte if body else node.end_byte
        first = next((child for child in node.children if child.type == "field_initializer_list"), None)
        self._callable(declared, node, first.start_byte if first else end)
        return self._under(declared.name)

    def _callable(self, declared: _Declared, node: Node, end: int) -> None:
        owner = self._owners[-1].kind if self._owners else "namespace"
        outside = owner == "namespace"
        sort = "function" if outside and "." not in declared.name else "method"
        line = trees.one_line(self._source, self._whole(node), end, self._comments).rstrip("; ")
        public = self._open and not (outside and self._is_static(node))
        given = declared.parameters.named_children if declared.parameters else []
        texts = [trees.text(self._source, one) for one in given if one.end_byte - one.start_byte < _LONG]
        count = 0 if texts == ["void"] else sum(one.type != "comment" for one in given)
        made = Definition(self._under(declared.name), sort, line, *_lines(node), public, parameters=count, typed=True)
        self._add(made._replace(decorators=tuple(self._attributes(node))), node)

    def _values(self, kind: str, node: Node) -> None:
        constant = any(
            trees.text(self._source, child) in {"const", "constexpr"}
            for child in node.children
            if child.type == "type_qualifier"
        )
        outside = not self._owners or self._owners[-1].kind == "namespace"
        for declarator in node.children_by_field_name("declarator"):
            declared = self._declared(declarator)
            if not declared.name:
                continue
            if declared.parameters is not None and kind != "type_definition":
                self._callable(declared, node, node.end_byte)
                continue
            named = node.child_by_field_name("type")
            if kind == "type_definition" and named is not None and named.child_by_field_name("body") is not None:
                continue  # `typedef struct {...} Point` was taken as the struct
            sort = "type" if kind == "type_definition" else "constant" if constant else "variable"
            public = self._open and not (outside and self._is_static(node))
            line = trees.one_line(self._source, node, min(node.end_byte, node.start_byte + _LONG), self._comments)
            self._add(Definition(self._under(declared.name), sort, line.rstrip("; "), *_lines(node), public), node)

    def _declared(self, node: Node | None) -> _Declared:
        """Go down a declarator to its name; a pointer to a function is a variable, not a function."""
        parameters, pointed = None, False
        for _ in range(_DEEPEST):
            if node is None:
                break
            if node.type in _NAMES:
                name = self._plain(trees.text(self._source, node)) if node.end_byte - node.start_byte < _LONG else ""
                return _Declared(name, None if pointed else parameters)
            if node.type == "function_declarator":
                parameters = node.child_by_field_name("parameters")
            pointed = pointed or (node.type == "parenthesized_declarator" and parameters is not None)
            inner = node.child_by_field_name("declarator")
            node = inner or (node.named_children[0] if node.named_children else None)
        return _Declared("", None)

    def _is_static(self, node: Node) -> bool:
        kinds = (child for child in node.children if child.type == "storage_class_specifier")
        return any(trees.text(self._source, child) == "static" for child in kinds)

    def _plain(self, name: str) -> str:
        """Take template arguments out of a name, and write it with dots."""
        if not name.startswith("operator"):
            while (shorter := _TEMPLATE_ARGUMENTS.sub("", name)) != name:
                name = shorter
        return "".join(name.split()).replace("::", ".").strip(".")

    def _whole(self, node: Node) -> Node:
        parent = node.parent
        return parent if parent is not None and parent.type == "template_declaration" else node

    def _add(self, definition: Definition, node: Node) -> None:
        start = self._whole(node).start_byte
        documented = has_comment_above(self._source, start, (b"///", b"//!"), b"/**")
        self.found.append(definition._replace(documented=documented))


def _lines(node: Node) -> tuple[int, int]:
    return node.start_point.row + 1, node.end_point.row + 1
