"""The imports of one TypeScript or JavaScript file, read from its syntax tree, in document order. Knows no other file.

Imports and re-exports stand at the top; calls of `import` and `require` are found by a look at the text first, so that
most of the tree is never visited. Where that would not be complete or not be cheap, the whole tree is walked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from drift.facts import EdgeAttribute, RawImport
from drift.languages.support import trees
from drift.languages.support.typescript_uses import Uses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

FUNCTIONS = frozenset(
    {
        "function_declaration",
        "generator_function_declaration",
        "function_expression",
        "generator_function",
        "arrow_function",
        "method_definition",
    }
)
# A type is never run: `typeof import("./x")` here is no import for the machine.
TYPES = frozenset({"type_annotation", "type_arguments", "type_query", "type_alias_declaration", "implements_clause"})
MAYBE = frozenset({"if_statement", "try_statement", "ternary_expression", "switch_statement"})
_NAMESPACES = frozenset({"internal_module", "module"})
_STATEMENTS = frozenset({"import_statement", "export_statement"})
_WALKED = tuple(sorted(FUNCTIONS | TYPES | MAYBE | _NAMESPACES | _STATEMENTS | {"call_expression"}))
_CALL = re.compile(rb"(?<![\w$.])(?:import|require)\s*\(")
_NESTED = re.compile(rb"\bdeclare\s+(?:module|global)\b|\b(?:namespace|module)\s+[\w$]")
# Past this many calls to look up, walking everything once is cheaper.
_MOST_CALLS = 300
_TYPEOF_REACH = 40
_TYPE_AHEAD = re.compile(rb"(?<![\w$.])(?:typeof|keyof|as|satisfies)(?:\s*\()?$")
_SHOWN = 80

_NOTHING: frozenset[EdgeAttribute] = frozenset()
_RUNTIME = frozenset({EdgeAttribute.RUNTIME})
TYPE_ONLY = frozenset({EdgeAttribute.TYPE_ONLY})
_COMPUTED = frozenset({EdgeAttribute.COMPUTED})
_REQUIRE = _RUNTIME | {EdgeAttribute.REQUIRE}
_ADDED = {
    **dict.fromkeys(TYPES, EdgeAttribute.TYPE_ONLY),
    **dict.fromkeys(FUNCTIONS, EdgeAttribute.LAZY),
    **dict.fromkeys(MAYBE, EdgeAttribute.CONDITIONAL),
}


class _Place(NamedTuple):
    """A node that may import, with what its surroundings make of the import."""

    kind: str
    node: Node
    attributes: frozenset[EdgeAttribute]


def imports(root: Node, source: bytes, known: trees.Grammar) -> list[RawImport]:
    """Give the imports of a parsed file."""
    calls = [found.start() for found in _CALL.finditer(source)]
    if root.has_error or len(calls) > _MOST_CALLS or _NESTED.search(source):
        places = list(_walked(root, source, known))
    else:
        places = sorted(_picked(root, source, calls), key=lambda place: place.node.start_byte)
    reader = _Reader(root, source)
    for place in places:
        reader.take(place)
    return reader.imports


def _walked(root: Node, source: bytes, known: trees.Grammar) -> Iterator[_Place]:
    """Visit every node of the tree."""
    around: list[tuple[int, frozenset[EdgeAttribute]]] = [(len(source) + 1, _NOTHING)]
    for _, kind, node in trees.walk(root, trees.kinds(known, _WALKED)):
        while around[-1][0] <= node.start_byte:
            around.pop()
        attributes = around[-1][1]
        if kind in _STATEMENTS or kind == "call_expression":
            yield _Place(kind, node, attributes)
        else:
            around.append((node.end_byte, _inside(kind, node, source, attributes)))


def _picked(root: Node, source: bytes, calls: list[int]) -> Iterator[_Place]:
    """Visit the statements at the top, and the calls that the text shows."""
    for node in root.named_children:
        if node.type in _STATEMENTS:
            yield _Place(node.type, node, _NOTHING)
    for start in calls:
        cursor = root.walk()
        attributes = _NOTHING
        while cursor.goto_first_child_for_byte(start) is not None:
            inner = cursor.node
            if inner is None:
                break
            if inner.type == "call_expression" and inner.start_byte == start and _calls_by_name(inner):
                yield _Place(inner.type, inner, attributes)
                break
            attributes = _inside(inner.type, inner, source, attributes)


def _calls_by_name(node: Node) -> bool:
    function = node.child_by_field_name("function")
    return function is not None and function.type in {"import", "identifier"}


def _inside(kind: str, node: Node, source: bytes, attributes: frozenset[EdgeAttribute]) -> frozenset[EdgeAttribute]:
    """Give what holds for imports inside a node."""
    added = _ADDED.get(kind)
    if added is not None:
        return attributes | {added}
    if kind in _NAMESPACES:
        name = node.child_by_field_name("name")
        if name is not None and source[name.start_byte : name.start_byte + 1] in {b"'", b'"'}:
            return attributes | TYPE_ONLY  # `declare module "x"` tells of another module, to the compiler
    return attributes


class _Reader:
    """Makes raw imports of nodes."""

    def __init__(self, root: Node, source: bytes) -> None:
        self.imports: list[RawImport] = []
        self._source = source
        self._uses = Uses(root, source)

    def take(self, place: _Place) -> None:
        """Take the next node."""
        kind, node, attributes = place
        if kind == "import_statement":
            self._import(node, attributes)
        elif kind == "export_statement":
            self._export(node, attributes)
        else:
            self._call(node, attributes)

    def _add(self, target: str, names: list[str], node: Node, attributes: frozenset[EdgeAttribute]) -> None:
        if target:
            line, column = node.start_point.row + 1, trees.column(self._source, node)
            self.imports.append(RawImport(target, tuple(names), line, column, attributes))

    def _import(self, node: Node, attributes: frozenset[EdgeAttribute]) -> None:
        names: list[str] = []
        locals_: list[str] = []
        types = 0
        kept = _RUNTIME
        bound = False
        source = node.child_by_field_name("source")
        for clause in node.named_children:
            if clause.type == "import_require_clause":
                source, names, kept = clause.child_by_field_name("source"), ["export="], _REQUIRE
            if clause.type != "import_clause":
                continue
            bound = True
            for part in clause.named_children:
                if part.type == "named_imports":
                    found = [spec for spec in part.named_children if spec.type == "import_specifier"]
                    names += [self._name_of(spec) for spec in found]
                    types += sum(map(is_type, found))
                    locals_ += [self._local(spec) for spec in found if not is_type(spec)]
                elif part.type in {"identifier", "namespace_import"}:
                    names.append("default" if part.type == "identifier" else "*")
                    locals_.append(self._local(part))
        type_only = is_type(node) or (names and types == len(names)) or EdgeAttribute.TYPE_ONLY in attributes
        if type_only:
            kept = TYPE_ONLY
        elif bound:
            kept |= self._uses.missing(locals_, node)
        self._add(self._literal(source), names, node, kept)

    def _local(self, node: Node) -> str:
        """Give the name by which the file knows what it imports: the last identifier of a specifier."""
        names = [child for child in node.named_children if child.type == "identifier"]
        return trees.text(self._source, names[-1] if names else node)

    def _export(self, node: Node, attributes: frozenset[EdgeAttribute]) -> None:
        source = node.child_by_field_name("source")
        if source is None:
            return
        specs = [
            spec
            for clause in node.named_children
            if clause.type == "export_clause"
            for spec in clause.named_children
            if spec.type == "export_specifier"
        ]
        names = [self._name_of(spec) for spec in specs]
        marked = self._source[node.start_byte : node.start_byte + _TYPEOF_REACH].split()[1:2] == [b"type"]
        type_only = marked or (names and all(map(is_type, specs)))
        kept = TYPE_ONLY if type_only or EdgeAttribute.TYPE_ONLY in attributes else _RUNTIME
        self._add(self._literal(source), names or ["*"], node, kept | {EdgeAttribute.RE_EXPORT})

    def _name_of(self, spec: Node) -> str:
        name = spec.child_by_field_name("name")
        return trees.text(self._source, name).strip("\"'") if name else ""

    def _call(self, node: Node, attributes: frozenset[EdgeAttribute]) -> None:
        function = node.child_by_field_name("function")
        if function is None:
            return
        if function.type == "import":
            # The grammar takes `f<typeof import("x")>()` for two comparisons; the word before tells.
            before = self._source[max(0, node.start_byte - _TYPEOF_REACH) : node.start_byte].rstrip()
            is_type_ = EdgeAttribute.TYPE_ONLY in attributes or _TYPE_AHEAD.search(before) is not None
            dynamic = attributes | _RUNTIME | {EdgeAttribute.DYNAMIC}
            self._load(node, TYPE_ONLY if is_type_ else dynamic)
        elif function.type == "identifier" and trees.text(self._source, function) == "require":
            self._load(node, attributes | _REQUIRE)

    def _load(self, call: Node, attributes: frozenset[EdgeAttribute]) -> None:
        """Take a call that loads a module; where its name is computed, the call itself stands for the name."""
        arguments = call.child_by_field_name("arguments")
        values = [value for value in arguments.named_children if value.type != "comment"] if arguments else []
        if not values:
            return
        if target := self._literal(values[0]):
            self._add(target, [], call, attributes)
        elif values[0].type not in {"string", "template_string"} or values[0].named_children:
            line, column = call.start_point.row + 1, trees.column(self._source, call)
            written = trees.one_line(self._source, call, call.end_byte, {})[:_SHOWN]
            self.imports.append(RawImport(written, (), line, column, attributes | _COMPUTED))

    def _literal(self, node: Node | None) -> str:
        """Give the text of a string or of a template without substitutions; "" for anything else."""
        if node is None or node.type not in {"string", "template_string"}:
            return ""
        parts = node.named_children
        if len(parts) != 1 or parts[0].type != "string_fragment":
            return ""
        return trees.text(self._source, parts[0])


def is_type(node: Node) -> bool:
    """Tell whether an import, export or one name of it is marked `type` (or Flow's `typeof`)."""
    return any(child.type in {"type", "typeof"} for child in node.children[:2])
