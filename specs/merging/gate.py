"""Says no to a merge by words where the two sides' edits may hang together. When in doubt, a person decides."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

from specs.merging.hazards import Hazard, changed_numbers, hazard_of, negates, respelt, said
from specs.merging.tokens import Token
from specs.merging.values import Reason
from specs.merging.weave import Edit

END = frozenset(".!?")
CLOSERS = frozenset([")", '"', "'", "\u201d", "\u2019", "*", "**", "_", "]"])
SAYING = frozenset({"word", "code", "target", "url", "ideograph"})
GRAVE = frozenset({Hazard.STRONG, Hazard.NUMBER})
REWRITTEN = 0.6
DELETED = 0.85
LEAST = 3
NEAR = 4
FIRMNESS = 2


@dataclass(frozen=True)
class Touch:
    """What one side did to a sentence: its edits, and the base's and the side's tokens that each is about."""

    edits: tuple[Edit, ...]
    removed: tuple[Sequence[Token], ...]
    added: tuple[Sequence[Token], ...]

    @property
    def tokens(self) -> Iterator[Token]:
        """Give all that was taken out and put in."""
        for tokens in (*self.removed, *self.added):
            yield from tokens

    @cached_property
    def balance(self) -> Counter[str]:
        """Count each word put in less each taken out: none where words only moved or look otherwise than before."""
        found: Counter[str] = Counter()
        for sign, runs in ((-1, self.removed), (1, self.added)):
            for tokens in runs:
                for word in (part for token in tokens for part in said(token)):
                    found[word] += sign
        return Counter({word: count for word, count in found.items() if count})

    @cached_property
    def hazards(self) -> list[dict[str, Hazard]]:
        """Give for each edit the words in it that the side changed and that can turn a statement."""
        found = []
        numbers = changed_numbers(self.balance)
        for runs in zip(self.removed, self.added, strict=True):
            tokens = [token for run in runs for token in run]
            said_here = ((word, token) for token in tokens for word in said(token) if word in self.balance)
            words = {word: hazard_of(word, token, numbers) for word, token in said_here}
            found.append({word: hazard for word, hazard in words.items() if hazard is not None})
        return found

    @property
    def says(self) -> list[Edit]:
        """Give the edits that change a word, not only marks, the order of words or how one is spelt."""
        runs = zip(self.edits, self.removed, self.added, strict=True)
        return [
            edit
            for edit, removed, added in runs
            if any(word in self.balance for token in (*removed, *added) for word in said(token))
            and not respelt(removed, added)
        ]


def objection(
    base: Sequence[Token], sides: Sequence[Sequence[Token]], changes: Sequence[Sequence[Edit]]
) -> Reason | None:
    """Give the reason why two sides' edits of one piece of prose must not both be made, or None."""
    spans = list(sentences(base))
    if any(_adrift(base, spans, sides, changes, side) for side in (0, 1)):
        return Reason.EDITED
    for start, end in spans:
        ours, theirs = (_touch(base, tokens, edits, start, end) for tokens, edits in zip(sides, changes, strict=True))
        if not ours.edits or not theirs.edits or _leads(ours) or _leads(theirs):
            continue
        size = _words(base[start:end])
        if any(_rewrites(touch, size) or _cuts(base, touch, end) for touch in (ours, theirs)):
            return Reason.EDITED
        if _depend(base, ours, theirs) or _reverses(base, ours, theirs) or _reverses(base, theirs, ours):
            return Reason.DEPENDENT
    return None


