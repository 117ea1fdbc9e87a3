r"""Line ends, the end of the last line and a byte order mark: taken off before a merge, put back after.

Each trait is merged by itself: where only one side changed it, that side counts. A text whose lines end in two ways
keeps them: then `\r` is part of each line.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from specs.frontmatter import BOM
from specs.merging.values import Piece, Resolved

MIXED = "mixed"
Trait = TypeVar("Trait", str, bool)


@dataclass(frozen=True, slots=True)
class Traits:
    r"""What was taken off: `newline` is `\n`, `\r\n` or `mixed`, `closed` whether the last line ends."""

    newline: str | None
    closed: bool | None
    bom: bool


def traits(text: str) -> Traits:
    """Read the traits of a text; None for those it does not show."""
    ends, pairs = text.count("\n"), text.count("\r\n")
    newline = None if not ends else "\n" if not pairs else "\r\n" if pairs == ends else MIXED
    body = text.removeprefix(BOM)
    return Traits(newline, text.endswith("\n") if body else None, text.startswith(BOM))


def merged(base: Traits, ours: Traits, theirs: Traits) -> Traits:
    """Merge the traits of three texts; a trait that a text does not show leaves the choice to the others."""
    newline = _chosen(base.newline, ours.newline, theirs.newline)
    closed = _chosen(base.closed, ours.closed, theirs.closed)
    return Traits(newline or "\n", closed is not False, bool(_chosen(base.bom, ours.bom, theirs.bom)))


def plain(text: str, *, mixed: bool) -> str:
    r"""Take the traits off: lines end with `\n`, the last one too. Where line ends are `mixed` they are left."""
    body = text.removeprefix(BOM)
    if not mixed:
        body = body.replace("\r\n", "\n")
    return body if body.endswith("\n") or not body else f"{body}\n"


def restored(pieces: Sequence[Piece], wanted: Traits) -> tuple[Piece, ...]:
    """Put traits on pieces whose lines end plainly: a mark before the first, no line end after the last."""
    done = list(pieces)
    if wanted.newline == "\r\n":
        done = [_changed(piece, lambda text: text.replace("\n", "\r\n")) for piece in done]
    if done and not wanted.closed:
        done[-1] = _changed(done[-1], lambda text: text.removesuffix("\n").removesuffix("\r"))
    if done and wanted.bom:
        done[0] = _changed(done[0], lambda text: f"{BOM}{text}")
    return tuple(done)


def _changed(piece: Piece, change: Callable[[str], str]) -> Piece:
    if isinstance(piece, Resolved):
        return Resolved(change(piece.text))
    suggestions = tuple(replace(each, text=change(each.text)) for each in piece.suggestions)
    base, ours, theirs = change(piece.base), change(piece.ours), change(piece.theirs)
    return replace(piece, base=base, ours=ours, theirs=theirs, suggestions=suggestions)


def _chosen(base: Trait | None, ours: Trait | None, theirs: Trait | None) -> Trait | None:
    if ours is None or theirs is None:
        return theirs if ours is None else ours
    if theirs in (ours, base):
        return ours
    return theirs if ours == base else max(ours, theirs)
