"""Facts of one Kotlin file: package, imports, definitions and calls, read from its syntax tree. Knows no other file."""

from __future__ import annotations

import re
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
    from collections.abc import Iterator

    from tree_sitter import Node

_TYPES = {"class_declaration", "object_declaration", "companion_object"}
_FUNCTIONS = {"function_declaration", "secondary_constructor"}
_LOCAL = {"anonymous_initializer", "enum_entry", "getter", "setter", "class_parameter"}
_BRANCHES = {
    "if_expression",
    "when_entry",
    "for_statement",
    "while_statement",
    "do_while_statement",
    "catch_block",
    "binary_expression",
}
_CALLS = {"call_expression", "constructor_delegation_call"}
_DEFINING = tuple(sorted({*_TYPES, *_FUNCTIONS, *_LOCAL, "property_declaration", "type_alias"}))
_WHOLE = tuple(sorted({*_DEFINING, *_BRANCHES, *_CALLS}))
_BODIES = {"class_body", "enum_class_body", "function_body", "block"}
_DECISIONS = {"&&", "||", "?:"}
_HIDDEN = {"private", "protected", "internal"}
_MARKS = frozenset({"annotation"})
# The grammar wants a line break or `;` before the brace that ends a class, where Kotlin itself does not.
_BEFORE_BRACE = re.compile(rb"(?<=[^\s{;,>])[ \t](?=\})")


def read(source: bytes, tier: Tier) -> FileFacts:
    """Read one Kotlin file. Never raises on content."""
    source = utf8(source)
    package, imports = scan(source, "kotlin")
    facts = FileFacts("kotlin", trees.count_lines(source), imports, (), (), (), tier=tier, scopes=(Scope(package),))
    if tier is Tier.IMPORTS:
        return facts
    known = trees.grammar("tree_sitter_kotlin")
    root = _parse(source, known)
    reader = _Reader(source, known)
    for _depth, kind, node in trees.walk(root, trees.kinds(known, _WHOLE if tier is Tier.BODIES else _DEFINING)):
        reader.take(kind, node)
    facts = replace(facts, syntax=syntax_problems(source, root, "Kotlin"))
    return with_gathered(facts, reader.found, tier)


def _parse(source: bytes, known: trees.Grammar) -> Node:
    root = trees.parse_closed(known, source, nested=True)
    if not root.has_error:
        return root
    better = _BEFORE_BRACE.sub(b";", source)
    again = trees.parse_closed(known, better, nested=True) if better != source else root
    if not again.has_error or trees.first_error(again).start_byte > trees.first_error(root).start_byte:
        return again
    return root


