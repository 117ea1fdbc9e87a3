"""The deltas of OpenSpec's changes: `openspec/changes/<change>/specs/<capability>/spec.md`.

What a delta adds or modifies is a requirement; its metadata names the operation.
"""

import re
from dataclasses import replace

from specs.anchors import slug
from specs.document import Document
from specs.openspec.delta import is_delta, read_delta
from specs.openspec.drafts import draft
from specs.openspec.validation import validate_delta
from specs.requirements.collecting import Collector
from specs.requirements.values import Reading

_PLACE = re.compile(r"(?:^|.*/)openspec/changes/(?:archive/)?([^/]+)/specs/(.+)/spec\.md$")


class OpenSpecDelta:
    """Reads what a change adds and modifies; what it removes and renames is no text of a requirement."""

    name = "openspec-delta"
    title = "OpenSpec delta"
    positional = False

    def recognises(self, path: str, text: str) -> bool:
        """Say whether it lies in a change folder, or has a header of deltas and lies nowhere else."""
        if "/openspec/" in f"/{path}":
            return bool(_PLACE.match(path))
        return "Requirements" in text and is_delta(text)

    def read(self, path: str, document: Document) -> Reading:
        """Find the blocks under ADDED and MODIFIED."""
        found = _PLACE.match(path)
        delta = read_delta(document.text)
        collector = Collector(document, comments=False)
        blocks = [("ADDED", one) for one in delta.added] + [("MODIFIED", one) for one in delta.modified]
        for operation, block in sorted(blocks, key=lambda pair: pair[1].line):
            made = draft(block)
            collector.add(replace(made, metadata={**made.metadata, "operation": operation}))
        scope = f"{found[1]}/{found[2]}" if found else slug(document.title)
        problems = (*validate_delta(delta, None), *collector.problems)
        return Reading(self.name, scope, tuple(collector.requirements), problems)
