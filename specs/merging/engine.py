"""`merge`: three texts in, a `Merge` out. Pure and deterministic; swapped sides give the mirrored merge."""

from dataclasses import replace

from specs.diff import split
from specs.merging.diff3 import regions
from specs.merging.endings import MIXED, merged, plain, restored, traits
from specs.merging.suggestions import suggest
from specs.merging.values import Conflict, Merge, Piece, Reason, Resolved, joined


def merge(base: str, ours: str, theirs: str) -> Merge:
    """Merge two texts that both come from a base. Any three texts are taken; what is in doubt is a conflict."""
    given = traits(base), traits(ours), traits(theirs)
    wanted = merged(*given)
    newline = "\r\n" if wanted.newline == "\r\n" else "\n"
    if ours == theirs or base in {ours, theirs}:
        return Merge(joined((Resolved(theirs if ours == base else ours),)), newline)
    mixed = MIXED in {each.newline for each in given}
    pieces = _pieces(*(plain(text, mixed=mixed) for text in (base, ours, theirs)))
    return Merge(restored(joined(pieces), wanted), newline)


def _pieces(base: str, ours: str, theirs: str) -> list[Piece]:
    pieces: list[Piece] = []
    found = 0
    for region in regions(split(base), split(ours), split(theirs)):
        lines = region.merged
        if lines is not None:
            pieces.append(Resolved("".join(lines)))
            continue
        sides = "".join(region.base), "".join(region.ours), "".join(region.theirs)
        conflict = Conflict(found, *sides, reason=_reason(*sides), line=region.start + 1)
        pieces.append(replace(conflict, suggestions=suggest(conflict)))
        found += 1
    return pieces


def _reason(base: str, ours: str, theirs: str) -> Reason:
    if not base:
        return Reason.INSERTED
    return Reason.EDITED if ours and theirs else Reason.DELETED
