"""Answers what kinds ask of sources: bytes of a file in, JSON out. Knows which part of the code knows the answer.

Loaded only where a kind asks. It may take long over hostile sources or patterns: callers set limits.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from drift.asking import CHECK, CONFIRMED, DEPENDENCIES, PATTERN, REGEX, SUBSTANCE, Ask
from drift.debt.lock import parse_lock
from drift.declared import declared_in
from drift.extract import extract
from drift.facts import Tier
from drift.patterns import Match, Source, check_pattern, language_of


class Reader:
    """Answers questions about files whose bytes it is given."""

    def __init__(self) -> None:
        self._last: tuple[str, Source] = ("", Source(b"", ""))

    def answer(self, ask: Ask, data: bytes) -> Any:
        """Answer one question. Raises `ValueError` for a question that nobody knows."""
        detail = json.loads(ask.detail)
        if ask.question == CHECK:
            return check_pattern(detail["language"], detail["pattern"])
        if ask.question in {PATTERN, REGEX}:
            return self._search(ask, data, detail)
        text = data.decode("utf-8", "surrogateescape")
        if ask.question == DEPENDENCIES:
            return declared_in(ask.path, text)
        if ask.question == CONFIRMED:
            return confirmed_in(text)
        if ask.question != SUBSTANCE:
            raise ValueError(ask.question)
        return substance_of(ask.path, data, detail["name"])

    def _search(self, ask: Ask, data: bytes, detail: Mapping[str, str]) -> list[Match]:
        """Look for matches; the text of the last file is kept, parsed if need be."""
        if self._last[0] != ask.path or self._last[1].data is not data:
            self._last = (ask.path, Source(data, language_of(ask.path)))
        source = self._last[1]
        if ask.question == REGEX:
            return source.regex(detail["regex"])
        return [] if _is_bad(source.language, detail["pattern"]) else source.pattern(detail["pattern"])


def confirmed_in(text: str) -> list[list[str]]:
    """Give what a lock says was confirmed: invariant, what, by whom, and when and why."""
    entries = (one for one in parse_lock(text).entries if one.state == "reviewed")
    return [[one.invariant, one.subject, one.by, one.because] for one in entries]


def substance_of(path: str, data: bytes, name: str) -> str:
    """Digest a definition of a file, or the whole file where the name is ""; "" where it has no such definition."""
    from drift.languages.support.substance import Span, substance  # noqa: PLC0415 (most checks confirm nothing)

    if not name:
        return substance(path, data, None)
    facts = extract(path, data, Tier.DEFINITIONS)
    found = [one for one in facts.definitions if one.name == name]
    spans = [Span(name.rpartition(".")[2], one.line, one.end_line, one.public) for one in found]
    return substance(path, data, spans) if spans else ""


@cache
def _is_bad(language: str, pattern: str) -> bool:
    return bool(check_pattern(language, pattern)[0])
