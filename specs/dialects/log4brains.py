"""log4brains and MADR 2: decision records whose metadata is a list under the title (`- Status: accepted`).

No status means accepted, as log4brains has it.
"""

from specs.document import Document
from specs.places import is_decision
from specs.requirements.collecting import Collector
from specs.requirements.decisions import bullets, collect, record, scope_of, sections, standing
from specs.requirements.source import read_source
from specs.requirements.values import Reading

KEYS = frozenset({"status", "deciders", "date", "tags"})


class Log4brains:
    """Reads records with a list of metadata under the title."""

    name = "log4brains"
    title = "log4brains decision"
    positional = False

    def recognises(self, path: str, text: str) -> bool:
        """Say whether it has a decision, and status, date or deciders in a list under its title."""
        if "ecision" not in text:
            return False
        source = read_source(text)
        found = set(sections(source))
        if not {"decision", "decision outcome"} & found:
            return False
        if not is_decision(path, text) and not {"context", "context and problem statement"} & found:
            return False
        return bool(KEYS & set(bullets(source, record(source).index)))

    def read(self, path: str, document: Document) -> Reading:
        """Find the decision, with the metadata of the list."""
        collector = Collector(document)
        metadata = bullets(collector.source, record(collector.source).index)
        status = metadata.get("status", "accepted")
        collect(collector, {key: value for key, value in metadata.items() if value} | standing(status))
        problems = tuple(collector.problems)
        return Reading(self.name, scope_of(path), tuple(collector.requirements), problems, status)
