"""Runs tests/cases/openspec/applying.md: a spec, what the change began from, its delta, and what applying it comes to.

The base is a text, or `same` (as the spec is), `unknown`, or `blind` (as OpenSpec does). With HOLDFAST_UPDATE_CASES=1
the results are written anew: then read the difference.
"""

import os
import re
from pathlib import Path

import pytest

from specs.openspec.applying import apply_delta
from specs.openspec.delta import read_delta
from specs.openspec.outcome import Applied, Base, Heading

CASES = Path(__file__).parents[2] / "cases" / "openspec" / "applying.md"
UPDATE = os.environ.get("HOLDFAST_UPDATE_CASES") == "1"
CASE = re.compile(r"^## (?=[^\n]*\n\n~~~~spec\n)", re.MULTILINE)
FENCE = re.compile(r"^~~~~(?P<name>\w+)\n(?P<text>.*?)^~~~~\n", re.MULTILINE | re.DOTALL)
HEADING = Heading("search", "add-search")


def titles() -> list[str]:
    return [part.partition("\n")[0] for part in CASE.split(CASES.read_text())[1:]]


def run(spec: str, base: str, delta: str) -> Applied:
    current = None if spec == "none\n" else spec
    known = None if base in {"unknown\n", "blind\n"} else Base((current or "") if base == "same\n" else base)
    return apply_delta(current, read_delta(delta), known, heading=HEADING, blind=base == "blind\n")


def shown(done: Applied) -> str:
    lines = [f"{step.operation} {step.name}: {step.outcome}" for step in done.steps]
    lines += [f"! {p.severity} {p.code} at {p.line}: {p.message}" for p in done.problems]
    for one in done.conflicts:
        where = f" / {one.scenario}" if one.scenario else ""
        lines += [f"? {one.operation} {one.requirement}{where} at {one.line}: {one.reason}"]
        for name, text in (("base", one.base), ("ours", one.ours), ("theirs", one.theirs)):
            lines += [f"  {name}: {line}" for line in text.splitlines() if line]
    return "\n".join(lines) + ("\n\n" + done.text if done.clean else "\n")


@pytest.mark.parametrize("title", titles())
def test_case(title: str) -> None:
    text = next(part for part in CASE.split(CASES.read_text())[1:] if part.startswith(title + "\n"))
    fences = {found["name"]: found for found in FENCE.finditer(text)}
    spec, base, delta = (fences[name]["text"] for name in ("spec", "base", "delta"))
    done = run(spec, base, delta)
    if UPDATE:
        at = fences["result"]
        new = text[: at.start("text")] + shown(done) + text[at.end("text") :]
        CASES.write_text(CASES.read_text().replace(text, new))
    else:
        assert shown(done) == fences["result"]["text"]
    if not done.clean:
        assert done.text == ("" if spec == "none\n" else spec)
