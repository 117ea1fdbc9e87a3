"""What a Rust file defines, gathered while its tree is walked. Knows nothing of paths and crates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from drift.facts import Definition
from drift.languages.support import trees

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tree_sitter import Node

_SORTS = {
    "function_item": "function",
    "function_signature_item": "method",
    "struct_item": "struct",
    "union_item": "struct",
    "enum_item": "enum",
    "trait_item": "interface",
    "type_item": "type",
    "associated_type": "type",
    "const_item": "constant",
    "static_item": "variable",
    "macro_definition": "function",
    "enum_variant": "constant",
    "field_declaration": "variable",
}
ITEMS = (*_SORTS, "mod_item", "impl_item")
_OWNERS = {"struct_item", "union_item", "enum_item", "trait_item", "mod_item", "impl_item"}
_ATTRIBUTE = re.compile(r"^#!?\[\s*([\w:]+)\s*(?:\((.*)\))?", re.DOTALL)
_TYPE_ARGUMENTS = re.compile(r"<.*$", re.DOTALL)
_NAME = re.compile(r"[\w:]+")
_DOC = (b"///", b"//!", b"/**")
_LONG = 400


class _Owner(NamedTuple):
    """An item that holds others: where it ends, its name ("" for inline modules), whether its members are public."""

    end: int
    name: str
    kind: str
    open: bool


class Definitions:
    """Collects definitions; the traits of a type are known only at the end, when every `impl` was seen."""

    def __init__(self, source: bytes, comments: Mapping[int, str]) -> None:
        self._source = source
        self._comments = comments
        self._found: list[Definition] = []
        self._bases: dict[str, list[str]] = {}
        self._owners: list[_Owner] = []
        self._decorators: list[str] = []
        self._derived: list[str] = []
        self._documented_until = -1

    def finished(self) -> Iterator[Definition]:
        """Give what was found, each type with the traits that this file implements for it."""
        for one in self._found:
            more = self._bases.get(one.name, ()) if one.kind in {"struct", "enum", "type"} else ()
            yield one._replace(bases=tuple(dict.fromkeys((*one.bases, *more)))) if more else one

    def comment(self, node: Node) -> None:
        """Take a comment: a doc comment belongs to the item that follows it."""
        if self._source.startswith(_DOC, node.start_byte):
            self._documented_until = node.end_byte

    def attribute(self, node: Node) -> None:
        """Take an attribute, which belongs to the item that follows it."""
        if node.end_byte - node.start_byte > _LONG:
            return
        found = _ATTRIBUTE.match(trees.text(self._source, node))
        if found is None:
            return
        self._decorators.append(found[1])
        if found[1] == "derive":
            self._derived += _NAME.findall(found[2] or "")
        elif found[1] == "doc":
            self._documented_until = node.end_byte

    def item(self, depth: int, kind: str, node: Node, *, local: bool) -> str:
        """Take an item, and give its full name; one inside a function is passed over."""
        del depth
        decorators, derived = tuple(self._decorators), tuple(self._derived)
        self._decorators, self._derived = [], []
        documented = 0 <= self._documented_until <= node.start_byte
        self._documented_until = -1
        while self._owners and self._owners[-1].end <= node.start_byte:
            self._owners.pop()
        owner = self._owners[-1] if self._owners else _Owner(0, "", "", open=False)
        if kind == "impl_item":
            self._implement(node)
            return ""
        name = trees.field_text(self._source, node, "name")
        if local or not name:
            return ""
        full = f"{owner.name}.{name}" if owner.name else name
        public = self._is_public(node) or owner.open
        if kind in _OWNERS:
            inside = kind in {"enum_item", "trait_item"} and public
            self._owners.append(_Owner(node.end_byte, "" if kind == "mod_item" else full, kind, inside))
        if kind != "mod_item":
            sort = "method" if kind == "function_item" and owner.name else _SORTS[kind]
            made = Definition(full, sort, self._signature(node), *_lines(node), public, (*derived, *self._supers(node)))
            counted = self._counted(node) if kind.startswith("function_") else (0, False)
            self._found.append(
                made._replace(decorators=decorators, documented=documented, parameters=counted[0], typed=counted[1])
            )
        return full

    def _implement(self, node: Node) -> None:
        trait, target = node.child_by_field_name("trait"), node.child_by_field_name("type")
        name = self._plain(target).rpartition("::")[2] if target else ""
        self._owners.append(_Owner(node.end_byte, name, "impl_item", trait is not None))
        if trait is not None and name:
            self._bases.setdefault(name, []).append(self._plain(trait))

    def _supers(self, node: Node) -> list[str]:
        bounds = node.child_by_field_name("bounds") if node.type == "trait_item" else None
        plain = (child for child in bounds.named_children if child.type != "lifetime") if bounds else ()
        return [self._plain(child) for child in plain]

    def _plain(self, node: Node) -> str:
        text = trees.text(self._source, node) if node.end_byte - node.start_byte <= _LONG else ""
        return "".join(_TYPE_ARGUMENTS.sub("", text.strip("&*' ")).split())

    def _is_public(self, node: Node) -> bool:
        """`pub` alone leaves the crate; `pub(crate)` and its like do not."""
        first = next((child for child in node.children if child.type == "visibility_modifier"), None)
        return first is not None and trees.text(self._source, first) == "pub"

    def _counted(self, node: Node) -> tuple[int, bool]:
        """Count the parameters a caller gives; what Rust calls a function always has its types written."""
        parameters = node.child_by_field_name("parameters")
        given = parameters.named_children if parameters else ()
        return sum(child.type == "parameter" or child.type.endswith("_type") for child in given), True

    def _signature(self, node: Node) -> str:
        body = node.child_by_field_name("body")
        value = node.child_by_field_name("value") if node.type in {"const_item", "static_item"} else None
        end = node.end_byte
        if node.type == "macro_definition":
            end = self._source.find(b"{", node.start_byte, node.end_byte)
            end = node.end_byte if end < 0 else end
        elif value is not None and value.end_byte - value.start_byte > _LONG // 5:
            end = value.start_byte
        elif body is not None and body.type != "ordered_field_declaration_list":
            end = body.start_byte
        return trees.one_line(self._source, node, end, self._comments).rstrip(";, ")


def _lines(node: Node) -> tuple[int, int]:
    return node.start_point.row + 1, node.end_point.row + 1
