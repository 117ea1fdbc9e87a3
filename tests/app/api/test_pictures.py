"""The picture of code over HTTP."""

import pytest

from specs.access import Role
from tests.drift.service.made import Recorder, finding, path_row
from tests.factories import Clock


@pytest.fixture
async def checked(town):
    town.world.clock = Clock()
    town.world.ada, town.world.project = town.people[Role.ADMIN], town.project
    recorder = await Recorder(town.world).prepare()
    await recorder.check(paths=[path_row("a/b.py", "layering", module="a.b", imports=["a.c"], lines=9, at=[2])])
    paths = [path_row("a/b.py", module="a.b", imports=["a.c"], lines=9, at=[2]), path_row("a/c.py", module="a.c")]
    up = finding("up", path="a/b.py") | {"importer": "a.b", "imported": "a.c"}
    await recorder.check(up, paths=paths)


async def test_the_picture_is_read(ask, checked):
    graph = (await ask("GET", "/graph", Role.READER)).json()
    assert [(one["name"], one["modules"]) for one in graph["parts"]] == [("a.c", 1), ("a.b", 1)]
    assert [(one["importer"], one["broken"]) for one in graph["arrows"]] == [("a.b", ["layering"])]
    assert graph["breaks"][0]["fingerprint"] == finding("up")["fingerprint"]
    coverage = (await ask("GET", "/coverage", Role.READER)).json()
    assert (coverage["whole"]["lines"], coverage["whole"]["bare_lines"]) == (9, 9)
    assert coverage["specs"][0]["path"] == "layers.md"
    [now] = (await ask("GET", "/invariants/layering", Role.READER)).json()["items"]
    assert (now["verdict"], now["held"], now["broke"]["author"]) == ("broken", f"{1:040x}", "author 2")
    page = (await ask("GET", "/invariants/layering/history?limit=1&turns=true", Role.READER)).json()
    assert [one["verdict"] for one in page["items"]] == ["broken"]
    rest = (await ask("GET", page["next"], Role.READER)).json()
    assert [one["verdict"] for one in rest["items"]] == ["kept"]


async def test_what_there_is_not_is_refused_with_a_hint(ask, checked):
    for path in ("/graph?at=a.x", "/graph?rule=no", "/coverage?at=x", "/coverage?repository=no", "/invariants/none"):
        answer = await ask("GET", path, Role.READER)
        assert (answer.status_code, bool(answer.json()["hint"])) == (404, True), path
