"""Decision records, however they are headed: the decision, its consequences, how it is confirmed, where it stands.

What differs between the tools (where status and date are written) the dialects know; this finds the sections.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from specs.anchors import slug
from specs.requirements.collecting import Collector, Draft, PartDraft, plain
from specs.requirements.lists import items
from specs.requirements.source import Source, Span

_TITLE_NUMBER = re.compile(r"(?:ADR[-_ ]?)?\d+\s*[.:\u2013\u2014-]\s+", re.IGNORECASE)
_DECISION = re.compile(r"decision(?: outcome)?s?$|decision outcome\b", re.IGNORECASE)
_CONFIRMATION = re.compile(r"(?:confirmation|validation|compliance)$", re.IGNORECASE)
_CONSEQUENCES = re.compile(r"(?:positive |negative |neutral )?consequences$", re.IGNORECASE)
_SUPERSEDED = re.compile(r"supers?[ec]{1,2}ded?\s+by\s*:?\s*(.*)", re.IGNORECASE)
_LINK = re.compile(r"\[([^\]]*)\]\(([^)]*)\)")
_NUMBER_MARK = re.compile(r"^\d+(?:\.\d+)*[.)]?\s+")


@dataclass(frozen=True, slots=True)
class Record:
    """A decision record's title, and its heading's index (-1: it has none)."""

    title: str
    index: int


def sections(source: Source) -> dict[str, int]:
    """Give the headings below the title by their words, in small letters and without numbers; the first counts."""
    found: dict[str, int] = {}
    for index in source.headings():
        line = source.lines[index]
        if line.level > 1:
            found.setdefault(heading(line.title), index)
    return found


def heading(title: str) -> str:
    """Give the words of a heading: no anchor mark, number or emphasis."""
    words = re.sub(r"\s*\{#[^}]*\}$", "", title).strip("*_ :")
    return _NUMBER_MARK.sub("", words).casefold()


def record(source: Source) -> Record:
    """Find the title: the first heading, without its number."""
    index = next(source.headings(), -1)
    title = source.lines[index].title if index >= 0 else ""
    return Record(_TITLE_NUMBER.sub("", title, count=1).strip(), index)


def collect(collector: Collector, metadata: Mapping[str, str]) -> None:
    """Find the decision, its consequences and its confirmation in a record."""
    source, title = collector.source, record(collector.source).title
    decided = False
    for words, index in sections(source).items():
        last = source.own(index).last
        own = source.trimmed(Span(index, last))
        said = plain(source, Span(index + 1, last))
        if _DECISION.match(words) and not decided:
            decided = True
            collector.add(Draft("decision", title, own, said, metadata=metadata))
        elif _CONFIRMATION.match(words):
            collector.add(Draft("confirmation", f"{title}: {words}", own, said))
        elif _CONSEQUENCES.match(words):
            key = slug(words)
            parts = tuple(
                PartDraft(f"{key}/{place}", text[:80], "criterion", lines)
                for place, (lines, _, text) in enumerate(items(source, Span(index + 1, last)), 1)
            )
            collector.add(Draft(key, f"{title}: {words}", own, said, parts))


def standing(status: str) -> dict[str, str]:
    """Give metadata of a status as written: its first word, and what supersedes it."""
    if not status.strip():
        return {}
    text = status.strip().strip("*_`\"'")
    superseded = _SUPERSEDED.search(text)
    if superseded:
        link = _LINK.search(superseded[1])
        return {"status": "superseded", "superseded-by": link[1] if link else superseded[1].strip(" .`*_\"'")}
    word = re.match(r"[^\s,.;:(]+", text)
    return {"status": word[0].casefold() if word else text}


def bullets(source: Source, start: int) -> dict[str, str]:
    """Read the list of `- Key: value` lines below a title, up to the first heading."""
    found: dict[str, str] = {}
    for line in source.lines[start + 1 :]:
        if line.level:
            break
        match = None if line.hidden else re.match(r"\s*[-*+]\s+\**([A-Za-z][\w /-]{0,30}?)\**:\**\s*(.*)", line.text)
        if match:
            found.setdefault(match[1].strip().casefold(), match[2].strip())
    return found


def lines_below(source: Source, start: int) -> dict[str, str]:
    """Read `Key: value` lines below a title, up to the first heading (`Date: 2024-01-31`, `Status: accepted`)."""
    found: dict[str, str] = {}
    for line in source.lines[start + 1 :]:
        if line.level:
            break
        match = None if line.hidden else re.match(r"\**(Date|Status|Deciders|Author|Authors)\**:\**\s*(.*)", line.text)
        if match:
            found.setdefault(match[1].casefold(), match[2].strip())
    return found


def scope_of(path: str) -> str:
    """Give the name of a record: its file's, without the suffix."""
    return path.rpartition("/")[2].removesuffix(".md")
