"""How Python definitions look from outside: one-line signatures, assigned names, and what is public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drift.languages.support import trees

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tree_sitter import Node

_VALUE_LIMIT = 80
_SEQUENCES = {"list", "tuple", "set"}
_MARKS = {"positional_separator", "keyword_separator", "comment"}
_TYPED = {"typed_parameter", "typed_default_parameter"}
_QUOTES = (b'"', b"'", b"r", b"R", b"u", b"U")
_PATTERNS = {"pattern_list", "tuple_pattern", "list_pattern"}


def signature_of(source: bytes, node: Node, comments: Mapping[int, str]) -> str:
    """Give the head of a class or function up to its colon, folded to one line."""
    body = node.child_by_field_name("body")
    return trees.one_line(source, node, body.start_byte if body else node.end_byte, comments).removesuffix(":").rstrip()


def decorator_name(source: bytes, node: Node) -> str:
    """Give what stands behind the `@`, without its arguments."""
    value = next((child for child in node.named_children if child.type != "comment"), None)
    while value is not None and value.type in {"call", "subscript"}:
        value = value.child_by_field_name("function" if value.type == "call" else "value")
    return _name(source, value)


def bases_of(source: bytes, node: Node) -> tuple[str, ...]:
    """Give the bases of a class as written, without what is in brackets behind them."""
    arguments = node.child_by_field_name("superclasses")
    found = []
    for value in arguments.named_children if arguments else ():
        base: Node | None = value
        while base is not None and base.type in {"subscript", "call"}:
            base = base.child_by_field_name("value" if base.type == "subscript" else "function")
        if base is not None and base.type in {"identifier", "attribute"} and (name := _name(source, base)):
            found.append(name)
    return tuple(found)


def is_documented(source: bytes, node: Node) -> bool:
    """Tell whether the body begins with a plain string."""
    body = node.child_by_field_name("body")
    first = next((child for child in body.named_children if child.type != "comment"), None) if body else None
    if first is None or first.type != "expression_statement" or first.named_child_count != 1:
        return False
    value = first.named_children[0]
    parts = value.named_children if value.type == "concatenated_string" else [value]
    return all(part.type == "string" and source[part.start_byte : part.start_byte + 1] in _QUOTES for part in parts)


def parameters_of(source: bytes, node: Node, *, bound: bool) -> tuple[int, bool]:
    """Count the parameters that a caller gives, and tell whether all have a type. `bound` leaves out the first."""
    parameters = node.child_by_field_name("parameters")
    found = [child for child in parameters.named_children if child.type not in _MARKS] if parameters else []
    if bound and found and not trees.text(source, found[0]).startswith("*"):
        found = found[1:]
    return len(found), all(child.type in _TYPED for child in found)


def _name(source: bytes, node: Node | None) -> str:
    if node is None or node.end_byte - node.start_byte > _VALUE_LIMIT:
        return ""
    return "".join(trees.text(source, node).split())


def assigned(
    source: bytes, kind: str, node: Node, left: Node, comments: Mapping[int, str]
) -> Iterator[tuple[str, str, str]]:
    """Give (name, kind, signature) of each plain name an assignment or type statement binds."""
    if kind == "type_alias_statement":
        head = left
        while head.type != "identifier" and head.named_children:
            head = head.named_children[0]
        yield trees.text(source, head), "type", trees.one_line(source, node, node.end_byte, comments)
        return
    value = node.child_by_field_name("right")
    if value is not None and value.end_byte - value.start_byte > _VALUE_LIMIT:
        signature = f"{trees.one_line(source, node, value.start_byte, comments)} …"
    else:
        signature = trees.one_line(source, node, node.end_byte, comments)
    annotation = node.child_by_field_name("type")
    alias = annotation is not None and trees.text(source, annotation).endswith("TypeAlias")
    names = left.named_children if left.type in _PATTERNS else [left]
    for target in names:
        if target.type == "identifier":
            name = trees.text(source, target)
            yield name, "type" if alias else "constant" if name.isupper() else "variable", signature


def listed_names(source: bytes, node: Node) -> set[str] | None:
    """Give the names of an `__all__` written out as strings; None when it is computed."""
    value = node.child_by_field_name("right")
    if value is None or value.type not in _SEQUENCES:
        return None
    names: set[str] = set()
    for item in value.named_children:
        if item.type == "string":
            names.update(trees.text(source, part) for part in item.children if part.type == "string_content")
        elif item.type != "comment":
            return None
    return names


def is_public(name: str, listed: set[str] | None) -> bool:
    """Tell whether a dotted name is meant for others: listed in `__all__` if there is one, and no part private."""
    first, *rest = name.split(".")
    public = first in listed if listed is not None else not first.startswith("_") or _is_special(first)
    return public and all(not part.startswith("_") or _is_special(part) for part in rest)


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")
