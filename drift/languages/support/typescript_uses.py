"""Whether names that a TypeScript file imports are used as values there: imports of which none is, the compiler drops.

A cheap reading by position in the tree. Where a local name hides an imported one, its uses count for the import: the
import then counts as kept, as it does wherever this reading is unsure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drift.facts import EdgeAttribute

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tree_sitter import Node

_VALUES = frozenset({"identifier", "shorthand_property_identifier"})
# What an identifier may stand in and still be part of the same expression.
_CHAIN = frozenset({"member_expression", "nested_identifier", "nested_type_identifier"})
# An identifier directly in one of these is no value: a type's qualifier, or part of an import.
_NOT_VALUES = frozenset(
    {
        *("type_query", "nested_type_identifier", "import_specifier", "import_clause", "namespace_import"),
        "namespace_export",
    }
)
_BINDINGS = frozenset({"required_parameter", "optional_parameter", "variable_declarator", "function_declaration"})
_BOUND_FIELDS = ("pattern", "name")
_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$")
_EMPTY_TYPES = frozenset({b"null", b"undefined", b"void", b"never"})
_DEEPEST = 30
# How many bytes may be searched for the names of one file before all of them count as used.
_BUDGET = 20_000_000

_NOTHING: frozenset[EdgeAttribute] = frozenset()
_ERASED = frozenset({EdgeAttribute.ERASED})
_DESCRIBED = frozenset({EdgeAttribute.ERASED, EdgeAttribute.METADATA})


class Uses:
    """Looks for uses of names in one parsed file."""

    def __init__(self, root: Node, source: bytes) -> None:
        self._root = root
        self._source = source
        self._budget = _BUDGET
        self._decorated = b"@" in source
        self._has_jsx = b"/>" in source or b"</" in source

    def missing(self, names: Sequence[str], statement: Node) -> frozenset[EdgeAttribute]:
        """Give what an import of these local names lacks: nothing, or that it is erased and in which measure."""
        described = False
        for name in names:
            use = self._use(name.encode("utf-8", "surrogatepass"), statement)
            if use == "value":
                return _NOTHING
            described = described or use == "metadata"
        return _DESCRIBED if described else _ERASED

    def _use(self, name: bytes, statement: Node) -> str:
        """Say how a name is used: as "value", in the "metadata" of decorated code, or as "" (a type, or not at all)."""
        if name == b"React" and self._has_jsx:
            return "value"
        described = False
        for start in self._places(name, statement):
            end = start + len(name)
            node = self._root.descendant_for_byte_range(start, end)
            if node is None or _is_value(node, start, end):
                return "value"
            described = described or (self._decorated and self._is_described(node))
        if self._budget < 0:
            return "value"
        return "metadata" if described else ""

    def _places(self, name: bytes, statement: Node) -> Iterator[int]:
        """Give where the name stands as a word outside the statement, what comes after it first."""
        for begin, high in ((statement.end_byte, len(self._source)), (0, statement.start_byte)):
            low = begin
            while self._budget >= 0:
                start = self._source.find(name, low, high)
                end = start + len(name)
                self._budget -= (high if start < 0 else end) - low
                if start < 0:
                    break
                if self._is_word(start, end):
                    yield start
                low = end

    def _is_word(self, start: int, end: int) -> bool:
        source = self._source
        before = source[start - 1] if start else 0
        after = source[end] if end < len(source) else 0
        return before not in _WORD and after not in _WORD

    def _is_described(self, node: Node) -> bool:
        """Tell whether a type stands where the compiler may write it into the metadata of a decorated class."""
        if node.type != "type_identifier":
            return False
        around: Node | None = node.parent
        while around is not None and around.type in {"generic_type", "union_type", "nested_type_identifier"}:
            if around.type == "generic_type" and around.child_by_field_name("name") != node:
                return False
            if around.type == "union_type" and not self._is_optional(around, node):
                return False
            node, around = around, around.parent
        if around is None or around.type != "type_annotation":
            return False
        owner = around.parent
        while owner is not None and owner.type in {"required_parameter", "optional_parameter", "formal_parameters"}:
            owner = owner.parent
        if owner is None or owner.type not in {"method_definition", "public_field_definition"}:
            return False
        return _decorated(owner, self._source)

    def _is_optional(self, union: Node, node: Node) -> bool:
        """Tell whether a union is the type and nothing but `null` or `undefined` beside it."""
        rest = [child for child in union.named_children if child != node]
        return all(self._source[child.start_byte : child.end_byte] in _EMPTY_TYPES for child in rest)


def _is_value(node: Node, start: int, end: int) -> bool:
    """Tell whether the identifier at a place is used as a value."""
    if node.type not in _VALUES or node.start_byte != start or node.end_byte != end:
        return False
    around = node.parent
    for _ in range(_DEEPEST):
        if around is None or around.type not in _CHAIN:
            break
        if around.type in _NOT_VALUES:
            return False
        node, around = around, around.parent
    if around is not None and around.type in _BINDINGS:
        return all(around.child_by_field_name(field) != node for field in _BOUND_FIELDS)
    if around is not None and around.type == "export_specifier":
        return around.child_by_field_name("alias") != node and not _only_types(around)
    return around is None or around.type not in _NOT_VALUES


def _only_types(specifier: Node) -> bool:
    """Tell whether an export speaks of types, or of what another module has: no name of this file is used then."""
    statement = specifier.parent.parent if specifier.parent else None
    if statement is not None and statement.child_by_field_name("source") is not None:
        return True
    return any(child.type == "type" for one in (specifier, statement) if one for child in one.children[:2])


def _decorated(member: Node, source: bytes) -> bool:
    """Tell whether a method, its parameters, or (for a constructor) the class round it carry decorators."""
    near = member.prev_named_sibling
    holders: list[Node | None] = [member]
    parameters = member.child_by_field_name("parameters")
    if parameters is not None:
        holders += parameters.named_children
    name = member.child_by_field_name("name")
    if name is not None and source[name.start_byte : name.end_byte] == b"constructor":
        owner = member.parent.parent if member.parent else None
        outer = owner.parent if owner else None
        holders += [owner, outer if outer and outer.type == "export_statement" else None]
    elif near is not None and near.type == "decorator":
        return True
    return any(child.type == "decorator" for holder in holders if holder for child in holder.named_children)
