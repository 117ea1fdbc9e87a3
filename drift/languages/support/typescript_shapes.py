"""What stands round the name of a TypeScript definition: bases, decorators, parameters, types. Knows single nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drift.languages.support import trees

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_NAME_LIMIT = 200
_ARGUMENTS = {"type_arguments", "comment"}
_PARAMETERS = {"required_parameter", "optional_parameter"}


def decorators_of(source: bytes, node: Node) -> tuple[str, ...]:
    """Give the names of the decorators that are children of a node, without their arguments."""
    found = (decorator_name(source, child) for child in node.children_by_field_name("decorator"))
    return tuple(name for name in found if name)


def decorator_name(source: bytes, node: Node) -> str:
    """Give what stands behind the `@`."""
    value = next((child for child in node.named_children if child.type != "comment"), None)
    while value is not None and value.type in {"call_expression", "parenthesized_expression"}:
        value = value.child_by_field_name("function") or value.named_child(0)
    return _name(source, value) if value is not None else ""


def bases_of(source: bytes, node: Node) -> tuple[str, ...]:
    """Give what a class extends and implements, or an interface extends, without type arguments."""
    return tuple(name for base in _bases(node) if (name := _name(source, base)))


def _bases(node: Node) -> Iterator[Node]:
    for clause in node.named_children:
        if clause.type == "class_heritage":
            yield from _bases(clause)
            if not any(child.type.endswith("_clause") for child in clause.named_children):
                yield from clause.named_children[:1]
        elif clause.type in {"extends_clause", "implements_clause", "extends_type_clause"}:
            for child in clause.named_children:
                if child.type not in _ARGUMENTS:
                    yield child.child_by_field_name("name") or child if child.type == "generic_type" else child


def parameters_of(source: bytes, node: Node) -> tuple[int, bool]:
    """Count the parameters of a function or method, and tell whether they and its result have a written type."""
    if node.child_by_field_name("parameter") is not None:
        return 1, False
    listed = node.child_by_field_name("parameters")
    if listed is None:
        return 0, False
    found = [child for child in listed.named_children if child.type in _PARAMETERS]
    if found and (first := found[0].child_by_field_name("pattern")) is not None and first.type == "this":
        found = found[1:]
    typed = all(child.child_by_field_name("type") is not None for child in found)
    return len(found), typed and (node.child_by_field_name("return_type") is not None or _gives_nothing(source, node))


def _gives_nothing(source: bytes, node: Node) -> bool:
    """Tell whether it is a constructor or a setter, which have no result to name a type for."""
    name = node.child_by_field_name("name")
    if name is not None and trees.text(source, name) == "constructor":
        return node.type in {"method_definition", "abstract_method_signature", "method_signature"}
    return any(child.type == "set" for child in node.children)


def _name(source: bytes, node: Node) -> str:
    if node.end_byte - node.start_byte > _NAME_LIMIT:
        return ""
    return "".join(trees.text(source, node).split()).partition("<")[0]
