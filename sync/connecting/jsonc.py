"""Edits JSON as people keep it, comments and trailing commas included, and leaves every other byte as it is. Pure.

Reads a text into nodes that know where they stand; an edit cuts into the text at those places.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from specs.errors import UserError
from specs.values import dataclass

DEEPEST = 60
INDENT = re.compile(r"\n([ \t]+)\S")
BLANK = re.compile(r"(?:[ \t\r\n\ufeff]|//[^\n]*|/\*(?s:.*?)\*/)*")
REMARK = re.compile(r"[ \t]*(?://[^\r\n]*|/\*[^\r\n]*?\*/)(?=[ \t]*\r?\n)")
TEXT = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
WORD = re.compile(r"-?[0-9][0-9.eE+-]*|true|false|null")


class NotJsonError(UserError):
    """The text cannot be read."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value and where it stands. `members` of an object: key, where the key begins, value; `items` of an array."""

    start: int
    end: int
    value: Any
    members: tuple[tuple[str, int, "Node"], ...] = ()
    items: tuple["Node", ...] = ()


def read(text: str) -> Node:
    """Read a text; an empty one is an object with nothing in it. Raises `NotJsonError`."""
    at = _blank(text, 0)
    if at == len(text):
        return Node(at, at, {})
    node = _node(text, at, 0)
    rest = _blank(text, node.end)
    if rest != len(text):
        raise _wrong(text, rest)
    return node


def _blank(text: str, at: int) -> int:
    found = BLANK.match(text, at)
    return found.end() if found else at


def _wrong(text: str, at: int) -> NotJsonError:
    line = text.count("\n", 0, at) + 1
    return NotJsonError(f"line {line} is not JSON", "mend it, or move the file away")


def _node(text: str, at: int, depth: int) -> Node:
    if depth > DEEPEST:
        raise _wrong(text, at)
    if text[at : at + 1] == "{":
        return _object(text, at, depth)
    if text[at : at + 1] == "[":
        return _array(text, at, depth)
    found = TEXT.match(text, at) or WORD.match(text, at)
    if found is None:
        raise _wrong(text, at)
    try:
        return Node(at, found.end(), json.loads(found.group()))
    except ValueError as error:
        raise _wrong(text, at) from error


def _object(text: str, start: int, depth: int) -> Node:
    members: list[tuple[str, int, Node]] = []

    def member(at: int) -> int:
        key = TEXT.match(text, at)
        colon = _blank(text, key.end()) if key else at
        if key is None or text[colon : colon + 1] != ":":
            raise _wrong(text, at)
        value = _node(text, _blank(text, colon + 1), depth + 1)
        members.append((json.loads(key.group()), at, value))
        return value.end

    end = _listed(text, start, "}", member)
    return Node(start, end, {key: value.value for key, _, value in members}, members=tuple(members))


def _array(text: str, start: int, depth: int) -> Node:
    items: list[Node] = []

    def item(at: int) -> int:
        items.append(_node(text, at, depth + 1))
        return items[-1].end

    end = _listed(text, start, "]", item)
    return Node(start, end, [one.value for one in items], items=tuple(items))


def _listed(text: str, start: int, closing: str, one: Callable[[int], int]) -> int:
    """Read what stands between brackets, with a comma after each but perhaps the last; give where it ends."""
    at = _blank(text, start + 1)
    while text[at : at + 1] != closing:
        at = _blank(text, one(at))
        if text[at : at + 1] == ",":
            at = _blank(text, at + 1)
        elif text[at : at + 1] != closing:
            raise _wrong(text, at)
    return at + 1


def find(node: Node, path: tuple[str, ...]) -> Node | None:
    """Give the value at a path of keys; None where there is none."""
    for key in path:
        node_ = next((value for name, _, value in reversed(node.members) if name == key), None)
        if node_ is None:
            return None
        node = node_
    return node


