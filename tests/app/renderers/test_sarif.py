"""SARIF, held against the schema and against what code scanning makes of it."""

import json
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from jsonschema import Draft4Validator

from app.renderers.sarif import render
from drift.excerpts import Excerpts
from drift.findings import Acceptance, FindingState
from tests.app.renderers.made import CLEAN, DIRECT, FOUND, FULL, LINES, excerpts, made, reports

SCHEMA = Path(__file__).resolve().parents[2] / "schemas/sarif-2.1.0.json"


VALIDATOR = Draft4Validator(json.loads(SCHEMA.read_text()))


def run_of(report, lines=LINES):
    return json.loads(render(report, lines))["runs"][0]


def test_a_full_and_a_clean_report_are_valid():
    for report in (FULL, CLEAN):
        VALIDATOR.validate(json.loads(render(report, LINES)))
    assert run_of(CLEAN)["results"] == []
    assert [rule["id"] for rule in run_of(CLEAN)["tool"]["driver"]["rules"]] == ["pay-pure"]


@given(reports(), excerpts())
def test_any_report_is_valid(report, lines):
    value = json.loads(render(report, lines))
    VALIDATOR.validate(value)
    run = value["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])


def test_a_result_has_its_rule_place_line_chain_and_fingerprint():
    run = run_of(made(FOUND))
    (result,) = run["results"]
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert (rule["id"], rule["name"]) == ("pay-layers", "no way up")
    assert rule["fullDescription"]["text"] == "Batch jobs need no server."
    assert "Each layer imports only from layers below it." in rule["help"]["text"]
    assert "docs/specs/pay.md:14" in rule["help"]["markdown"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "src/pay/util.py"
    assert place["region"] == {
        "startLine": 9,
        "startColumn": 5,
        "snippet": {"text": "    from pay.api import http  # lazy"},
    }
    assert result["message"]["text"].endswith("Fix: Hand it in.")
    assert result["partialFingerprints"] == {
        "holdfast/v1": FOUND.fingerprint,
        "primaryLocationLineHash": f"{FOUND.fingerprint}:1",
    }
    steps = result["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["location"]["message"]["text"] for step in steps] == [
        "pay.domain.charge imports pay.util",
        "pay.util imports pay.api.http",
    ]
    assert result["relatedLocations"][-1]["message"]["text"] == "The rule is written here."


def test_states_become_baseline_and_suppressions():
    states = {
        one["properties"]["state"]: one for one in run_of(FULL)["results"] if "This one" in one["message"]["text"]
    }
    assert {name: one["baselineState"] for name, one in states.items()} == {
        "introduced": "new",
        "existing": "unchanged",
        "waived": "unchanged",
        "fixed": "absent",
    }
    assert {name for name, one in states.items() if "suppressions" in one} == {"existing", "waived"}
    assert (states["fixed"]["kind"], states["fixed"]["level"]) == ("pass", "none")
    assert states["introduced"]["level"] == "error"


def test_a_suppression_says_what_the_lock_says():
    waived = replace(FOUND, state=FindingState.WAIVED, accepted=Acceptance("2027-01-31", "Ada", "moves soon"))
    (result,) = run_of(made(waived))["results"]
    assert result["suppressions"][0]["justification"] == "Accepted until 2027-01-31 by Ada: moves soon"


def test_paths_are_those_of_the_repository_and_escaped():
    odd = made(FOUND, DIRECT)
    uris = [
        one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for one in run_of(odd, Excerpts(under="back end"))["results"]
    ]
    assert uris == ["back%20end/src/pay/domain/order.py", "back%20end/src/pay/util.py"]
