"""A spec as its readers see it: text in pieces, verdicts and findings beside the block they are about. Pure."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from uuid import UUID

from markupsafe import Markup

from app import rendering
from app.web.shaping import rules
from app.web.views.specs import FindingLine, InvariantPanel, OutlineItem, Piece, RelatedFact, TraceFact, Unsaid
from drift.lives.records import FindingRecord, InvariantVerdict, Repository
from specs.document import BlockKind, Document, InvariantBlock
from specs.hygiene.reports import notices
from specs.parser import parse

WORST = ("broken", "error", "unmatched", "waived", "kept")
FENCE = re.compile(r"^\s*(`{3,}|~{3,})[^\n]*\n?|\n?\s*(`{3,}|~{3,})\s*$")
MAX_OUTLINE = 4


@lru_cache(maxsize=256)
def document_of(text: str) -> Document:
    """Parse a text; the texts that are read often are parsed once."""
    return parse(text)


@lru_cache(maxsize=64)
def blocks_of(text: str, images: str = "") -> tuple[rendering.Rendered, ...]:
    """Render a text with its images; the texts that are read often are rendered once."""
    return rendering.blocks(document_of(text), images)


def line_of(
    record: FindingRecord, titles: Mapping[str, str], repositories: Mapping[UUID, Repository], owners: Mapping[str, str]
) -> FindingLine:
    """Say a finding in a few words."""
    repository = repositories.get(record.repository)
    commit = record.opened.reference if record.opened.kind == "commit" else ""
    return FindingLine(
        fingerprint=record.fingerprint,
        message=record.message,
        severity=record.severity,
        state=str(record.state),
        invariant=record.invariant,
        kind=record.kind,
        path=record.code_path,
        line=record.line,
        spec_path=record.spec_path,
        spec_title=titles.get(record.spec_path, ""),
        spec_anchor=f"s-{record.spec_anchor}" if record.spec_anchor else "",
        repository=repository.name if repository else "",
        branch=repository.branch if repository else "",
        owner=owners.get(record.spec_path, ""),
        since=record.opened.at,
        commit=commit,
        author=record.opened.actor,
        regressed=record.regressed > 0,
    )


def worst(verdicts: Iterable[str]) -> str:
    """Give the verdict that counts where an invariant is checked in several repositories."""
    given = set(verdicts)
    return next((word for word in WORST if word in given), "none")


def panel_of(
    block: InvariantBlock,
    verdicts: Sequence[InvariantVerdict] = (),
    repositories: Mapping[UUID, Repository] | None = None,
) -> InvariantPanel:
    """Show an invariant with how it stands."""
    seen = [one for one in verdicts if one.invariant == block.id]
    repository = (repositories or {}).get(seen[0].repository) if seen else None
    return InvariantPanel(
        id=block.id,
        name=block.name,
        kind=block.kind,
        verdict=worst(one.word for one in seen),
        severity=block.severity,
        why=block.why,
        owner=block.owner,
        yaml=FENCE.sub("", block.text),
        rule=rules.in_words(block),
        layers=rules.layers_of(block),
        exceptions=tuple(
            f"{one.what}: {one.because}{f', until {one.until}' if one.until else ''}" for one in block.exceptions
        ),
        checked_at=repository.synced_at if repository else None,
        commit=repository.head if repository else "",
    )


def pieces_of(
    document: Document,
    rendered: Sequence[rendering.Rendered],
    panels: Mapping[int, InvariantPanel],
    findings: Mapping[int, Sequence[FindingLine]],
    unsaid: Mapping[int, Unsaid] | None = None,
    *,
    traced: Iterable[tuple[int, TraceFact]] = (),
    related: Mapping[int, RelatedFact] | None = None,
) -> tuple[Piece, ...]:
    """Cut a spec into pieces.

    `panels`, `findings`, what is `unsaid`, how requirements stand and what code they speak about are known by line.
    Each goes beside the block it falls into.
    """
    starts = [block.line for block in rendered]
    beside: dict[int, list[FindingLine]] = {}
    problems: dict[int, list[str]] = {}
    for line, found in findings.items():
        beside.setdefault(max(0, bisect_right(starts, line) - 1), []).extend(found)
    for problem in (*document.problems, *notices(document.text)):
        words = f"{problem.message} {problem.hint}".strip()
        problems.setdefault(max(0, bisect_right(starts, problem.line) - 1), []).append(words)
    waiting: dict[int, list[Unsaid]] = {}
    for line, one in sorted((unsaid or {}).items()):
        waiting.setdefault(max(0, bisect_right(starts, line) - 1), []).append(one)
    stands: dict[int, list[TraceFact]] = {}
    for line, fact in traced:
        stands.setdefault(max(0, bisect_right(starts, line) - 1), []).append(fact)
    inferred = {section.line for section in document.sections if section.anchor in document.front_matter.inferred}
    return tuple(
        Piece(
            html=block.html,
            line=block.line,
            level=block.level,
            panel=panels.get(block.line),
            findings=tuple(beside.get(index, ())),
            problems=tuple(problems.get(index, ())),
            inferred=block.line in inferred,
            unsaid=_together(waiting.get(index, ())),
            traced=tuple(stands.get(index, ())),
            related=(related or {}).get(block.line),
        )
        for index, block in enumerate(rendered)
    )


def _together(found: Sequence[Unsaid]) -> Unsaid | None:
    """Join what is unsaid in one block."""
    if not found:
        return None
    names = dict.fromkeys(name for one in found for name in one.statements)
    return Unsaid(tuple(names), tuple(dict.fromkeys(actor for one in found for actor in one.by)))


def outline_of(document: Document, broken: frozenset[str]) -> tuple[OutlineItem, ...]:
    """Give the headings below the title; those with a broken invariant are marked."""
    top = document.sections[0] if document.sections and document.sections[0].level == 1 else None
    return tuple(
        OutlineItem(one.level, one.title, f"s-{one.anchor}", "broken" if one.anchor in broken else "")
        for one in document.sections
        if one is not top and one.level <= MAX_OUTLINE
    )


def sentence_before(text: str, line: int) -> Markup:
    """Give the prose that introduces the block on a line: the nearest paragraph above it, under the same heading."""
    found = Markup()
    for block in blocks_of(text):
        if block.line >= line:
            break
        found = Markup() if block.level else block.html
    return found


def block_text(document: Document, line: int) -> str:
    """Give the source of the statement that covers a line."""
    found = ""
    for block in document.blocks:
        if block.line > line:
            break
        if block.kind is not BlockKind.BLANK:
            found = block.text
    return found
