"""Facts of one PHP file: namespaces, names used, definitions, calls, read from its syntax tree. Knows no other file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drift.facts import FileFacts, Tier
from drift.languages.support import trees
from drift.languages.support.comments import has_comment_above
from drift.languages.support.gather import Described, Frame, Gatherer, syntax_problems, with_gathered
from drift.languages.support.php_names import FUNCTIONS, TYPES, WANTED, Names
from drift.languages.support.text import utf8

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_BRANCHES = {
    "if_statement",
    "else_if_clause",
    "for_statement",
    "foreach_statement",
    "while_statement",
    "do_statement",
    "case_statement",
    "match_conditional_expression",
    "catch_clause",
    "conditional_expression",
    "binary_expression",
}
_CALLS = {
    "function_call_expression",
    "member_call_expression",
    "nullsafe_member_call_expression",
    "scoped_call_expression",
    "object_creation_expression",
}
_VALUES = {"const_declaration", "property_declaration"}
_DEFINING = {*TYPES, *FUNCTIONS, *_VALUES, "enum_case", "property_promotion_parameter", "anonymous_class"}
_WHOLE = {*_DEFINING, *_BRANCHES, *_CALLS}
_DECISIONS = {"&&", "||", "and", "or", "??"}
_PARAMETERS = {"simple_parameter", "variadic_parameter", "property_promotion_parameter"}
_BASES = {"base_clause", "class_interface_clause"}
_DIVIDERS = ("?->", "->", "::", "\\")


def read(source: bytes, tier: Tier) -> FileFacts:
    """Read one PHP file. Never raises on content."""
    source = utf8(source)
    known = trees.grammar("tree_sitter_php", "language_php")
    root = trees.parse_closed(known, source)
    names, reader = Names(source), _Reader(source, known)
    kinds: set[str] = {Tier.IMPORTS: set(), Tier.DEFINITIONS: _DEFINING, Tier.BODIES: _WHOLE}[tier]
    telling = frozenset(WANTED)
    for _depth, kind, node in trees.walk(root, trees.kinds(known, tuple(sorted({*WANTED, *kinds})))):
        if kind in telling:
            names.take(kind, node)
        if kind in kinds:
            reader.take(kind, node)
    problems, lines = syntax_problems(source, root, "PHP"), trees.count_lines(source)
    facts = FileFacts("php", lines, names.imports(), (), (), problems, tier=tier, scopes=names.scopes())
    return with_gathered(facts, reader.found, tier)


class _Reader:
    """Tells the gatherer what the nodes of PHP are."""

    def __init__(self, source: bytes, known: trees.Grammar) -> None:
        self.source = source
        self.found = Gatherer(source, trees.kinds(known, ("comment",)))

    def take(self, kind: str, node: Node) -> None:
        """Take the next node."""
        frame = self.found.frame(node)
        if kind in _CALLS:
            self._call(kind, node)
        elif kind in _BRANCHES:
            operator = node.child_by_field_name("operator") if kind == "binary_expression" else None
            if operator is None or operator.type in _DECISIONS:
                self.found.branch(node)
        elif kind == "property_promotion_parameter":
            self._promoted(node)
        elif frame.inside == "code":
            return
        elif kind in TYPES:
            self._type(kind, node, frame)
        elif kind in FUNCTIONS:
            self._function(kind, node, frame)
        else:
            if kind in _VALUES:
                self._values(kind, node)
            elif kind == "enum_case":
                self._define(self._name(node), "constant", node, node.end_byte, Described())
            self.found.enter_code(node, frame)

    def _call(self, kind: str, node: Node) -> None:
        if kind == "object_creation_expression":
            named = node.named_children[0] if node.named_children else None
            if named is not None and named.type in {"name", "qualified_name"}:
                self.found.call(_dotted(self.found.text(named)), node)
            return
        last = node.child_by_field_name("function" if kind == "function_call_expression" else "name")
        if last is None or (kind == "function_call_expression" and last.type not in {"name", "qualified_name"}):
            return
        whole = _dotted(self.found.span(node.start_byte, last.end_byte))
        self.found.call(self.found.callee(whole, last if last.type == "name" else None), node)

    def _type(self, kind: str, node: Node, frame: Frame) -> None:
        name = self._name(node)
        body = node.child_by_field_name("body")
        if not name or body is None:
            self.found.enter_code(node, frame)
            return
        full = self._define(name, TYPES[kind], node, body.start_byte, Described(bases=tuple(self._bases(node, body))))
        self.found.enter_type(node, full, kind, frame, public=True)

    def _function(self, kind: str, node: Node, frame: Frame) -> None:
        name, body = self._name(node), node.child_by_field_name("body")
        if not name or (kind == "method_declaration" and frame.inside == "file"):
            self.found.enter_code(node, frame)
            return
        listed = node.child_by_field_name("parameters")
        parts = [part for part in listed.named_children if part.type in _PARAMETERS] if listed else []
        result = node.child_by_field_name("return_type") is not None or name in {"__construct", "__destruct"}
        typed = result and all(part.child_by_field_name("type") is not None for part in parts)
        described = Described(parameters=len(parts), typed=typed)
        sort = "method" if frame.inside == "type" else "function"
        full = self._define(name, sort, node, body.start_byte if body else node.end_byte, described)
        if body is not None:
            self.found.enter_function(node, full)
        else:
            self.found.enter_code(node, frame)

    def _promoted(self, node: Node) -> None:
        """Take a parameter of a constructor that is a property too."""
        owner = self.found.frame(node).owner.rpartition(".")[0]
        name = self.found.text(node.child_by_field_name("name")).lstrip("$")
        if owner and name and self.found.definitions[-1].name.startswith(f"{owner}."):
            signature = self.found.line(node, node.start_byte, node.end_byte)
            typed = node.child_by_field_name("type") is not None
            described = Described(self._is_public(node), typed=typed, owner=owner)
            self.found.define(name, "variable", signature, (node, node), described)

    def _values(self, kind: str, node: Node) -> None:
        constant = kind == "const_declaration"
        first, typed = self._first(node), node.child_by_field_name("type") is not None
        elements = [child for child in node.named_children if child.type in {"const_element", "property_element"}]
        for element in elements:
            named = element.named_children[0] if element.named_children else None
            name = self.found.text(named).lstrip("$")
            if name:
                value = element.named_children[-1] if len(element.named_children) > 1 else None
                head = self.found.line(node, first.start_byte, elements[0].start_byte)
                tail = self.found.valued(element, element.start_byte, value)
                described = self._described(node, Described(typed=typed))
                sort = "constant" if constant else "variable"
                self.found.define(name, sort, f"{head} {tail}", (first, node), described)

    def _define(self, name: str, kind: str, node: Node, end: int, described: Described) -> str:
        first = self._first(node)
        signature = self.found.line(node, first.start_byte, end).rstrip("; ")
        return self.found.define(name, kind, signature, (first, node), self._described(node, described)) if name else ""

    def _described(self, node: Node, described: Described) -> Described:
        return described._replace(
            public=self._is_public(node),
            decorators=tuple(self._attributes(node)),
            documented=has_comment_above(self.source, node.start_byte, (), b"/**"),
        )

    def _name(self, node: Node) -> str:
        return self.found.text(node.child_by_field_name("name"))

    def _first(self, node: Node) -> Node:
        """Give the node with which a definition starts once its attributes are left out."""
        plain = (child for child in node.children if child.type != "attribute_list" and not child.is_extra)
        return next(plain, node)

    def _attributes(self, node: Node) -> Iterator[str]:
        marked = node.child_by_field_name("attributes")
        for group in marked.named_children if marked else ():
            for one in group.named_children:
                if one.type == "attribute" and one.named_children:
                    yield self.found.text(one.named_children[0]).lstrip("\\")

    def _bases(self, node: Node, body: Node) -> Iterator[str]:
        for group in node.named_children:
            if group.type in _BASES:
                yield from (self.found.text(one).lstrip("\\") for one in group.named_children if not one.is_extra)
        for inner in body.named_children:
            if inner.type == "use_declaration":
                named = (one for one in inner.named_children if one.type in {"name", "qualified_name"})
                yield from (self.found.text(one).lstrip("\\") for one in named)

    def _is_public(self, node: Node) -> bool:
        words = (self.found.text(child) for child in node.children if child.type == "visibility_modifier")
        return not any(word.lower().startswith(("private", "protected")) for word in words)


def _dotted(text: str) -> str:
    for divider in _DIVIDERS:
        text = text.replace(divider, ".")
    return text.replace("$", "").strip(".")
