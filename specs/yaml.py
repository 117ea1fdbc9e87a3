"""The only door to ruamel.yaml: reads one mapping of YAML 1.2 (core schema) into values with places.

It takes the parser's events and builds the values itself, so that nothing is ever expanded, constructed or recursed
into: aliases, tags and merge keys are problems, depth and size are bounded. Only `true` and `false` are booleans; dates
stay text. Knows nothing of what the keys mean.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate
from math import isfinite
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from specs.document import Place, Yaml
from specs.lines import split_lines, without_end
from specs.problem import Problem
from specs.values import dataclass, field

Path: TypeAlias = tuple[str | int, ...]

MAX_SIZE = 64 * 1024
MAX_DEPTH = 24
MAX_DIGITS = 300

_WORDS: Mapping[str, Yaml] = {"": None, "~": None} | {
    form: value
    for word, value in (("null", None), ("true", True), ("false", False))
    for form in (word, word.title(), word.upper())
}
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")

_HINTS: tuple[tuple[str, str], ...] = (
    (r"'\\t'", "Indent by spaces: YAML does not allow tabs there."),
    (r"found character", "Put quotes around a value that begins with this character."),
    (
        r"mapping values are not allowed",
        'Put quotes around a value that holds ": ", and line keys up under each other.',
    ),
    (r"could not find expected ':'", "Write each line as `key: value`, or indent it under the key that it belongs to."),
    (r"end of stream.*quoted|quoted.*end of stream", "Close the quotation mark."),
    (r"flow (?:sequence|mapping|node)", "Close the bracket, and separate the entries by commas."),
    (r"alias|anchor", 'Put quotes around a value that begins with * or &, for example "**/api".'),
    (r"tag", 'Put quotes around a value that begins with "!".'),
    (r"expected <block end>", "Line the keys up under each other, and quote a value that goes on after its quotes."),
    (r"escape", "In double quotes a backslash begins an escape: use single quotes, or double the backslash."),
)
_NO_HINT = "Look at the indentation and the quotation marks on this line and the one above it."


@dataclass(frozen=True, slots=True)
class YamlResult:
    """What was read. `values` is None where the text cannot be trusted (broken, not a mapping, an alias).

    `places` gives line and column of every key and list entry by its path, for example `("except", 0, "what")`.
    """

    values: Mapping[str, Yaml] | None
    places: Mapping[Path, Place]
    problems: tuple[Problem, ...]


def read_mapping(text: str, first_line: int) -> YamlResult:
    """Read a text that stands from `first_line` on. Never raises; every problem has its place and a hint."""
    reader = _Reader(_Text(text, first_line))
    if len(text) > MAX_SIZE:
        hint = f"Keep it under {MAX_SIZE // 1024} KiB: split it into several blocks."
        return YamlResult(None, {}, (Problem("too-large", "This YAML is too long.", first_line, 1, hint),))
    try:
        reader.read(text)
    except ReaderError as error:
        where = reader.text.place(error.position)
        message = f"YAML does not allow the character U+{int(error.character):04X}."
        reader.give_up(
            "yaml-syntax", message, where, "Delete the character, or write it as an escape in double quotes."
        )
    except MarkedYAMLError as error:
        reader.give_up("yaml-syntax", *_explain(error, reader.text))
    except (YAMLError, ValueError, IndexError, OverflowError) as error:
        reader.give_up("yaml-syntax", f"This is not valid YAML: {error}.", (first_line, 1), _NO_HINT)
    values = None if reader.untrusted else reader.root
    return YamlResult(values, reader.places, tuple(reader.problems))


class _Text:
    """Turns the scanner's offsets into lines and columns: its own count knows line ends that ours does not."""

    def __init__(self, text: str, first_line: int) -> None:
        lines = split_lines(text)
        self.widths = [len(without_end(line)) for line in lines] or [0]
        self.starts = [0, *accumulate(len(line) for line in lines)][: len(lines)] or [0]
        self.first_line = first_line

    def place(self, offset: int) -> Place:
        line = bisect_right(self.starts, offset) - 1
        column = min(offset - self.starts[line], self.widths[line]) + 1
        return self.first_line + line, column


@dataclass
class _Frame:
    """A collection that is being filled: a mapping waits for a value while `key` is set."""

    value: list[Yaml] | dict[str, Yaml]
    path: Path
    key: str | None = None
    skip: bool = False


