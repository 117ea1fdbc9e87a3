"""MADR: Markdown any decision records, `docs/decisions/NNNN-slug.md`, status and people in the front matter.

The decision's key is `decision`; `### Confirmation`, the natural home of an invariant, is `confirmation`.
"""

from specs.document import Document, Yaml
from specs.places import is_decision
from specs.requirements.collecting import Collector
from specs.requirements.decisions import collect, scope_of, sections, standing
from specs.requirements.source import read_source
from specs.requirements.values import Reading

KEYS = ("date", "decision-makers", "deciders", "consulted", "informed", "tags")


class Madr:
    """Reads records that have a Decision Outcome."""

    name = "madr"
    title = "MADR decision"
    positional = False

    def recognises(self, path: str, text: str) -> bool:
        """Say whether it has the outcome of a decision, and lies among decisions or says what it was about."""
        if "ecision" not in text:
            return False
        found = sections(read_source(text))
        if "decision outcome" not in found:
            return False
        return is_decision(path, text) or "considered options" in found or "context and problem statement" in found

    def read(self, path: str, document: Document) -> Reading:
        """Find the decision and its confirmation, with the metadata of the front matter."""
        collector = Collector(document)
        values = document.front_matter.values
        status = _text(values.get("status"))
        metadata = standing(status) | {key: _text(values[key]) for key in KEYS if _text(values.get(key))}
        collect(collector, metadata)
        problems = tuple(collector.problems)
        return Reading(self.name, scope_of(path), tuple(collector.requirements), problems, status)


def _text(value: Yaml) -> str:
    if isinstance(value, list):
        return ", ".join(str(one) for one in value if isinstance(one, (str, int, float)))
    return str(value) if isinstance(value, (str, int, float)) else ""
