"""Which intent bears on a task: the passages that may be served, in order. Pure; `bundle` packs what is chosen.

Invariants that govern the touched code come first, then what stands open there, then the passages as `ranking` has
them. Knows no storage, no clock and no transport.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import accumulate

from specs.authorship.statements import inferred_anchors
from specs.authorship.writers import Writers
from specs.document import STATEMENT_KINDS, BlockKind, Document, InvariantBlock
from specs.revision import text_digest
from specs.values import dataclass, replace
from sync.contexts.ranking import MEANT, SAID, Ranked, rank
from sync.contexts.shelf import Asked, Shelf
from sync.contexts.ties import Area
from sync.contexts.units import Unit, says_nothing_yet

ALIKE = frozenset({SAID, MEANT})


class PassageKind(StrEnum):
    """What a passage is."""

    INVARIANT = "invariant"
    SECTION = "section"
    FINDING = "finding"
    PROPOSAL = "proposal"
    TASK = "task"


@dataclass(frozen=True, slots=True)
class SpecSource:
    """A spec at one revision, with who brought that. `revision` names the text (revision or blob id).

    Where `writers` is known, a passage is theirs who wrote most of its words.
    """

    path: str
    revision: str
    document: Document
    author: str = ""
    author_kind: str = ""
    provenance: str = "explicit"
    at: datetime | None = None
    writers: Writers | None = None


@dataclass(frozen=True, slots=True)
class OpenFinding:
    """A finding that stands in the area. `standing` says that it is accepted: frozen, or waived until a date.

    `because` is why, in the words of who accepted it.
    """

    fingerprint: str
    invariant: str
    severity: str
    message: str
    fix: str
    path: str
    line: int
    standing: str = ""
    because: str = ""


def standing_of(state: str, until: str) -> str:
    """Say how a finding stands that `holdfast.lock` may accept; "" for one that is open."""
    return {"existing": "frozen", "waived": f"waived until {until}"}.get(state, "")


@dataclass(frozen=True, slots=True)
class Passage:
    """One piece of intent, as it may be served: where it comes from, who said it, why it was chosen, its text.

    `provenance` is `mixed` where only some statements wait for a person: `inferred` are their places in the text. It
    is `pending` for what is not in force, `active` for a task that somebody holds. `within` are the anchors of all
    sections that a section holds; `parts` are what the score is the sum of; `at` is when the revision was made.
    `holds` are the digests of what is told with it: of a section with its invariants, those and the rest of it.
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
    within: tuple[str, ...] = ()
    parts: tuple[tuple[str, float], ...] = ()
    at: datetime | None = None
    holds: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Name what is told by content: which place, what it says, and whose word it is. The revision is no part."""
        told = (self.kind.value, self.spec, self.anchor, self.provenance, str(self.inferred), self.text)
        return text_digest("\0".join(told))

    @property
    def place(self) -> str:
        """Name the place alone, whatever it says: who was told it and does not know the digest was told otherwise."""
        name = self.heading if self.kind is PassageKind.INVARIANT else ""
        return text_digest(f"place\0{self.kind.value}\0{self.spec}\0{self.anchor}\0{name}")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What may be served of specs: the invariants that govern, then sections, both in the order to serve them."""

    ruling: tuple[Passage, ...]
    sections: tuple[Passage, ...]


def candidates(
    task: str,
    sources: Sequence[SpecSource],
    area: Area,
    findings: Sequence[OpenFinding] = (),
    shelf: Shelf | None = None,
) -> tuple[Passage, ...]:
    """Give every passage of these specs that may be served, best first: what governs, what stands open, sections.

    The specs may stand on a `shelf` already.
    """
    shelf = shelf or shelved(sources)
    ranked = rank(shelf, Asked.of(task, area.paths), area)
    found = chosen(shelf, ranked, {source.path: source for source in sources}, area)
    return (*found.ruling, *standing(findings), *found.sections)


def shelved(sources: Iterable[SpecSource]) -> Shelf:
    """Set specs on a shelf."""
    shelf = Shelf()
    for source in sources:
        shelf.put(source.path, source.revision, source.document)
    return shelf


def chosen(shelf: Shelf, ranked: Sequence[Ranked], sources: Mapping[str, SpecSource], area: Area) -> Chosen:
    """Make passages of what is ranked and of what governs. Of the specs `needed`, those not given are passed over."""
    ruling = [
        _invariant_passage(sources[path], block)
        for path in governing_specs(shelf, area)
        if path in sources
        for block in sources[path].document.invariants
        if block.id in area.governing
    ]
    found = [_section_passage(shelf, row, sources, area) for row in ranked]
    return Chosen(tuple(ruling), tuple(passage for passage in found if passage is not None))


