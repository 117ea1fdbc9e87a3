"""JUnit XML, held against the schema that Jenkins publishes."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import xmlschema
from hypothesis import given

from app.renderers.junit import render
from tests.app.renderers.made import CLEAN, FOUND, FULL, KEPT, LINES, RESULT, excerpts, made, reports

SCHEMA = Path(__file__).resolve().parents[2] / "schemas/junit-10.xsd"


VALIDATOR = xmlschema.XMLSchema(str(SCHEMA))


def cases(report):
    root = ET.fromstring(render(report, LINES))
    return {case.get("name"): case for case in root.iter("testcase")}, root


def test_a_suite_for_each_spec_a_case_for_each_invariant():
    found, root = cases(FULL)
    VALIDATOR.validate(ET.ElementTree(root))
    assert [(suite.get("name"), suite.get("tests")) for suite in root] == [("docs/specs/pay.md", "3"), ("code", "1")]
    assert list(found) == ["pay-layers: no way up", "pay-pure", "mentions", "unparsed"]
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("4", "1", "0")


def test_new_errors_fail_and_all_else_is_told():
    found, _ = cases(FULL)
    failure = found["pay-layers: no way up"].find("failure")
    assert failure.get("type") == "layers"
    assert "pay.util imports pay.api.http (src/pay/util.py:9)" in failure.text
    assert "fix: Hand it in." in failure.text
    assert failure.text.startswith("\nwhy: Batch jobs need no server.\n")
    assert "waived: This one is waived." in found["pay-layers: no way up"].find("system-out").text
    assert [child.tag for child in found["mentions"]] == ["system-out"]
    assert len(found["pay-pure"]) == 0


def test_a_clean_check_has_no_failure():
    _, root = cases(CLEAN)
    VALIDATOR.validate(ET.ElementTree(root))
    assert root.get("failures") == "0"


def test_an_invariant_that_could_not_be_read_is_an_error():
    _, root = cases(made(results=(KEPT, replace(RESULT, verdict="error"))))
    assert (root.get("failures"), root.get("errors")) == ("0", "1")


def test_the_same_findings_under_two_severities_stay_apart():
    found, _ = cases(made(FOUND, replace(FOUND, severity="warning", identity=("w",))))
    assert [child.tag for child in found["pay-layers: no way up"]] == ["failure", "system-out"]


@given(reports(), excerpts())
def test_any_report_is_xml_and_valid(report, lines):
    text = render(report, lines)
    VALIDATOR.validate(ET.ElementTree(ET.fromstring(text)))
    assert text.encode("utf-8")
