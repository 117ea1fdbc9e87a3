"""What a Ruby file defines, gathered while its tree is walked. Knows nothing of requires."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from drift.facts import Definition
from drift.languages.support import trees

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tree_sitter import Node

SCOPES = {"class", "module", "singleton_class"}
MEMBERS = {"method", "singleton_method"}
_HIDING = {"private", "protected"}
_MIXINS = {"include", "extend", "prepend"}
_READERS = {"attr_reader", "attr_accessor", "attr_writer", "attribute"}
_LONG = 400
_VALUE = 80


class _Owner(NamedTuple):
    """A class or module: where it ends, its full name, and how its members count from here on."""

    end: int
    name: str


class Definitions:
    """Collects definitions; what is hidden or mixed in later in a class is known only at the end."""

    def __init__(self, source: bytes, comments: Mapping[int, str]) -> None:
        self._source = source
        self._comments = comments
        self._found: list[Definition] = []
        self._owners: list[_Owner] = []
        self._hidden_from: dict[str, bool] = {}
        self._hidden: set[str] = set()
        self._mixins: dict[str, list[str]] = {}
        self._comment_line = -1

    def finished(self) -> Iterator[Definition]:
        """Give what was found."""
        for one in self._found:
            mixed = self._mixins.get(one.name, ()) if one.kind == "class" else ()
            yield one._replace(public=one.public and one.name not in self._hidden, bases=(*one.bases, *mixed))

    def comment(self, node: Node) -> None:
        """Take a comment; one that ends on the line before a definition documents it."""
        self._comment_line = node.end_point.row

    def scope(self, kind: str, node: Node) -> None:
        """Take a class or module."""
        owner = self._owner(node)
        if kind == "singleton_class":
            self._owners.append(_Owner(node.end_byte, owner))
            return
        name = trees.field_text(self._source, node, "name").replace("::", ".").strip(".")
        full = f"{owner}.{name}" if owner else name
        self._owners.append(_Owner(node.end_byte, full))
        self._hidden_from[full] = False
        parent = node.child_by_field_name("superclass")
        bases = (trees.text(self._source, parent.named_children[0]),) if parent and parent.named_children else ()
        head = parent or node.child_by_field_name("name")
        end = head.end_byte if head else node.end_byte
        plain = tuple(base for base in bases if len(base) <= _VALUE and base.replace(":", "").isalnum())
        self._define(full, "class", trees.one_line(self._source, node, end, self._comments), node, bases=plain)

    def method(self, kind: str, node: Node) -> str:
        """Take a method, and give its full name."""
        owner = self._owner(node)
        name = trees.field_text(self._source, node, "name")
        full = f"{owner}.{name}" if owner else name
        parameters = node.child_by_field_name("parameters")
        head = parameters or node.child_by_field_name("name")
        signature = trees.one_line(self._source, node, head.end_byte if head else node.end_byte, self._comments)
        count = sum(child.type != "block_parameter" for child in parameters.named_children) if parameters else 0
        hidden = kind == "method" and self._hidden_from.get(owner, False)
        self._define(full, "method" if owner else "function", signature, node, public=not hidden, parameters=count)
        return full

    def word(self, node: Node) -> None:
        """Take a bare word: `private` hides the methods that follow it in its class."""
        parent = node.parent
        if (
            parent is None
            or parent.type not in {"body_statement", "program"}
            or node.end_byte - node.start_byte > _VALUE
        ):
            return
        word = trees.text(self._source, node)
        if word in _HIDING or word == "public":
            self._hidden_from[self._owner(node)] = word != "public"

    def macro(self, method: str, node: Node) -> None:
        """Take a call in a class body: what it hides, mixes in, or defines."""
        owner = self._owner(node)
        arguments = node.child_by_field_name("arguments")
        values = arguments.named_children if arguments else []
        texts = [trees.text(self._source, one) for one in values if one.end_byte - one.start_byte <= _VALUE]
        if method in _MIXINS and owner:
            known = self._mixins.setdefault(owner, [])
            known += [text for text in texts if text[:1].isupper()]
        elif method in {"private", "protected", "private_constant", "private_class_method"}:
            names = [trees.field_text(self._source, one, "name") for one in values if one.type in MEMBERS]
            names += [text.strip(":'\"") for text in texts if text.startswith((":", '"', "'"))]
            self._hidden |= {f"{owner}.{name}" if owner else name for name in names}
        elif method in _READERS and owner:
            for text in texts:
                if text.startswith(":"):
                    public = not self._hidden_from.get(owner, False)
                    self._define(f"{owner}.{text[1:]}", "variable", f"{method} {text}", node, public=public)

    def constant(self, left: Node, node: Node) -> None:
        """Take the assignment of a constant."""
        owner, name = self._owner(node), trees.text(self._source, left)
        right = node.child_by_field_name("right")
        long = right is not None and right.end_byte - right.start_byte > _VALUE
        end = right.start_byte if long and right else node.end_byte
        signature = trees.one_line(self._source, node, end, self._comments)
        full = f"{owner}.{name}" if owner else name
        self._define(full, "constant", f"{signature} …" if long else signature, node)

    def _owner(self, node: Node) -> str:
        while self._owners and self._owners[-1].end <= node.start_byte:
            self._owners.pop()
        return self._owners[-1].name if self._owners else ""

    def _define(self, name: str, kind: str, signature: str, node: Node, *, public: bool = True, **more: Any) -> None:
        line, end_line = node.start_point.row + 1, node.end_point.row + 1
        documented = self._comment_line == line - 2
        self._found.append(Definition(name, kind, signature, line, end_line, public, documented=documented, **more))
