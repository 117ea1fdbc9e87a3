"""Runs the Markdown cases of tests/cases/mentions: each `##` heading is prose on a tree, and what became of the tree.

In a case, a fence such as ```go was a.go is a file that was there when the prose was written; with `now` instead one
that is there since, with `both` one that stayed. All else is the prose. The last fence, ```gone, lists the names in it
that are gone: where they were, and what took their place. With HOLDFAST_UPDATE_CASES=1 it is written anew: then read
the difference.
"""

import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from drift.findings import Finding
from drift.languages import LANGUAGES
from sync.checking.local import CheckOptions, run_check
from tests.repositories import Repo

CASES = Path(__file__).parents[2] / "cases" / "mentions"
UPDATE = os.environ.get("HOLDFAST_UPDATE_CASES") == "1"
FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```\n?", re.MULTILINE | re.DOTALL)
WHEN = ("was", "now", "both")


class Case(NamedTuple):
    path: Path
    title: str
    text: str


def cases() -> Iterator[Case]:
    for path in sorted(CASES.glob("*.md")):
        for part in re.split(r"^(?=## )", path.read_text(), flags=re.MULTILINE)[1:]:
            yield Case(path, part.partition("\n")[0].removeprefix("## "), part)


ALL = list(cases())


def told(finding: Finding) -> str:
    """Say of a name how it went."""
    removal = finding.removal
    assert removal is not None
    end = f", now {removal.became}" if removal.became else " with its file" if removal.how == "file removed" else ""
    return f"{finding.reference}: was in {' and '.join(removal.was_in)}{end}\n"


@pytest.mark.parametrize("case", ALL, ids=[f"{case.path.stem}: {case.title}" for case in ALL])
def test_case(case: Case, repo: Repo) -> None:
    files: dict[str, dict[str, str]] = {when: {} for when in WHEN}
    expected = ""

    def take(fence: re.Match[str]) -> str:
        nonlocal expected
        words = fence["info"].split()
        if words == ["gone"]:
            expected = fence["body"]
        else:
            _, when, path = words
            files[when][path] = fence["body"]
        return ""

    prose = FENCE.sub(take, case.text)
    repo.commit({**files["both"], **files["was"], "README.md": prose})
    for path in files["was"]:
        repo.git("rm", "-q", path)
    repo.commit({**files["now"], "note": ""})
    report = run_check(repo.root, CheckOptions(today=date(2026, 11, 20), only=frozenset({"mentions"}), cached=False))
    found = "".join(map(told, report.findings))
    if UPDATE:
        fresh = f"```gone\n{found}```\n"
        text = FENCE.sub(lambda fence: "" if fence["info"] == "gone" else fence[0], case.text)
        case.path.write_text(case.path.read_text().replace(case.text, f"{text.rstrip()}\n\n{fresh}\n"))
        return
    assert found == expected


def test_there_are_cases_for_every_language() -> None:
    assert {language.name for language in LANGUAGES} <= {case.path.stem for case in ALL}
