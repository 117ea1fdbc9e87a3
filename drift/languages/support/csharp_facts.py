"""Facts of one C# file: namespaces, names used, definitions, calls, read from its syntax tree. Knows no other file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drift.facts import FileFacts, Tier
from drift.languages.support import trees
from drift.languages.support.comments import has_comment_above
from drift.languages.support.csharp_names import TYPES, WANTED, Names
from drift.languages.support.gather import Described, Frame, Gatherer, syntax_problems, with_gathered
from drift.languages.support.text import utf8

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tree_sitter import Node

_FUNCTIONS = {
    "method_declaration": "",
    "constructor_declaration": "",
    "operator_declaration": "operator",
    "conversion_operator_declaration": "operator",
}
_FIELDS = {"field_declaration", "event_field_declaration"}
_PROPERTIES = {"property_declaration", "indexer_declaration", "event_declaration"}
_LOCAL = {"global_statement", "destructor_declaration"}
_BRANCHES = {
    "if_statement",
    "for_statement",
    "foreach_statement",
    "while_statement",
    "do_statement",
    "catch_clause",
    "conditional_expression",
    "switch_section",
    "switch_expression_arm",
    "binary_expression",
}
_CALLS = {"invocation_expression", "object_creation_expression", "constructor_initializer"}
_DEFINING = {*TYPES, *_FUNCTIONS, *_FIELDS, *_PROPERTIES, *_LOCAL, "enum_member_declaration"}
_WHOLE = {*_DEFINING, *_BRANCHES, *_CALLS}
_ENDS = {"declaration_list", "enum_member_declaration_list", "accessor_list", "block", "arrow_expression_clause"}
_DECISIONS = {"&&", "||", "??"}


def read(source: bytes, tier: Tier) -> FileFacts:
    """Read one C# file. Never raises on content."""
    source = utf8(source)
    known = trees.grammar("tree_sitter_c_sharp")
    root = trees.parse_closed(known, source)
    names, reader = Names(source), _Reader(source, known)
    kinds = {Tier.IMPORTS: set(), Tier.DEFINITIONS: _DEFINING, Tier.BODIES: _WHOLE}[tier]
    telling = frozenset(WANTED)
    for _depth, kind, node in trees.walk(root, trees.kinds(known, tuple(sorted({*WANTED, *kinds})))):
        if kind in telling:
            names.take(kind, node)
        if kind in kinds:
            reader.take(kind, node)
    problems, lines = syntax_problems(source, root, "C#"), trees.count_lines(source)
    facts = FileFacts("csharp", lines, names.imports(), (), (), problems, tier=tier, scopes=names.scopes())
    return with_gathered(facts, reader.found, tier)


