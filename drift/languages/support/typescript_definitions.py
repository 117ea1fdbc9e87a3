"""What a TypeScript or JavaScript file defines, gathered while its tree is walked. Knows nothing of imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drift.facts import Definition, EdgeAttribute
from drift.languages.support import trees
from drift.languages.support.bodies import Bodies
from drift.languages.support.comments import has_comment_above
from drift.languages.support.typescript_scope import Scope
from drift.languages.support.typescript_shapes import bases_of, decorator_name, decorators_of, parameters_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tree_sitter import Node

_VALUE_LIMIT = 80
_SORTS = {"interface_declaration": "interface", "enum_declaration": "enum"}
_NAMESPACES = {"internal_module", "module"}
_FUNCTION_VALUES = {"arrow_function", "function_expression", "generator_function"}
_FIELDS = {"public_field_definition", "method_signature", "abstract_method_signature", "property_signature"}
_CLASSES = {"class", "interface"}
_COMMONJS = ("module.exports.", "exports.")


class Definitions:
    """Collects definitions; what is public is known only at the end, when every `export` was seen."""

    def __init__(self, source: bytes, comments: Mapping[int, str]) -> None:
        self._source = source
        self._comments = comments
        self._found: list[tuple[Definition, bool]] = []
        self._exported: set[str] = set()
        self._is_module = False
        self.bodies = Bodies()
        self._decorators: tuple[str, ...] = ()
        self._start = -1

    def decorator(self, node: Node) -> None:
        """Take a decorator that stands before its method."""
        self._await(node, (*self._decorators, decorator_name(self._source, node)))

    def _await(self, node: Node, decorators: tuple[str, ...]) -> None:
        if self._start < 0:
            self._start = node.start_byte
        self._decorators = decorators

    def finished(self) -> Iterator[Definition]:
        """Give what was found. A script without any export shares all its names; a module those it exports."""
        for definition, reachable in self._found:
            top = definition.name.partition(".")[0]
            open_ = not self._is_module or reachable or top in self._exported
            yield definition._replace(public=definition.public and open_)

    def export(self, node: Node, names: list[str]) -> None:
        """Note that the file is a module, and which of its names leave it."""
        self._is_module = True
        self._exported.update(names)
        if decorators := decorators_of(self._source, node):
            self._await(node, decorators)
        value = node.child_by_field_name("value")
        target = value or (node.named_children[-1] if node.named_children else None)
        if target is not None and target.type == "identifier":
            self._exported.add(trees.text(self._source, target))

    def type_alias(self, node: Node, scope: Scope) -> None:
        """Take `type X = ...`."""
        if scope.inside in {"module", "namespace"} and (name := self._name(node)):
            self._define(self._under(scope, name), "type", self._signature(node, "value"), node, scope)

    def owner(self, depth: int, kind: str, node: Node, scope: Scope) -> Scope:
        """Take a class, interface, enum or namespace, and give the scope of its members."""
        name = self._name(node)
        visible = scope.inside in {"module", "namespace", "class"}
        if kind in _NAMESPACES:
            described = name.startswith(("'", '"'))  # `declare module "x"` tells of another module, to the compiler
            owner = scope.owner if described or not name else self._under(scope, name)
            attributes = scope.attributes | {EdgeAttribute.TYPE_ONLY} if described else scope.attributes
            inner = scope._replace(depth=depth, end=node.end_byte, owner=owner, inside="namespace")
            return inner._replace(attributes=attributes)
        if not visible or not name or kind == "class":
            inside = "class" if kind.endswith("class_declaration") and visible else "function"
            return scope._replace(depth=depth, end=node.end_byte, inside=inside if name else "function")
        full = self._under(scope, name)
        sort = _SORTS.get(kind, "class")
        self._define(full, sort, self._signature(node, "body"), node, scope)
        if sort == "enum":
            self._enum(node, full, scope)
        return scope._replace(depth=depth, end=node.end_byte, owner=full, inside=sort)

    def function(self, kind: str, node: Node, scope: Scope) -> str:
        """Take a function or method; give the owner of what is called inside it."""
        if kind == "method_definition":
            if scope.inside == "class":
                return self._field(node, "method", "body", scope)
            return scope.owner
        name = self._name(node) if kind.endswith("declaration") else ""
        if not name or scope.inside not in {"module", "namespace"}:
            return scope.owner
        full = self._under(scope, name)
        self._define(full, "function", self._signature(node, "body"), node, scope)
        return full

    def member(self, depth: int, kind: str, node: Node, scope: Scope) -> str:
        """Take a field, signature, variable or CommonJS export; give the owner of what is called in its value."""
        if kind in _FIELDS:
            if scope.inside not in {"class", "interface"} or depth != scope.depth + 2:
                return scope.owner
            value = node.child_by_field_name("value")
            is_method = kind.endswith("method_signature") or (value is not None and value.type in _FUNCTION_VALUES)
            owner = self._field(node, "method" if is_method else "variable", "value", scope)
            return owner if value is not None else scope.owner
        if scope.inside not in {"module", "namespace"}:
            return scope.owner
        if kind == "function_signature":
            if name := self._name(node):
                self._define(self._under(scope, name), "function", self._signature(node, "body"), node, scope)
            return scope.owner
        if kind == "assignment_expression":
            return self._commonjs(node, scope)
        return self._variables(node, scope)

    def _variables(self, node: Node, scope: Scope) -> str:
        owner = scope.owner
        constant = self._source[node.start_byte : node.start_byte + 5] == b"const"
        for declarator in node.named_children:
            target = declarator.child_by_field_name("name")
            if declarator.type != "variable_declarator" or target is None:
                continue
            value = declarator.child_by_field_name("value")
            function = value is not None and value.type in _FUNCTION_VALUES
            sort = "function" if function else "constant" if constant else "variable"
            for name in self._bound(target):
                full = self._under(scope, name)
                signature = self._variable_signature(declarator, value, function=function)
                found = Definition(full, sort, signature, *_lines(node), public=True)
                self._add(found, node, value if function else declarator, reachable=scope.exported)
                owner = full if target.type == "identifier" else owner
        return owner

    def _bound(self, target: Node) -> Iterator[str]:
        """Give the names a declarator binds: itself, or the plain names of a flat pattern."""
        if target.type == "identifier":
            yield trees.text(self._source, target)
            return
        for part in target.named_children:
            bound = part.child_by_field_name("value") if part.type == "pair_pattern" else part
            if bound is not None and bound.type in {"identifier", "shorthand_property_identifier_pattern"}:
                yield trees.text(self._source, bound)

    def _variable_signature(self, declarator: Node, value: Node | None, *, function: bool) -> str:
        if value is None:
            return trees.one_line(self._source, declarator, declarator.end_byte, self._comments)
        body = value.child_by_field_name("body") if function else None
        if body is not None:
            line = trees.one_line(self._source, declarator, body.start_byte, self._comments)
            return line.removesuffix("=>").rstrip()
        return self._signature(declarator, "value")

    def _commonjs(self, node: Node, scope: Scope) -> str:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None or left.type != "member_expression":
            return scope.owner
        target = trees.text(self._source, left) if left.end_byte - left.start_byte < _VALUE_LIMIT else ""
        if target == "module.exports":
            self._is_module = True
            parts = right.named_children if right.type == "object" else [right]
            plain = {"identifier", "shorthand_property_identifier"}
            self._exported.update(trees.text(self._source, part) for part in parts if part.type in plain)
            return scope.owner
        for prefix in _COMMONJS:
            name = target.removeprefix(prefix)
            if name != target and name.replace("$", "_").isidentifier():
                self._is_module = True
                function = right.type in _FUNCTION_VALUES
                signature = self._variable_signature(node, right, function=function)
                sort = "function" if function else "variable"
                self._add(Definition(name, sort, signature, *_lines(node), public=True), node, right, reachable=True)
                return name
        return scope.owner

    def _field(self, node: Node, sort: str, until: str, scope: Scope) -> str:
        name = self._name(node)
        if not name or name.startswith("["):
            return scope.owner
        hidden = name.startswith("#") or any(
            child.type == "accessibility_modifier" and trees.text(self._source, child) != "public"
            for child in node.children
        )
        full = self._under(scope, name.strip("\"'"))
        value = node.child_by_field_name("value")
        function = value is not None and value.type in _FUNCTION_VALUES
        signature = self._variable_signature(node, value, function=True) if function else self._signature(node, until)
        found = Definition(full, sort, signature, *_lines(node), public=not hidden)
        self._add(found, node, value if function else node, reachable=scope.exported)
        return full

    def _enum(self, node: Node, owner: str, scope: Scope) -> None:
        body = node.child_by_field_name("body")
        for member in body.named_children if body else ():
            name = self._name(member) if member.type == "enum_assignment" else trees.text(self._source, member)
            if name.isidentifier():
                signature = trees.one_line(self._source, member, member.end_byte, self._comments)
                self._define(f"{owner}.{name}", "constant", signature, member, scope)

    def _define(self, name: str, kind: str, signature: str, node: Node, scope: Scope) -> None:
        found = Definition(name, kind, signature, *_lines(node), public=True)
        self._add(found, node, node, reachable=scope.exported)

    def _add(self, found: Definition, node: Node, shape: Node | None, *, reachable: bool) -> None:
        """Keep a definition, with what `shape` says of it: the function where it is the value of a name."""
        start = node.start_byte if self._start < 0 else self._start
        decorators = (*self._decorators, *decorators_of(self._source, node))
        self._decorators, self._start = (), -1
        documented = has_comment_above(self._source, start, (), b"/**")
        bases: tuple[str, ...] = ()
        count, typed = 0, False
        if found.kind in _CLASSES:
            bases = bases_of(self._source, node)
        elif shape is not None and found.kind in {"function", "method"}:
            count, typed = parameters_of(self._source, shape)
            if shape.child_by_field_name("body") is not None:
                self.bodies.function(found.name, found.line, shape.start_byte, shape.end_byte)
        elif shape is not None:
            typed = shape.child_by_field_name("type") is not None
        made = Definition(*found[:6], bases, decorators, documented, count, typed)
        self._found.append((made, reachable))

    def _name(self, node: Node) -> str:
        name = node.child_by_field_name("name")
        return trees.text(self._source, name) if name else ""

    def _under(self, scope: Scope, name: str) -> str:
        return f"{scope.owner}.{name}" if scope.owner else name

    def _signature(self, node: Node, until: str) -> str:
        """Fold a definition up to its body or long value."""
        stop = node.child_by_field_name(until)
        if stop is None:
            return trees.one_line(self._source, node, node.end_byte, self._comments).rstrip(";, ")
        if until != "body" and stop.end_byte - stop.start_byte <= _VALUE_LIMIT:
            return trees.one_line(self._source, node, stop.end_byte, self._comments)
        line = trees.one_line(self._source, node, stop.start_byte, self._comments)
        return line if until == "body" else f"{line} …"


def _lines(node: Node) -> tuple[int, int]:
    return node.start_point.row + 1, node.end_point.row + 1
