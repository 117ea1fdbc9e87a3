"""spec-kit's constitution: `.specify/memory/constitution.md`. Each principle is a requirement for the whole project.

A principle's key is the slug of its heading without its number.
"""

import re

from specs.anchors import slug
from specs.document import Document
from specs.requirements.collecting import Collector, Draft, plain
from specs.requirements.source import Source, Span
from specs.requirements.values import Reading

SECTION, PRINCIPLE = 2, 3

_PLACE = re.compile(r"(?:^|.*/)memory/constitution\.md$")
_ELSEWHERE = re.compile(r"(?:^|.*/)constitution\.md$")
_NUMBER = re.compile(r"(?:(?:Principle|Article)\s+)?(?:[IVXLC]+|\d+)[.:)]\s+", re.IGNORECASE)
_PRINCIPLES = re.compile(r"\b(?:principles|articles)\b", re.IGNORECASE)
_VERSION = re.compile(r"\*\*([^*|]+)\*\*:\s*([^|]*)")


class Constitution:
    """Reads the principles of a project."""

    name = "spec-kit-constitution"
    title = "spec-kit constitution"
    positional = False

    def recognises(self, path: str, text: str) -> bool:
        """Say whether it lies where spec-kit keeps it, or is called so and has a version as it does."""
        if not _ELSEWHERE.match(path) or not text.strip():
            return False
        return bool(_PLACE.match(path)) or "**Version**" in text

    def read(self, path: str, document: Document) -> Reading:
        """Find the principles: the headings under Core Principles, else all of that level."""
        collector = Collector(document)
        source = collector.source
        version = _version(source)
        for index in _principles(source):
            name = _NUMBER.sub("", source.lines[index].title, count=1).strip()
            span = source.section(index)
            said = plain(source, Span(index + 1, span.last))
            collector.add(Draft(slug(name) or "principle", name, span, said, metadata=version))
        return Reading(
            self.name,
            path.rpartition("/")[2].removesuffix(".md"),
            tuple(collector.requirements),
            tuple(collector.problems),
        )


def _principles(source: Source) -> list[int]:
    sections = [index for index in source.headings() if source.lines[index].level == SECTION]
    named = [index for index in sections if _PRINCIPLES.search(source.lines[index].title)]
    spans = [source.section(index) for index in named] or [Span(0, len(source.lines))]
    return [index for span in spans for index in source.headings(span) if source.lines[index].level == PRINCIPLE]


def _version(source: Source) -> dict[str, str]:
    """Read the last line that gives the version and its dates."""
    for line in reversed(source.lines):
        if "**Version**" in line.text and not line.hidden:
            return {key.strip().lower(): value.strip() for key, value in _VERSION.findall(line.text)}
    return {}