@dataclass
class _Reader:
    text: _Text
    root: dict[str, Yaml] = field(default_factory=dict)
    places: dict[Path, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    frames: list[_Frame] = field(default_factory=list)
    untrusted: bool = False
    documents: int = 0

    def read(self, text: str) -> None:
        for event in YAML(typ="safe", pure=True).parse(text):
            if isinstance(event, DocumentStartEvent):
                self.documents += 1
                if self.documents > 1:
                    hint = "Delete the `---` line: one block holds one mapping."
                    self.give_up("yaml-documents", "A second YAML document begins here.", self.where(event), hint)
            elif isinstance(event, CollectionEndEvent):
                self.frames.pop()
            elif isinstance(event, NodeEvent):
                self.node(event)
            if self.untrusted:
                return

    def where(self, event: Any) -> Place:
        return self.text.place(event.start_mark.index)

    def report(self, code: str, message: str, where: Place, hint: str) -> None:
        self.problems.append(Problem(code, message, *where, hint))

    def give_up(self, code: str, message: str, where: Place, hint: str) -> None:
        self.report(code, message, where, hint)
        self.untrusted = True

    def node(self, event: NodeEvent) -> None:
        where = self.where(event)
        if isinstance(event, AliasEvent):
            hint = f'Put quotes around a value that begins with * ("*{event.anchor}"), or write the value out.'
            self.give_up("yaml-alias", "This is a YAML alias, which Holdfast does not follow.", where, hint)
            return
        if event.anchor:
            hint = 'Delete it, or put quotes around a value that begins with "&".'
            self.report("yaml-anchor", f"&{event.anchor} is a YAML anchor, which Holdfast does not use.", where, hint)
        if event.ctag:  # type: ignore[attr-defined]  # the types of the library leave it out
            hint = 'Delete it, or put quotes around a value that begins with "!".'
            self.report("yaml-tag", "This value has a YAML tag, which Holdfast does not use.", where, hint)
        if isinstance(event, ScalarEvent):
            self.scalar(event, where)
        elif isinstance(event, MappingStartEvent):
            self.open(self.root if not self.frames else {}, where)
        elif isinstance(event, SequenceStartEvent):
            self.open([], where)

    def open(self, value: list[Yaml] | dict[str, Yaml], where: Place) -> None:
        if not self.frames and isinstance(value, list):
            self.give_up(
                "yaml-not-mapping", "This is a list.", where, "Write `key: value` lines, without leading dashes."
            )
            return
        if len(self.frames) >= MAX_DEPTH:
            self.give_up("too-nested", f"YAML nests deeper than {MAX_DEPTH} levels.", where, "Flatten the structure.")
            return
        path = self.place(value, where)
        if path is not None:
            self.frames.append(_Frame(value, path))

    def scalar(self, event: ScalarEvent, where: Place) -> None:
        frame = self.frames[-1] if self.frames else None
        if frame is not None and isinstance(frame.value, dict) and frame.key is None:
            self.key(frame, event, where)
            return
        value = resolve(event.value) if event.style is None else str(event.value)
        if frame is not None:
            self.place(value, where)
        elif value is not None:
            hint = "Write `key: value` lines."
            self.give_up("yaml-not-mapping", "This is a single value, not a mapping.", where, hint)

    def key(self, frame: _Frame, event: ScalarEvent, where: Place) -> None:
        key = str(event.value)
        frame.key, frame.skip = key, False
        if key == "<<" and event.style is None:
            self.report("yaml-merge-key", "Merge keys (<<) are not followed.", where, "Write the keys out.")
            frame.skip = True
        elif key in frame.value:
            line = self.places[(*frame.path, key)][0]
            message = f"The key {key} is given twice (first on line {line})."
            self.report("duplicate-key", message, where, "Keep one of the two; until then the first counts.")
            frame.skip = True
        else:
            self.places[(*frame.path, key)] = where

    def place(self, value: Yaml, where: Place) -> Path | None:
        """Put a value where it belongs, and give its path; None where a key is no text."""
        if not self.frames:
            return ()
        frame = self.frames[-1]
        if isinstance(frame.value, list):
            path = (*frame.path, len(frame.value))
            self.places[path] = where
            frame.value.append(value)
            return path
        if frame.key is None:
            self.give_up(
                "yaml-key", "A key must be plain text.", where, "Write `key: value`, without brackets in the key."
            )
            return None
        key, frame.key = frame.key, None
        if frame.skip:
            return (*frame.path, -1, key)  # no path of a value that counts
        frame.value[key] = value
        return (*frame.path, key)


def resolve(plain: str) -> Yaml:
    """Give the value of an unquoted scalar by the core schema (YAML 1.2.2, 10.3.2); what JSON cannot hold is text."""
    if plain in _WORDS:
        return _WORDS[plain]
    if len(plain) > MAX_DIGITS:
        return plain
    if _INT.fullmatch(plain):
        base = {"0o": 8, "0x": 16}.get(plain[:2], 10)
        return int(plain[2:], base) if base != 10 else int(plain)  # noqa: PLR2004 (decimal)
    if _FLOAT.fullmatch(plain):
        number = float(plain)
        return number if isfinite(number) else plain
    return plain


def _explain(error: MarkedYAMLError, text: _Text) -> tuple[str, Place, str]:
    problem, context = str(error.problem or ""), str(error.context or "")
    mark = error.problem_mark or error.context_mark
    if "quoted scalar" in context and "end of stream" in problem and error.context_mark:
        mark = error.context_mark
    where = text.place(mark.index) if mark is not None else (text.first_line, 1)
    both = f"{context} {problem}"
    hint = next((hint for pattern, hint in _HINTS if re.search(pattern, both)), _NO_HINT)
    message = " ".join(part for part in (problem or context, context if problem else "") if part)
    return f"This is not valid YAML: {message}.", where, hint
