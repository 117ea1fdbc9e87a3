"""What a piece of code comes to once form is taken away: a digest that comments, layout and local names do not change.

The syntax is walked without comments, docstrings, blanks, brackets that group and commas; what a function names for
itself alone goes by number. Parameters are such names too, unless others may call the function. Knows no specs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from drift.languages.support import trees
from drift.languages.support.text import utf8

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tree_sitter import Node


class Span(NamedTuple):
    """Where a definition stands: its name (the last part), first and last line, and whether others may call it."""

    name: str
    first: int
    last: int
    public: bool


COMMENTS = frozenset({"comment", "line_comment", "block_comment", "multiline_comment", "html_comment"})
GROUPING = frozenset({"(", ")", ",", ";", "{", "}", "'", '"', "\n", "begin", "do", "then", "end"})
TRANSPARENT = frozenset({"parenthesized_expression", "parenthesized_type"})
WRAPPERS = frozenset({"decorated_definition", "export_statement", "type_declaration"})
PATTERNS = frozenset(
    {
        *("pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern", "dictionary_splat_pattern"),
        *("as_pattern_target", "expression_list", "array_pattern", "rest_pattern", "tuple", "list"),
        *("mut_pattern", "ref_pattern", "left_assignment_list", "splat_parameter", "block_parameter", "parameters"),
    }
)
# Names that stand for something outside, wherever a local one is called the same: (parent, field).
OUTER = frozenset(
    {
        *(("attribute", "attribute"), ("keyword_argument", "name"), ("field_access", "field")),
        *(("method_invocation", "name"), ("member_access_expression", "name"), ("call", "method"), ("pair", "key")),
    }
)


@dataclass(frozen=True, slots=True)
class Rules:
    """How a grammar names things: its functions, and where local names and parameters are bound (node: field)."""

    package: str
    function: str = "language"
    functions: frozenset[str] = frozenset()
    bindings: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    docstrings: bool = False
    shared: frozenset[str] = frozenset()


_PYTHON = Rules(
    "tree_sitter_python",
    functions=frozenset({"function_definition", "lambda"}),
    bindings={
        "assignment": "left",
        "for_statement": "left",
        "for_in_clause": "left",
        "named_expression": "name",
        "as_pattern": "alias",
        "function_definition": "name",
        "class_definition": "name",
    },
    parameters={
        "parameters": "",
        "lambda_parameters": "",
        "typed_parameter": "",
        "default_parameter": "name",
        "typed_default_parameter": "name",
    },
    docstrings=True,
    shared=frozenset({"global_statement", "nonlocal_statement"}),
)
_SCRIPT = {
    "functions": frozenset(
        {
            *("function_declaration", "generator_function_declaration", "function_expression", "generator_function"),
            *("arrow_function", "method_definition"),
        }
    ),
    "bindings": {
        "variable_declarator": "name",
        "function_declaration": "name",
        "catch_clause": "parameter",
        "for_in_statement": "left",
        "class_declaration": "name",
    },
    "parameters": {"required_parameter": "pattern", "optional_parameter": "pattern", "arrow_function": "parameter"},
}
_TYPESCRIPT = Rules("tree_sitter_typescript", "language_typescript", **_SCRIPT)  # type: ignore[arg-type]  # one dict for all fields
_TSX = Rules("tree_sitter_typescript", "language_tsx", **_SCRIPT)  # type: ignore[arg-type]  # one dict for all fields
_GO = Rules(
    "tree_sitter_go",
    functions=frozenset({"function_declaration", "method_declaration", "func_literal"}),
    bindings={
        "short_var_declaration": "left",
        "var_spec": "name",
        "const_spec": "name",
        "range_clause": "left",
        "receive_statement": "left",
    },
    parameters={"parameter_declaration": "name", "variadic_parameter_declaration": "name"},
)
_JAVA = Rules(
    "tree_sitter_java",
    functions=frozenset({"method_declaration", "constructor_declaration", "lambda_expression"}),
    bindings={
        "variable_declarator": "name",
        "enhanced_for_statement": "name",
        "catch_formal_parameter": "name",
        "resource": "name",
    },
    parameters={"formal_parameter": "name", "lambda_expression": "parameters", "inferred_parameters": ""},
)
_CSHARP = Rules(
    "tree_sitter_c_sharp",
    functions=frozenset(
        {"method_declaration", "constructor_declaration", "lambda_expression", "local_function_statement"}
    ),
    bindings={"variable_declarator": "name", "foreach_statement": "left", "catch_declaration": "name"},
    parameters={"parameter": "name"},
)
_RUST = Rules(
    "tree_sitter_rust",
    functions=frozenset({"function_item", "closure_expression"}),
    bindings={"let_declaration": "pattern", "for_expression": "pattern", "let_condition": "pattern"},
    parameters={"parameter": "pattern", "closure_parameters": ""},
)
_RUBY = Rules(
    "tree_sitter_ruby",
    functions=frozenset({"method", "singleton_method", "block", "do_block", "lambda"}),
    bindings={"assignment": "left", "for": "pattern", "exception_variable": ""},
    parameters={"method_parameters": "", "block_parameters": "", "optional_parameter": "name"},
)
RULES: Mapping[str, Rules] = {
    **dict.fromkeys((".py", ".pyi"), _PYTHON),
    **dict.fromkeys((".ts", ".mts", ".cts"), _TYPESCRIPT),
    **dict.fromkeys((".tsx", ".js", ".jsx", ".mjs", ".cjs"), _TSX),
    ".go": _GO,
    ".java": _JAVA,
    ".cs": _CSHARP,
    ".rs": _RUST,
    **dict.fromkeys((".rb", ".rake"), _RUBY),
    **dict.fromkeys((".kt", ".kts"), Rules("tree_sitter_kotlin")),
    ".php": Rules("tree_sitter_php", "language_php"),
    ".c": Rules("tree_sitter_c"),
    **dict.fromkeys((".h", ".cc", ".cpp", ".cxx", ".hh", ".hpp", ".hxx"), Rules("tree_sitter_cpp")),
}


def substance(path: str, data: bytes, spans: Sequence[Span] | None) -> str:
    """Digest the definitions at these places, or with None the whole file.

    Text that no grammar here reads counts by its lines, without blanks at their ends and empty ones.
    """
    rules = RULES.get(path[path.rfind(".") :]) if "." in path else None
    if rules is None:
        lines = (line.rstrip() for line in data.split(b"\n"))
        return hashlib.sha256(b"\n".join(line for line in lines if line)).hexdigest()
    source = utf8(data, cookie=rules is _PYTHON)
    root = trees.parse(trees.grammar(rules.package, rules.function), source)
    writer = _Writer(source, rules)
    if spans is None:
        writer.write(root, None, public=True)
    for span in spans or ():
        writer.write(_node_at(source, root, span), None, public=span.public)
    return hashlib.sha256("\x1f".join(writer.words).encode("utf-8", "backslashreplace")).hexdigest()


def _node_at(source: bytes, root: Node, span: Span) -> Node:
    """Give the node that has just these lines and this name, with what wraps it; else the smallest that holds them."""
    rows = (span.first - 1, span.last - 1)
    smallest, same = root, None
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type in COMMENTS or node.start_point.row > rows[0] or node.end_point.row < rows[1]:
            continue
        smallest = node if node.start_byte > smallest.start_byte or node.end_byte < smallest.end_byte else smallest
        if (node.start_point.row, node.end_point.row) == rows and node is not root:
            same = same or node
            name = node.child_by_field_name("name")
            if name is not None and trees.text(source, name).strip("\"'") == span.name:
                same = node
                break
        waiting += reversed(node.named_children)
    found = same or smallest
    while found.parent is not None and found.parent.type in WRAPPERS:
        found = found.parent
    return found


@dataclass(slots=True)
class _Scope:
    """The names of one function: numbered as they are met."""

    names: frozenset[str]
    outer: _Scope | None
    depth: int
    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, name: str) -> str:
        scope: _Scope | None = self
        while scope is not None:
            if name in scope.names:
                return f"${scope.depth}.{scope.numbers.setdefault(name, len(scope.numbers))}"
            scope = scope.outer
        return name


class _Writer:
    """Writes a tree as words, structure included."""

    def __init__(self, source: bytes, rules: Rules) -> None:
        self.words: list[str] = []
        self._source = source
        self._rules = rules

    def write(self, node: Node, scope: _Scope | None, *, public: bool) -> None:
        """Write a node and all below it. `public` says whether others may call the functions in it."""
        kind = node.type
        if kind in COMMENTS or (self._rules.docstrings and _is_docstring(node)):
            return
        if kind in self._rules.functions:
            free = scope is not None or not public or self._is_private(node)
            names = frozenset(self._local_names(node, with_parameters=free))
            scope = _Scope(names, scope, scope.depth + 1 if scope else 0)
        if not node.child_count:
            self._leaf(node, kind, scope, outer=False)
            return
        plain = kind in TRANSPARENT
        if not plain:
            self.words.append(f"({kind}")
        for number, child in enumerate(node.children):
            if not child.child_count:
                outer = (kind, node.field_name_for_child(number) or "") in OUTER
                if child.type not in COMMENTS:
                    self._leaf(child, child.type, scope, outer=outer)
            else:
                self.write(child, scope, public=public)
        if not plain:
            self.words.append(")")

    def _leaf(self, node: Node, kind: str, scope: _Scope | None, *, outer: bool) -> None:
        text = trees.text(self._source, node)
        if kind in {"string_start", "string_end"}:
            text = text.rstrip("\"'").lower()
        if kind in GROUPING or not text:
            return
        if kind == "identifier" and scope is not None and not outer:
            text = scope.number(text)
        self.words.append(text)

    def _is_private(self, node: Node) -> bool:
        name = node.child_by_field_name("name")
        if name is None:
            return True
        head = self._source[node.start_byte : name.start_byte].split()
        return b"private" in head or trees.text(self._source, name).startswith(("_", "#"))

    def _local_names(self, function: Node, *, with_parameters: bool) -> Iterator[str]:
        """Give the names that a function binds for itself, those of functions inside it left to them."""
        shared: set[str] = set()
        found: list[str] = []
        waiting = [function]
        while waiting:
            node = waiting.pop()
            kind = node.type
            if kind in self._rules.shared:
                shared.update(self._names(node.named_children))
            if node is not function and kind in self._rules.bindings:
                found += self._bound(node, self._rules.bindings[kind])
            if node is not function and kind in self._rules.functions:
                continue
            if with_parameters and kind in self._rules.parameters:
                found += self._bound(node, self._rules.parameters[kind])
            waiting += node.named_children
        if not with_parameters:
            shared.update(self._parameter_names(function))
        yield from (name for name in found if name not in shared)

    def _parameter_names(self, function: Node) -> Iterator[str]:
        waiting = [function]
        while waiting:
            node = waiting.pop()
            if node is not function and node.type in self._rules.functions:
                continue
            if node.type in self._rules.parameters:
                yield from self._bound(node, self._rules.parameters[node.type])
            waiting += node.named_children

    def _bound(self, node: Node, place: str) -> list[str]:
        targets = node.children_by_field_name(place) if place else node.named_children
        return list(self._names(targets))

    def _names(self, targets: Iterable[Node]) -> Iterator[str]:
        for target in targets:
            if target.type == "identifier":
                yield trees.text(self._source, target)
            elif target.type in PATTERNS:
                yield from self._names(target.named_children)


def _is_docstring(node: Node) -> bool:
    """Say whether a statement is the text that a Python module, class or function begins with."""
    if node.type != "expression_statement" or node.named_child_count != 1:
        return False
    if node.named_children[0].type not in {"string", "concatenated_string"}:
        return False
    parent = node.parent
    if parent is None or (parent.type == "block" and parent.parent and parent.parent.type not in _DOCUMENTED):
        return False
    first = next((child for child in parent.named_children if child.type not in COMMENTS), None)
    return first == node and parent.type in {"module", "block"}


_DOCUMENTED = {"function_definition", "class_definition"}