class _Reader:
    """Tells the gatherer what the nodes of C# are."""

    def __init__(self, source: bytes, known: trees.Grammar) -> None:
        self.source = source
        self.found = Gatherer(source, trees.kinds(known, ("comment",)))

    def take(self, kind: str, node: Node) -> None:
        """Take the next node."""
        frame = self.found.frame(node)
        if kind in _CALLS:
            self._call(kind, node)
        elif kind in _BRANCHES:
            if self._branches(kind, node):
                self.found.branch(node)
        elif frame.inside == "code":
            return
        elif kind in TYPES:
            self._type(kind, node, frame)
        elif kind in _FUNCTIONS:
            self._function(kind, node, frame)
        else:
            if kind in _FIELDS:
                self._fields(node, frame)
            elif kind in _PROPERTIES:
                self._property(kind, node, frame)
            elif kind == "enum_member_declaration":
                self._define(self._name(node), "constant", node, node.end_byte, Described())
            self.found.enter_code(node, frame)

    def _branches(self, kind: str, node: Node) -> bool:
        if kind == "binary_expression":
            operator = node.child_by_field_name("operator")
            return operator is not None and operator.type in _DECISIONS
        if kind == "switch_section":
            return not self.source.startswith(b"default", node.start_byte)
        return kind != "switch_expression_arm" or not node.children or node.children[0].type != "discard"

    def _call(self, kind: str, node: Node) -> None:
        if kind == "constructor_initializer":
            words = {child.type for child in node.children}
            self.found.call("base" if "base" in words else "this", node)
            return
        called = node.child_by_field_name("function" if kind == "invocation_expression" else "type")
        if called is None:
            return
        whole = self.found.span(called.start_byte, called.end_byte).replace("?.", ".")
        last = called.child_by_field_name("name")
        if called.type == "conditional_access_expression" and called.named_children:
            last = called.named_children[-1].child_by_field_name("name")
        if last is not None and last.type == "generic_name":
            last = last.named_children[0]
        if called.type in {"identifier", "generic_name", "qualified_name"} or last is not None:
            self.found.call(self.found.callee(whole.partition("<")[0] if whole.endswith(">") else whole, last), node)

    def _type(self, kind: str, node: Node, frame: Frame) -> None:
        name = self._name(node)
        if not name:
            self.found.enter_code(node, frame)
            return
        public = self._is_public(node, frame)
        parts = node.child_by_field_name("parameters") if kind == "delegate_declaration" else None
        described = Described(public, tuple(self._bases(node)), parameters=_count(parts), typed=parts is not None)
        full = self._define(name, TYPES[kind], node, self._end(node), described)
        self.found.enter_type(node, full, kind, frame, public=public)
        for part in self._components(kind, node):
            self._define(self._name(part), "variable", part, part.end_byte, Described(typed=True))

    def _components(self, kind: str, node: Node) -> list[Node]:
        """Give the parameters of a record, which are properties."""
        if kind != "record_declaration":
            return []
        lists = [child for child in node.named_children if child.type == "parameter_list"]
        return [part for one in lists for part in one.named_children if part.type == "parameter"]

    def _function(self, kind: str, node: Node, frame: Frame) -> None:
        name = self._name(node)
        if _FUNCTIONS[kind]:
            operator = node.child_by_field_name("operator") or node.child_by_field_name("type")
            name = f"operator {self.found.text(operator)}"
        if not name or frame.inside == "file":
            self.found.enter_code(node, frame)
            return
        body = node.child_by_field_name("body")
        count = _count(node.child_by_field_name("parameters"))
        described = Described(self._is_public(node, frame), (), (), parameters=count, typed=True)
        full = self._define(name, "method", node, self._end(node), described)
        if body is not None:
            self.found.enter_function(node, full)
        else:
            self.found.enter_code(node, frame)

    def _fields(self, node: Node, frame: Frame) -> None:
        words = self._modifiers(node)
        sort = "constant" if "const" in words or {"static", "readonly"} <= words else "variable"
        listed = next((child for child in node.named_children if child.type == "variable_declaration"), None)
        written = listed.child_by_field_name("type") if listed else None
        if listed is None or written is None:
            return
        described = self._described(node, Described(self._is_public(node, frame), typed=True))
        first = self._first(node)
        for variable in listed.named_children:
            name = self._name(variable) if variable.type == "variable_declarator" else ""
            if name:
                value = variable.named_children[-1] if len(variable.named_children) > 1 else None
                head = self.found.line(node, first.start_byte, written.end_byte)
                tail = self.found.valued(variable, variable.start_byte, value)
                self.found.define(name, sort, f"{head} {tail}", (first, node), described)

    def _property(self, kind: str, node: Node, frame: Frame) -> None:
        name = "this" if kind == "indexer_declaration" else self._name(node)
        self._define(name, "variable", node, self._end(node), Described(self._is_public(node, frame), typed=True))

    def _define(self, name: str, kind: str, node: Node, end: int, described: Described) -> str:
        first = self._first(node)
        signature = self.found.line(node, first.start_byte, end).rstrip("; ")
        return self.found.define(name, kind, signature, (first, node), self._described(node, described)) if name else ""

    def _described(self, node: Node, described: Described) -> Described:
        documented = has_comment_above(self.source, node.start_byte, (b"///",), b"/**")
        return described._replace(decorators=tuple(self._attributes(node)), documented=documented)

    def _name(self, node: Node) -> str:
        return self.found.text(node.child_by_field_name("name"))

    def _end(self, node: Node) -> int:
        return next((child.start_byte for child in node.children if child.type in _ENDS), node.end_byte)

    def _first(self, node: Node) -> Node:
        """Give the node with which a definition starts once its attributes are left out."""
        plain = (child for child in node.children if child.type != "attribute_list" and not child.is_extra)
        return next(plain, node) if node.children and node.children[0].type == "attribute_list" else node

    def _modifiers(self, node: Node) -> set[str]:
        return {self.found.text(child) for child in node.children if child.type == "modifier"}

    def _attributes(self, node: Node) -> Iterator[str]:
        for group in node.children:
            if group.type == "attribute_list":
                for one in group.named_children:
                    if one.type == "attribute" and (name := self._name(one)):
                        yield name

    def _bases(self, node: Node) -> Iterable[str]:
        for group in node.named_children:
            if group.type == "base_list":
                for base in group.named_children:
                    named = base.child_by_field_name("type") if base.type == "primary_constructor_base_type" else base
                    text = self.found.span(named.start_byte, named.end_byte) if named and named.is_named else ""
                    if named is not None and not named.is_extra and named.type != "argument_list" and text:
                        yield "".join(text.partition("<")[0].split())

    def _is_public(self, node: Node, frame: Frame) -> bool:
        words = self._modifiers(node)
        if "public" in words:
            return True
        return frame.owned == "interface_declaration" and not words & {"private", "protected", "internal"}


def _count(parameters: Node | None) -> int:
    """Count parameters; one that takes the rest stands without a node of its own."""
    if parameters is None:
        return 0
    rest = parameters.child_by_field_name("name") is not None
    return sum(part.type == "parameter" for part in parameters.named_children) + rest
