"""Runs tests/cases/merge/*.md: under each `##` heading a base, both sides, and what they come to.

Blocks are told apart by the word after `md`: base, ours, theirs, and either `merged`, or `marked` with its conflicts.
A side that is left out is the base. Marks have nine signs, so that nobody takes them for real ones. Each case holds
with the sides swapped, too.
"""

import re
from pathlib import Path

import pytest

from specs.merging import merge

CASES = Path(__file__).resolve().parents[2] / "cases" / "merge"
BLOCK = re.compile(r"^(`{3,})md (\w+)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)


def cases() -> list[tuple[str, dict[str, str]]]:
    found = []
    for path in sorted(CASES.glob("*.md")):
        for part in re.split(r"^## ", path.read_text(), flags=re.MULTILINE)[1:]:
            title = part.partition("\n")[0]
            found.append((f"{path.stem}: {title}", {name: text for _, name, text in BLOCK.findall(part)}))
    return found


@pytest.mark.parametrize("case", [case for _, case in cases()], ids=[name for name, _ in cases()])
def test_case(case: dict[str, str]) -> None:
    base = case["base"]
    ours, theirs = case.get("ours", base), case.get("theirs", base)
    found, mirrored = merge(base, ours, theirs), merge(base, theirs, ours)
    if "merged" in case:
        assert found.marked(size=9) == case["merged"]
        assert mirrored.text == found.text
    else:
        assert found.marked(size=9) == case["marked"]
        assert [conflict.theirs for conflict in mirrored.conflicts] == [each.ours for each in found.conflicts]
