"""OpenSpec's current specs: `openspec/specs/<capability>/spec.md`, requirements under `### Requirement:` headings.

A requirement's key is the slug of its name, a scenario's that and the slug of its own.
"""

from specs.document import Document
from specs.openspec.blocks import read_spec
from specs.openspec.change import capability_of
from specs.openspec.drafts import draft
from specs.openspec.validation import validate_spec
from specs.requirements.collecting import Collector
from specs.requirements.values import Reading

FOLDER = "/openspec/specs/"


class OpenSpec:
    """Reads current specs; a bare `### Name` counts where no heading says Requirement."""

    name = "openspec"
    title = "OpenSpec spec"
    positional = False

    def recognises(self, path: str, text: str) -> bool:
        """Say whether it lies where OpenSpec keeps specs, or has its sections and headings."""
        if FOLDER in f"/{path}":
            return path.endswith("/spec.md")
        return "### Requirement:" in text and any(block.canonical for block in read_spec(text).blocks)

    def read(self, path: str, document: Document) -> Reading:
        """Find the requirements under `## Requirements`, and those that OpenSpec overlooks: a problem says so."""
        collector = Collector(document, comments=False)
        spec = read_spec(document.text)
        for block in sorted((*spec.blocks, *spec.outside), key=lambda one: one.line):
            collector.add(draft(block))
        problems = (*validate_spec(document.text), *collector.problems)
        return Reading(self.name, _capability(path), tuple(collector.requirements), problems)


def _capability(path: str) -> str:
    root, marker, _ = f"/{path}".rpartition(FOLDER)
    found = capability_of(path, (root + marker).strip("/")) if marker else ""
    return found or path.removesuffix("/spec.md").removesuffix(".md")
