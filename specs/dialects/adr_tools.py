"""Nygard's decision records, as adr-tools writes them: `doc/adr/NNNN-slug.md` with Status, Context, Decision.

The status is the text under `## Status`; what supersedes the record wins over what it once was.
"""

from specs.document import Document
from specs.places import is_decision
from specs.requirements.collecting import Collector, plain
from specs.requirements.decisions import collect, lines_below, record, scope_of, sections, standing
from specs.requirements.source import Source, Span, read_source
from specs.requirements.values import Reading


class AdrTools:
    """Reads records that have a Decision section among their headings."""

    name = "adr"
    title = "Nygard decision"
    positional = False

    def recognises(self, path: str, text: str) -> bool:
        """Say whether it has a Decision and lies among decisions, or has Status, Context and Consequences too."""
        if "ecision" not in text:
            return False
        found = set(sections(read_source(text)))
        if "decision" not in found:
            return False
        return is_decision(path, text) or {"status", "context", "consequences"} <= found

    def read(self, path: str, document: Document) -> Reading:
        """Find the decision, with date and status."""
        collector = Collector(document)
        source = collector.source
        head = lines_below(source, record(source).index)
        status = _status(source) or head.get("status", "") or str(document.front_matter.values.get("status") or "")
        metadata = standing(status) | ({"date": head["date"]} if head.get("date") else {})
        collect(collector, metadata)
        problems = tuple(collector.problems)
        return Reading(self.name, scope_of(path), tuple(collector.requirements), problems, status)


def _status(source: Source) -> str:
    index = sections(source).get("status")
    if index is None:
        return ""
    lines = plain(source, Span(index + 1, source.section(index).last)).split("\n")
    superseded = [line for line in lines if standing(line).get("status") == "superseded"]
    return superseded[-1] if superseded else next((line for line in lines if line), "")
