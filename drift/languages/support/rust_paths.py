"""Paths in Rust source: `use` trees taken apart, qualified names found in code. Text in, paths out."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_TOKEN = re.compile(r"r#|::|[{},*]|\bas\b|\w+")
_QUALIFIED = re.compile(rb"(?<![\w:.])(?:\$?crate|(?:self::)?super|self|[a-z_]\w*)(?:[ \t]*::[ \t]*\w+)+")
_MOST_LEAVES = 5_000


class Leaf(NamedTuple):
    """One name that a `use` brings in: the path before it, the name (`*`: all, `self`: the path itself), the alias."""

    path: str
    name: str
    alias: str


def leaves(tree: str) -> list[Leaf]:
    """Take a `use` tree apart: `a::{b, c::{self, d as e}, f::*}` gives a/b, a::c/self, a::c/d (as e), a::f/*."""
    found: list[Leaf] = []
    open_: list[list[str]] = [[]]
    here: list[str] = []
    alias: str | None = None
    for part in (*_TOKEN.findall(tree), ","):
        if part in {",", "}"}:
            if here[len(open_[-1]) :] and len(found) < _MOST_LEAVES:
                found.append(Leaf("::".join(here[:-1]), here[-1], alias or ""))
            if part == "}" and open_[1:]:
                open_.pop()
            here, alias = list(open_[-1]), None
        elif part == "{":
            open_.append(list(here))
        elif part == "as":
            alias = ""
        elif part not in {"::", "r#"}:
            here, alias = (here, part) if alias is not None else ([*here, part], None)
    return found


def qualified(source: bytes, gaps: Sequence[tuple[int, int]]) -> Iterator[tuple[int, str]]:
    """Give (byte, path) of each qualified name in code that begins in lower case, outside `gaps` (sorted ranges)."""
    place = 0
    for match in _QUALIFIED.finditer(source):
        start = match.start()
        while place < len(gaps) and gaps[place][1] <= start:
            place += 1
        if place < len(gaps) and gaps[place][0] <= start:
            continue
        yield start, re.sub(r"\s", "", match[0].decode("utf-8", "replace")).removeprefix("$")


def outward(path: str, inline: Sequence[str]) -> str:
    """Say a path that is written inside inline modules as the file's own module would say it."""
    parts = path.split("::")
    if not inline or parts[0] not in {"self", "super"}:
        return path
    level = len(inline)
    while parts and parts[0] in {"self", "super"}:
        if parts[0] == "super":
            level -= 1
        parts.pop(0)
    if level >= 0:
        return "::".join(["self", *inline[:level], *parts])
    return "::".join(["super"] * -level + parts)
