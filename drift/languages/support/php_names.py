"""The namespaces a PHP file declares, and the classes and files of others that it names. Knows no other file.

What a class name means is decided inside the file, by its namespace and its `use` statements; so names come out in
full, without the leading backslash. An included file is a target with a slash.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from drift.facts import EdgeAttribute, RawImport, Scope
from drift.languages.support import trees

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

TYPES = {
    "class_declaration": "class",
    "interface_declaration": "interface",
    "trait_declaration": "class",
    "enum_declaration": "enum",
}
FUNCTIONS = {"function_definition", "method_declaration"}
_INCLUDES = {"require_expression", "require_once_expression", "include_expression", "include_once_expression"}
# Where a class stands: the field that holds it, "" where it is among the first children.
_PLACES = {
    "attribute": "",
    "base_clause": "",
    "binary_expression": "right",
    "class_constant_access_expression": "",
    "class_interface_clause": "",
    "function_call_expression": "function",
    "named_type": "",
    "object_creation_expression": "",
    "scoped_call_expression": "scope",
    "scoped_property_access_expression": "scope",
    "use_declaration": "",
}
_LISTS = {"base_clause", "class_interface_clause", "use_declaration"}
_CONDITIONS = {"if_statement", "try_statement"}
_CLOSURES = {"anonymous_function", "arrow_function"}
WANTED = tuple(
    sorted(
        {
            "namespace_definition",
            "namespace_use_declaration",
            *TYPES,
            *FUNCTIONS,
            *_INCLUDES,
            *_PLACES,
            *_CONDITIONS,
            *_CLOSURES,
        }
    )
)
# Relative to a folder that only the running program knows: a constant, say.
UNKNOWN = "?/"
_OWN = {"self", "static", "parent"}
_LIMIT = 300
_HERE = re.compile(r"(?:__DIR__|dirname\(\s*__FILE__\s*\))\s*\.\s*")
_ABOVE = re.compile(r"dirname\(\s*(?:__DIR__|dirname\(\s*__FILE__\s*\))(?:\s*,\s*(\d))?\s*\)\s*\.\s*")
_ELSE = re.compile(r"\\?\w+(?:\(\s*\))?\s*\.\s*")
_LITERAL = re.compile(r"""(['"])([\w./\-]+)\1""")
_RUNTIME = frozenset({EdgeAttribute.RUNTIME})


class Names:
    """Collects namespaces with their types, `use` statements, class names and included files while a tree is walked."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._uses: list[RawImport] = []
        self._used: dict[str, RawImport] = {}
        self._included: list[RawImport] = []
        self._types: dict[str, list[str]] = {}
        self._space, self._space_end = "", len(source) + 1
        self._aliases: dict[str, str] = {}
        self._condition_end = self._function_end = 0

    def imports(self) -> tuple[RawImport, ...]:
        """Give the `use` statements, then each class once, where it is first named, then included files."""
        return (*self._uses, *self._used.values(), *self._included)

    def scopes(self) -> tuple[Scope, ...]:
        """Give the namespaces in their order, each with its types."""
        return tuple(Scope(space, tuple(dict.fromkeys(names))) for space, names in self._types.items())

    def take(self, kind: str, node: Node) -> None:
        """Take the next node of a wanted kind."""
        if node.start_byte >= self._space_end:
            self._open("", len(self._source) + 1)
        if kind == "namespace_definition":
            body = node.child_by_field_name("body")
            name = self._text(node.child_by_field_name("name"))
            self._open("".join(name.split()), node.end_byte if body else len(self._source) + 1)
        elif kind == "namespace_use_declaration":
            self._use(node)
        elif kind in TYPES:
            if name := self._text(node.child_by_field_name("name")):
                self._types.setdefault(self._space, []).append(name)
        elif kind in _INCLUDES:
            self._include(node)
        elif kind in _CONDITIONS:
            self._condition_end = max(self._condition_end, node.end_byte)
        elif kind in FUNCTIONS or kind in _CLOSURES:
            self._function_end = max(self._function_end, node.end_byte)
        elif kind in _PLACES:
            for named in self._at(kind, node):
                self._name(kind, named)

    def _open(self, space: str, end: int) -> None:
        self._space, self._space_end, self._aliases = space, end, {}
        if space:
            self._types.setdefault(space, [])

    def _at(self, kind: str, node: Node) -> Iterator[Node]:
        if kind in _LISTS:
            yield from node.named_children
        elif kind == "binary_expression":
            operator = node.child_by_field_name("operator")
            if operator is not None and operator.type == "instanceof":
                yield from filter(None, [node.child_by_field_name("right")])
        elif field := _PLACES[kind]:
            yield from filter(None, [node.child_by_field_name(field)])
        else:
            yield from (child for child in node.named_children[:1])

    def _use(self, node: Node) -> None:
        prefix = next((self._text(child) for child in node.named_children if child.type == "namespace_name"), "")
        group = node.child_by_field_name("body")
        clauses = group.named_children if group else node.named_children
        plain = not any(child.type in {"function", "const"} for child in node.children)
        for clause in clauses:
            if clause.type != "namespace_use_clause" or not clause.named_children:
                continue
            name = self._text(clause.named_children[0])
            whole = "".join(f"{prefix}\\{name}".split()).strip("\\")
            alias = self._text(clause.child_by_field_name("alias")) or whole.rpartition("\\")[2]
            if plain and not any(child.type in {"function", "const"} for child in clause.children):
                self._aliases[alias.lower()] = whole
            target, _, last = whole.rpartition("\\")
            if last:
                self._uses.append(self._raw(target or last, (last,), clause, _RUNTIME))

    def _name(self, kind: str, node: Node) -> None:
        if node.type not in {"name", "qualified_name"} or node.end_byte - node.start_byte > _LIMIT:
            return
        written = "".join(self._text(node).split())
        called = kind == "function_call_expression"
        if written.lower() in _OWN or (called and "\\" not in written.lstrip("\\")):
            return
        head, divided, rest = written.partition("\\")
        if not head:
            full = rest
        elif (alias := self._aliases.get(head.lower())) is not None:
            if not divided:
                return
            full = f"{alias}\\{rest}"
        elif self._space:
            if not divided:
                return
            full = f"{self._space}\\{written}"
        else:
            full = written
        if full and full.lower() not in self._used:
            self._used[full.lower()] = self._raw(full, (), node, _RUNTIME)

    def _include(self, node: Node) -> None:
        if not node.named_children or node.end_byte - node.start_byte > _LIMIT:
            return
        written = self._text(node.named_children[-1]).strip("() \n\t")
        if found := _HERE.match(written):
            before, written = "./", written[found.end() :]
        elif found := _ABOVE.match(written):
            before, written = "../" * int(found[1] or 1), written[found.end() :]
        elif found := _ELSE.match(written):
            before, written = UNKNOWN, written[found.end() :]
        else:
            before = ""
        literal = _LITERAL.fullmatch(written)
        if literal is None:
            path = UNKNOWN + " ".join(self._text(node).split())
        else:
            path = before + literal[2].lstrip("/") if before else literal[2]
        attributes = _RUNTIME
        if node.start_byte < self._condition_end:
            attributes |= {EdgeAttribute.CONDITIONAL}
        if node.start_byte < self._function_end:
            attributes |= {EdgeAttribute.LAZY}
        self._included.append(self._raw(path if "/" in path else f"/{path}", (), node, attributes))

    def _raw(self, target: str, names: tuple[str, ...], node: Node, attributes: frozenset[EdgeAttribute]) -> RawImport:
        return RawImport(target, names, node.start_point.row + 1, trees.column(self._source, node), attributes)

    def _text(self, node: Node | None) -> str:
        return trees.text(self._source, node) if node is not None else ""
