"""Packing passages into a context bundle: whole passages, a hard token budget, and text that stays data.

A bundle is the receipt of what an agent was told. How its texts are quoted says `quoting`. Pure: the delimiter is an
argument.
"""

from collections.abc import Container, Sequence

from specs.hygiene.cleaning import cleaned
from specs.problem import Problem
from specs.revision import text_digest
from specs.values import dataclass, replace
from sync.contexts.context import Passage, PassageKind
from sync.contexts.quoting import clean, closing, opening, word

DEFAULT_BUDGET = 2000
LEAST_BUDGET = 200
MOST_BUDGET = 100_000
BYTES_PER_TOKEN = 4
# The order in which passages are shown, by kind.
SHOWN = {kind: at for at, kind in enumerate(PassageKind)}
MAIN = (PassageKind.INVARIANT, PassageKind.SECTION)

HEADER = (
    "Holdfast spec context (reference, not a task). "
    "Lines that begin with [{mark} are Holdfast's; the others are quoted.\n"
)
UNCHANGED = "[{mark} told before, unchanged and not repeated: {count}]\n"
CHANGED = "changed since it was told"
NOTHING = "[{mark} nothing that is known here bears on this]\n"
LEFT_OUT = "[{mark} left out for the budget]\n"
# What is told beside invariants and sections may take such a part of the budget before the sections are packed.
BESIDE = 4
SAID = {
    "explicit": "explicit",
    "mixed": "explicit but for what is marked as inferred",
    "inferred": "inferred, not confirmed",
    "pending": "not in force",
    "active": "held",
}


@dataclass(frozen=True, slots=True)
class Served:
    """A passage as it went out, with what it cost, and the `lures` that its text holds."""

    passage: Passage
    tokens: int
    lures: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Name what was told by content."""
        return self.passage.digest

    @property
    def tells(self) -> tuple[str, ...]:
        """Name all that who reads it knows from then on: itself, what it holds, and that its place was told."""
        return (self.digest, *self.passage.holds, self.passage.place)


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
    not told again, so that an answer asked for twice is nearly empty the second time. Where a place is `known` that
    says something else now, the answer says so. The budget is at least `LEAST_BUDGET` (see `check_budget`).
    """
    rows = [_Row(passage, delimiter, known) for passage in sorted(passages, key=lambda one: SHOWN[one.kind])]
    head = HEADER.format(mark=delimiter) + ("" if rows else NOTHING.format(mark=delimiter))
    room = LEAST_BUDGET // 4 if len(rows) > 1 else 0
    taken = _taken(rows, budget - room, _size(head))
    fits = [row for row in rows if row in taken]
    unchanged = [row for row in fits if row.known]
    fresh = [row for row in fits if not row.known]
    omitted = [row.served for row in rows if row not in taken]
    if unchanged:
        text = "".join((head, UNCHANGED.format(mark=delimiter, count=len(unchanged)), *(row.block for row in fresh)))
    else:
        text = _list_omitted("".join((head, *(row.block for row in fresh))), omitted, budget, delimiter)
    return Bundle(
        budget,
        tokens(text),
        tuple(row.served for row in fresh),
        tuple(omitted),
        sum(row.hidden for row in fresh),
        degraded,
        text,
        tuple(row.served for row in unchanged),
    )


class _Row:
    """A passage as it would be served: cleaned, with its text and what that costs."""

    def __init__(self, passage: Passage, delimiter: str, known: Container[str] = ()) -> None:
        told = clean(passage.text, delimiter)
        title = f"# {' '.join(passage.heading.split())}"
        heading = clean(title, delimiter)
        one = replace(
            passage,
            text=told.text,
            heading=heading.text.removeprefix("#").strip(),
            author=word(passage.author, delimiter),
        )
        if one.text != passage.text and passage.inferred:
            one = _found_again(passage, one, delimiter)
        self.hidden = told.hidden
        # A heading is shown as one line, and may have been more.
        found = tuple(dict.fromkeys((*told.lures, *heading.lures, *clean(passage.heading, delimiter).lures)))
        held = [digest in known for digest in one.holds]
        self.known = one.digest in known or (bool(held) and all(held))
        changed = one.place in known and not self.known and not any(held)
        self.block = _block(one, delimiter, found, (CHANGED,) if changed else ())
        self.size = _size(self.block)
        self.served = Served(one, tokens(self.block), found)