class _Reader:
    """Tells the gatherer what the nodes of Kotlin are."""

    def __init__(self, source: bytes, known: trees.Grammar) -> None:
        self.source = source
        self.found = Gatherer(source, trees.kinds(known, ("line_comment", "block_comment")))

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
        elif kind in _TYPES:
            self._type(kind, node, frame)
        elif kind in _FUNCTIONS:
            self._function(node, frame)
        elif kind == "type_alias":
            name = self.found.text(node.child_by_field_name("type"))
            self._define(name, "type", node, node.end_byte)
        else:
            if kind == "property_declaration":
                self._property(node)
            elif kind == "enum_entry":
                self._define(self._name(node), "constant", node, self._body_start(node))
            elif kind == "class_parameter":
                self._parameter(node)
            self.found.enter_code(node, frame)

    def _branches(self, kind: str, node: Node) -> bool:
        if kind == "binary_expression":
            return any(child.type in _DECISIONS for child in node.children)
        return kind != "when_entry" or node.child_by_field_name("condition") is not None

    def _call(self, kind: str, node: Node) -> None:
        called = node.named_children[0] if node.named_children else None
        if kind == "constructor_delegation_call":
            self.found.call("this" if self.source.startswith(b"this", node.start_byte) else "super", node)
        elif called is not None and called.type != "call_expression":
            last = called.named_children[-1] if called.type == "navigation_expression" else None
            whole = self.found.span(called.start_byte, called.end_byte)
            self.found.call(self.found.callee(whole.replace("?.", "."), last), node)

    def _type(self, kind: str, node: Node, frame: Frame) -> None:
        if kind == "companion_object":  # its members are reached through the class
            public = self._is_public(node)
            self.found.enter_type(node, frame.owner, kind, frame, public=public)
            return
        words = {child.type for child in node.children} | self._words(node)
        sort = "enum" if "enum" in words else "interface" if "interface" in words else "class"
        name = self._name(node)
        if not name:
            self.found.enter_code(node, frame)
            return
        full = self._define(name, sort, node, self._body_start(node), Described(bases=tuple(self._bases(node))))
        self.found.enter_type(node, full, kind, frame, public=self._is_public(node))

    def _function(self, node: Node, frame: Frame) -> None:
        name = "constructor" if node.type == "secondary_constructor" else self._name(node)
        if not name:
            self.found.enter_code(node, frame)
            return
        kinds = [child.type for child in node.children]
        parts = next((child for child in node.children if child.type == "function_value_parameters"), None)
        count = sum(part.type == "parameter" for part in parts.named_children) if parts else 0
        body = next((child for child in node.children if child.type in {"function_body", "block"}), None)
        after = kinds[kinds.index("function_value_parameters") :] if parts else []
        typed = ":" in after or body is None or not self.source.startswith(b"=", body.start_byte)
        sort = "method" if frame.inside == "type" else "function"
        full = self._define(name, sort, node, self._body_start(node), Described(parameters=count, typed=typed))
        if body is not None:
            self.found.enter_function(node, full)
        else:
            self.found.enter_code(node, frame)

    def _property(self, node: Node) -> None:
        bound = next((child for child in node.named_children if child.type.endswith("variable_declaration")), None)
        if bound is None:
            return
        sort = "constant" if "const" in self._words(node) else "variable"
        names = [bound] if bound.type == "variable_declaration" else bound.named_children
        first, value, stop = unmarked(node, _MARKS), None, node.end_byte
        for child in node.children[node.children.index(bound) + 1 :]:
            if child.type in {"getter", "setter", "property_delegate"}:
                value, stop = (child if child.type == "property_delegate" else value), child.start_byte
                break
            if child.is_named and child.type != "type_constraints":
                value = child
        if value is not None:
            line = self.found.valued(node, first.start_byte, value)
        else:
            line = self.found.line(node, first.start_byte, stop)
        described = self._described(
            node, Described(typed=bound.type == "variable_declaration" and len(bound.named_children) > 1)
        )
        for one in names:
            if name := self._name(one):
                self.found.define(name, sort, line, (first, node), described)

    def _parameter(self, node: Node) -> None:
        """Take a parameter of a primary constructor that is a property too."""
        if any(child.type in {"val", "var"} for child in node.children):
            self._define(self._name(node), "variable", node, node.end_byte, Described(typed=True))

    def _define(self, name: str, kind: str, node: Node, end: int, described: Described | None = None) -> str:
        if not name:
            return ""
        first = unmarked(node, _MARKS)
        signature = self.found.line(node, first.start_byte, end)
        described = self._described(node, described or Described())
        return self.found.define(name, kind, signature, (first, node), described)

    def _described(self, node: Node, described: Described) -> Described:
        return described._replace(
            public=self._is_public(node),
            decorators=tuple(self._annotations(node)),
            documented=has_comment_above(self.source, node.start_byte, (), b"/**"),
        )

    def _name(self, node: Node) -> str:
        named = node.child_by_field_name("name")
        if named is None:
            named = next((child for child in node.named_children if child.type == "identifier"), None)
        return self.found.text(named).strip("`")

    def _body_start(self, node: Node) -> int:
        return next((child.start_byte for child in node.children if child.type in _BODIES), node.end_byte)

    def _bases(self, node: Node) -> Iterator[str]:
        for group in node.named_children:
            if group.type == "delegation_specifiers":
                for one in group.named_children:
                    if base := self._plain(one):
                        yield base

    def _plain(self, node: Node) -> str:
        """Give the type that a node names, without its arguments."""
        while node.type != "user_type" and node.named_children:
            kept = [child for child in node.named_children if child.type != "annotation"]
            if not kept:
                return ""
            node = kept[0]
        return "".join(self.found.span(node.start_byte, node.end_byte).partition("<")[0].split())

    def _annotations(self, node: Node) -> Iterator[str]:
        for child in modifiers(node):
            if child.type == "annotation":
                for one in child.named_children:
                    if one.type in {"user_type", "constructor_invocation"} and (name := self._plain(one)):
                        yield name

    def _words(self, node: Node) -> set[str]:
        return {self.found.text(child) for child in modifiers(node) if child.type != "annotation"}

    def _is_public(self, node: Node) -> bool:
        return _HIDDEN.isdisjoint(self._words(node))
