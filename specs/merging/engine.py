"""`merge`: three texts in, a `Merge` out. Pure and deterministic; swapped sides give the mirrored merge."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

from specs.diff import split
from specs.merging.bounds import within_bounds
from specs.merging.carrying import carried
from specs.merging.diff3 import Region, regions
from specs.merging.endings import MIXED, merged, plain, restored, traits
from specs.merging.fields import merge_key
from specs.merging.flowing import even, flowed
from specs.merging.mappings import front_of, merge_mapping
from specs.merging.moving import Moves
from specs.merging.numbering import renumbered, unnumbered
from specs.merging.pairing import Pairing
from specs.merging.places import placed
from specs.merging.scan import Scans, Unit, scan
from specs.merging.soundness import displaced, questioned, sound, whole
from specs.merging.stretches import Stretch, stretches
from specs.merging.suggestions import distinct, suggest
from specs.merging.units import Around, Part, heads_of, merge_units, text_of
from specs.merging.validity import breaches, concerns
from specs.merging.values import Conflict, Merge, Piece, Reason, Resolved, Suggestion, joined


def merge(base: str, ours: str, theirs: str) -> Merge:
    """Merge two texts that both come from a base. Any three texts are taken; what is in doubt is a conflict."""
    given = traits(base), traits(ours), traits(theirs)
    wanted = merged(*given)
    newline = "\r\n" if wanted.newline == "\r\n" else "\n"
    if ours == theirs or base in {ours, theirs}:
        return Merge(joined((Resolved(theirs if ours == base else ours),)), newline)
    mixed = MIXED in {each.newline for each in given}
    texts = [plain(text, mixed=mixed) for text in (base, ours, theirs)]
    read = Scans()
    pieces = _valid(_pieces(texts, read), texts, read)
    if any(isinstance(piece, Conflict) for piece in pieces):
        pieces = _carried(pieces, texts, read) or pieces
    return Merge(restored(joined(pieces), wanted), newline)


def _carried(pieces: list[Piece], texts: Sequence[str], read: Scans) -> list[Piece] | None:
    """Merge three texts with what one side changed carried to where the other moved it, if that leaves less to ask."""
    moved = carried(texts, read)
    if moved is None:
        return None
    found = moved.told(_valid(_pieces(moved.texts, read), moved.texts, read), texts, read)
    return list(placed(found, read(texts[0]))) if found is not None and _asked(found) < _asked(pieces) else None


def _asked(pieces: Sequence[Piece]) -> int:
    """Count what of both sides is left to decide."""
    return sum(len(piece.ours) + len(piece.theirs) for piece in pieces if isinstance(piece, Conflict))


def _valid(pieces: list[Piece], texts: Sequence[str], read: Scans) -> list[Piece]:
    """Ask where both sides together make no valid spec, though each of them alone does."""
    text = "".join(piece.text for piece in pieces if isinstance(piece, Resolved))
    if any(isinstance(piece, Conflict) for piece in pieces) or not concerns(text):
        return pieces
    found = breaches(read(text), [read(side) for side in texts[1:]])
    return list(placed(questioned(found, *texts), read(texts[0]))) if found else pieces


def _pieces(texts: Sequence[str], read: Scans) -> list[Piece]:
    base, ours, theirs = (split(text) for text in texts)
    found = list(regions(base, ours, theirs, lambda line: not line.strip()))
    if all(region.merged is not None for region in found):
        text = "".join(line for region in found for line in region.merged or ())
        both = sum(region.merged is not None and not region.stable for region in found) > 1
        if not both or sound(text, texts, read):
            return [Resolved(text)]
        return list(placed(whole(*texts), read(texts[0])))
    scans = [read(text) for text in texts]
    front = _front(found, scans)
    if front is not None:
        return _behind(front, scans, texts, read)
    starts = [[unit.first for unit in units] for units in scans]
    pairing = Pairing()
    moves, heads = Moves(scans, pairing), [heads_of(units) for units in scans]
    pieces: list[Piece] = []
    count = 0
    for stretch in stretches(found, scans):
        if stretch.text is not None:
            pieces.append(Resolved(stretch.text))
            continue
        units = [
            every[bisect_left(known, first) : bisect_left(known, last)]
            for every, known, first, last in zip(scans, starts, stretch.first, stretch.last, strict=True)
        ]
        around = Around(scans[0], bisect_left(starts[0], stretch.first[0]), moves, heads)
        for piece in _open(stretch, units, pairing, count, around):
            pieces.append(piece)
            count += isinstance(piece, Conflict)
    if not any(isinstance(piece, Conflict) for piece in pieces):
        text = "".join(piece.text for piece in pieces if isinstance(piece, Resolved))
        if not sound(text, texts, read) or displaced(read(text), scans):
            pieces = whole(*texts)
    return list(placed(pieces, scans[0]))


def _front(found: Sequence[Region[str]], scans: Sequence[Sequence[Unit]]) -> str | None:
    """Merge the front matter by its keys, where lines could not."""
    fronts = [front_of(units) for units in scans]
    if not all(fronts) or all(r.merged is not None or r.start > fronts[0][-1].last for r in found):
        return None
    text = merge_mapping(fronts, merge_key)
    before, ours, theirs = map(text_of, fronts)
    if text is None or before == ours == theirs:
        return None
    return text if within_bounds(before, ours, theirs, text) else None


def _behind(front: str, scans: Sequence[Sequence[Unit]], texts: Sequence[str], read: Scans) -> list[Piece]:
    """Merge three texts whose front matter is settled."""
    settled = []
    for units, text in zip(scans, texts, strict=True):
        before = units[0].text
        settled.append(before + front + text[len(before) + len(text_of(front_of(units))) :])
    more = len(split(front)) - len(split(text_of(front_of(scans[0]))))
    pieces = _pieces(settled, read)
    return [replace(each, line=each.line - more) if isinstance(each, Conflict) else each for each in pieces]


def _open(stretch: Stretch, units: list[list[Unit]], pairing: Pairing, count: int, around: Around) -> Iterator[Piece]:
    """Merge what lines could not."""
    base, ours, theirs = units
    parts = merge_units(base, ours, theirs, pairing, around)
    if all(part.text is not None for part in parts):
        woven = scan(split("".join(part.text or "" for part in parts)))
        text = renumbered(woven, units)
        bounded = within_bounds(*(unnumbered(version) for version in (*units, woven)))
        if text is not None and bounded and even(units, woven):
            yield Resolved(text)
            return
        parts = [Part(base, ours, theirs, None, Reason.STRUCTURE)]
    text = flowed(units, around.moves)
    if text is not None:
        yield Resolved(text)
        return
    line = stretch.first[0] + 1
    for group in _gathered(parts):
        if len(group) == 1 and group[0].text is not None:
            yield Resolved(group[0].text)
        else:
            yield _conflict(group, count, line)
            count += 1
        line += sum(len(split(unit.text)) for part in group for unit in part.base)


def _gathered(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """Gather conflicts with nothing but marks and blanks between them."""
    group: list[Part] = []
    for part in parts:
        if part.text is None or (group and part.stable and not any(map(str.isalnum, part.text))):
            group.append(part)
        else:
            yield from _closed(group)
            yield [part]
            group = []
    yield from _closed(group)


def _closed(group: list[Part]) -> Iterator[list[Part]]:
    after = []
    while group and group[-1].text is not None:
        after.append(group.pop())
    if group:
        yield group
    yield from ([part] for part in reversed(after))


def _conflict(group: Sequence[Part], index: int, line: int) -> Conflict:
    base, ours, theirs = (
        "".join(map(text_of, versions)) for versions in zip(*((p.base, p.ours, p.theirs) for p in group), strict=True)
    )
    offered = [suggest(part) if part.text is None else (Suggestion("", part.text),) for part in group]
    reason = next(part.reason for part in group if part.text is None)
    texts = []
    for rank in range(max(map(len, offered))):
        chosen = [each[min(rank, len(each) - 1)] for each in offered]
        name = next(each.name for each in chosen if each.name)
        texts.append(Suggestion(name, "".join(each.text for each in chosen)))
    texts += [Suggestion("ours", ours), Suggestion("theirs", theirs)]
    note = " ".join(dict.fromkeys(part.note for part in group if part.note))
    return Conflict(index, base, ours, theirs, reason, distinct(texts), line=line, note=note)