def put(text: str, path: tuple[str, ...], value: Any) -> str:
    """Add a member at a path that is not there yet, with the objects above it. Raises `NotJsonError`."""
    root = read(text)
    if root.start == root.end:
        return text + _dumped(_nested(path, value), "", _unit(text), _newline(text)) + _newline(text)
    known = 0
    while known < len(path) - 1 and find(root, path[: known + 1]) is not None:
        known += 1
    place = find(root, path[:known])
    if place is None or not isinstance(place.value, dict) or path[known] in place.value:
        raise NotJsonError(f"{'.'.join(path[: known + 1])} is not what it should be", "look at the file")
    key = json.dumps(path[known], ensure_ascii=False)
    return _inserted(text, place, _nested(path[known + 1 :], value), f"{key}: ", [one for *_, one in place.members])


def append(text: str, path: tuple[str, ...], value: Any) -> str:
    """Add an item at the end of the array at a path, which is made where it is not there. Raises `NotJsonError`."""
    place = find(read(text), path)
    if place is None:
        return put(text, path, [value])
    if not isinstance(place.value, list):
        raise NotJsonError(f"{'.'.join(path)} is not a list", "look at the file")
    return _inserted(text, place, value, "", list(place.items))


def _nested(path: tuple[str, ...], value: Any) -> Any:
    for key in reversed(path):
        value = {key: value}
    return value


def _inserted(text: str, place: Node, value: Any, before: str, inside: list[Node]) -> str:
    newline, unit = _newline(text), _unit(text)
    outer = _indent_at(text, place.start)
    spread = "\n" in text[place.start : place.end] or not inside
    inner = outer + unit if not inside or not spread else _indent_at(text, inside[0].start)
    written = before + _dumped(value, inner if spread else outer, unit, newline)
    if not inside:
        hole = text[place.start + 1 : place.end - 1]
        tail = "" if hole.strip() and hole.rstrip(" \t").endswith("\n") else newline
        kept = hole.rstrip() if hole.strip() else ""
        middle = f"{kept}{newline}{inner}{written}{tail or newline}{outer}"
        return text[: place.start + 1] + middle + text[place.end - 1 :]
    last = inside[-1].end
    comma = _blank(text, last)
    if text[comma : comma + 1] == ",":
        at, lead = comma + 1, ""
    else:
        at, lead = last, ","
    remark = REMARK.match(text, at) if spread else None
    rest = remark.group() if remark else ""
    return text[:at] + lead + rest + (f"{newline}{inner}" if spread else " ") + written + text[at + len(rest) :]


def remove(text: str, node: Node, parent: Node, start: int) -> str:
    """Take a member or item out of its parent; `start` is where it begins, its key included."""
    ends = [value.end for *_, value in parent.members] or [one.end for one in parent.items]
    at = ends.index(node.end)
    if at:
        comma = _blank(text, node.end)
        begin = ends[at - 1] if at == len(ends) - 1 and text[comma : comma + 1] != "," else _after(text, ends[at - 1])
        end = comma + 1 if text[comma : comma + 1] == "," else node.end
        return text[:begin] + text[end:]
    comma = _blank(text, node.end)
    if len(ends) > 1:
        following = [begin for _, begin, _ in parent.members] or [one.start for one in parent.items]
        return text[:start] + text[following[1] :]
    end = comma + 1 if text[comma : comma + 1] == "," else node.end
    rest = text[parent.start + 1 : start].rstrip() + text[end : parent.end - 1].strip()
    return text[: parent.start + 1] + rest + text[parent.end - 1 :]


def _after(text: str, end: int) -> int:
    """Give where the comma behind a value ends."""
    comma = _blank(text, end)
    return comma + 1 if text[comma : comma + 1] == "," else end


def _dumped(value: Any, indent: str, unit: str, newline: str) -> str:
    lines = json.dumps(value, indent=unit, ensure_ascii=False).split("\n")
    return f"{newline}{indent}".join(lines)


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _unit(text: str) -> str:
    found = INDENT.search(text)
    return found.group(1) if found else "  "


def _indent_at(text: str, at: int) -> str:
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line[: len(line) - len(line.lstrip(" \t"))]
