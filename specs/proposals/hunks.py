"""The hunks of a changed text: regions that are read, commented and accepted one by one.

A hunk never ends inside a statement that must stay whole: changes in one fenced block or in the front matter are one.
Line numbers count from 1. Texts are compared by lines that keep their newlines, so that applying hunks is exact.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from specs.diff import Change, Line, line_diff, split
from specs.document import Block, BlockKind, Document
from specs.parser import parse

WHOLE = frozenset({BlockKind.FENCE, BlockKind.FRONT_MATTER})
ID_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Hunk:
    """A region in which a text changes: lines `removed` from `line` on become `added`, from `after_line` on.

    `anchor` is the section it stands in (after the change, where it opens a new one), `above` and `below` the nearest
    lines that say something and stay. `id` is stable as long as the hunk is; `change` has the words that differ.
    """

    id: str
    anchor: str
    line: int
    removed: tuple[str, ...]
    after_line: int
    added: tuple[str, ...]
    above: str
    below: str
    changes: tuple[Change, ...]

    @property
    def identity(self) -> list[object]:
        """What makes it this hunk and no other, wherever in the text it stands."""
        return [self.anchor, self.above, list(self.removed), list(self.added), self.below]


def hunks(before: str, after: str) -> tuple[Hunk, ...]:
    """Give the hunks that make one text of another, in order. Equal texts have none."""
    if before == after:
        return ()
    old, new = split(before), split(after)
    first, second = parse(before), parse(after)
    groups = _grouped(line_diff(before, after), _wholes(first), _wholes(second))
    anchors = _anchors(first)
    made: list[Hunk] = []
    seen: dict[str, int] = {}
    for group in groups:
        head, tail = group[0], group[-1]
        start, end = head.a_line - 1, tail.a_line - 1 + len(tail.a)
        came, went = head.b_line - 1, tail.b_line - 1 + len(tail.b)
        hunk = Hunk(
            id="",
            anchor=anchors[min(start, len(anchors) - 1)] if anchors else "",
            line=start + 1,
            removed=tuple(old[start:end]),
            after_line=came + 1,
            added=tuple(new[came:went]),
            above=_nearest(reversed(old[:start])),
            below=_nearest(old[end:]),
            changes=group,
        )
        name = _name(hunk)
        seen[name] = seen.get(name, 0) + 1
        made.append(replace(hunk, id=name if seen[name] == 1 else f"{name}-{seen[name]}"))
    return tuple(made)


def apply_hunks(before: str, found: Sequence[Hunk], chosen: Collection[str]) -> str:
    """Give the text with the chosen hunks (by id) of `hunks(before, after)` applied. All of them give `after`."""
    lines = split(before)
    for hunk in reversed(found):
        if hunk.id in chosen:
            lines[hunk.line - 1 : hunk.line - 1 + len(hunk.removed)] = _joined(hunk, lines)
    return "".join(lines)


def _joined(hunk: Hunk, lines: list[str]) -> list[str]:
    """Give the lines of a hunk, with a newline where text goes on after them though none did in the other text."""
    added = list(hunk.added)
    goes_on = hunk.line - 1 + len(hunk.removed) < len(lines)
    if added and goes_on and not added[-1].endswith("\n"):
        added[-1] += "\n"
    start = hunk.line - 2
    if added and 0 <= start < len(lines) and not lines[start].endswith("\n"):
        lines[start] += "\n"
    return added


def words_of(hunk: Hunk) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Give the lines of a hunk before and after, those that stay between its changes unmarked, with differing words."""
    old: list[Line] = []
    new: list[Line] = []
    for change in hunk.changes:
        old += [Line(line.removesuffix("\n")) for line in hunk.removed[len(old) : change.a_line - hunk.line]]
        old += change.a
        new += [Line(line.removesuffix("\n")) for line in hunk.added[len(new) : change.b_line - hunk.after_line]]
        new += change.b
    return tuple(old), tuple(new)


def _grouped(changes: Sequence[Change], old: Sequence[range], new: Sequence[range]) -> list[tuple[Change, ...]]:
    """Join neighbouring changes that lie in one block which must stay whole, before or after."""
    groups: list[tuple[Change, ...]] = []
    for change in changes:
        last = groups[-1][-1] if groups else None
        if last is not None and (
            _one_block(old, last.a_line + len(last.a) - 1, change.a_line)
            or _one_block(new, last.b_line + len(last.b) - 1, change.b_line)
        ):
            groups[-1] = (*groups[-1], change)
        else:
            groups.append((change,))
    return groups


def _one_block(blocks: Sequence[range], end: int, start: int) -> bool:
    return any(end in block and start in block for block in blocks)


def _wholes(document: Document) -> list[range]:
    return [lines for block, lines in placed(document) if block.kind in WHOLE]


def _anchors(document: Document) -> list[str]:
    """Give the section of each line."""
    found: list[str] = []
    for block, lines in placed(document):
        found += [block.anchor] * (lines.stop - 1 - len(found))
    return found


def placed(document: Document) -> Iterator[tuple[Block, range]]:
    """Give the blocks of a document, each with its lines as texts are compared: only a newline ends one."""
    line = 1
    for block in document.blocks:
        ends = block.text.count("\n")
        yield block, range(line, line + ends + (not block.text.endswith("\n")))
        line += ends


def _nearest(lines: Iterable[str]) -> str:
    return next((line.strip() for line in lines if line.strip()), "")


def _name(hunk: Hunk) -> str:
    canonical = json.dumps(hunk.identity, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()[:ID_LENGTH]
