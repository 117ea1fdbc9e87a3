"""Changes that wait for a decision, told to whoever is served what they would change. Pure.

A change that is not in force is no intent: it is told in short, marked as such, and never in place of what holds.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from specs.parser import parse
from specs.proposals.delta import Operation, SpecDelta
from specs.proposals.hunks import hunks
from specs.revision import Actor
from sync.contexts.context import Passage, PassageKind
from sync.contexts.ties import reaches

MOST_LINES = 16
LONGEST_LINE = 200
WHOLE = {
    Operation.RETIRE: "would retire this spec",
    Operation.RESTORE: "would restore this spec",
    Operation.CREATE: "would create this spec",
}


@dataclass(frozen=True, slots=True)
class Pending:
    """A proposal that waits: its delta, and who wants it."""

    id: UUID
    digest: str
    title: str
    author: Actor
    delta: tuple[SpecDelta, ...]


def anchors_of(passages: Sequence[Passage]) -> dict[str, set[str]]:
    """Give the anchors that passages hold, by spec."""
    found: dict[str, set[str]] = {}
    for passage in passages:
        if passage.kind in {PassageKind.INVARIANT, PassageKind.SECTION}:
            found.setdefault(passage.spec, set()).update(passage.within or (passage.anchor,))
    return found


def proposed(found: Sequence[Pending], served: Mapping[str, Collection[str]], paths: Sequence[str]) -> list[Passage]:
    """Give what proposals would change in what is served (anchors by spec), and new specs that would cover paths."""
    return [passage for one in found for part in one.delta if (passage := _told(one, part, served, paths)) is not None]


def _told(one: Pending, part: SpecDelta, served: Mapping[str, Collection[str]], paths: Sequence[str]) -> Passage | None:
    lines: list[str] = []
    anchor = ""
    if part.operation is Operation.CREATE:
        covers = parse(part.after).front_matter.covers
        if not any(reaches(covers, path) for path in paths):
            return None
        lines = [f"+ {line}" for line in part.after.splitlines() if line.strip()]
    elif part.path not in served:
        return None
    elif part.operation is Operation.EDIT:
        changed = [hunk for hunk in hunks(part.before, part.after) if hunk.anchor in served[part.path]]
        if not changed and part.path == part.to_path:
            return None
        anchor = changed[0].anchor if changed else ""
        lines = [line for hunk in changed for line in _lines(hunk.removed, hunk.added)]
    if part.path != part.to_path:
        lines.insert(0, f"would move to {part.to_path}")
    if part.operation in WHOLE:
        lines.insert(0, WHOLE[part.operation])
    return Passage(
        kind=PassageKind.PROPOSAL,
        spec=part.path,
        anchor=anchor,
        heading=one.title,
        revision=one.digest,
        author=one.author.name,
        author_kind=one.author.kind.value,
        provenance="pending",
        score=1.0,
        why=f"proposal {one.id} would change what is served",
        text=_short(lines),
    )


def _lines(removed: Sequence[str], added: Sequence[str]) -> Iterator[str]:
    for sign, lines in (("-", removed), ("+", added)):
        yield from (f"{sign} {line.rstrip()}" for line in lines if line.strip())


def _short(lines: Sequence[str]) -> str:
    shown = [line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}..." for line in lines[:MOST_LINES]]
    rest = len(lines) - len(shown)
    return "\n".join([*shown, f"and {rest} more lines"] if rest else shown)
