"""What a kind may ask of sources that the index does not hold, and the answers. Values only.

A kind sees no file: it says which files it wants to ask what (`Ask`), somebody who can read them answers, and the kind
is evaluated with the answers in its `World`. The same bytes give the same answer, so that answers can be kept.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from drift.declared import declared_in
from drift.patterns import Source, check_pattern, language_of
from specs.document import Yaml

PATTERN, CHECK, REGEX, DEPENDENCIES = "pattern", "pattern-check", "regex", "dependencies"
# Grows whenever an answer to a known question would be another one.
VERSION = 1


class Ask(NamedTuple):
    """A question about one file; "" as path asks of no file at all. `detail` is canonical JSON."""

    path: str
    question: str
    detail: str = "{}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a question: JSON, or (then it is None) why there is none."""

    value: Any = None
    failed: str = ""


Answers = Mapping[Ask, Answer]


def detail_of(**parts: Yaml) -> str:
    """Write the detail of a question: equal parts give equal texts."""
    return json.dumps(parts, sort_keys=True, separators=(",", ":"))


class Reader:
    """Answers questions about files whose bytes it is given. It may take long: callers set limits."""

    def __init__(self) -> None:
        self._last: tuple[str, Source] = ("", Source(b"", ""))

    def answer(self, ask: Ask, data: bytes) -> Any:
        """Answer one question. Raises `ValueError` for a question that nobody knows."""
        detail = json.loads(ask.detail)
        if ask.question == CHECK:
            return check_pattern(detail["language"], detail["pattern"])
        if ask.question == DEPENDENCIES:
            return declared_in(ask.path, data.decode("utf-8", "replace"))
        if self._last[0] != ask.path or self._last[1].data is not data:
            self._last = (ask.path, Source(data, language_of(ask.path)))
        source = self._last[1]
        if ask.question == PATTERN:
            if _is_bad(source.language, detail["pattern"]):
                return []
            return source.pattern(detail["pattern"])
        if ask.question == REGEX:
            return source.regex(detail["regex"])
        raise ValueError(ask.question)


@cache
def _is_bad(language: str, pattern: str) -> bool:
    return bool(check_pattern(language, pattern)[0])
