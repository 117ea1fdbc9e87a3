"""The whole graph as one table: the parts of the product, and what each of them imports of the others.

Packages are opened from the largest on, as long as the table stays readable. What nearly everyone imports is free;
outside packages that few import, and the tests, have a row as well, so that whoever else wants them must say so.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from drift.graphs.names import separator_of
from drift.learning.field import Field, bits, inside, mask_of
from drift.learning.layering import entries_of
from drift.learning.promises import TESTS_APART, WIDTH, Promise, owner_of, quoted, selector

FEWEST_ROWS = 4
MOST_LEAVES = 9
FREE_SHARE = 0.6
# A package with this share of the rows is large: what is left of it beside them is no part of its own.
LARGE_REST = 1 / 3
OUTER_LINES = 5
OUTER_SHARE = 0.34
MOST_SEEN, FEWEST_INNER, MOST_SURFACES = 12, 4, 6


@dataclass(frozen=True, slots=True)
class Row:
    """A part with its units, and the names of those that it imports."""

    name: str
    mask: int
    imports: tuple[str, ...]


def table_promises(field: Field) -> list[Promise]:
    """Propose tables of several sizes: the larger, the more it says and the more there is to read."""
    found: dict[tuple[str, ...], Promise] = {}
    frontiers = [opened(field, limit) for limit in (12, 18, 24, 30, 36, 42)] + [
        largest(field, limit) for limit in (18, 24, 30)
    ]
    for parts in frontiers:
        # Where one row is most of the product, the table says next to nothing of it.
        largest_row = max((mask.bit_count() for mask in parts.values()), default=0)
        if len(parts) >= FEWEST_ROWS and largest_row * 2 <= len(field.units):
            for narrow in (False, True):
                if promise := table(field, parts, narrow=narrow):
                    found[promise.options] = promise
    return list(found.values())


def opened(field: Field, limit: int) -> dict[str, int]:
    """Open packages, the largest first, until the table would grow too long; gives parts and their units."""
    parts = {name: field.below(name) for name in field.containers.get("", ())}
    if len(parts) > limit:
        kept = sorted(parts, key=lambda name: (-parts[name].bit_count(), name))[:limit]
        parts = {name: parts[name] for name in sorted(kept)}
    closed: set[str] = set()
    while True:
        left = [name for name in parts if name not in closed and len(field.containers.get(name, ())) > 1]
        left += [name for name in parts if name not in closed and len(field.containers.get(name, ())) == 1]
        if not left:
            return parts
        widest = max(left, key=lambda name: (parts[name].bit_count(), name))
        inner = children(field, widest)
        if not inner or len(parts) + len(inner) > limit:
            closed.add(widest)
            continue
        rest = parts.pop(widest)
        for mask in inner.values():
            rest &= ~mask
        parts.update(inner)
        closed.add(widest)
        if rest:
            parts[widest] = rest


def largest(field: Field, limit: int) -> dict[str, int]:
    """Give the largest packages, at whatever depth; each stands for what no other of them holds."""
    sizes = {name: field.below(name).bit_count() for names in field.containers.values() for name in names}
    real = [name for name in sizes if sizes[name] > 1 and len(field.containers.get(name, ())) != 1]
    chosen = sorted(sorted(real, key=lambda name: (-sizes[name], name))[:limit])
    parts: dict[str, int] = {}
    for name in chosen:
        mask = field.below(name)
        for other in chosen:
            if inside(other, name):
                mask &= ~field.below(other)
        if mask:
            parts[name] = mask
    return parts


def children(field: Field, package: str) -> dict[str, int]:
    """Give what a package is opened into: all its parts where single modules are few, else those that are packages."""
    found = {part: field.below(part) for part in field.containers[package]}
    leaves = [part for part, mask in found.items() if mask.bit_count() == 1]
    if len(leaves) > MOST_LEAVES:
        found = {part: mask for part, mask in found.items() if mask.bit_count() > 1}
    return found


def table(field: Field, parts: Mapping[str, int], *, narrow: bool) -> Promise | None:
    """Make the promise of a table; None where what is left of a large package were free for all: that says little."""
    outer = outer_rows(field, parts)
    rows = [Row(name, mask, imports_of(field, name, mask, {**parts, **outer})) for name, mask in parts.items()]
    users = {name: sum(name in row.imports for row in rows) for name in parts}
    free = sorted(name for name, count in users.items() if count > max(FREE_SHARE * (len(rows) - 1), 3))
    if any(sum(inside(other, one) for other in parts) >= LARGE_REST * len(parts) for one in free):
        return None
    rows = [
        Row(row.name, row.mask, tuple(one for one in row.imports if one not in free)) for row in in_order(field, rows)
    ]
    lines = [piece for row in rows for piece in wrapped(f"  {key(field, row.name)}: {listed(field, row.imports)},")]
    lines += packed([f"{key(field, name)}: {'null' if name in field.tests else '[]'}" for name in outer])
    options = ("modules: {", *lines[:-1], lines[-1].rstrip(",") + " }")
    if free:
        options = (f"free: {listed(field, free)}", *options)
    taken = mask_of(bit for mask in (*parts.values(), *outer.values()) for bit in bits(mask))
    everywhere = mask_of(bit for name in free for bit in bits(parts[name]))
    cover: dict[int, int] = {}
    for row in rows:
        allowed = row.mask | everywhere
        for name in row.imports:
            allowed |= parts.get(name, 0) | outer.get(name, 0)
        for unit in bits(row.mask):
            cover[unit] = taken & ~allowed
    shows = surfaces(field, rows) if narrow else {}
    for name, (_, hidden) in shows.items():
        for row in rows:
            if row.name != name:
                for unit in bits(row.mask):
                    cover[unit] |= hidden
    ways = sum(len(row.imports) for row in rows)
    possible = len(rows) * (len(rows) + len(outer) - 1)
    made = sum(field.counts.values())
    said = f"Who uses whom, top to bottom: of {possible:,} pairs of parts {ways:,} are linked, by {made:,} imports."
    said += " A part imports what its row names" + (" and what is free" if free else "") + "; a new link is a decision."
    if shows:
        said += " Of the parts under `shows`, others use these names alone."
        options = (*options, "shows:", *(f"  - {text}" for text, _ in shows.values()), TESTS_APART)
    return Promise("Table", "parts", "depends", options, said, cover, "whole")


def surfaces(field: Field, rows: list[Row]) -> dict[str, tuple[str, int]]:
    """Say for the parts that hide most what others see of them today, each in a line, with what stays hidden."""
    found = {}
    for row in rows:
        inner = {part: field.below(part) & row.mask for part in field.containers.get(row.name, ())}
        inner = {part: mask for part, mask in inner.items() if mask}
        users = field.own & ~row.mask
        seen = {part: mask for part, mask in inner.items() if field.importers(mask) & users}
        hidden = mask_of(bit for part, mask in inner.items() if part not in seen for bit in bits(mask))
        if (
            not seen
            or len(seen) > MOST_SEEN
            or hidden.bit_count() * 3 < row.mask.bit_count()
            or len(inner) < FEWEST_INNER
        ):
            continue
        names = [pattern(part, whole=mask.bit_count() > 1) for part, mask in sorted(seen.items())]
        text = f"{{of: [{key(field, row.name)}], names: [{', '.join(quoted(name) for name in names)}]}}"
        if len(text) < WIDTH:
            others = sum(bool(field.importers(row.mask) & other.mask) for other in rows if other is not row)
            found[row.name] = (-hidden.bit_count() * others, text, hidden)
    best = sorted(found, key=lambda name: (found[name][0], name))[:MOST_SURFACES]
    return {name: found[name][1:] for name in sorted(best)}


def pattern(name: str, *, whole: bool) -> str:
    """Write the expression for a part as others see it, with what is below it where there is something."""
    separator = separator_of(name)
    plain = re.escape(name.rpartition(separator)[2]).replace("\\_", "_").replace("\\-", "-")
    return f"{plain}({re.escape(separator)}.*)?" if whole else plain


def outer_rows(field: Field, parts: Mapping[str, int]) -> dict[str, int]:
    """Choose the outside packages that few parts import, those with the most imports first, and the tests."""
    masks: dict[str, int] = {}
    known = frozenset(field.externals)
    for name in field.externals:
        owner = owner_of(name, known)
        masks[owner] = masks.get(owner, 0) | 1 << field.number[name]
    found = {}
    for name, mask in masks.items():
        users = field.importers(mask)
        share = sum(bool(users & own) for own in parts.values()) / len(parts)
        if share <= OUTER_SHARE and not field.below(name):
            found[name] = (-sum(count for (_, end), count in field.counts.items() if mask >> end & 1), name)
    kept, room = [], OUTER_LINES * WIDTH
    for name in sorted(found, key=lambda name: found[name]):
        room -= len(key(field, name)) + len(": [], ")
        if room > 0:
            kept.append(name)
    kept.sort()
    return {name: masks[name] for name in kept} | {name: 1 << field.number[name] for name in field.tests}


def imports_of(field: Field, name: str, mask: int, columns: Mapping[str, int]) -> tuple[str, ...]:
    """Name what a part imports directly."""
    targets = 0
    for unit in bits(mask):
        targets |= field.direct[unit]
    return tuple(other for other in sorted(columns) if other != name and targets & columns[other])


def in_order(field: Field, rows: list[Row]) -> list[Row]:
    """Sort rows from top to bottom, as far as circles allow, and by name."""
    del field
    number = {row.name: at for at, row in enumerate(rows)}
    after = {number[row.name]: {number[one] for one in row.imports if one in number} for row in rows}
    return [rows[node] for nodes, _ in entries_of(after) for node in nodes]


def key(field: Field, name: str) -> str:
    """Write the key of a row."""
    return quoted(selector(field, name))


def listed(field: Field, names: tuple[str, ...] | list[str]) -> str:
    """Write a row's list."""
    return f"[{', '.join(key(field, name) for name in names)}]"


def wrapped(line: str) -> list[str]:
    """Break a long row where a list may be broken."""
    lines = [line]
    while len(lines[-1]) > WIDTH and (cut := lines[-1].rfind(", ", 40, WIDTH)) > 0:
        lines[-1:] = [lines[-1][: cut + 1], "      " + lines[-1][cut + 2 :]]
    return lines


def packed(rows: list[str]) -> list[str]:
    """Write short rows, as many to a line as fit."""
    lines: list[str] = []
    for row in rows:
        if lines and len(lines[-1]) + len(row) + 2 <= WIDTH:
            lines[-1] += f" {row},"
        else:
            lines.append(f"  {row},")
    return lines
