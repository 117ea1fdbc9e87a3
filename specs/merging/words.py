"""Merges one paragraph, list item, heading or table cell by words, or says why it must not.

Blanks are no words: where words stand is merged beside them, so that one side may reflow what the other edits.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from specs.diff import matches
from specs.merging.addresses import is_address, merge_address
from specs.merging.choices import blanks_rank, choose, choose_blanks, choose_mark, wider
from specs.merging.gate import ends_sentence, objection
from specs.merging.tokens import Token, part_stays, tokenise
from specs.merging.values import Reason
from specs.merging.weave import Edit, Meeting, edits, weave

MAX_TOKENS = 20_000
MAX_CHARACTERS = 200_000
LEAD = re.compile(
    r"(?P<indent>[ \t]*(?:>[ \t]?)*[ \t]*)(?P<mark>#{1,6}(?=[ \t])|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t]))?"
    r"(?P<gap>[ \t]*)(?P<box>\[[ xX]\](?=[ \t]))?"
)
MARKS = frozenset({"mark", "other"})
STOPS = frozenset(".,;:!?")
PARTS = ("indent", "mark", "gap", "box")


@dataclass(frozen=True, slots=True)
class Words:
    """What merging by words came to: the text, or None and the reason."""

    text: str | None
    reason: Reason = Reason.EDITED


@dataclass(frozen=True, slots=True)
class Passage:
    """Three runs of tokens and the alignments of the sides with the base."""

    base: Sequence[Token]
    sides: tuple[Sequence[Token], Sequence[Token]]
    kept: tuple[dict[int, int], dict[int, int]]


def merge_words(base: str, ours: str, theirs: str) -> Words:
    """Merge three versions of one block of prose: its mark and indentation, and its words."""
    chosen = choose(base, ours, theirs)
    if chosen is not None:
        return Words(chosen)
    leads = [lead_of(text) for text in (base, ours, theirs)]
    lead = ""
    for name, parts in zip(PARTS, zip(*leads, strict=True), strict=True):
        part = choose_mark(*parts) if name == "mark" else choose(*parts)
        if part is None:
            return Words(None)
        lead += part
    bodies = [text[len("".join(parts)) :] for text, parts in zip((base, ours, theirs), leads, strict=True)]
    body = merge_body(*bodies)
    return body if body.text is None else Words(lead + body.text)


def lead_of(text: str) -> tuple[str, ...]:
    """Give what stands before a block's words: indentation, mark, the blanks after it, a task's box."""
    found = LEAD.match(text)
    return tuple(found[name] or "" for name in PARTS) if found else ("",) * len(PARTS)


def merge_body(base: str, ours: str, theirs: str, *, code: bool = False) -> Words:
    """Merge three versions of a text whose line ends are but blanks. In `code` no word hangs together with another."""
    if max(len(base), len(ours), len(theirs)) > MAX_CHARACTERS:
        return Words(None)
    (mine, tail), (a, tail_a), (b, tail_b) = tokenise(base), tokenise(ours), tokenise(theirs)
    merged = merge_tokens(mine, a, b, code=code)
    return merged if merged.text is None else Words(merged.text + choose_blanks(tail, tail_a, tail_b))


def merge_passage(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> Words:
    """Merge three runs of blocks, given one by one: the end of each block is a token of its own."""
    if max(sum(map(len, blocks)) for blocks in (base, ours, theirs)) > MAX_CHARACTERS:
        return Words(None)
    return merge_tokens(broken(base), broken(ours), broken(theirs))


def broken(blocks: Sequence[str]) -> list[Token]:
    """Cut blocks into tokens with a break at the end of each."""
    tokens: list[Token] = []
    for block in blocks:
        found, tail = tokenise(block)
        tokens += [*found, Token("\n", tail.removesuffix("\n"), "break")]
    return tokens


def merge_tokens(base: list[Token], ours: list[Token], theirs: list[Token], *, code: bool = False) -> Words:
    """Merge three runs of tokens: edits that stand a word apart, and of edits that meet, one that holds the other."""
    if max(len(base), len(ours), len(theirs)) > MAX_TOKENS:
        return Words(None)
    passage, meetings = compared(base, ours, theirs, code=code)
    changes: tuple[list[Edit], list[Edit]] = ([], [])  # what each side changed and the other did not
    parts: list[str] = []
    at = 0
    for meeting in (*meetings, Meeting(len(base), len(base), (), ())):
        parts += kept(passage, at, meeting.start)
        at = meeting.end
        side = 0 if meeting.ours else 1
        if meeting.ours and meeting.theirs:
            texts = _texts(passage, meeting)
            ours_text, theirs_text = map(_blocks, texts) if _builds(passage, meeting) else texts
            wide = wider(ours_text, theirs_text, *_dropped(passage, meeting))
            if wide is None:
                addresses = _addresses(passage, meeting)
                if addresses is None:
                    return Words(None)
                parts += addresses
                continue
            side = wide
            if texts[0] == texts[1]:
                parts += _alike(passage, meeting)
                continue
            changes[side].extend((meeting.ours, meeting.theirs)[side])
        else:
            changes[side].extend(meeting.ours or meeting.theirs)
        parts += _written(passage, meeting, side)
    reason = None if code else objection(base, passage.sides, changes)
    return Words(None, reason) if reason else Words("".join(parts))


def compared(
    base: list[Token], ours: list[Token], theirs: list[Token], *, code: bool = False
) -> tuple[Passage, list[Meeting]]:
    """Align both sides with the base: the alignments, and the edits, gathered where they meet."""
    texts = [[token.text for token in tokens] for tokens in (base, ours, theirs)]
    to_ours, to_theirs = list(matches(texts[0], texts[1])), list(matches(texts[0], texts[2]))
    passage = Passage(base, (ours, theirs), (dict(to_ours), dict(to_theirs)))
    mine, other = edits(to_ours, len(base), len(ours)), edits(to_theirs, len(base), len(theirs))
    return passage, weave(mine, other, _Meets(base, (ours, theirs), code=code))


class _Meets:
    """Two edits meet where no word and no end of a sentence stands between them. A link's words and target are two.

    Where both put in blocks, the end of a sentence does not part them.
    """

    def __init__(self, base: Sequence[Token], sides: tuple[Sequence[Token], Sequence[Token]], *, code: bool) -> None:
        self.base, self.sides, self.code = base, sides, code

    def _leads(self, edit: Edit) -> bool:
        """Whether an edit puts one target of a link in place of another."""
        one = edit.end - edit.start == 1 == edit.last - edit.first
        return one and self.base[edit.start].sort == "target"

    def __call__(self, ours: Edit, theirs: Edit) -> bool:
        side = 0 if (ours.start, ours.end) <= (theirs.start, theirs.end) else 1
        first, second = (theirs, ours) if side else (ours, theirs)
        if second.start < first.end or first.start == second.start == second.end:
            return True
        if self._leads(first) != self._leads(second):
            return False
        if self._stays(first, second, side) or self._stays(second, first, 1 - side):
            return False
        if not self.code and self._ends(first, second, side):
            return False
        both = self._builds(ours, 0) and self._builds(theirs, 1)
        return not any(self._parts(at, ends=not both) for at in range(first.end, second.start))

    def _parts(self, at: int, *, ends: bool) -> bool:
        """Whether a token of the base parts edits: a word does, and the end of a sentence if `ends` says so."""
        sort = self.base[at].sort
        if self.code or sort not in MARKS:
            return self.code or ends or sort != "break"
        return ends and ends_sentence(self.base, at + 1)

    def _ends(self, edit: Edit, other: Edit, side: int) -> bool:
        """Whether a later edit sets the mark that ends a block, and the one before it puts words in place of others."""
        marks = [*self.base[other.start : other.end], *self.sides[1 - side][other.first : other.last]]
        last = other.end == len(self.base) or self.base[other.end].sort == "break"
        if not last or other.end < edit.end or not all(token.text in STOPS for token in marks):
            return False
        added = self.sides[side][edit.first : edit.last]
        return edit.start < edit.end and bool(added) and added[-1].sort not in MARKS

    def _stays(self, edit: Edit, other: Edit, side: int) -> bool:
        """Whether a part that stays of an edit's word stands between it and another edit."""
        removed, added = self.base[edit.start : edit.end], self.sides[side][edit.first : edit.last]
        at = -1 if edit.end <= other.start else 0
        return bool(removed and added) and part_stays(removed[at], added[at], at) and self._holds(edit, other, side)

    def _holds(self, edit: Edit, other: Edit, side: int) -> bool:
        """Whether another edit is one of words, or puts marks right to the word that a side changed."""
        marks = self.sides[1 - side][other.first : other.last]
        if other.start < other.end or any(token.sort not in MARKS for token in marks):
            return True
        return not (marks[0] if edit.end <= other.start else self.base[edit.start]).before

    def _builds(self, edit: Edit, side: int) -> bool:
        """Whether an edit puts in the end of a block."""
        return any(token.sort == "break" for token in self.sides[side][edit.first : edit.last])


