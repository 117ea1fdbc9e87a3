"""Facts of one Rust file: paths, definitions, calls and bodies, read from its syntax tree. Knows no other file."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from drift.facts import Call, EdgeAttribute, FileFacts, RawImport, Tier
from drift.languages.support import trees
from drift.languages.support.bodies import Bodies
from drift.languages.support.gather import syntax_problems
from drift.languages.support.rust_definitions import ITEMS, Definitions
from drift.languages.support.rust_paths import leaves, outward, qualified
from drift.languages.support.text import utf8

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_COMMENTS = ("line_comment", "block_comment")
_TEXTS = ("string_literal", "raw_string_literal", "char_literal")
_USES = ("use_declaration", "extern_crate_declaration")
_CALLS = ("call_expression", "macro_invocation")
_BRANCHES = ("if_expression", "while_expression", "for_expression", "loop_expression", "match_arm", "let_chain")
_FUNCTIONS = {"function_item", "function_signature_item"}
_CALLEE_LIMIT = 200
_PRIMITIVE_MACRO = re.compile(rb"\b(?:str|bool|char|[iuf]\d+|[iu]size)!(?=[ \t]*[\[({])")
_DOTTED = re.compile(r"\w+(?:\.\w+)*")
_TEST_CFG = ("cfg(all(test", "cfg(any(test")
_RUNTIME = frozenset({EdgeAttribute.RUNTIME})


def _as_name(match: re.Match[bytes]) -> bytes:
    """Write a macro that is called like a primitive type (`str![]`) so that the grammar takes it for a name."""
    return match[0].capitalize()


class _Region(NamedTuple):
    """An inline module, or an item that is compiled under a condition: where it ends, its name, how its uses count."""

    end: int
    name: str
    attributes: frozenset[EdgeAttribute]


def read(source: bytes, tier: Tier) -> FileFacts:
    """Read one Rust file as far as `tier`. Never raises on content."""
    source = _PRIMITIVE_MACRO.sub(_as_name, utf8(source))
    known = trees.grammar("tree_sitter_rust")
    root = trees.parse_closed(known, source, nested=True)
    reader = _Reader(source, tier, Definitions(source, trees.kinds(known, _COMMENTS)))
    wanted: tuple[str, ...] = (*_COMMENTS, *_TEXTS, *_USES, *ITEMS, "attribute_item")
    if tier is Tier.BODIES:
        wanted += (*_CALLS, *_BRANCHES, "binary_expression")
    for depth, kind, node in trees.walk(root, trees.kinds(known, wanted)):
        reader.take(depth, kind, node)
    # Patterns of macros may hold what the grammar does not know.
    error = trees.first_error(root, trees.kinds(known, ("macro_definition",))) if root.has_error else None
    pardoned = error is not None and not error.is_error and not error.is_missing
    return FileFacts(
        "rust",
        trees.count_lines(source),
        tuple(reader.imports()),
        tuple(reader.definitions.finished()) if tier >= Tier.DEFINITIONS else (),
        tuple(reader.calls),
        () if pardoned else syntax_problems(source, root, "Rust"),
        reader.bodies.finished(),
        tier,
    )


class _Reader:
    """Gathers facts while the tree is walked in document order."""

    def __init__(self, source: bytes, tier: Tier, definitions: Definitions) -> None:
        self.source = source
        self.tier = tier
        self.definitions = definitions
        self.calls: list[Call] = []
        self.bodies = Bodies()
        self._gaps: list[tuple[int, int]] = []
        self._uses: list[RawImport] = []
        self._bound: dict[str, str] = {}
        self._inner: set[str] = set()
        self._regions: list[_Region] = []
        self._all_regions: list[tuple[int, _Region]] = []
        self._waiting: frozenset[EdgeAttribute] = frozenset()
        self._function, self._function_end = "", 0

    def take(self, depth: int, kind: str, node: Node) -> None:
        """Take the next node."""
        while self._regions and self._regions[-1].end <= node.start_byte:
            self._regions.pop()
        if kind in _COMMENTS or kind in _TEXTS:
            self._gaps.append((node.start_byte, node.end_byte))
            if kind in _COMMENTS:
                self.definitions.comment(node)
        elif kind == "attribute_item":
            self._gaps.append((node.start_byte, node.end_byte))
            self._attribute(node)
        elif kind in _USES:
            self._use(kind, node)
            self._waiting = frozenset()
        elif kind in _CALLS:
            self._call(kind, node)
        elif kind in _BRANCHES or kind == "binary_expression":
            self._branch(kind, node)
        else:
            self._item(depth, kind, node)

    def imports(self) -> Iterator[RawImport]:
        """Give the `use` declarations, then qualified names in code that no `use` explains, each line once."""
        yield from self._uses
        seen: set[tuple[int, str]] = set()
        ends = [match.start() for match in re.finditer(b"\n", self.source)]
        place, open_regions = 0, list[_Region]()
        for start, written in qualified(self.source, self._gaps):
            first = written.partition("::")[0]
            if first in self._bound or first in self._inner:
                continue
            while place < len(self._all_regions) and self._all_regions[place][0] <= start:
                open_regions.append(self._all_regions[place][1])
                place += 1
            open_regions = [region for region in open_regions if region.end > start]
            line = bisect_left(ends, start) + 1
            target = outward(written, [region.name for region in open_regions if region.name])
            if (line, target) not in seen:
                seen.add((line, target))
                column = len(self.source[ends[line - 2] + 1 if line > 1 else 0 : start].decode("utf-8", "replace")) + 1
                attributes = _RUNTIME.union(*[region.attributes for region in open_regions])
                yield RawImport(target, (), line, column, attributes)

    def _attribute(self, node: Node) -> None:
        text = trees.text(self.source, node) if node.end_byte - node.start_byte <= _CALLEE_LIMIT else ""
        inner = "".join(text.removeprefix("#").strip("[] \n").split())
        if inner in {"test", "cfg(test)"} or inner.endswith("::test") or inner.startswith(_TEST_CFG):
            self._waiting |= {EdgeAttribute.TEST}
        elif inner.startswith("cfg("):
            self._waiting |= {EdgeAttribute.CONDITIONAL}
        self.definitions.attribute(node)

    def _use(self, kind: str, node: Node) -> None:
        attributes = _RUNTIME.union(self._waiting, *[region.attributes for region in self._regions])
        if any(child.type == "visibility_modifier" for child in node.children):
            attributes |= {EdgeAttribute.RE_EXPORT}
        self._gaps.append((node.start_byte, node.end_byte))
        grouped: dict[str, list[str]] = {}
        found = self._extern(node) if kind == "extern_crate_declaration" else self._leaves(node)
        for path, name in found:
            grouped.setdefault(path or name, []).append(name if path else "self")
        line, column = node.start_point.row + 1, trees.column(self.source, node)
        self._uses += [RawImport(path, tuple(names), line, column, attributes) for path, names in grouped.items()]

    def _extern(self, node: Node) -> Iterator[tuple[str, str]]:
        crate = trees.field_text(self.source, node, "name")
        if crate and crate != "self":
            self._bound[trees.field_text(self.source, node, "alias") or crate] = crate
            yield crate, "self"

    def _leaves(self, node: Node) -> Iterator[tuple[str, str]]:
        """Give (path, name) of what a `use` brings in, with names that an earlier one brought said in full."""
        inline = [region.name for region in self._regions if region.name]
        for leaf in leaves(trees.field_text(self.source, node, "argument")):
            path = leaf.path
            first = (path or leaf.name).partition("::")[0]
            known = self._bound.get(first, first) if path else first
            if known.partition("::")[0] != first:
                path = f"{known}{path[len(first) :]}"
            own = path.rpartition("::")[2] if leaf.name == "self" else leaf.name
            self._bound[leaf.alias or own] = f"{path}::{leaf.name}".removeprefix("::").removesuffix("::self")
            if first not in self._inner and (first[:1].islower() or first[:1] == "_"):
                yield outward(path, inline), leaf.name

    def _item(self, depth: int, kind: str, node: Node) -> None:
        name, waiting = trees.field_text(self.source, node, "name"), self._waiting
        self._waiting = frozenset()
        inline = kind == "mod_item" and node.child_by_field_name("body") is not None
        if inline or waiting:
            region = _Region(node.end_byte, name if inline else "", waiting)
            self._regions.append(region)
            self._all_regions.append((node.start_byte, region))
        if inline:
            self._inner.add(name)
        if self.tier is Tier.IMPORTS:
            return
        local = node.start_byte < self._function_end
        full = self.definitions.item(depth, kind, node, local=local)
        if kind in _FUNCTIONS and not local:
            self._function, self._function_end = full, node.end_byte
            if self.tier is Tier.BODIES and node.child_by_field_name("body") is not None:
                self.bodies.function(full, node.start_point.row + 1, node.start_byte, node.end_byte)

    def _branch(self, kind: str, node: Node) -> None:
        if kind == "binary_expression":
            sign = node.child_by_field_name("operator")
            if sign is None or sign.type not in {"&&", "||"}:
                return
        elif kind == "match_arm" and trees.field_text(self.source, node, "pattern") == "_":
            return
        self.bodies.branch(node.start_byte)

    def _call(self, kind: str, node: Node) -> None:
        function = node.child_by_field_name("macro" if kind == "macro_invocation" else "function")
        if function is not None and function.type == "generic_function":
            function = function.child_by_field_name("function")
        if function is None:
            return
        callee = ""
        if function.end_byte - function.start_byte < _CALLEE_LIMIT:
            callee = trees.text(self.source, function).replace("::", ".")
        if not _DOTTED.fullmatch(callee):
            callee = f".{trees.field_text(self.source, function, 'field')}"
        if callee != ".":
            local = node.start_byte < self._function_end
            self.calls.append(Call(callee, self._function if local else "", node.start_point.row + 1))
