"""Runs the Markdown cases of tests/cases/kinds: each `##` heading is a small tree, a spec, and what a check says of it.

In a case, a fence whose info is a language and a path (```python src/a.py) is a file; ```edges gives imports line by
line instead; ```past names references that history knows (`reference commit`). All else is the spec. The last fence,
```findings, is what must come out. With HOLDFAST_UPDATE_CASES=1 it is written anew: then read the difference.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from drift.answers import Reader
from drift.asking import Answer, Ask
from drift.build import build_index, is_manifest, manifest_names
from drift.check import asked, check
from drift.extract import extract, language_for
from drift.findings import Finding
from drift.index import CodeIndex
from drift.invariants import World
from drift.kinds import KINDS
from drift.languages import LANGUAGES
from drift.mentions.removal import Past, Removal
from drift.report import CheckReport
from specs.parser import parse
from tests.drift.made import index_from_text

CASES = Path(__file__).parents[2] / "cases" / "kinds"
UPDATE = os.environ.get("HOLDFAST_UPDATE_CASES") == "1"
TODAY = date(2026, 11, 20)
FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```\n?", re.MULTILINE | re.DOTALL)
SPEC = "docs/specs/case.md"


@dataclass(slots=True)
class Case:
    title: str
    text: str
    spec: str = ""
    expected: str = ""
    files: dict[str, str] = field(default_factory=dict)
    edges: str = ""
    past: dict[str, str] | None = None

    def index(self) -> CodeIndex:
        if self.edges:
            return index_from_text(self.edges)
        facts = {path: extract(path, text.encode()) for path, text in self.files.items() if language_for(path)}
        manifests = {path: text for path, text in self.files.items() if is_manifest(path, manifest_names())}
        return build_index(self.files, facts, manifests)

    def run(self) -> str:
        documents = {SPEC: parse(self.spec)}
        past = None if self.past is None else Past({name: removal(told) for name, told in self.past.items()})
        answers: dict[Ask, Answer] = {}
        world = World(self.index(), documents, past, answers)
        reader = Reader()
        for ask in sorted(asked(documents, world)):
            answers[ask] = Answer(reader.answer(ask, self.files.get(ask.path, "").encode()))
        return told(check(documents, world, today=TODAY))


def removal(told: str) -> Removal:
    """Read `COMMIT [FILE [NEW NAME]]`."""
    commit, was, became, *_ = (*told.split(), "", "")
    how = "renamed" if became else "removed"
    return Removal(commit, "2026-01-02", "Tidy up", (was,) if was else (), became, how)


def read(title: str, text: str) -> Case:
    case = Case(title, text)

    def take(fence: re.Match[str]) -> str:
        words = fence["info"].split()
        if words == ["findings"]:
            case.expected = fence["body"]
        elif words == ["edges"]:
            case.edges = fence["body"]
        elif words == ["past"]:
            case.past = dict(line.split(" ", 1) for line in fence["body"].splitlines())
        elif len(words) == 2 and words[1] not in {"invariant", "policy"}:
            case.files[words[1]] = fence["body"]
        else:
            return fence[0]
        return ""

    case.spec = FENCE.sub(take, text)
    return case


def cases() -> Iterator[tuple[Path, Case]]:
    for path in sorted(CASES.glob("*.md")):
        for part in re.split(r"^(?=## )", path.read_text(), flags=re.MULTILINE)[1:]:
            yield path, read(part.partition("\n")[0].removeprefix("## "), part)


def told(report: CheckReport) -> str:
    telling = [result for result in report.invariants if result.findings or result.id != "mentions"]
    lines = [f"{result.id or '(no id)'}: {result.verdict}" for result in telling]
    for finding in report.findings:
        lines += ["", *told_finding(finding)]
    lines += [f"\nnot analysed: {one.path}: {one.reason}" for one in report.not_analysed]
    return "\n".join(lines).strip("\n") + "\n"


def told_finding(finding: Finding) -> Iterator[str]:
    what = f"{finding.importer} -> {finding.imported}" if finding.importer else finding.reference or ""
    place = f"{finding.code.path}:{finding.code.line}" if finding.code else f"{finding.spec.path}:{finding.spec.line}"
    owner = finding.invariant if finding.kind not in {"spec", "unparsed", "unplaced"} else finding.kind
    yield " ".join(part for part in (finding.severity, owner, what, "at", place) if part)
    yield f"  {finding.message}"
    yield f"  {finding.fix}"
    if len(finding.evidence) > 1:
        yield from (f"  - {hop.importer} -> {hop.imported} {hop.path}:{hop.line}" for hop in finding.evidence)


ALL = list(cases())


@pytest.mark.parametrize(("path", "case"), ALL, ids=[f"{path.stem}: {case.title}" for path, case in ALL])
def test_case(path: Path, case: Case) -> None:
    found = case.run()
    if UPDATE:
        fresh = f"```findings\n{found}```\n"
        old = FENCE.search(case.text, case.text.rindex("```findings")) if "```findings" in case.text else None
        text = case.text.replace(old[0], fresh) if old else f"{case.text.rstrip()}\n\n{fresh}\n"
        path.write_text(path.read_text().replace(case.text, text))
        return
    assert found == case.expected


def test_there_are_cases_for_every_kind() -> None:
    assert {kind.name for kind in KINDS} <= {path.stem for path, _ in ALL}


def test_every_kind_has_a_case_for_every_language() -> None:
    seen: dict[str, set[str]] = {}
    for _, case in ALL:
        found = {language.name for path in case.files if (language := language_for(path))}
        for kind in re.findall(r"^kind: (\S+)$", case.spec, re.MULTILINE):
            seen.setdefault(kind, set()).update(found)
    # Names in prose have cases of their own, with what the code was before: tests/cases/mentions.
    missing = {
        f"{kind.name} in {language.name}"
        for kind in KINDS
        for language in LANGUAGES
        if kind.name != "mentions" and language.name not in seen.get(kind.name, ())
    }
    assert not missing
