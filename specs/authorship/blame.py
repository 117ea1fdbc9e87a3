"""Who brought what of each line: stretches of lines with their marks. Pure; knows no people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from specs.authorship.pieces import TOKEN, is_word
from specs.authorship.runs import Ground, Laid, Run
from specs.lines import split_lines, without_end


@dataclass(frozen=True, slots=True)
class BlamedLine:
    """A line without its end, from offset `start` of the text on, and the stretches of it (offsets in the line)."""

    number: int
    start: int
    text: str
    stretches: tuple[Laid, ...]

    @property
    def foremost(self) -> str:
        """The revision that brought most of the line's words, the first of equals; "" for a blank line."""
        counts = weights(self.text, self.stretches)
        return max(counts, key=counts.__getitem__) if self.text.strip() else ""


def weights(text: str, stretches: Iterable[Laid]) -> dict[str, int]:
    """Weigh what each revision brought of stretches of a text: by words, and by signs where words are as many."""
    counts: dict[str, int] = {}
    for one in stretches:
        tokens = TOKEN.findall(text[one.start : one.end])
        weight = 1000 * sum(map(is_word, tokens)) + len(tokens)
        counts[one.mark.origin] = counts.get(one.mark.origin, 0) + weight
    return counts


def blame(text: str, runs: Sequence[Run]) -> tuple[BlamedLine, ...]:
    """Cut runs by the lines of their text."""
    ground = Ground(runs)
    found = []
    at = 0
    for number, line in enumerate(split_lines(text), start=1):
        bare = without_end(line)
        stretches = tuple(Laid(a - at, b - at, mark) for a, b, mark in ground.between(at, at + len(bare)))
        found.append(BlamedLine(number, at, bare, stretches))
        at += len(line)
    return tuple(found)
