"""Which intent bears on a task: choosing and ranking passages of specs. Pure; `bundle` packs what is chosen.

Invariants that govern the touched code come first, then sections by a z-normalised weighted sum of words, headings
and structure (what a spec covers, binds or mentions of the touched code and its import neighbours). The weights of
words and headings follow the measurements named in `docs/context.md`. Knows no storage, no clock and no transport.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from drift.matching.glob import Glob
from specs.authorship.statements import inferred_anchors
from specs.document import STATEMENT_KINDS, BlockKind, Document, InvariantBlock, Section
from sync.contexts.ranking import Lexicon, standardise

WORDS, HEADING, STRUCTURE = 1.0, 0.3, 0.8
COVERS, MENTIONS, GOVERNS, NEIGHBOUR = 1.0, 1.5, 1.5, 0.5


class PassageKind(StrEnum):
    """What a passage is."""

    INVARIANT = "invariant"
    SECTION = "section"
    FINDING = "finding"


@dataclass(frozen=True, slots=True)
class SpecSource:
    """A spec at one revision, with who wrote it. `revision` names the text (revision or blob id)."""

    path: str
    revision: str
    document: Document
    author: str = ""
    author_kind: str = ""
    provenance: str = "explicit"
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """The code a task touches: `paths` as given, and what is known of them.

    `names` are the modules there, `neighbours` those they import or that import them; `governing` holds the ids of
    the invariants that speak about this code.
    """

    paths: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    neighbours: frozenset[str] = frozenset()
    governing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class OpenFinding:
    """A finding that stands in the area. `standing` says that it is accepted: frozen, or waived until a date."""

    fingerprint: str
    invariant: str
    severity: str
    message: str
    fix: str
    path: str
    line: int
    standing: str = ""


def standing_of(state: str, until: str) -> str:
    """Say how a finding stands that `holdfast.lock` may accept; "" for one that is open."""
    return {"existing": "frozen", "waived": f"waived until {until}"}.get(state, "")


@dataclass(frozen=True, slots=True)
class Passage:
    """One piece of intent, as it may be served: where it comes from, who said it, why it was chosen, its text.

    `provenance` is `mixed` where only some statements wait for a person: `inferred` are their places in the text.
    """

    kind: PassageKind
    spec: str
    anchor: str
    heading: str
    revision: str
    author: str
    author_kind: str
    provenance: str
    score: float
    why: str
    text: str
    inferred: tuple[tuple[int, int], ...] = ()


def candidates(
    task: str, sources: Sequence[SpecSource], area: Area, findings: Sequence[OpenFinding] = ()
) -> tuple[Passage, ...]:
    """Give every passage that may be served, best first: governing invariants, ranked sections, open findings.

    Sections that share nothing with the task are left out. Retired specs are no intent and are never served.
    """
    live = [source for source in sources if source.document.front_matter.status != "retired"]
    governing = [
        _invariant_passage(source, block)
        for source in sorted(live, key=lambda source: source.path)
        for block in source.document.invariants
        if block.id in area.governing
    ]
    rows = [(source, section) for source in live for section in source.document.sections if section.body.strip()]
    return (*governing, *_findings(findings), *_ranked(task, rows, area))


def _ranked(task: str, rows: Sequence[tuple[SpecSource, Section]], area: Area) -> list[Passage]:
    query = " ".join((task, *area.paths))
    body = Lexicon.of(f"{section.title}\n{section.body}" for _, section in rows).scores(query)
    heading = Lexicon.of(f"{source.document.title} {section.title}" for source, section in rows).scores(query)
    reasons = [_structure(source, section, area) for source, section in rows]
    structure = [sum(weight for weight, _ in reason) for reason in reasons]
    total = [
        WORDS * a + HEADING * b + STRUCTURE * c
        for a, b, c in zip(standardise(body), standardise(heading), standardise(structure), strict=True)
    ]
    order = sorted(range(len(rows)), key=lambda at: (-total[at], rows[at][0].path, rows[at][1].line))
    ranked = []
    for at in order:
        if not body[at] and not heading[at] and not structure[at]:
            continue
        source, section = rows[at]
        why = [reason for _, reason in reasons[at]] + (["words of the task"] if body[at] or heading[at] else [])
        text = prose(source.document, section) if area.paths else section.body.strip()
        if text.strip():
            place = _Place(PassageKind.SECTION, section.anchor, section.title)
            ranked.append(_passage(source, place, text, total[at], why))
    return ranked


def _structure(source: SpecSource, section: Section, area: Area) -> list[tuple[float, str]]:
    """Say how a section is tied to the touched code: each tie with its weight and its reason in words."""
    ties: list[tuple[float, str]] = []
    document = source.document
    covered = [path for path in area.paths if covers(document, path)]
    if covered:
        ties.append((COVERS, f"covers {covered[0]}"))
    if any(block.anchor == section.anchor and block.id in area.governing for block in document.invariants):
        ties.append((GOVERNS, "its invariant governs this code"))
    mentioned = {mention.text for mention in document.mentions if mention.anchor == section.anchor}
    touched = sorted(name for name in mentioned if _touches(name, area))
    if touched:
        ties.append((MENTIONS, f"mentions {touched[0]}"))
    elif near := sorted(mentioned & area.neighbours):
        ties.append((NEIGHBOUR, f"mentions {near[0]}, an import neighbour"))
    return ties


def covers(document: Document, path: str) -> bool:
    """Say whether the spec's `covers` globs reach a path (a folder counts when something below it could match)."""
    segments = path.strip("/").split("/")
    return any(Glob.parse(pattern.strip("/"), "/").shortest(segments) for pattern in document.front_matter.covers)