def sentences(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Cut tokens into sentences: ranges that tile them. The end of a block ends its last one."""
    start = 0
    for at in range(1, len(tokens) + 1):
        if at == len(tokens) or ends_sentence(tokens, at):
            yield start, at
            start = at


def ends_sentence(tokens: Sequence[Token], at: int) -> bool:
    """Whether a sentence ends before a token: at a block's end, or after a full stop and what closes behind it."""
    if tokens[at - 1].sort == "break":
        return True
    if at < len(tokens) and tokens[at].sort != "break" and (not tokens[at].before or tokens[at].text[:1].islower()):
        return False
    return _closes(tokens, at)


def _closes(tokens: Sequence[Token], at: int) -> bool:
    """Whether tokens up to a place end with the end of a block, or with a full stop and what closes behind it."""
    last = at - 1
    if last >= 0 and tokens[last].sort == "break":
        return True
    while last > 0 and tokens[last].text in CLOSERS and not tokens[last].before:
        last -= 1
    return last >= 0 and tokens[last].text in END


def _rewrites(touch: Touch, size: int) -> bool:
    """Whether a side put other words in place of most of a sentence, or left next to nothing of it."""
    removed, added = (sum(map(_words, runs)) for runs in (touch.removed, touch.added))
    return min(removed, added) >= max(LEAST, REWRITTEN * size) or removed > max(LEAST, DELETED * size)


def _cuts(base: Sequence[Token], touch: Touch, end: int) -> bool:
    """Whether a side put a full stop in place of another mark amid a sentence, and so made two of one."""
    for edit, removed, added in zip(touch.edits, touch.removed, touch.added, strict=True):
        stops = any(token.text in END for token in added) and END.isdisjoint(token.text for token in removed)
        if stops and removed and not _words((*removed, *added)) and _words(base[edit.end : end]):
            return True
    return False


def _adrift(
    base: Sequence[Token],
    spans: Sequence[tuple[int, int]],
    sides: Sequence[Sequence[Token]],
    changes: Sequence[Sequence[Edit]],
    side: int,
) -> bool:
    """Whether a side put whole sentences between two of which the other left neither as it was."""
    tokens, others = sides[side], sides[1 - side]
    ends = [end for _, end in spans]
    for edit in changes[side]:
        at = edit.start
        if not edit.insertion or at in {0, len(base)} or not _between(base, tokens, edit):
            continue
        after = bisect_right(ends, at)
        around = spans[max(0, after - 1) : after + 1]
        touches = [_touch(base, others, changes[1 - side], *span) for span in around]
        if all(
            _rewrites(touch, _words(base[first:last])) for touch, (first, last) in zip(touches, around, strict=True)
        ):
            return True
    return False


def _depend(base: Sequence[Token], ours: Touch, theirs: Touch) -> bool:
    """Whether both sides touch what can turn a sentence. Two names may differ, where they stand well apart."""
    for mine, found in zip(ours.edits, ours.hazards, strict=True):
        for other, met in zip(theirs.edits, theirs.hazards, strict=True):
            if not found or not met:
                continue
            if GRAVE & {*found.values(), *met.values()} or found.keys() & met.keys() or _near(base, mine, other):
                return True
    return False


def _reverses(base: Sequence[Token], one: Touch, other: Touch) -> bool:
    """Whether one side's new or dropped `not` or `must` stands so near the other's edit that it is about that.

    A normative word is about what follows it: whose duty it is, stands before.
    """
    for edit, removed, added, found in zip(one.edits, one.removed, one.added, one.hazards, strict=True):
        strong = {word for word, hazard in found.items() if hazard is Hazard.STRONG}
        before, after = (min(_clear(tokens, strong, step) for tokens in (removed, added)) for step in (1, -1))
        denies = any(map(negates, strong))
        for met in other.says:
            behind = met.start >= edit.end
            if not strong or not (behind or denies):
                continue
            if _apart(base, edit, met) + (after if behind else before) < (NEAR if denies else FIRMNESS):
                return True
    return False


def _clear(tokens: Sequence[Token], strong: AbstractSet[str], step: int) -> int:
    """Count the words before the first of some words (step 1), or after the last of them (step -1)."""
    count = 0
    for token in tokens[::step]:
        if not strong.isdisjoint(said(token)):
            return count
        count += token.sort in SAYING
    return NEAR


def _near(base: Sequence[Token], one: Edit, other: Edit) -> bool:
    return _apart(base, one, other) < NEAR


def _apart(base: Sequence[Token], one: Edit, other: Edit) -> int:
    first, second = (one, other) if one.start <= other.start else (other, one)
    return _words(base[first.end : second.start])


def _words(tokens: Sequence[Token]) -> int:
    return sum(token.sort in SAYING for token in tokens)


def _leads(touch: Touch) -> bool:
    """Whether an edit changes nothing but where links lead."""
    return all(token.sort in {"target", "url"} for token in touch.tokens)


def _touch(base: Sequence[Token], side: Sequence[Token], edits: Sequence[Edit], start: int, end: int) -> Touch:
    first = bisect_left(edits, start, key=lambda edit: edit.end)
    last = bisect_right(edits, end, key=lambda edit: edit.start)
    inside = tuple(edit for edit in edits[first:last] if _inside(base, side, edit, start, end))
    removed = tuple(base[max(start, edit.start) : min(end, edit.end)] for edit in inside)
    return Touch(inside, removed, tuple(_joining(base, side, edit, start, end) for edit in inside))


def _joining(base: Sequence[Token], side: Sequence[Token], edit: Edit, start: int, end: int) -> Sequence[Token]:
    """Give what an edit puts into a sentence, without the whole blocks and sentences that it puts in besides."""
    added = side[edit.first : edit.last]
    ends = [at for at in range(1, len(added)) if ends_sentence(added, at)]
    if added and added[-1].sort == "break":
        ends.append(len(added))
    if not ends:
        return added
    before = added[: ends[0]] if edit.start > start else []
    return [*before, *(added[ends[-1] :] if _words(base[edit.end : end]) else [])]


def _inside(base: Sequence[Token], side: Sequence[Token], edit: Edit, start: int, end: int) -> bool:
    """Whether an edit is one of a sentence: sentences put in before or after it are not."""
    if edit.start < edit.end:
        return edit.start < end and start < edit.end
    if start < edit.start < end:
        return True
    return edit.start in {start, end} and not _between(base, side, edit)


def _between(base: Sequence[Token], side: Sequence[Token], edit: Edit) -> bool:
    """Whether an insertion at the border of two sentences is made of whole ones."""
    at, added = edit.start, side[edit.first : edit.last]
    if added[0].text[:1].islower() or not (at == 0 or _closes(base, at)):
        return False
    return at == len(base) or base[at].sort == "break" or _closes(added, len(added))