def governing_specs(shelf: Shelf, area: Area) -> tuple[str, ...]:
    """Give the specs that state the invariants in force where the task is, by path."""
    if not area.governing:
        return ()
    rows = (row for row, unit in enumerate(shelf.units) if unit and area.governing.intersection(unit.invariants))
    return tuple(sorted({shelf.volume(row).path for row in rows}))


def needed(shelf: Shelf, ranked: Sequence[Ranked], area: Area) -> frozenset[str]:
    """Give the paths of the specs that passages are made of."""
    return frozenset((*governing_specs(shelf, area), *(shelf.volume(row.row).path for row in ranked)))


def _section_passage(shelf: Shelf, row: Ranked, sources: Mapping[str, SpecSource], area: Area) -> Passage | None:
    unit, source = shelf.units[row.row], sources.get(shelf.volume(row.row).path)
    if unit is None or source is None:
        return None
    said = prose(source.document, unit)
    text = said if area.paths else unit.text.strip()
    if not text or (says_nothing_yet(said) and not unit.normative):
        return None
    place = _Place(PassageKind.SECTION, unit.anchors, unit.title)
    passage = _passage(source, place, text, row.score, row.reasons)
    holds: tuple[str, ...] = ()
    if unit.invariants and text != said:
        parted = [_passage(source, place, said, 0.0, ())] if said else []
        inside = (block for block in source.document.invariants if block.anchor in unit.anchors)
        holds = tuple(one.digest for one in (*parted, *(_invariant_passage(source, block) for block in inside)))
    return replace(passage, parts=tuple((name, round(score, 4)) for name, score in row.parts), holds=holds)


def _invariant_passage(source: SpecSource, block: InvariantBlock) -> Passage:
    heading = block.name or block.id
    place = _Place(PassageKind.INVARIANT, (block.anchor,), heading)
    return _passage(source, place, block.text.strip(), 1.0, ["governs the touched code"])


def _weight(finding: OpenFinding) -> str:
    if not finding.standing:
        return finding.severity
    because = " ".join(finding.because.split())
    return f"{finding.severity}, {finding.standing}{f' (“{because}”)' if because else ''}"


def standing(findings: Sequence[OpenFinding]) -> tuple[Passage, ...]:
    """Make passages of the findings that stand in the touched code: open ones, then accepted ones, each by place."""
    return tuple(
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
            f"{_weight(finding)}, at {finding.path}:{finding.line}\n{finding.fix}",
        )
        for finding in sorted(findings, key=lambda one: (bool(one.standing), one.path, one.line, one.fingerprint))
    )


@dataclass(frozen=True, slots=True)
class _Place:
    kind: PassageKind
    anchors: tuple[str, ...]
    heading: str


def _passage(source: SpecSource, place: _Place, text: str, score: float, why: Sequence[str]) -> Passage:
    spans, provenance = _inferred(source, place, text)
    author, kind = _author(source, place, text)
    return Passage(
        place.kind,
        source.path,
        place.anchors[0],
        place.heading,
        source.revision,
        author,
        kind,
        provenance,
        round(score, 4),
        "; ".join(why),
        text,
        spans,
        place.anchors,
        at=source.at,
    )


def _author(source: SpecSource, place: _Place, text: str) -> tuple[str, str]:
    """Say who wrote most of a passage, and of what kind they are."""
    if source.writers is not None:
        blocks = source.document.blocks
        starts = accumulate((len(block.text) for block in blocks), initial=0)
        parts = [
            (start, start + len(block.text))
            for block, start in zip(blocks, starts, strict=False)
            if block.anchor in place.anchors and block.text.strip() in text
        ]
        writer = source.writers.foremost(parts)
        if writer is not None:
            return writer.name, writer.kind.value
    return source.author, source.author_kind


def _inferred(source: SpecSource, place: _Place, text: str) -> tuple[tuple[tuple[int, int], ...], str]:
    """Find the statements of a passage that no person said, and say what that makes of the passage."""
    document = source.document
    if source.provenance == "inferred" or place.anchors[0] in inferred_anchors(document):
        return (), "inferred"
    if not document.unconfirmed:
        return (), "explicit"
    spans: list[tuple[int, int]] = []
    at, explicit = 0, False
    for block in document.blocks:
        if block.anchor not in place.anchors or block.kind not in STATEMENT_KINDS or block.kind is BlockKind.HEADING:
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


def is_tied(passage: Passage) -> bool:
    """Say whether a section has more to do with what was asked than words or meaning."""
    return bool(set(passage.why.split("; ")) - ALIKE)


def prose(document: Document, unit: Unit) -> str:
    """Give a passage's text without its invariants.

    Where the touched code is known, those that govern it are served by themselves, and the others do not bear on it.
    """
    text = unit.text
    for block in document.invariants:
        if block.anchor in unit.anchors:
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
