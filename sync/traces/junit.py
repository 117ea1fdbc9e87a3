"""Reads test results in the JUnit form. Pure; hostile files end in a `UserError`, in no long wait or large memory.

A document type is refused, and with it every entity, so nothing expands and nothing is fetched.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from xml.parsers import expat

from specs.errors import UserError

MAX_BYTES = 20_000_000
MAX_CASES, MAX_DEPTH, MAX_TEXT = 100_000, 32, 2_000
MARKS = frozenset({"holdfast", "requirement", "requirements", "verifies"})
HINT = "Give the XML file that your test runner writes: `pytest --junit-xml=FILE`, surefire, gotestsum, jest-junit."


class Result(StrEnum):
    """How a test ended; the worst comes first."""

    FAILED = "failed"
    PASSED = "passed"
    SKIPPED = "skipped"


@dataclass(slots=True)
class Case:
    """One test as it ended. `targets` are the requirements that its properties name."""

    name: str
    classname: str = ""
    file: str = ""
    result: Result = Result.PASSED
    message: str = ""
    seconds: float = 0.0
    targets: list[str] = field(default_factory=list)


def read_junit(data: bytes, name: str = "the file") -> tuple[Case, ...]:
    """Read the cases of a report. Raises `UserError` for what is no such report, is broken, or is too large."""
    if len(data) > MAX_BYTES:
        raise UserError(f"{name} is larger than {MAX_BYTES // 1_000_000} MB", "Upload the reports of single suites.")
    reader = _Reader(name)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(data, True)  # noqa: FBT003 (expat names it by place)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise UserError(f"{name} is not well-formed XML: {error}", HINT) from error
    if not reader.suites:
        raise UserError(f"{name} is no JUnit report: it has no testsuite", HINT)
    return tuple(reader.cases)


class _Reader:
    """Gathers cases while the parser goes through the file."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.cases: list[Case] = []
        self.suites = 0
        self.depth = 0
        self.case: Case | None = None
        self.files: list[str] = []
        self.telling = False

    def doctype(self, *_given: Any) -> None:
        raise UserError(f"{self.name} declares a document type, which no test report does", HINT)

    def start(self, tag: str, given: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise UserError(f"{self.name} is nested deeper than {MAX_DEPTH} elements", HINT)
        tag = tag.rpartition(":")[2]
        if self.depth == 1 and tag not in {"testsuite", "testsuites"}:
            raise UserError(f"{self.name} is no JUnit report: it begins with <{tag[:40]}>", HINT)
        if tag in {"testsuite", "testsuites"}:
            self.suites += 1
            self.files.append(given.get("file", "") or (self.files[-1] if self.files else ""))
        elif tag == "testcase":
            self.begin(given)
        elif self.case is not None:
            self.inside(tag, given, self.case)

    def begin(self, given: dict[str, str]) -> None:
        if len(self.cases) >= MAX_CASES:
            raise UserError(f"{self.name} has more than {MAX_CASES:,} cases", "Upload the reports of single suites.")
        try:
            seconds = max(0.0, min(float(given.get("time", "0").replace(",", "")), 1e7))
        except ValueError:
            seconds = 0.0
        names = (given.get("name", "")[:MAX_TEXT], given.get("classname", "")[:MAX_TEXT])
        file = given.get("file", "") or (self.files[-1] if self.files else "")
        self.case = Case(*names, file[:MAX_TEXT].replace("\\", "/"), seconds=0.0 if seconds != seconds else seconds)  # noqa: PLR0124 (not a number)
        self.cases.append(self.case)

    def inside(self, tag: str, given: dict[str, str], case: Case) -> None:
        if tag in {"failure", "error"}:
            case.result = Result.FAILED
            case.message = case.message or given.get("message", "")[:MAX_TEXT]
            self.telling = not case.message
        elif tag == "skipped" and case.result is not Result.FAILED:
            case.result = Result.SKIPPED
        elif tag == "property" and given.get("name", "").lower() in MARKS:
            named = given.get("value", "").replace(",", " ").split()
            case.targets += [one[:MAX_TEXT] for one in named][:100]

    def end(self, tag: str) -> None:
        self.depth -= 1
        tag = tag.rpartition(":")[2]
        if tag in {"testsuite", "testsuites"} and self.files:
            self.files.pop()
        elif tag == "testcase":
            self.case = None
        elif tag in {"failure", "error"}:
            self.telling = False

    def text(self, words: str) -> None:
        if self.telling and self.case is not None and len(self.case.message) < MAX_TEXT:
            self.case.message = (self.case.message + words)[:MAX_TEXT].lstrip()
