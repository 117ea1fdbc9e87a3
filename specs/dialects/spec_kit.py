"""spec-kit's feature specs: `specs/<number>-<slug>/spec.md`, with user stories and keyed items (`- **FR-001**: ...`).

Keys are those of the file: `FR-001`, `SC-001`; a user story is `US1`, its acceptance scenarios `US1/AC2` by position.
"""

import re
from collections.abc import Iterator

from specs.document import Document
from specs.problem import Problem
from specs.requirements.collecting import Collector, Draft, PartDraft, plain
from specs.requirements.keyed import keyed_items
from specs.requirements.lists import items
from specs.requirements.source import Source, Span
from specs.requirements.values import Reading

_PLACE = re.compile(r"(?:^|.*/)specs/([^/]+)/spec\.md$")
_ELSEWHERE = re.compile(r"(?:^|.*/)([^/]+)/spec\.md$")
_SIGNS = re.compile(
    r"^# Feature Specification\b|^\*\*Feature Branch\*\*|^[ \t]*[-*] \*\*FR-\d+|^### User Story \d", re.MULTILINE
)
_FORM = re.compile(r"\A(?:\ufeff)?\s*# Feature Specification\b|^### User Story \d", re.MULTILINE)
_STORY = re.compile(r"\D{2,40}\s(\d+)\W*(.*)")
_PRIORITY = re.compile(r"\s*[(\uff08][^()]{0,40}\b(P\d+)\b[^()]{0,20}[)\uff09]")
_HEADER = re.compile(r"\*\*([^*]+)\*\*:\s*(.*)")
_OPEN = re.compile(r"\[NEEDS CLARIFICATION:?\s*([^\]]*)\]")
_GIVEN = re.compile(r"\*{0,2}(?:Given|When|Then)\b", re.IGNORECASE)
_RULE = re.compile(r"\s*(?:-{3,}|\*{3,})\s*")


class SpecKit:
    """Reads a feature's spec.md; in other languages, a user story is a numbered heading with a priority."""

    name = "spec-kit"
    title = "spec-kit feature"
    positional = False

    def recognises(self, path: str, text: str) -> bool:
        """Say whether it lies in a feature folder and has a sign of the template, or elsewhere all of its form."""
        if "/openspec/" in f"/{path}" or not _SIGNS.search(text):
            return False
        return bool(_PLACE.match(path) or (_ELSEWHERE.match(path) and _FORM.search(text)))

    def read(self, path: str, document: Document) -> Reading:
        """Find user stories with their acceptance scenarios, and keyed items."""
        collector = Collector(document)
        source = collector.source
        found = _ELSEWHERE.match(path)
        drafts = [*_stories(source), *keyed_items(source, Span(0, len(source.lines)), bare=True)]
        for one in sorted(drafts, key=lambda draft: draft.span.first):
            collector.add(one)
        status = _head(source).get("Status", "")
        problems = (*_open_questions(source), *collector.problems)
        return Reading(self.name, found[1] if found else path, tuple(collector.requirements), problems, status)


def _stories(source: Source) -> Iterator[Draft]:
    for index in source.headings():
        title = source.lines[index].title
        found = _STORY.match(title)
        if not found or not (title.casefold().startswith("user story") or _PRIORITY.search(title)):
            continue
        span = _without_rule(source, source.section(index))
        priority = _PRIORITY.search(found[2])
        key = f"US{int(found[1])}"
        criteria = [(lines, text) for lines, number, text in items(source, span) if number or _GIVEN.match(text)]
        parts = [
            PartDraft(f"{key}/AC{place}", text[:80], "criterion", lines, f"{key}/AC{place}")
            for place, (lines, text) in enumerate(criteria, 1)
        ]
        stop = criteria[0][0].first if criteria else span.last
        metadata = {"priority": priority[1]} if priority else {}
        name = _PRIORITY.sub("", found[2]).strip()
        yield Draft(key, name, span, plain(source, Span(index + 1, stop)), parts, metadata, key)


def _without_rule(source: Source, span: Span) -> Span:
    """Leave out the rule that parts a section from the next."""
    span = source.trimmed(span)
    ends = span.last > span.first + 1 and _RULE.fullmatch(source.lines[span.last - 1].text)
    return source.trimmed(Span(span.first, span.last - 1)) if ends else span


def _head(source: Source) -> dict[str, str]:
    """Read the bold lines between the title and the first section."""
    head: dict[str, str] = {}
    for line in source.lines:
        if line.level > 1:
            break
        found = None if line.hidden else _HEADER.match(line.text)
        if found:
            head[found[1]] = found[2].strip()
    return head


def _open_questions(source: Source) -> Iterator[Problem]:
    for line in source.lines:
        found = None if line.hidden else _OPEN.search(line.text)
        if found:
            message = f"An open question: {found[1].strip() or 'needs clarification'}"
            hint = "Answer it in the text and take the mark out."
            yield Problem("open-question", message, line.number, found.start() + 1, hint, "info")