def _touches(mention: str, area: Area) -> bool:
    name = mention.strip("/").removesuffix("()")
    if not name:
        return False
    if any(path == name or path.startswith(f"{name}/") or path.endswith(f"/{name}") for path in area.paths):
        return True
    return any(name == module or name.startswith(f"{module}.") for module in area.names)


def _invariant_passage(source: SpecSource, block: InvariantBlock) -> Passage:
    heading = block.name or block.id
    place = _Place(PassageKind.INVARIANT, block.anchor, heading)
    return _passage(source, place, block.text.strip(), 1.0, ["governs the touched code"])


def _weight(finding: OpenFinding) -> str:
    return f"{finding.severity}, {finding.standing}" if finding.standing else finding.severity


def _findings(findings: Sequence[OpenFinding]) -> list[Passage]:
    return [
        Passage(
            PassageKind.FINDING,
            finding.path,
            finding.invariant,
            finding.message,
            finding.fingerprint,
            "holdfast",
            "system",
            "explicit",
            1.0,
            f"{finding.standing or 'open'} drift",
            f"{_weight(finding)}: {finding.message} ({finding.path}:{finding.line})\n{finding.fix}",
        )
        for finding in sorted(findings, key=lambda finding: (finding.path, finding.line, finding.fingerprint))
    ]


@dataclass(frozen=True, slots=True)
class _Place:
    kind: PassageKind
    anchor: str
    heading: str


def _passage(source: SpecSource, place: _Place, text: str, score: float, why: Sequence[str]) -> Passage:
    spans, provenance = _inferred(source, place, text)
    return Passage(
        place.kind,
        source.path,
        place.anchor,
        place.heading,
        source.revision,
        source.author,
        source.author_kind,
        provenance,
        round(score, 4),
        "; ".join(why),
        text,
        spans,
    )


def _inferred(source: SpecSource, place: _Place, text: str) -> tuple[tuple[tuple[int, int], ...], str]:
    """Find the statements of a passage that no person said, and say what that makes of the passage."""
    document = source.document
    if source.provenance == "inferred" or place.anchor in inferred_anchors(document):
        return (), "inferred"
    if not document.unconfirmed:
        return (), "explicit"
    spans: list[tuple[int, int]] = []
    at, explicit = 0, False
    for block in document.blocks:
        if block.anchor != place.anchor or block.kind not in STATEMENT_KINDS or block.kind is BlockKind.HEADING:
            continue
        said = block.text.strip()
        found = text.find(said, at)
        if found < 0:
            continue
        at = found + len(said)
        if block.line not in document.unconfirmed:
            explicit = True
        elif spans and not text[spans[-1][1] : found].strip():
            spans[-1] = (spans[-1][0], at)
        else:
            spans.append((found, at))
    if not spans:
        return (), "explicit"
    return (tuple(spans), "mixed") if explicit else ((), "inferred")


def prose(document: Document, section: Section) -> str:
    """Give a section's own text without its invariants.

    Where the touched code is known, those that govern it are served by themselves, and the others do not bear on it.
    """
    text = section.body
    for block in document.invariants:
        if block.anchor == section.anchor:
            text = text.replace(block.text, "", 1)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def governing(invariants: Mapping[str, frozenset[str]], paths: Sequence[str]) -> frozenset[str]:
    """Choose the invariants that speak about the paths (files, or folders for all below them)."""
    wanted = [path.strip("/") for path in paths]
    return frozenset(
        invariant
        for invariant, files in invariants.items()
        if any(file == path or file.startswith(f"{path}/") for path in wanted for file in files)
    )
