"""Gathers the requirements of one file: gives each a key of its own, its section, its spans."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from specs.document import Document
from specs.normative import normative_words
from specs.problem import Problem
from specs.requirements.source import Source, Span, read_source
from specs.requirements.values import Part, PartKind, Requirement


@dataclass(frozen=True, slots=True)
class PartDraft:
    """A scenario or criterion that was found: `key` is relative to nothing, the whole key."""

    key: str
    name: str
    kind: PartKind
    span: Span
    label: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A requirement that was found, before keys are made unique."""

    key: str
    name: str
    span: Span
    statement: str
    parts: Sequence[PartDraft] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    label: str = ""


class Collector:
    """Takes drafts in order; `requirements` and `problems` are what they came to."""

    def __init__(self, document: Document, *, comments: bool = True) -> None:
        self.source: Source = read_source(document.text, comments=comments)
        self.requirements: list[Requirement] = []
        self.problems: list[Problem] = []
        self._sections = document.sections
        self._starts = [section.line for section in document.sections]
        self._keys: dict[str, int] = {}
        self._again: dict[str, int] = {}

    def anchor(self, index: int) -> str:
        """Give the section in which a line (from 0) stands."""
        at = bisect_right(self._starts, index + 1) - 1
        return self._sections[at].anchor if at >= 0 else ""

    def add(self, draft: Draft) -> None:
        """Take a requirement; one whose key is taken gets a number behind it, and a problem."""
        source, span = self.source, self.source.trimmed(draft.span)
        line = span.first + 1
        key = self._own(draft.key, line)
        parts = tuple(self._part(part, draft.key, key) for part in draft.parts)
        requirement = Requirement(
            key=key,
            name=draft.name,
            anchor=self.anchor(span.first),
            line=line,
            end_line=span.last,
            start=source.start(span),
            end=source.end(span),
            text=source.slice(span),
            statement=draft.statement,
            parts=parts,
            normative=normative_words("\n".join((draft.statement, *(part.text for part in parts)))),
            metadata=dict(draft.metadata),
            label=draft.label,
        )
        self.requirements.append(requirement)

    def _part(self, draft: PartDraft, parent: str, own: str) -> Part:
        source, span = self.source, self.source.trimmed(draft.span)
        key = own + draft.key[len(parent) :] if draft.key.startswith(parent) else draft.key
        line = span.first + 1
        start, end = source.start(span), source.end(span)
        text = source.text[start:end]
        return Part(self._own(key, line, quiet=True), draft.name, draft.kind, line, start, end, text, draft.label)

    def _own(self, key: str, line: int, *, quiet: bool = False) -> str:
        if key not in self._keys:
            self._keys[key] = line
            return key
        number = self._again.get(key, 2)
        while f"{key}~{number}" in self._keys:
            number += 1
        self._again[key] = number + 1
        own = f"{key}~{number}"
        self._keys[own] = line
        if not quiet:
            message = f"The key {key} is taken by the requirement on line {self._keys[key]}; this one is {own} for now."
            hint = "Give it a number or name of its own."
            self.problems.append(Problem("duplicate-key", message, line, 1, hint, "warning"))
        return own


def plain(source: Source, span: Span) -> str:
    """Give what some lines say: hidden and blank lines off, each trimmed."""
    lines = source.lines[span.first : span.last]
    return "\n".join(line.text.strip() for line in lines if not line.hidden and line.text.strip())
