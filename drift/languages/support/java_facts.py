"""Facts of one Java file: its package, imports, definitions, calls, read from its syntax tree. Knows no other file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from drift.facts import FileFacts, Scope, Tier
from drift.languages.support import trees
from drift.languages.support.comments import has_comment_above
from drift.languages.support.gather import (
    Described,
    Frame,
    Gatherer,
    modifiers,
    syntax_problems,
    unmarked,
    with_gathered,
)
from drift.languages.support.jvm_scan import scan
from drift.languages.support.text import utf8

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tree_sitter import Node

_TYPES = {
    "class_declaration": "class",
    "record_declaration": "class",
    "interface_declaration": "interface",
    "annotation_type_declaration": "interface",
    "enum_declaration": "enum",
}
_FUNCTIONS = {
    "method_declaration",
    "constructor_declaration",
    "compact_constructor_declaration",
    "annotation_type_element_declaration",
}
_FIELDS = {"field_declaration": "variable", "constant_declaration": "constant"}
_BRANCHES = {
    "if_statement",
    "for_statement",
    "enhanced_for_statement",
    "while_statement",
    "do_statement",
    "catch_clause",
    "ternary_expression",
    "switch_label",
    "binary_expression",
}
_CALLS = {"method_invocation", "object_creation_expression", "explicit_constructor_invocation"}
_LOCAL = {"static_initializer", "enum_constant", "lambda_expression"}
_DEFINING = tuple(sorted({*_TYPES, *_FUNCTIONS, *_FIELDS, *_LOCAL, "object_creation_expression"}))
_WHOLE = tuple(sorted({*_DEFINING, *_BRANCHES, *_CALLS}))
_ANNOTATIONS = frozenset({"annotation", "marker_annotation"})
_PARAMETERS = {"formal_parameter", "spread_parameter"}
_BASES = ("superclass", "super_interfaces", "extends_interfaces")


def read(source: bytes, tier: Tier) -> FileFacts:
    """Read one Java file. Never raises on content."""
    source = utf8(source)
    package, imports = scan(source, "java")
    facts = FileFacts("java", trees.count_lines(source), imports, (), (), (), tier=tier, scopes=(Scope(package),))
    if tier is Tier.IMPORTS:
        return facts
    known = trees.grammar("tree_sitter_java")
    root = trees.parse_closed(known, source)
    reader = _Reader(source, known)
    for _depth, kind, node in trees.walk(root, trees.kinds(known, _WHOLE if tier is Tier.BODIES else _DEFINING)):
        reader.take(kind, node)
    facts = replace(facts, syntax=syntax_problems(source, root, "Java"))
    return with_gathered(facts, reader.found, tier)


class _Reader:
    """Tells the gatherer what the nodes of Java are."""

    def __init__(self, source: bytes, known: trees.Grammar) -> None:
        self.source = source
        self.found = Gatherer(source, trees.kinds(known, ("line_comment", "block_comment")))

    def take(self, kind: str, node: Node) -> None:
        """Take the next node."""
        frame = self.found.frame(node)
        if kind in _CALLS:
            self._call(kind, node, frame)
        elif kind in _BRANCHES:
            if self._branches(kind, node):
                self.found.branch(node)
        elif frame.inside == "code":
            return
        elif kind in _TYPES:
            self._type(kind, node, frame)
        elif kind in _FUNCTIONS:
            self._function(kind, node, frame)
        elif kind in _FIELDS:
            self._fields(kind, node, frame)
            self.found.enter_code(node, frame)
        else:
            if kind == "enum_constant":
                body = node.child_by_field_name("body")
                end = body.start_byte if body else node.end_byte
                self._define(self._name(node), "constant", node, end, Described())
            self.found.enter_code(node, frame)

    def _branches(self, kind: str, node: Node) -> bool:
        if kind == "binary_expression":
            operator = node.child_by_field_name("operator")
            return operator is not None and operator.type in {"&&", "||"}
        return kind != "switch_label" or not self.source.startswith(b"default", node.start_byte)

    def _call(self, kind: str, node: Node, frame: Frame) -> None:
        if kind == "method_invocation":
            name = node.child_by_field_name("name")
            if name is not None:
                self.found.call(self.found.callee(self.found.span(node.start_byte, name.end_byte), name), node)
        elif kind == "explicit_constructor_invocation":
            self.found.call(self.found.text(node.child_by_field_name("constructor")), node)
        else:
            made = node.child_by_field_name("type")
            self.found.call(self._plain(made) if made is not None else "", node)
            if frame.inside != "code":
                self.found.enter_code(node, frame)

    def _type(self, kind: str, node: Node, frame: Frame) -> None:
        name = self._name(node)
        if not name:
            self.found.enter_code(node, frame)
            return
        body = node.child_by_field_name("body")
        public = self._is_public(node, frame)
        bases = tuple(base for child in node.named_children if child.type in _BASES for base in self._bases(child))
        parts = node.child_by_field_name("parameters")
        components = [part for part in parts.named_children if part.type in _PARAMETERS] if parts else []
        described = Described(public, bases, self._annotations(node), parameters=len(components), typed=bool(parts))
        full = self._define(name, _TYPES[kind], node, body.start_byte if body else node.end_byte, described)
        self.found.enter_type(node, full, kind, frame, public=public)
        for part in components:
            self._define(self._name(part), "variable", part, part.end_byte, Described(typed=True))

    def _function(self, kind: str, node: Node, frame: Frame) -> None:
        name = self._name(node)
        if not name or frame.inside == "file":
            self.found.enter_code(node, frame)
            return
        body = node.child_by_field_name("body")
        parts = node.child_by_field_name("parameters")
        count = sum(part.type in _PARAMETERS for part in parts.named_children) if parts else 0
        public = self._is_public(node, frame) or kind == "annotation_type_element_declaration"
        described = Described(public, (), self._annotations(node), parameters=count, typed=True)
        full = self._define(name, "method", node, body.start_byte if body else node.end_byte, described)
        if body is not None:
            self.found.enter_function(node, full)
        else:
            self.found.enter_code(node, frame)

    def _fields(self, kind: str, node: Node, frame: Frame) -> None:
        words = self._modifiers(node)
        sort = "constant" if {"static", "final"} <= words else _FIELDS[kind]
        described = Described(self._is_public(node, frame), (), self._annotations(node), typed=True)
        described = described._replace(documented=has_comment_above(self.source, node.start_byte, (), b"/**"))
        first, written = unmarked(node, _ANNOTATIONS), node.child_by_field_name("type")
        for variable in node.children_by_field_name("declarator"):
            name = self._name(variable)
            if name and written is not None:
                head = self.found.line(node, first.start_byte, written.end_byte)
                tail = self.found.valued(variable, variable.start_byte, variable.child_by_field_name("value"))
                self.found.define(name, sort, f"{head} {tail}", (first, node), described)

    def _define(self, name: str, kind: str, node: Node, end: int, described: Described) -> str:
        described = described._replace(documented=has_comment_above(self.source, node.start_byte, (), b"/**"))
        first = unmarked(node, _ANNOTATIONS)
        signature = self.found.line(node, first.start_byte, end).rstrip("; ")
        return self.found.define(name, kind, signature, (first, node), described) if name else ""

    def _name(self, node: Node) -> str:
        return self.found.text(node.child_by_field_name("name"))

    def _plain(self, node: Node) -> str:
        """Give a type as written, without its arguments."""
        while node.type in {"generic_type", "annotated_type"} and node.named_children:
            kept = [child for child in node.named_children if child.type not in {*_ANNOTATIONS, "type_arguments"}]
            if not kept:
                break
            node = kept[0]
        return "".join(self.found.span(node.start_byte, node.end_byte).split())

    def _bases(self, node: Node) -> Iterable[str]:
        listed = node.named_children
        if listed and listed[0].type == "type_list":
            listed = listed[0].named_children
        return filter(None, (self._plain(one) for one in listed if not one.is_extra))

    def _modifiers(self, node: Node) -> set[str]:
        return {child.type for child in modifiers(node) if not child.is_named}

    def _annotations(self, node: Node) -> tuple[str, ...]:
        marked = [child for child in modifiers(node) if child.type in _ANNOTATIONS]
        return tuple(filter(None, map(self._name, marked)))

    def _is_public(self, node: Node, frame: Frame) -> bool:
        words = self._modifiers(node)
        implied = frame.owned in {"interface_declaration", "annotation_type_declaration"} and "private" not in words
        return implied or "public" in words
