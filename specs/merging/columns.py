"""Merges rows of a table to which a side added columns, or from which it took some: each cell in its own column."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from specs.diff import Match, matches
from specs.merging.choices import choose
from specs.merging.fields import cells
from specs.merging.words import Words

Row: TypeAlias = Sequence[str]
Versions: TypeAlias = Sequence[str]

DELIMITER = re.compile(r":?-+:?")
DASHES = re.compile(r"-+")
EMPTY = "|  "


def merge_columns(heads: Versions, rows: Versions, merge: Callable[[str, str, str], Words]) -> str | None:
    """Merge three versions of a row by the columns that the heads of their tables name.

    None where a row has not the cells of its head, where a head names two columns alike, where both sides put columns
    into one gap, and where one changed a cell of a column that the other took out.
    """
    names, parts = [_columns(head) for head in heads], [_columns(row) for row in rows]
    tail = choose(*(row.rstrip()[-1:] + row[len(row.rstrip()) :] for row in rows))
    if tail is None or any(not row or len(row) != len(head) for row, head in zip(parts, names, strict=True)):
        return None
    if any(len(set(_named(head))) < len(head) for head in names):
        return None
    mine, other = (_side(names[0], names[side], parts[side]) for side in (1, 2))
    found: list[str] = []
    for at, cell in enumerate((*parts[0], "")):
        put = choose([], mine[0][at], other[0][at])
        if put is None:
            return None
        found += put
        if at < len(parts[0]):
            merged = _cell(cell, mine[1].get(at), other[1].get(at), merge)
            if merged is None:
                return None
            found.append(merged)
    return "".join(found) + tail


@dataclass(frozen=True, slots=True)
class Fitted:
    """A row with a cell for each column of another head, and the columns that it had not: those stay `empty`."""

    text: str
    empty: tuple[str, ...]


def fit_row(heads: tuple[str, str], row: str, others: Sequence[str]) -> Fitted | None:
    """Write a row of a table with one head as a row of it with another one, which has more columns.

    `others` are rows of that. Columns that say something in each of them are `empty` in the new row only, so someone
    has to decide. None where the row has not the cells of its head, and where a column is gone, moved or named twice.
    """
    (before, after), parts = map(_columns, heads), _columns(row)
    if not len(before) == len(parts) < len(after):
        return None
    if any(len(set(_named(head))) < len(head) for head in (before, after)):
        return None
    put, kept = _side(before, after, [str(at) for at in range(len(after))])
    if len(kept) < len(before):
        return None
    text = "".join(EMPTY * len(put[at]) + part for at, part in enumerate((*parts, "")))
    known = [_named(_columns(other)) for other in others]
    new = [int(at) for run in put for at in run]
    empty = tuple(after[at].strip("| \t") for at in new if all(cells_[at : at + 1] != [""] for cells_ in known))
    return Fitted(text + row.rstrip()[-1:] + row[len(row.rstrip()) :], empty)


def _columns(row: str) -> Row:
    """Give the cells of a row that bars begin and end; none for another."""
    text = row.strip()
    return cells(text)[:-1] if text.startswith("|") and text.endswith("|") and not text.endswith("\\|") else []


def _named(head: Row) -> list[str]:
    return [cell.strip("| \t").casefold() for cell in head]


def _side(base: Row, head: Row, row: Row) -> tuple[list[Row], dict[int, str]]:
    """Give what a side put in before each column of the base and behind the last, and its cell of each that it kept."""
    names = _named(base), _named(head)
    pairs: list[Match] = []
    a, b = 0, 0
    for x, y in (*matches(*names), (len(base), len(head))):
        if x - a == y - b:  # as many as there were: given other names
            pairs += zip(range(a, x), range(b, y), strict=True)
        pairs += [(x, y)] if x < len(base) else []
        a, b = x + 1, y + 1
    kept = dict(pairs)
    put: list[Row] = [[] for _ in range(len(base) + 1)]
    at = 0
    back = {there: here for here, there in kept.items()}
    for there, cell in enumerate(row):
        if there in back:
            at = back[there] + 1
        else:
            put[at] = [*put[at], cell]
    return put, {here: row[there] for here, there in kept.items()}


def _cell(base: str, ours: str | None, theirs: str | None, merge: Callable[[str, str, str], Words]) -> str | None:
    """Merge three versions of a cell, "" where its column goes. What only changes a column's width is no change."""
    if ours is None or theirs is None:
        left = ours if theirs is None else theirs
        return "" if left is None or _alike(left, base) else None
    if _alike(ours, base):
        return ours if theirs == base else theirs
    return ours if _alike(theirs, base) else merge(base, ours, theirs).text


def _alike(one: str, other: str) -> bool:
    return _told(one) == _told(other)


def _told(cell: str) -> str:
    """Give what a cell says, however wide it is; of one of a delimiter row, how it aligns."""
    text = " ".join(cell.removeprefix("|").split())
    return DASHES.sub("-", text) if DELIMITER.fullmatch(text) else text
