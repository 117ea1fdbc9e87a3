"""GitLab's Code Quality report, as its documentation describes it."""

import json
from pathlib import Path

from hypothesis import given
from jsonschema import validate

from app.renderers.gitlab import render
from drift.excerpts import Excerpts
from tests.app.renderers.made import CLEAN, FOUND, FULL, MENTION, excerpts, made, reports

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "schemas/gitlab-code-quality.json").read_text())


def test_what_is_wrong_now_is_listed_with_its_place():
    rows = json.loads(render(made(FOUND, MENTION), Excerpts(under="back")))
    assert rows[0] == {
        "description": "pay.domain.charge reaches pay.api.http above it. Hand it in. Why: Batch jobs need no server.",
        "check_name": "pay-layers",
        "fingerprint": FOUND.fingerprint,
        "severity": "major",
        "location": {"path": "back/src/pay/util.py", "lines": {"begin": 9}},
    }
    assert rows[1]["location"] == {"path": "back/docs/specs/pay.md", "lines": {"begin": 14}}
    assert rows[1]["severity"] == "minor"


def test_what_is_waived_or_gone_is_not_listed_and_debt_is():
    said = [row["description"] for row in json.loads(render(FULL))]
    assert any("existing" in text for text in said)
    assert not any("fixed" in text or "waived" in text for text in said)
    assert json.loads(render(CLEAN)) == []


@given(reports(), excerpts())
def test_any_report_is_valid_and_no_fingerprint_comes_twice(report, lines):
    rows = json.loads(render(report, lines))
    validate([row for row in rows if not row["location"]["path"].startswith(("/", "./"))], SCHEMA)
    names = [row["fingerprint"] for row in rows]
    assert len(names) == len(set(names))
