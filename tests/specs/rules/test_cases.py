"""Runs tests/cases/policy/blocks.md: each `##` heading is a policy block, and what is read of it.

In a case, ~~~~policy is the YAML, and ~~~~found what must come out. With HOLDFAST_UPDATE_CASES=1 that is written anew:
then read the difference.
"""

import os
import re
from pathlib import Path

import pytest

from specs.parser import parse
from specs.rules.reading import read_policy

CASES = Path(__file__).parents[2] / "cases" / "policy" / "blocks.md"
UPDATE = os.environ.get("HOLDFAST_UPDATE_CASES") == "1"
PARTS = re.compile(r"~~~~policy\n(?P<yaml>.*?)^~~~~\n\n~~~~found\n(?P<text>.*?)^~~~~\n", re.MULTILINE | re.DOTALL)
CASE = re.compile(r"^## (?=[^\n]*\n\n~~~~policy)", re.MULTILINE)


def titles() -> list[str]:
    return [part.partition("\n")[0] for part in CASE.split(CASES.read_text())[1:]]


def shown(yaml: str) -> str:
    document = parse(f"```yaml policy\n{yaml}```\n")
    lines = []
    for block in document.policies:
        policy = read_policy(block).policy
        state = "broken" if policy.broken else f"{policy.steps} steps"
        lines.append(f"{policy.id or '-'} on {', '.join(sorted(policy.events))}: {policy.then.told} ({state})")
        lines += [f"  {one.facts} -> {one.expect.told if one.expect else 'nothing'}" for one in policy.examples]
    lines += [f"{p.severity} {p.code} at {p.line}:{p.column}: {p.message} {p.hint}" for p in document.problems]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("title", titles())
def test_case(title: str) -> None:
    text = next(part for part in CASE.split(CASES.read_text())[1:] if part.startswith(title + "\n"))
    case = PARTS.search(text)
    assert case
    if UPDATE:
        new = text[: case.start("text")] + shown(case["yaml"]) + text[case.end("text") :]
        CASES.write_text(CASES.read_text().replace(text, new))
    else:
        assert shown(case["yaml"]) == case["text"]


def test_titles_differ() -> None:
    assert len(set(titles())) == len(titles())
