"""The lines of code that a report speaks of, as data: which are wanted, and how they are cut from a file's bytes. Pure.

A report names places; who shows it to a person wants the lines that stand there, and who shows it on a forge wants the
paths as the repository has them. Both come to a renderer beside the report, so that it never reads a file itself.
"""

from collections.abc import Iterable, Mapping

from drift.findings import Finding, FindingState
from specs.values import dataclass, field

MOST_FILES, LONGEST = 400, 400


@dataclass(frozen=True, slots=True)
class Excerpts:
    """Lines by path and number (from 1), as far as they are known. `under` is the project's folder in its repository.

    `base` says what the findings were compared with; "" when with nothing.
    """

    lines: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    under: str = ""
    base: str = ""

    def line(self, path: str, number: int) -> str | None:
        """Give one line without its end; None when it is not known."""
        return self.lines.get(path, {}).get(number)

    def place(self, path: str) -> str:
        """Give a path of the report as the whole repository has it."""
        return f"{self.under}/{path}" if self.under and path else path


NOTHING = Excerpts()


def wanted(findings: Iterable[Finding]) -> dict[str, set[int]]:
    """Give the lines to cut, by path: where each finding stands, unless it is gone. Not more than 400 files."""
    found: dict[str, set[int]] = {}
    for finding in findings:
        if finding.code is None or finding.state is FindingState.FIXED:
            continue
        if finding.code.path in found or len(found) < MOST_FILES:
            found.setdefault(finding.code.path, set()).add(finding.code.line)
    return found


def cut(source: bytes, numbers: Iterable[int]) -> dict[int, str]:
    """Cut lines from a file. Bytes that are not UTF-8 show as what stands for them; a long line is cut off."""
    lines = source.split(b"\n")
    found = {}
    for number in sorted(numbers):
        if 0 < number <= len(lines):
            line = lines[number - 1].removesuffix(b"\r").removeprefix(b"\xef\xbb\xbf")
            found[number] = line.decode("utf-8", "replace")[:LONGEST]
    return found
