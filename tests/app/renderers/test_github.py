"""Annotations of GitHub Actions, read as its runner reads them."""

import re
from dataclasses import replace

from hypothesis import given

from app.renderers.github import render
from drift.excerpts import Excerpts
from drift.findings import CodeAnchor
from tests.app.renderers.made import CLEAN, FOUND, FULL, MENTION, excerpts, made, reports

COMMAND = re.compile(r"^::(?P<name>[a-z-]+)(?: (?P<properties>[^:]*?))?::(?P<data>.*)$")


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Read the commands of a log as the runner does: none between stop-commands and its token."""
    found, stopped = [], ""
    for line in text.split("\n"):
        stripped = line.lstrip()
        if stopped:
            stopped = "" if stripped == f"::{stopped}::" else stopped
            continue
        match = COMMAND.match(stripped)
        if match:
            pairs = (pair.partition("=") for pair in (match["properties"] or "").split(",") if pair)
            found.append((match["name"], {key: unescape(value) for key, _, value in pairs}, unescape(match["data"])))
            if match["name"] == "stop-commands":
                stopped = match["data"]
    assert not stopped
    return found


def unescape(text: str) -> str:
    for code, char in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, char)
    return text


def test_new_findings_are_annotated_at_their_lines():
    found = [one for one in commands(render(FULL, Excerpts(under="back"))) if one[0] in {"error", "warning", "notice"}]
    name, properties, said = found[1]
    assert name == "error"
    assert properties == {
        "file": "back/src/pay/util.py",
        "line": "9",
        "col": "5",
        "title": "holdfast: pay-layers",
    }
    assert said.startswith("pay.domain.charge reaches pay.api.http above it.\npay.domain.charge → pay.util (back/src/")
    assert "This one is introduced." in said, "two findings in one place share a note"
    assert said.endswith("Fix: Hand it in.\nWhy: Batch jobs need no server. (back/docs/specs/pay.md:14)")
    assert "This one is waived." not in str(found)
    assert [one[0] for one in found] == ["error", "error", "warning", "warning"]


def test_the_log_ends_with_the_verdict():
    assert render(CLEAN) == "holdfast: kept, 1 of 1 invariant kept, 0 new findings\n"
    assert render(made(FOUND)).splitlines()[-1] == "holdfast: broken, 1 of 2 invariants kept, 1 new finding"


def test_more_than_github_shows_are_counted():
    many = [replace(FOUND, identity=(str(n),), code=CodeAnchor("a.py", n + 1)) for n in range(25)]
    text = render(made(*many, MENTION))
    names = [one[0] for one in commands(text)]
    assert (names.count("error"), names.count("warning")) == (10, 1)
    assert "11 annotated: GitHub shows 10 of each sort" in text.splitlines()[-1]
    assert text.count("a.py:") >= 25, "the group lists all of them"


@given(reports(), excerpts())
def test_nothing_in_a_report_becomes_a_command_of_its_own(report, lines):
    text = render(report, lines)
    names = {name for name, _, _ in commands(text)}
    assert names <= {"error", "warning", "notice", "group", "stop-commands", "endgroup"}
    assert all(set(properties) <= {"file", "line", "col", "title"} for _, properties, _ in commands(text))
    assert "\r" not in text
