"""Ten thousand random triples against a line-level diff3 written here, and against the words that went in.

Each line and each word is unique, so there is one right alignment and every word can be followed.
"""

import random

import pytest

from specs.merging import merge

TRIPLES = 10_000
BATCHES = 10


def aligned(a: list[str], b: list[str]) -> dict[int, int]:
    """Longest common subsequence, by the textbook."""
    best = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in reversed(range(len(a))):
        for j in reversed(range(len(b))):
            best[i][j] = best[i + 1][j + 1] + 1 if a[i] == b[j] else max(best[i + 1][j], best[i][j + 1])
    found, i, j = {}, 0, 0
    while i < len(a) and j < len(b):
        if a[i] == b[j]:
            found[i] = j
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
    return found


def oracle(base: list[str], ours: list[str], theirs: list[str]) -> list[str] | None:
    """Merge by lines: a change stands where only one side made it; touching changes that differ are a conflict."""
    to_ours, to_theirs = aligned(base, ours), aligned(base, theirs)
    stable = [i for i in range(len(base)) if i in to_ours and i in to_theirs]
    merged: list[str] = []
    b = o = t = 0
    for place in [*stable, None]:
        x, y, z = (
            (place, to_ours[place], to_theirs[place]) if place is not None else (len(base), len(ours), len(theirs))
        )
        before, mine, other = base[b:x], ours[o:y], theirs[t:z]
        if other in (mine, before):
            merged += mine
        elif mine == before:
            merged += other
        else:
            return None
        if place is not None:
            merged.append(base[place])
            b, o, t = x + 1, y + 1, z + 1
    return merged


class Made:
    """Random texts of unique words."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.count = 0

    def words(self, least: int, most: int) -> list[str]:
        size = self.random.randint(least, most)
        self.count += size
        return [f"w{number}" for number in range(self.count - size, self.count)]

    def line(self) -> str:
        mark = self.random.choice(["", "", "", "- ", "# "])
        return f"{mark}{' '.join(self.words(3, 7))}.\n"

    def text(self) -> list[str]:
        lines: list[str] = []
        for _ in range(self.random.randint(0, 10)):
            lines.append(self.line())
            if self.random.random() < 0.3:
                lines.append(f"x{self.count}\n")
        return lines

    def edited(self, lines: list[str]) -> list[str]:
        done = list(lines)
        for _ in range(self.random.randint(1, 3)):
            place = self.random.randint(0, len(done))
            act = self.random.random()
            if act < 0.3 or place == len(done):
                done[place:place] = [self.line()]
            elif act < 0.5:
                del done[place]
            else:
                parts = done[place].rstrip("\n").split(" ")
                parts[self.random.randrange(len(parts))] = self.words(1, 1)[0]
                done[place] = " ".join(parts) + "\n"
        return done


def words_of(lines: list[str]) -> set[str]:
    return {word.rstrip(".") for line in lines for word in line.split() if word[0] in "wx"}


@pytest.mark.parametrize("seed", range(BATCHES))
def test_what_lines_settle_is_settled_so_and_no_word_is_lost_or_invented(seed: int) -> None:
    made = Made(seed)
    for _ in range(TRIPLES // BATCHES):
        base = made.text()
        ours, theirs = made.edited(base), made.edited(base)
        texts = ["".join(lines) for lines in (base, ours, theirs)]
        expected = oracle(base, ours, theirs)
        found = merge(*texts)
        if expected is not None:
            assert found.text == "".join(expected), texts
        elif found.text is not None:
            b, o, t = words_of(base), words_of(ours), words_of(theirs)
            wanted = (b & o & t) | (o - b) | (t - b)
            words = [word.rstrip(".") for word in found.text.split() if word[0] in "wx"]
            assert sorted(words) == sorted(wanted), texts
        else:
            for conflict in found.conflicts:
                assert conflict.ours in texts[1], texts
                assert conflict.theirs in texts[2], texts
                assert conflict.base in texts[0], texts
