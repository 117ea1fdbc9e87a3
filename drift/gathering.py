"""What one invariant comes to, gathered: findings, selectors that matched nothing, exceptions that let nothing through.

Every kind gathers in one of these, so that nothing is lost silently and like things are worded alike. It decides
nothing that a kind should decide, and formats for no one.
"""

from collections.abc import Iterable

from drift.findings import CodeAnchor, Finding, SpecAnchor
from drift.invariants import Invariant, Outcome, World
from drift.selection.select import Selector, shown
from specs.document import ExceptionClause
from specs.problem import Severity
from specs.suggest import did_you_mean
from specs.values import replace


class Gathering:
    """One invariant being held against the code."""

    def __init__(self, invariant: Invariant, world: World) -> None:
        self.block = invariant.block
        self.spec_path = invariant.spec_path
        self.index = world.index
        self.table = world.graphs.table
        self.unmatched: list[str] = []
        self.findings: list[Finding] = []

    @property
    def anchor(self) -> SpecAnchor:
        """Where the invariant is written."""
        return SpecAnchor(self.spec_path, self.block.anchor, self.block.line)

    def nothing_matches(self, key: str, selector: Selector, also: str = "") -> None:
        """Note that a selector matched nothing: a finding as severe as the invariant. `also` says what else helps."""
        if selector.optional:
            # With a wildcard that is worth a word: it means to find what is there.
            if "*" in selector.pattern:
                text = f"{shown(selector.text)} (`{key}`) matches nothing at present."
                finding = self.finding(text, "Remove it, unless more is to come.", ("stale", key, selector.text))
                self.findings.append(replace(finding, severity="info"))
            return
        message = f"{shown(selector.text)} (`{key}`) matches nothing in the code, so nothing is checked there."
        hint = self._closest(selector) or "Correct the selector, or remove it."
        self.empty(key, selector.text, message, f"{also} {hint}".strip())

    def empty(self, key: str, text: str, message: str, fix: str) -> None:
        """Note that a part of the invariant is about nothing at all."""
        self.unmatched.append(text or key)
        finding = self.finding(message, fix, ("unmatched", key, text))
        self.findings.append(replace(finding, spec=replace(finding.spec, line=self.line_of(key, text))))

    def line_of(self, key: str, text: str) -> int:
        """Give the line of an option, or of the entry of it that is this text."""
        entries = self.block.options.get(key)
        place = f"{key}/{entries.index(text)}" if isinstance(entries, list) and text in entries else key
        lines = self.block.option_lines
        return lines.get(place, lines.get(key, self.block.line))

    def stale(self, clause: ExceptionClause) -> None:
        """Note an exception that lets nothing through; that never breaks."""
        what = shown(clause.what)
        finding = self.finding(f"Stale exception: {what} matches nothing.", "Remove it from `except`.", ("stale", what))
        anchor = replace(finding.spec, line=clause.line or finding.spec.line)
        self.findings.append(replace(finding, severity="info", spec=anchor))

    def finding(self, message: str, fix: str, identity: tuple[str, ...], *, code: CodeAnchor | None = None) -> Finding:
        """Make a finding of this invariant."""
        severity: Severity = self.block.severity
        return Finding(self.block.id, self.block.kind, severity, message, fix, self.anchor, code, identity)

    def gathered(self, governs: frozenset[str]) -> Outcome:
        """Give all that was found, in a fixed order."""
        ordered = tuple(sorted(self.findings, key=lambda finding: (finding.identity, finding.severity)))
        return Outcome(ordered, tuple(self.unmatched), governs)

    def _closest(self, selector: Selector) -> str:
        if "path" in selector.forms and "/" in selector.pattern:
            candidates = set(self.index.paths) | {path.rpartition("/")[0] for path in self.index.paths}
            if "name" in selector.forms:
                candidates |= {name for name in self.table.names if "/" in name}
        else:
            candidates = packages_of(self.table.names) | set(self.table.names)
        if "/" not in selector.pattern and any(path.startswith(f"{selector.pattern}/") for path in self.index.paths):
            return f"There is a folder of that name: write `{selector.pattern}/**`."
        plain = selector.pattern.replace(".**", "").replace("/**", "").replace(".*", "").replace("/*", "")
        return did_you_mean(plain, frozenset(candidates))


def packages_of(names: Iterable[str]) -> set[str]:
    """Give every package that the dotted names imply."""
    found: set[str] = set()
    for name in names:
        package = name.rpartition(".")[0]
        while package and package not in found:
            found.add(package)
            package = package.rpartition(".")[0]
    return found
