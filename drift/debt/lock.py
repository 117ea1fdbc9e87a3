r"""The text of `holdfast.lock`: accepted drift and confirmed sections, one entry a line. Parses, formats, joins. Pure.

A line is `invariant | subject | state | until | by | because`; empty cells at its end may be missing. The subject is
what a person reads: `importer -> imported`, a symbol, a path, `path#anchor -> digest` for a section that was confirmed.
Order and repetition mean nothing, so that git may join two locks line by line. `\|` is a bar inside a cell, `\\` a
backslash, `\uXXXX` (or `\UXXXXXXXX`) a character that does not show.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal, TypeAlias, get_args

from drift.findings import Finding
from specs.problem import Problem
from specs.suggest import did_you_mean, either
from specs.values import dataclass, field

HEADER = (
    "# Accepted drift and confirmed sections: invariant | what | frozen, waived or reviewed | until | by | because",
    "# Written by `holdfast baseline`, `holdfast waive` and `holdfast confirm`; order means nothing.",
)
EntryState: TypeAlias = Literal["frozen", "waived", "reviewed"]
Fault: TypeAlias = tuple[bool, str, str, str]
STATES: tuple[EntryState, ...] = get_args(EntryState)
FORM = "Write `invariant | what | frozen`, or `invariant | what | waived | 2027-01-31 | who | why`."
CELLS, LEAST_CELLS = 6, 3
LONGEST_LINE = 10_000
LAST = date(9999, 12, 31)
BMP = 0xFFFF
PIECE = re.compile(r"\\u[0-9a-f]{4}|\\U00(?:0[0-9a-f]|10)[0-9a-f]{4}|\\.|\||[^\\|]+|\\", re.DOTALL)
MARKER = re.compile(r"(<{7}|={7}|>{7}|\|{7})( |$)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: `subject` of `invariant` is accepted or confirmed. `until` is an ISO date, "" for a state without end.

    An invariant without an id (a file that cannot be read) goes by its kind. `line` is where it stood, 0 for a new one.
    """

    invariant: str
    subject: str
    state: EntryState
    until: str = ""
    by: str = ""
    because: str = ""
    line: int = field(default=0, compare=False)

    @property
    def key(self) -> tuple[str, str]:
        """What the entry is about; of several about the same the strictest counts."""
        return self.invariant, self.subject

    def ended(self, today: date) -> bool:
        """Say whether its day is over. It holds through its `until` day."""
        return bool(self.until) and date.fromisoformat(self.until) < today


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock as read: one entry for each key, sorted; comment lines; and what is wrong with its lines."""

    entries: tuple[Entry, ...] = ()
    comments: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def owner_of(finding: Finding) -> str:
    """Give what stands in the first cell for a finding: its invariant, or its kind where it has none."""
    return finding.invariant or finding.kind


def subject_of(finding: Finding) -> str:
    """Give what stands in the second cell for a finding: its identity as words, imports with an arrow."""
    return subject_text(finding.identity, finding.importer, finding.imported)


def subject_text(identity: Sequence[str], importer: str | None = None, imported: str | None = None) -> str:
    """Write an identity as words; where it begins with an import, with an arrow."""
    if importer is not None and imported is not None and tuple(identity[:2]) == (importer, imported):
        identity = (importer, "->", imported, *identity[2:])
    return one_line(" ".join(identity))


def one_line(text: str) -> str:
    """Write a text for a cell: blanks of any kind become one space."""
    return " ".join(text.split())


def parse_lock(text: str) -> Lock:
    """Read a lock. A line that is wrong is a problem and no entry; the others count all the same."""
    entries: list[Entry] = []
    comments: list[str] = []
    problems: list[Problem] = []
    for number, raw in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        line = raw.strip()
        if line.startswith("#"):
            comments.append(line)
        elif line:
            parsed = parse_line(line, number)
            if isinstance(parsed, Entry):
                entries.append(parsed)
            else:
                problems.append(parsed)
    return Lock(union(entries), tuple(dict.fromkeys(comments)), tuple(problems))


def parse_line(line: str, number: int) -> Entry | Problem:
    """Read one line that is neither empty nor a comment."""
    given = cells(line) if len(line) <= LONGEST_LINE and not MARKER.match(line) else []
    invariant, subject, word, until, by, because = (*given, *[""] * (CELLS - len(given)))[:CELLS]
    state = next((one for one in STATES if one == word), None)
    faults = (*line_faults(line, given), *cell_faults(state, word, until, by, because))
    wrong = next(((code, message, hint) for there, code, message, hint in faults if there), None)
    if wrong is not None or state is None:
        code, message, hint = wrong or ("bad-line", "The line is no entry.", FORM)
        return Problem(code, message, number, 1, hint)
    return Entry(invariant, subject, state, until, by, because, number)


def line_faults(line: str, given: Sequence[str]) -> Iterable[Fault]:
    """Say of each thing that a line as a whole can have wrong whether it has."""
    yield (
        MARKER.match(line) is not None,
        "merge-conflict",
        "The line is left over from a merge.",
        "Keep the lines of both sides: order and repetition mean nothing.",
    )
    yield len(line) > LONGEST_LINE, "long-line", f"The line is longer than {LONGEST_LINE} characters.", FORM
    count = f"The line has {len(given)} cells; an entry has {LEAST_CELLS} to {CELLS}."
    yield not LEAST_CELLS <= len(given) <= CELLS, "bad-line", count, f"{FORM} A bar inside a cell is written \\|."
    empty = "first" if not given or not given[0] else "second"
    yield not all(given[:2]), "bad-line", f"The {empty} cell is empty.", FORM


def cell_faults(state: EntryState | None, word: str, until: str, by: str, because: str) -> Iterable[Fault]:
    """Say of each thing that the cells after the subject can have wrong whether they have."""
    hint = "" if state else did_you_mean(word, STATES) or f"It is {either(STATES)}."
    yield state is None, "unknown-state", f"There is no state {word[:40]!r}.", hint
    waived = state == "waived"
    said = f"its last day, and {until[:40]!r} is no date" if until else "a last day"
    undated = waived and read_date(until) is None
    yield undated, "bad-date", f"A waiver needs {said}.", "Write the day as 2027-01-31."
    missing = "by" if not by else "because"
    half = waived and not (by and because)
    yield half, "incomplete-waiver", f"The waiver does not say `{missing}`.", "Say who waived it, and why."
    endless = f"A {word} entry has no end: {until[:40]!r} means nothing."
    hint = "Leave the cell empty, or make it a waiver."
    yield not waived and bool(until), "bad-date", endless, hint


def read_date(text: str) -> date | None:
    """Read a day as YYYY-MM-DD; None for anything else."""
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) else None
    except ValueError:
        return None


def cells(line: str) -> list[str]:
    """Take a line apart at its bars."""
    found = [""]
    for piece in PIECE.findall(line):
        if piece == "|":
            found.append("")
        elif piece[:2] in {"\\u", "\\U"} and piece[2:]:
            found[-1] += chr(int(piece.removeprefix(piece[:2]), base=16))
        else:
            found[-1] += piece[1:] if piece[0] == "\\" and piece[1:] else piece
    return [one_line(cell) for cell in found]


def format_lock(lock: Lock) -> str:
    """Write a lock: comments first (the usual ones where there are none), then the entries, sorted."""
    lines = [*(lock.comments or HEADER), *[format_entry(entry) for entry in union(lock.entries)]]
    return "\n".join(lines) + "\n"


def format_entry(entry: Entry) -> str:
    """Write an entry as a line, without empty cells at its end."""
    given = [entry.invariant, entry.subject, entry.state, entry.until, entry.by, entry.because]
    while not given[-1]:
        given.pop()
    return " | ".join(escaped(one_line(cell)) for cell in given)


def escaped(cell: str) -> str:
    """Write a cell so that it reads back the same."""
    plain = cell.replace("\\", "\\\\").replace("|", "\\|")
    if plain.isprintable() and not plain.startswith("#"):
        return plain
    shown = "".join(char if char.isprintable() else hidden(char) for char in plain)
    return "\\" + shown if shown.startswith("#") else shown


def hidden(char: str) -> str:
    """Write a character that does not show as its number."""
    number = ord(char)
    return f"\\u{number:04x}" if number <= BMP else f"\\U{number:08x}"


def union(*parts: Iterable[Entry]) -> tuple[Entry, ...]:
    """Join entries: sorted, one for each key, the strictest: a waiver before what has no end, the earlier day first."""
    found: dict[tuple[str, str], Entry] = {}
    for part in parts:
        for entry in part:
            known = found.get(entry.key)
            if known is None or strictness(entry) < strictness(known):
                found[entry.key] = entry
    return tuple(found[key] for key in sorted(found))


def strictness(entry: Entry) -> tuple[object, ...]:
    """Sort entries about the same: the strictest first, and no two alike unless they are."""
    return (entry.until or LAST.isoformat(), STATES.index(entry.state), entry.by, entry.because)
