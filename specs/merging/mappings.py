"""Merges YAML mappings key by key, wherever a side put its keys: the front matter, and mappings nested in it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from specs.diff import matches, split
from specs.merging.choices import choose
from specs.merging.inserting import sort_key
from specs.merging.scan import FRONT_MATTER, Unit, UnitKind, keyed
from specs.merging.words import Words

Merger: TypeAlias = Callable[[str, str, str], Words]
Order: TypeAlias = list[str]
FENCES = 2


def merge_mapping(versions: Sequence[Sequence[Unit]], merge: Merger) -> str | None:
    """Merge three lists of keys (base, ours, theirs); `merge` merges what one key says.

    None where one is no plain mapping, one side took out what the other changed, or both put keys into another order.
    """
    found = [{unit.key: unit for unit in units} for units in versions]
    if any(len(keys) < len(units) for keys, units in zip(found, versions, strict=True)):
        return None
    if any(unit.kind is not UnitKind.KEY for units in versions for unit in units):
        return None
    texts: dict[str, str] = {}
    for key in {**found[0], **found[1], **found[2]}:
        text = _told([keys[key].text if key in keys else None for keys in found], merge)
        if text is None:
            return None
        if text:
            texts[key] = text
    order = _order([list(keys) for keys in found], found)
    return None if order is None else "".join(texts[key] for key in order if key in texts)


def _told(versions: Sequence[str | None], merge: Merger) -> str | None:
    """Give what one key comes to: "" where it goes, None where the sides are at odds."""
    base, ours, theirs = (text or "" for text in versions)
    chosen = choose(base, ours, theirs)
    if chosen is not None or None in versions:
        return chosen
    return merge(base, ours, theirs).text


def _order(orders: Sequence[Order], units: Sequence[Mapping[str, Unit]]) -> Order | None:
    """Order the keys of both sides: as the side has them that moved some, new ones behind what stayed before them."""
    everywhere = set(orders[0]).intersection(*orders[1:])
    common = choose(*([key for key in order if key in everywhere] for order in orders))
    if common is None:
        return None
    skeleton = _kept(orders, common)
    behind: dict[str, list[list[str]]] = {}
    for order in orders[1:]:
        still = {skeleton[at] for _, at in matches(order, skeleton)}
        last, groups = "", dict[str, list[str]]()
        for key in order:
            if key not in orders[0]:
                groups.setdefault(last, []).append(key)
            elif key in still:
                last = key
        for key, group in groups.items():
            behind.setdefault(key, []).append(group)
    return [key for place in ("", *skeleton) for key in (*([place] if place else []), *_both(behind.get(place), units))]


def _kept(orders: Sequence[Order], common: Order) -> Order:
    """Give the order of the base's keys, with those that one side took out where the base has them, if it has not."""
    if [key for key in orders[0] if key in common] == common:
        return orders[0]
    return common


def _both(groups: list[list[str]] | None, units: Sequence[Mapping[str, Unit]]) -> Iterator[str]:
    """Give the keys that one side, or both, put in at one place: of both, sorted, as their order says nothing."""
    if not groups:
        return
    if len(groups) == 1 or groups[0] == groups[1]:
        yield from groups[0]
        return
    known = {**units[1], **units[2]}
    yield from sorted({key for group in groups for key in group}, key=lambda key: (sort_key(known[key]), key))


def nested(values: Sequence[str], merge: Merger) -> str | None:
    """Merge three versions of what stands under a key, where that is a mapping in all of them."""
    lines = [split(value) for value in values]
    if any(each[0].strip() or len(each) == 1 for each in lines):
        return None
    first = choose(*(each[0] for each in lines))
    depths = {len(line) - len(line.lstrip(" ")) for each in lines for line in each[1:] if line.strip()}
    depth = min(depths, default=0)
    if first is None or not depth or not all(_depth(each[1]) == depth for each in lines):
        return None
    versions = [_inner(each[1:], depth) for each in lines]
    text = merge_mapping(versions, merge)
    return None if text is None else first + text


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _inner(lines: Sequence[str], depth: int) -> list[Unit]:
    """Cut indented lines into keys, as they stand."""
    found = keyed([line[depth:] if line.strip() else line for line in lines], 0, len(lines), FRONT_MATTER)
    return [
        Unit(unit.kind, "".join(lines[unit.first : unit.last]), unit.first, unit.last, unit.key, unit.group)
        for unit in found
    ]


def front_of(units: Sequence[Unit]) -> list[Unit]:
    """Give the keys of the front matter that a text begins with."""
    if not units or units[0].kind is not UnitKind.FENCE or units[0].group != FRONT_MATTER:
        return []
    last = next(at for at in range(1, len(units)) if units[at].kind is UnitKind.FENCE)
    return list(units[1:last])