def _taken(rows: Sequence[_Row], budget: int, used: int) -> set[_Row]:
    """Choose the rows that are served: what governs, some of what stands beside, sections, then the rest.

    Each is taken where it still fits, so that a long one does not keep out what is short.
    """
    beside = [row for row in rows if row.served.passage.kind not in MAIN]
    ruling, sections = ([row for row in rows if row.served.passage.kind is kind] for kind in MAIN)
    most = budget * BYTES_PER_TOKEN
    taken: set[_Row] = set()
    used = _fill(taken, ruling, used, most)
    used = _fill(taken, beside, used, used + (most - used) // BESIDE)
    used = _fill(taken, sections, used, most)
    _fill(taken, beside, used, most)
    return taken


def _fill(taken: set[_Row], rows: Sequence[_Row], used: int, most: int) -> int:
    """Take the rows that still fit, and give how much is used then."""
    for row in rows:
        if row not in taken and used + row.size <= most:
            taken.add(row)
            used += row.size
    return used


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


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
        mark = "" if not before or before.endswith("\n") else "\n"
        parts += [before, f"{mark}[{delimiter} inferred, not confirmed]\n{inside}\n[{delimiter} end of inferred]"]
        at = end
    return "".join([*parts, passage.text[at:]])


def _block(passage: Passage, delimiter: str, found: Sequence[str], more: Sequence[str]) -> str:
    """Quote a passage, its heading included, below a line that says where it comes from."""
    title = f"## {passage.heading}\n" if passage.heading else ""
    line = opening(delimiter, (*_about(passage, delimiter), *more), found)
    return f"\n{line}\n{title}{_marked(passage, delimiter)}\n{closing(delimiter)}\n"


def _about(passage: Passage, delimiter: str) -> tuple[str, ...]:
    """Say where a passage comes from, who said it and why it is served, in words of ours and plain names."""
    where = word(f"{passage.spec}#{passage.anchor}" if passage.anchor else passage.spec, delimiter)
    why = word(passage.why, delimiter)
    if passage.kind is PassageKind.FINDING:
        names = (word(name, delimiter) for name in (passage.spec, passage.anchor, passage.revision))
        return (why, *(f"{what}{name}" for what, name in zip(("", "", "finding "), names, strict=True)))
    said = SAID[passage.provenance]
    if passage.kind is PassageKind.TASK:
        return ("another active task", word(passage.revision), f"held by {passage.author_kind} {passage.author}", why)
    author = f" by {passage.author_kind} {passage.author}".rstrip() if passage.author else ""
    revision = f"revision {word(passage.revision[:12], delimiter)}"
    made = f"{revision} of {passage.at.date().isoformat()}" if passage.at else revision
    return (passage.kind.value, where, made, f"{said}{author}", why)


def _list_omitted(text: str, omitted: Sequence[Served], budget: int, delimiter: str) -> str:
    """Add the references of what was left out, as many as still fit, and the count of the rest."""
    if not omitted:
        return text
    lines = ["\n", LEFT_OUT.format(mark=delimiter)]
    end = f"{closing(delimiter)}\n"
    most = budget * BYTES_PER_TOKEN
    used = _size("".join((text, *lines, end)))
    for at, row in enumerate(omitted):
        where = f"{row.passage.spec}#{row.passage.anchor}" if row.passage.anchor else row.passage.spec
        line = f"- {word(where, delimiter)} ({row.tokens} tokens)\n"
        rest = f"- and {len(omitted) - at} more\n"
        if used + _size(line) + _size(rest) > most:
            lines.append(rest)
            break
        lines.append(line)
        used += _size(line)
    whole = "".join((text, *lines, end))
    return whole if _size(whole) <= most else text