def kept(passage: Passage, first: int, last: int) -> list[str]:
    """Write base tokens that both sides keep, each after the blanks that three versions come to."""
    (ours, theirs), (to_ours, to_theirs) = passage.sides, passage.kept
    parts: list[str] = []
    for place in range(first, last):
        token, mine, other = passage.base[place], ours[to_ours[place]].before, theirs[to_theirs[place]].before
        parts += (
            token.before if mine == other == token.before else choose_blanks(token.before, mine, other),
            token.text,
        )
    return parts


def _written(passage: Passage, meeting: Meeting, side: int) -> list[str]:
    """Write what a meeting comes to where one side's version stands."""
    return [part for token in _version(passage, meeting, side) for part in (token.before, token.text)]


def _alike(passage: Passage, meeting: Meeting) -> list[str]:
    """Write what both sides put in word for word, wherever each of them broke its lines."""
    pairs = zip(_version(passage, meeting, 0), _version(passage, meeting, 1), strict=True)
    return [part for a, b in pairs for part in (max(a.before, b.before, key=blanks_rank), a.text)]


def _addresses(passage: Passage, meeting: Meeting) -> list[str] | None:
    """Write addresses of which the sides changed parts that stand apart, or give None."""
    versions = (passage.base[meeting.start : meeting.end], *(_version(passage, meeting, side) for side in (0, 1)))
    if len({len(tokens) for tokens in versions}) != 1:
        return None
    parts: list[str] = []
    for tokens in zip(*versions, strict=True):
        texts = [token.text for token in tokens]
        merged = texts[0] if len(set(texts)) == 1 else None
        if merged is None and all(map(is_address, tokens)):
            merged = choose(*texts) or merge_address(*texts)
        if merged is None:
            return None
        parts += [choose_blanks(*(token.before for token in tokens)), merged]
    return parts


