"""Passages of one spec that somebody asked for by name: all of it, or a section with all below it. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from specs.document import Document
from specs.parser import section_at
from sync.contexts.context import Passage, PassageKind, SpecSource, chosen
from sync.contexts.ranking import Ranked
from sync.contexts.shelf import Shelf
from sync.contexts.ties import Area

REASON = "asked for"


def whole(source: SpecSource, anchor: str = "") -> tuple[Passage, ...] | None:
    """Give the passages of a spec in order, with an anchor those of that section; None where there is no such section.

    A detail (a heading of the fourth level or deeper) comes with the section it belongs to.
    """
    document = source.document
    inside = _inside(document, anchor)
    if inside is None:
        return None
    shelf = Shelf()
    shelf.put(source.path, source.revision, document)
    rows = [
        Ranked(row, 0.0, (REASON,))
        for row, unit in enumerate(shelf.units)
        if unit is not None and inside.intersection(unit.anchors)
    ]
    found = chosen(shelf, rows, {source.path: source}, Area()).sections
    return found if found or anchor else _unparted(source)


def anchors(document: Document, most: int) -> Sequence[str]:
    """Name the first sections of a spec, for whoever asked for one that is not there."""
    return [section.anchor for section in document.sections[:most]]


def _inside(document: Document, anchor: str) -> frozenset[str] | None:
    if not anchor:
        return frozenset(section.anchor for section in document.sections)
    top = section_at(document, anchor)
    if top is None:
        return None
    return frozenset(
        section.anchor for section in document.sections if top.line <= section.line <= max(top.line, top.end_line)
    )


def _unparted(source: SpecSource) -> tuple[Passage, ...]:
    """Make one passage of a spec without headings."""
    text = source.document.text.strip()
    if not text:
        return ()
    said = "inferred" if source.document.unconfirmed else source.provenance
    made = Passage(
        PassageKind.SECTION, source.path, "", source.document.title, source.revision, "", "", said, 0.0, REASON, text
    )
    return (replace(made, author=source.author, author_kind=source.author_kind, at=source.at),)
