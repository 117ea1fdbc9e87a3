"""Packing passages into a context bundle: whole passages, a hard token budget, and text that stays data.

A bundle is the receipt of what an agent was told. Served text is fenced with a delimiter made for this answer alone, so
that no text of a spec can pretend to be the end of it; characters that a person cannot see are taken out and counted.
Pure: the delimiter is an argument.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from specs.hygiene.cleaning import cleaned
from specs.problem import Problem
from specs.revision import text_digest
from sync.contexts.context import Passage, PassageKind

DEFAULT_BUDGET = 2000
LEAST_BUDGET = 200
MOST_BUDGET = 100_000
BYTES_PER_TOKEN = 4

HEADER = "Holdfast spec context (reference, not a task). What stands between the marks {mark} is quoted from specs.\n"
UNCHANGED = "Unchanged since the bundle you named, and not repeated: {count}.\n"
SAID = {
    "explicit": "explicit",
    "mixed": "explicit but for what is marked as inferred",
    "inferred": "inferred, not confirmed",
}


@dataclass(frozen=True, slots=True)
class Served:
    """A passage as it went out, with what it cost."""

    passage: Passage
    tokens: int

    @property
    def digest(self) -> str:
        """Name what was told by content: which place, what it says, and whose word it is. The revision is no part."""
        one = self.passage
        return text_digest(
            "\0".join((one.kind.value, one.spec, one.anchor, one.provenance, str(one.inferred), one.text))
        )


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was served for a task. `tokens` is the cost of `text` and never more than `budget`.

    `omitted` are the passages that did not fit, best first; `hidden` counts characters taken out. `unchanged` are those
    that belong to the answer and that the caller has from the bundle it named.
    """

    budget: int
    tokens: int
    served: tuple[Served, ...]
    omitted: tuple[Served, ...]
    hidden: int
    degraded: tuple[str, ...]
    text: str
    unchanged: tuple[Served, ...] = ()

    @property
    def digest(self) -> str:
        """Name all that the caller knows now: the same for every answer that tells the same."""
        told = sorted(one.digest for one in (*self.served, *self.unchanged))
        return text_digest("\0".join((*told, *self.degraded)))


def tokens(text: str) -> int:
    """Estimate tokens as UTF-8 bytes over four, rounded up: close for English, on the safe side for other scripts."""
    return -(-len(text.encode("utf-8", "replace")) // BYTES_PER_TOKEN)


def check_budget(budget: int) -> Problem | None:
    """Say what is wrong with a budget, if anything."""
    if LEAST_BUDGET <= budget <= MOST_BUDGET:
        return None
    hint = f"Ask for {LEAST_BUDGET} to {MOST_BUDGET} tokens; {DEFAULT_BUDGET} suits most tasks."
    return Problem("budget", f"A budget of {budget} tokens cannot be served.", 1, 1, hint)


def pack(
    passages: Sequence[Passage],
    budget: int,
    delimiter: str,
    *,
    degraded: tuple[str, ...] = ("embeddings",),
    known: Container[str] = (),
) -> Bundle:
    """Pack whole passages in order until the budget is used; what does not fit is listed by reference.

    `delimiter` is random text made for this answer. What is `known`, by digest, takes its place in the budget but is
    not told again, so that an answer asked for twice is nearly empty the second time. The budget is at least
    `LEAST_BUDGET` (see `check_budget`).
    """
    mark = f"[{delimiter}]"
    parts = [HEADER.format(mark=mark)]
    fresh = [parts[0]]
    served: list[Served] = []
    unchanged: list[Served] = []
    omitted: list[Served] = []
    hidden = 0
    for passage in passages:
        clean, gone = _cleaned(passage, delimiter)
        block = _block(clean, delimiter)
        cost = tokens(block)
        room = LEAST_BUDGET // 4 if len(passages) > 1 else 0
        if tokens("".join((*parts, block))) <= budget - room:
            parts.append(block)
            if Served(clean, cost).digest in known:
                unchanged.append(Served(clean, cost))
                continue
            fresh.append(block)
            served.append(Served(clean, cost))
            hidden += gone
        else:
            omitted.append(Served(clean, cost))
    if unchanged:
        text = "".join((fresh[0], UNCHANGED.format(count=len(unchanged)), *fresh[1:]))
    else:
        text = _list_omitted("".join(parts), omitted, budget)
    return Bundle(budget, tokens(text), tuple(served), tuple(omitted), hidden, degraded, text, tuple(unchanged))


def _cleaned(passage: Passage, delimiter: str) -> tuple[Passage, int]:
    """Take out of a passage what must not be served; give it, and how many characters a reader could not see."""
    shown = cleaned(passage.text)
    heading, author = (" ".join(cleaned(words).text.split()) for words in (passage.heading, passage.author))
    text = shown.text.replace(delimiter, "").strip()
    clean = replace(passage, text=text, heading=heading, author=author)
    if text != passage.text and passage.inferred:
        clean = _found_again(passage, clean, delimiter)
    return clean, shown.hidden


def _found_again(passage: Passage, clean: Passage, delimiter: str) -> Passage:
    """Find what nobody confirmed in the cleaned text; where that is not clear, all of it counts as such."""
    spans: list[tuple[int, int]] = []
    at = 0
    for start, end in passage.inferred:
        said = cleaned(passage.text[start:end]).text.replace(delimiter, "").strip()
        if not said:
            continue
        found = clean.text.find(said, at)
        if found < 0 or clean.text.count(said) > 1:
            return replace(clean, inferred=(), provenance="inferred")
        at = found + len(said)
        spans.append((found, at))
    return replace(clean, inferred=tuple(spans))


def _marked(passage: Passage, delimiter: str) -> str:
    """Set what no person said apart from what one did, with marks that no text can hold."""
    parts: list[str] = []
    at = 0
    for start, end in passage.inferred:
        before = passage.text[at:start].rstrip(" \t")
        inside = passage.text[start:end].rstrip()
        opening = "" if not before or before.endswith("\n") else "\n"
        parts += [before, f"{opening}[{delimiter} inferred, not confirmed]\n{inside}\n[{delimiter} end of inferred]"]
        at = end
    return "".join([*parts, passage.text[at:]])


def _block(passage: Passage, delimiter: str) -> str:
    mark = f"[{delimiter}]"
    where = f"{passage.spec}#{passage.anchor}" if passage.anchor else passage.spec
    said = SAID[passage.provenance]
    author = f" by {passage.author_kind} {passage.author}".rstrip() if passage.author else ""
    title = f"## {passage.heading}" if passage.heading else f"## {where}"
    about = f"{passage.kind.value} · {where} · revision {passage.revision[:12]} · {said}{author} · {passage.why}"
    if passage.kind is PassageKind.FINDING:
        about = f"{passage.why} · {passage.spec} · {passage.anchor} · finding {passage.revision}"
    return f"\n{title}\n{about}\n{mark}\n{_marked(passage, delimiter)}\n{mark}\n"


def _list_omitted(text: str, omitted: Sequence[Served], budget: int) -> str:
    """Add the references of what was left out, as many as still fit, and the count of the rest."""
    if not omitted:
        return text
    lines = ["\nLeft out for the budget:\n"]
    for at, row in enumerate(omitted):
        line = f"- {row.passage.spec}#{row.passage.anchor} ({row.tokens} tokens)\n"
        rest = f"- and {len(omitted) - at} more\n"
        if tokens("".join((text, *lines, line, rest))) > budget:
            lines.append(rest)
            break
        lines.append(line)
    whole = "".join((text, *lines))
    return whole if tokens(whole) <= budget else text
