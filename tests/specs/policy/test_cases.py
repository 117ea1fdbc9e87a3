"""Runs tests/cases/policy/changes.md: each `##` heading is a change of one spec, and what it is in facts and decisions.

In a case, ~~~~before and ~~~~after hold the spec on both sides (a side that is missing is no spec, `retired` after the
word a retired one), and ~~~~found what must come out. With HOLDFAST_UPDATE_CASES=1 that is written anew: then read the
difference.
"""

import os
import re
from pathlib import Path

import pytest

from specs.policy.change import Change, ChangedSpec, Side
from specs.policy.deciding import decide
from specs.policy.facts import facts_of
from specs.policy.shipped import shipped
from specs.rules.registry import BY_NAME
from specs.rules.values import plain

CASES = Path(__file__).parents[2] / "cases" / "policy" / "changes.md"
UPDATE = os.environ.get("HOLDFAST_UPDATE_CASES") == "1"
SIDE = re.compile(
    r"^~~~~(before|after)(?P<retired> retired)?(?: (?P<path>\S+))?\n(.*?)^~~~~\n", re.MULTILINE | re.DOTALL
)
FOUND = re.compile(r"^~~~~found\n(?P<text>.*?)^~~~~\n", re.MULTILINE | re.DOTALL)
CASE = re.compile(r"^## (?=[^\n]*\n\n~~~~(?:before|after))", re.MULTILINE)


def titles() -> list[str]:
    return [part.partition("\n")[0] for part in CASE.split(CASES.read_text())[1:]]


def shown(change: Change) -> str:
    facts = facts_of(change)
    lines = [
        f"{name}: {plain(value)}"
        for name, value in facts.values.items()
        if value != BY_NAME[name].default and name not in {"specs", "paths", "specs_touched"}
    ]
    for kind in ("human", "agent"):
        decision = decide(shipped(), facts.given({"author_kind": kind}))
        lines.append(f"{kind}: {decision.told} by {', '.join(one.policy for one in decision.decided)}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("title", titles())
def test_case(title: str) -> None:
    text = next(part for part in CASE.split(CASES.read_text())[1:] if part.startswith(title + "\n"))
    sides = {
        match[1]: Side(match["path"] or "payments.md", match[4], bool(match["retired"]))
        for match in SIDE.finditer(text)
    }
    found = FOUND.search(text)
    assert found
    change = Change((ChangedSpec(sides.get("before"), sides["after"]),))
    if UPDATE:
        new = text[: found.start("text")] + shown(change) + text[found.end("text") :]
        CASES.write_text(CASES.read_text().replace(text, new))
    else:
        assert shown(change) == found["text"]


def test_titles_differ() -> None:
    assert len(set(titles())) == len(titles())
