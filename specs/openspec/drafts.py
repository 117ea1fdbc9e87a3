"""Makes a requirement with keys of an OpenSpec block."""

from specs.anchors import slug
from specs.lines import split_lines
from specs.openspec.blocks import Block, scenarios_of, statement
from specs.requirements.collecting import Draft, PartDraft
from specs.requirements.source import Span


def draft(block: Block) -> Draft:
    """Give the block as a requirement: keyed by its name, its scenarios below it."""
    key = slug(block.name) or "requirement"
    first = block.line - 1
    parts = []
    for one in scenarios_of(block.text):
        start = first + one.line
        lines = Span(start, start + len(split_lines(one.text)))
        parts.append(PartDraft(f"{key}/{slug(one.name) or 'scenario'}", one.name, "scenario", lines))
    said, metadata = statement(block.text)
    return Draft(key, block.name, Span(first, first + len(split_lines(block.text))), said, parts, metadata)
