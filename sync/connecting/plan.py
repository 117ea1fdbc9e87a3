"""Plans what connecting a client changes in the texts of its files, and what taking that back changes. Pure.

What stands there and is not ours is left byte for byte. A change whose result does not read as what it should be is
refused, never written.
"""

import copy
import json
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from specs.errors import UserError
from specs.values import dataclass
from sync.connecting.clients import Part
from sync.connecting.jsonc import Node, NotJsonError, append, find, put, read, remove

Texts: TypeAlias = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Change:
    """What a file holds before and after; None where it is not there."""

    file: str
    before: str | None
    after: str | None


def connecting(texts: Texts, parts: Sequence[Part]) -> tuple[Change, ...]:
    """Put in what is not there yet. Raises `UserError` where something else stands in its place."""
    return tuple(
        Change(file, texts[file], made)
        for file in dict.fromkeys(part.file for part in parts)
        if (made := _put_in(file, texts[file] or "", [part for part in parts if part.file == file])) != texts[file]
    )


def _put_in(file: str, text: str, parts: Sequence[Part]) -> str:
    for part in parts:
        try:
            text = _put_table(text, part) if part.table else _put_part(text, part)
        except NotJsonError as error:
            raise UserError(f"{file}: {error.message}", error.hint) from error
    return text


def _put_part(text: str, part: Part) -> str:
    root = read(text)
    there = find(root, part.path)
    if part.item:
        items = there.value if there is not None else []
        if not isinstance(items, list):
            raise NotJsonError(f"{'.'.join(part.path)} is not a list", "look at the file")
        if part.value in items:
            return text
        if any(_is_ours(item) for item in items):
            message = f"another hook of Holdfast stands in {'.'.join(part.path)}"
            raise NotJsonError(message, "take it out first: `holdfast connect ... --undo`, or by hand")
        made = append(text, part.path, part.value)
    elif there is not None:
        if part.shared or there.value == part.value:
            return text
        message = f"{'.'.join(part.path)} is there already, and says something else"
        raise NotJsonError(message, "take it out first: `holdfast connect ... --undo`, or by hand")
    else:
        made = put(text, part.path, part.value)
    if read(made).value != _expected(root.value, part):
        raise NotJsonError("it is written in a way that cannot be added to", "add to it by hand")
    return made


def _expected(value: Any, part: Part) -> Any:
    result = copy.deepcopy(value)
    place = result
    for key in part.path[:-1]:
        place = place.setdefault(key, {})
    if part.item:
        place[part.path[-1]] = [*place.get(part.path[-1], []), part.value]
    else:
        place[part.path[-1]] = part.value
    return result


def _is_ours(item: Any) -> bool:
    """Say whether a hook runs Holdfast, whatever its options."""
    return "holdfast hook" in json.dumps(item)


def _put_table(text: str, part: Part) -> str:
    known = _toml(text)
    there = _at(known, part.path)
    if there == part.value:
        return text
    if there is not None:
        message = f"[{'.'.join(part.path)}] is there already, and says something else"
        raise NotJsonError(message, "take it out first: `holdfast connect ... --undo`, or by hand")
    newline = "\r\n" if "\r\n" in text else "\n"
    table = part.table.replace("\n", newline)
    made = table if not text else f"{text}{'' if text.endswith(newline) else newline}{newline}{table}"
    try:
        fits = _at(_toml(made), part.path) == part.value
    except NotJsonError:
        fits = False
    if not fits:
        raise NotJsonError("a table cannot be added to it as it is written", "add it by hand")
    return made


def _toml(text: str) -> Any:
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise NotJsonError(f"it is not TOML: {error}", "mend it, or move the file away") from error


def _at(value: Any, path: Sequence[str]) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def undoing(texts: Texts, parts: Sequence[Part], before: Texts, after: Texts) -> tuple[Change, ...]:
    """Take out what was put in. A file that nobody touched since becomes what it was, to the byte.

    `before` and `after` are the texts when it was connected, where that is known. Raises `UserError` where our part was
    changed meanwhile.
    """
    changes = []
    for file in dict.fromkeys(part.file for part in parts):
        text = texts[file]
        if text is None:
            continue
        if file in after and text == after[file]:
            changes.append(Change(file, text, before[file]))
            continue
        mine = [part for part in parts if part.file == file]
        was = before.get(file)
        try:
            left = _take_out(text, mine, was)
        except NotJsonError as error:
            raise UserError(f"{file}: {error.message}", error.hint) from error
        gone = was is None and left.strip() in {"", "{}"}
        if gone or left != text:
            changes.append(Change(file, text, None if gone else left))
    return tuple(changes)


def _take_out(text: str, parts: Sequence[Part], was: str | None) -> str:
    for part in parts:
        if part.table:
            text = _take_table(text, part)
        elif not part.shared:
            text = _take_part(text, part)
    for part in sorted(parts, key=lambda part: part.shared):
        if not part.table:
            text = _pruned(text, part, was)
    return text


def _take_part(text: str, part: Part) -> str:
    root = read(text)
    there = find(root, part.path)
    if there is None:
        return text
    if part.item:
        same = [one for one in there.items if one.value == part.value]
        if same:
            return remove(text, same[0], there, same[0].start)
        if any(_is_ours(one.value) for one in there.items):
            raise _changed(part)
        return text
    if there.value != part.value:
        raise _changed(part)
    return _without(text, root, part.path)


def _changed(part: Part) -> NotJsonError:
    return NotJsonError(
        f"{'.'.join(part.path)} was changed since Holdfast wrote it", "nothing was changed: take it out by hand"
    )


def _without(text: str, root: Node, path: tuple[str, ...]) -> str:
    parent = find(root, path[:-1])
    if parent is None:
        return text
    start, node = next((start, value) for key, start, value in parent.members if key == path[-1])
    return remove(text, node, parent, start)


def _pruned(text: str, part: Part, was: str | None) -> str:
    """Take out what holds nothing any more and did not stand there before; a `shared` part, once it stands alone."""
    known = read(was).value if was else {}
    if part.shared:
        root = read(text)
        alone = isinstance(root.value, dict) and list(root.value) == list(part.path)
        return _without(text, root, part.path) if alone and _at(known, part.path) is None else text
    for length in range(len(part.path), 0, -1):
        path, root = part.path[:length], read(text)
        there = find(root, path)
        if there is None or there.value not in ([], {}) or _at(known, path) is not None:
            continue
        text = _without(text, root, path)
    return text


def _take_table(text: str, part: Part) -> str:
    there = _at(_toml(text), part.path)
    if there is None:
        return text
    newline = "\r\n" if "\r\n" in text else "\n"
    table = part.table.replace("\n", newline)
    if there != part.value or text.count(table) != 1:
        raise _changed(part)
    start = text.index(table)
    begin = start - len(newline) if text[:start].endswith(newline * 2) else start
    left = text[:begin] + text[start + len(table) :]
    if _at(_toml(left), part.path) is not None:
        raise _changed(part)
    return left
