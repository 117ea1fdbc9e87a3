"""Where tach says a finding stands: one for each statement, at the line of the name, unless a comment lets it through.

`# tach-ignore(reason) names` at the end of a line, or on the line before it, is such a comment.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from drift.findings import CodeAnchor, Finding
from specs.lines import split_lines

DIRECTIVE = re.compile(r"# *tach-ignore(?:\(([^)]*)\))?((?:\s+[\w.]+)*)\s*$")
LONGEST_STATEMENT = 400


@dataclass(frozen=True, slots=True)
class Directive:
    """A comment that lets imports of one line through: all of them, or those that end with one of the names."""

    names: tuple[str, ...]

    def covers(self, imported: str) -> bool:
        """Say whether an import of this name is let through."""
        return not self.names or any(imported.endswith(name) for name in self.names)


def told_apart(finding: Finding, read: Callable[[str], str | None]) -> Sequence[Finding]:
    """Give a finding about an import as tach tells it, once for each statement that makes it."""
    if finding.code is None or not finding.importer or not finding.imported:
        return (finding,)
    found: list[Finding] = []
    pair = (finding.importer, finding.imported)
    for hop in [hop for hop in finding.evidence if (hop.importer, hop.imported) == pair]:
        lines = split_lines(read(hop.path) or "")
        line = name_line(lines, hop.line, finding.imported)
        directives = directives_in(lines)
        here = [directives[at] for at in (line, hop.line) if at in directives]
        if not any(directive.covers(finding.imported) for directive in here):
            code = CodeAnchor(hop.path, line, finding.code.column if line == hop.line else 1)
            identity = finding.identity if not found else (*finding.identity, f"statement {len(found) + 1}")
            found.append(replace(finding, code=code, evidence=(hop,), identity=identity))
    return found


def directives_in(lines: Sequence[str]) -> Mapping[int, Directive]:
    """Give the comments by the line that they speak about; of two the first counts."""
    found: dict[int, Directive] = {}
    for number, line in enumerate(lines, start=1):
        match = DIRECTIVE.search(line.rstrip("\r\n")) if "tach-ignore" in line else None
        if match:
            about = number + 1 if line.lstrip().startswith("#") else number
            found.setdefault(about, Directive(tuple((match[2] or "").split())))
    return found


def name_line(lines: Sequence[str], start: int, imported: str) -> int:
    """Give the line of an imported name in a statement that begins at line `start`."""
    name = imported.rpartition(".")[2]
    wanted = re.compile(rf"(?<![\w.]){re.escape(name)}(?![\w.])")
    for number, text in _statement(lines, start):
        # What is behind `as` is no imported name.
        if wanted.search(re.sub(r"\bas\s+\w+", "", text)):
            return number
    return start


def _statement(lines: Sequence[str], start: int) -> Iterator[tuple[int, str]]:
    """Give the lines of one statement, without comments, the first from behind its `import` on."""
    depth = 0
    for number in range(start, min(len(lines), start + LONGEST_STATEMENT) + 1):
        text = lines[number - 1].partition("#")[0].rstrip()
        depth += text.count("(") - text.count(")")
        yield number, re.split(r"\bimport\b", text, maxsplit=1)[-1] if number == start else text
        if depth <= 0 and not text.endswith("\\"):
            return
