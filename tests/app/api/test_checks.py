"""Reports of checks over HTTP, in every format."""

import json
from xml.etree import ElementTree as ET

import pytest

from app.renderers import RENDERERS
from specs.access import Role
from tests.drift.service.made import Recorder, finding
from tests.factories import Clock


@pytest.fixture
async def checks(town):
    town.world.clock = Clock()
    town.world.ada, town.world.project = town.people[Role.ADMIN], town.project
    recorder = await Recorder(town.world).prepare()
    return await recorder.check(finding("a")), await recorder.check(problem="It took too long.")


async def test_a_report_is_given_in_every_format(ask, checks):
    place = f"/checks/{checks[0].id}/report"
    for item in RENDERERS:
        answer = await ask("GET", f"{place}?format={item.name}", Role.READER)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].partition(";")[0] == item.media_type
        assert "a is wrong" in answer.text
    told = (await ask("GET", place)).json()
    assert [row | finding("a") for row in told["findings"]] == told["findings"]
    sarif = json.loads((await ask("GET", f"{place}?format=sarif")).text)
    assert sarif["runs"][0]["results"][0]["partialFingerprints"]["holdfast/v1"] == finding("a")["fingerprint"]
    assert ET.fromstring((await ask("GET", f"{place}?format=junit")).text).get("failures") == "1"


async def test_what_cannot_be_given_is_refused_with_a_hint(ask, checks):
    done, failed = checks
    for path, status in ((f"/checks/{failed.id}/report", 404), (f"/checks/{done.id}/report?format=pdf", 400)):
        answer = await ask("GET", path)
        assert (answer.status_code, bool(answer.json()["hint"])) == (status, True), answer.text
    assert (await ask("GET", f"/checks/{done.id}/report", None)).status_code == 404


async def test_a_project_has_one_verdict_and_each_repository_its_own(ask, checks):
    assert checks
    told = (await ask("GET", "/verdict", Role.READER)).json()
    assert told["verdict"] == "error"
    [one] = told["repositories"]
    assert (one["verdict"], one["name"], one["problem"]) == ("error", "shop", "It took too long.")