def _version(passage: Passage, meeting: Meeting, side: int) -> list[Token]:
    """Give a side's tokens for the base range of a meeting."""
    at, found = meeting.start, []
    for edit in (meeting.ours, meeting.theirs)[side]:
        found += [passage.sides[side][passage.kept[side][place]] for place in range(at, edit.start)]
        found += passage.sides[side][edit.first : edit.last]
        at = edit.end
    return found + [passage.sides[side][passage.kept[side][place]] for place in range(at, meeting.end)]


def _texts(passage: Passage, meeting: Meeting) -> tuple[list[str], list[str]]:
    ours, theirs = (_version(passage, meeting, side) for side in (0, 1))
    return [token.text for token in ours], [token.text for token in theirs]


def _builds(passage: Passage, meeting: Meeting) -> bool:
    """Whether both sides put in ends of blocks: then they are compared block by block."""
    return all(
        any(token.sort == "break" for edit in edits for token in side[edit.first : edit.last])
        for edits, side in zip((meeting.ours, meeting.theirs), passage.sides, strict=True)
    )


def _blocks(texts: Sequence[str]) -> list[str]:
    """Join texts of tokens to those of blocks."""
    found = [""]
    for text in texts:
        found[-1] += f"{text} "
        if text == "\n":
            found.append("")
    return [block for block in found if block]


def _dropped(passage: Passage, meeting: Meeting) -> tuple[set[int], set[int]]:
    places = range(meeting.start, meeting.end)
    ours, theirs = ({place for place in places if place not in where} for where in passage.kept)
    return ours, theirs
