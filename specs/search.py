"""Search in texts by words and phrases: which terms a text is found by, what a query asks, where a text answers it.

Words are found by their beginnings, whatever their case and accents' spelling (NFKC). Identifiers are found whole and
by their parts (`retryCount`, `retry_count`); scripts without blanks between words are found by pairs of characters.
Pure: the index itself is the database's.
"""

import math
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

MAX_TERM = 60
MAX_QUERY = 300
MAX_WORDS = 12
MAX_TEXT_TERMS = 50_000
MAX_PLACES = 3
SNIPPET = 160
_WORD = re.compile(r"[^\W_]+")
_QUERY = re.compile(r'"([^"]*)"|(\S+)')
# Scripts that write words without blanks between them: Han, kana, Thai, Lao, Khmer, Myanmar.
_DENSE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: `words` (terms, each the beginning of a word) and `phrases` (exact, case aside), all of them.

    `shown` are the spellings to mark in a text.
    """

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Say whether nothing is looked for."""
        return not self.words and not self.phrases


@dataclass(frozen=True, slots=True)
class Place:
    """A line that answers: its number from 1, its text cut to a snippet, the character ranges in it that match."""

    line: int
    snippet: str
    marks: tuple[tuple[int, int], ...]


def terms(text: str) -> tuple[str, ...]:
    """Give the distinct terms by which a text is found, sorted; at most `MAX_TEXT_TERMS`."""
    found: set[str] = set()
    for word in dict.fromkeys(_WORD.findall(unicodedata.normalize("NFKC", text))):
        found.update(_terms_of(word) if len(word) <= MAX_TERM else _found_by(word))
        if len(found) > MAX_TEXT_TERMS:
            break
    return tuple(sorted(found)[:MAX_TEXT_TERMS])


def read_query(text: str) -> Query:
    """Read what a person typed: words, "phrases in quotes". Nothing in it is an error; marks alone ask for nothing."""
    words: dict[str, None] = {}
    phrases: dict[str, None] = {}
    shown: dict[str, None] = {}
    for match in _QUERY.finditer(unicodedata.normalize("NFKC", text[:MAX_QUERY])):
        phrase = " ".join((match[1] or "").split())
        if phrase:
            phrases[phrase] = None
            shown[phrase] = None
        for word in _WORD.findall(match[1] or match[2] or ""):
            for run, rest in _pieces(word):
                found = _pairs(run) or [run or rest.casefold()]
                words.update((term[:MAX_TERM], None) for term in found)
            if not phrase:
                shown[word] = None
    return Query(tuple(words)[:MAX_WORDS], tuple(phrases)[:MAX_WORDS], tuple(shown)[:MAX_WORDS])


def score(title: str, text: str, query: Query) -> float:
    """Say how well a text that holds all of a query answers it: in its title, its headings, as whole words, often."""
    lower, heading = text.casefold(), title.casefold()
    headings = "\n".join(line for line in lower.split("\n") if line.startswith("#"))
    total = 0.0
    for shown in query.shown:
        wanted = re.escape(shown.casefold())
        whole = len(re.findall(rf"(?<![^\W_]){wanted}(?![^\W_])", lower))
        parts = lower.count(shown.casefold())
        total += math.log1p(whole) + 0.5 * math.log1p(parts)
        total += 4.0 * (shown.casefold() in heading) + 2.0 * (shown.casefold() in headings)
    return total / (1.0 + 0.1 * math.log1p(len(text)))


def places(text: str, query: Query, most: int = MAX_PLACES) -> tuple[Place, ...]:
    """Give the lines of a text that answer best, in their order: those that hold most of what is looked for."""
    patterns, found = _found(text, query.shown)
    if not found:
        # Such as a phrase that stands on two lines, or an identifier found by its parts.
        patterns, found = _found(text, query.words)
    best = sorted(found)[:most]
    return tuple(_place(number, line, patterns) for _, number, line in sorted(best, key=lambda hit: hit[1]))


def _found(text: str, wanted: tuple[str, ...]) -> tuple[list[re.Pattern[str]], list[tuple[int, int, str]]]:
    patterns = [re.compile(re.escape(shown), re.IGNORECASE) for shown in wanted]
    found: list[tuple[int, int, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        hits = sum(pattern.search(line) is not None for pattern in patterns)
        if hits:
            found.append((-hits, number, line))
    return patterns, found


def _pieces(word: str) -> list[tuple[str, str]]:
    """Cut a word into runs of a dense script (first of the pair) and what is between them (second)."""
    cuts = [(match.group(), *match.span()) for match in _DENSE.finditer(word)]
    ends = [0, *(end for _, _, end in cuts)]
    starts = [*(start for _, start, _ in cuts), len(word)]
    between = [("", word[end:start]) for end, start in zip(ends, starts, strict=True)]
    runs = [(run, "") for run, _, _ in cuts]
    return [piece for piece in (*between, *runs) if any(piece)]


def _found_by(word: str) -> tuple[str, ...]:
    """Give the terms of a word."""
    found: list[str] = []
    for run, rest in _pieces(word):
        if run:
            # The last character begins no pair, so it is a term of its own.
            found += (*_pairs(run), run[-1])
            continue
        found.append(rest.casefold()[:MAX_TERM])
        if not (rest.islower() or rest.isdigit() or rest.istitle()):
            found += (part.casefold()[:MAX_TERM] for part in _parts(rest))
    return tuple(found)


# Texts say the same words over and over.
_terms_of = lru_cache(maxsize=20_000)(_found_by)


def _parts(word: str) -> list[str]:
    """Cut an identifier where a capital or a digit begins something new: `HTTPServer2` has three parts."""
    cuts = [0]
    for at in range(1, len(word)):
        before, here, after = word[at - 1], word[at], word[at + 1 : at + 2]
        begins = here.isupper() and (not before.isupper() or after.islower())
        if begins or here.isdigit() != before.isdigit():
            cuts.append(at)
    return [word[start:end] for start, end in zip(cuts, [*cuts[1:], len(word)], strict=True)]


def _pairs(run: str) -> list[str]:
    """Give the pairs of neighbouring characters of a run."""
    return [run[at : at + 2] for at in range(len(run) - 1)]


def _place(number: int, line: str, patterns: list[re.Pattern[str]]) -> Place:
    spans = sorted(match.span() for pattern in patterns for match in pattern.finditer(line))
    first = spans[0][0]
    start = max(0, first - SNIPPET // 3) if len(line) > SNIPPET else 0
    snippet = line[start : start + SNIPPET].rstrip("\r")
    marks: list[tuple[int, int]] = []
    for begin, end in spans:
        left, right = max(0, begin - start), min(len(snippet), end - start)
        if left >= right:
            continue
        if marks and left <= marks[-1][1]:
            marks[-1] = (marks[-1][0], max(marks[-1][1], right))
        else:
            marks.append((left, right))
    return Place(number, snippet, tuple(marks))
