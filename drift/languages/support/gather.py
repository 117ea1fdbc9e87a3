"""Gathers definitions, calls and bodies while a syntax tree is walked in document order. Knows no language.

The reader of a language tells what each node is; this keeps the stack of what surrounds it, so that no reader recurses.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from drift.facts import Body, Call, Definition, FileFacts, Tier
from drift.languages.support import trees
from drift.languages.support.bodies import Bodies
from specs.problem import Problem
from specs.values import replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tree_sitter import Node

NAME_LIMIT = 200
VALUE_LIMIT = 80
_NAME = re.compile(r"[\w$]+(?:\.[\w$]+)*")


class Frame(NamedTuple):
    """What surrounds a node: where it ends, the definition it is in, and whether names in it can be reached.

    `inside` is file, type or code: what code holds is local and no definition. `owned` is the grammar's kind of the
    definition where `inside` is type.
    """

    end: int
    owner: str
    inside: str
    public: bool = True
    owned: str = ""


class Described(NamedTuple):
    """What a definition says about itself besides its name, kind and signature.

    `owner` is the definition it belongs to, where that is another than what surrounds it.
    """

    public: bool = True
    bases: tuple[str, ...] = ()
    decorators: tuple[str, ...] = ()
    documented: bool = False
    parameters: int = 0
    typed: bool = False
    owner: str = ""


class Gatherer:
    """Collects what one file defines and calls."""

    def __init__(self, source: bytes, comments: Mapping[int, str]) -> None:
        self.source = source
        self.comments = comments
        self.definitions: list[Definition] = []
        self.calls: list[Call] = []
        self._bodies = Bodies()
        self._frames = [Frame(len(source) + 1, "", "file")]

    def frame(self, node: Node) -> Frame:
        """Give what surrounds a node; what ended before it is left for good."""
        frames, start = self._frames, node.start_byte
        while frames[-1].end <= start:
            frames.pop()
        return frames[-1]

    def enter(self, frame: Frame) -> None:
        """Go into something that surrounds the nodes to come."""
        if frame.end > self._frames[-1].end:  # broken code: an inner node never outlives what it is in
            frame = frame._replace(end=self._frames[-1].end)
        self._frames.append(frame)

    def enter_type(self, node: Node, name: str, kind: str, outer: Frame, *, public: bool) -> None:
        """Go into a type whose members are definitions."""
        self.enter(Frame(node.end_byte, name, "type", outer.public and public, owned=kind))

    def enter_function(self, node: Node, name: str) -> None:
        """Go into the function that was defined last; what it holds is local, and its branches are counted."""
        self._bodies.function(name, self.definitions[-1].line, node.start_byte, node.end_byte)
        self.enter(Frame(node.end_byte, name, "code"))

    def enter_code(self, node: Node, outer: Frame) -> None:
        """Go into something that defines nothing: a value, an anonymous class, a function inside a function."""
        self.enter(outer._replace(end=node.end_byte, inside="code"))

    def branch(self, node: Node) -> None:
        """Count a branch of the function that surrounds it."""
        self._bodies.branch(node.start_byte)

    def define(self, name: str, kind: str, signature: str, nodes: tuple[Node, Node], described: Described) -> str:
        """Take a definition, which starts with the first of two nodes and ends with the second.

        Gives its name, dotted inside the file.
        """
        first, last = nodes
        frame = self.frame(first)
        owner = described.owner or frame.owner
        full = f"{owner}.{name}" if owner else name
        public, bases, decorators, documented, parameters, typed, _owner = described
        lines = first.start_point.row + 1, last.end_point.row + 1
        open_ = public and frame.public
        self.definitions.append(
            Definition(full, kind, signature, *lines, open_, bases, decorators, documented, parameters, typed)
        )
        return full

    def call(self, callee: str, node: Node) -> None:
        """Take a call."""
        if callee:
            self.calls.append(Call(callee, self.frame(node).owner, node.start_point.row + 1))

    def callee(self, whole: str, last: Node | None) -> str:
        """Give what is called: all of it where it is a dotted name, `.last` where that hangs on an expression."""
        if _NAME.fullmatch(whole):
            return whole
        return f".{trees.text(self.source, last)}" if last is not None else ""

    def span(self, start: int, end: int) -> str:
        """Give the source between two bytes; "" when it is too long to be a name."""
        return self.source[start:end].decode("utf-8", "replace") if end - start <= NAME_LIMIT else ""

    def bodies(self) -> tuple[Body, ...]:
        """Give the bodies with their complexity."""
        return self._bodies.finished()

    def text(self, node: Node | None) -> str:
        """Give the source of a node; "" for none."""
        return trees.text(self.source, node) if node is not None else ""

    def line(self, node: Node, start: int, end: int) -> str:
        """Fold the source of a definition to one line, from `start` to `end`."""
        return trees.one_line(self.source, node, end, self.comments, start=start)

    def valued(self, node: Node, start: int, value: Node | None) -> str:
        """Fold a variable to one line; a long value is left out."""
        if value is None:
            return self.line(node, start, node.end_byte).rstrip(";, ")
        if value.end_byte - value.start_byte > VALUE_LIMIT:
            return f"{self.line(node, start, value.start_byte)} …"
        return self.line(node, start, value.end_byte)


def modifiers(node: Node) -> list[Node]:
    """Give the modifiers and annotations that a definition begins with, where the grammar gathers them in one node."""
    first = node.children[0] if node.children else None
    return first.children if first is not None and first.type == "modifiers" else []


def unmarked(node: Node, marks: frozenset[str]) -> Node:
    """Give the node with which a definition starts once what `marks` names (annotations) is left out."""
    gathered = modifiers(node)
    plain = [child for child in gathered if child.type not in marks and not child.is_extra]
    if plain:
        return plain[0]
    return node.children[1] if gathered and len(node.children) > 1 else node


def with_gathered(facts: FileFacts, found: Gatherer, tier: Tier) -> FileFacts:
    """Give the facts with the definitions that were gathered, and with calls and bodies where the tier has them."""
    whole = tier is Tier.BODIES
    return replace(
        facts,
        definitions=tuple(found.definitions),
        calls=tuple(found.calls) if whole else (),
        bodies=found.bodies() if whole else (),
    )


def syntax_problems(source: bytes, root: Node, language: str) -> tuple[Problem, ...]:
    """Tell the first syntax error of a tree, if it has one; a tree that was closed ends behind its source."""
    if not root.has_error:
        if root.end_byte <= len(source):
            return ()
        start = trees.unclosed(source)
        line, column = source.count(b"\n", 0, start) + 1, start - source.rfind(b"\n", 0, start)
        hint = "Close it; what stands before it still counts."
        return (Problem("syntax-error", "The comment that begins here never ends", line, column, hint),)
    error = trees.first_error(root)
    message = f"This is not valid {language}, or newer than the grammar that reads it"
    hint = "Mend the syntax if the compiler objects too; the rest of the file still counts."
    return (Problem("syntax-error", message, error.start_point.row + 1, trees.column(source, error), hint),)
