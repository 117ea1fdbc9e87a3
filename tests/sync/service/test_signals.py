"""What tests, deployments and incidents tell, beside what the code itself says, over real commits."""

import pytest

from app.sources import new_id
from specs.errors import ConflictError, MissingError, UserError
from specs.service.library.library import Library
from sync.service.signals import SignalCases
from sync.traces.standing import Implemented
from sync.traces.standing import Tested as Ran

SPEC = "# Payments\n\n- **FR-001**: A refund SHALL be paid.\n- **FR-002**: A refund MUST be logged.\n"
CODE = {"docs/specs/payments.md": SPEC, "pay.py": "# holdfast: payments#FR-001\n"}
TESTS = {"tests/test_pay.py": 'def test_pay():\n    """holdfast: payments#FR-001, payments#FR-009"""\n'}
REPORT = b'<testsuite><testcase classname="tests.test_pay" name="test_pay">%s</testcase></testsuite>'


@pytest.fixture
def signals(stage):
    database, clock = stage.world.database, stage.world.clock
    return SignalCases(database, Library(database, clock, new_id), stage.drift, clock, new_id)


async def standing(stage, signals):
    told = await signals.standing(stage.world.ada, stage.project)
    return {one.item.key: one for one in told.traceability.standings}, told


async def test_a_requirement_is_implemented_tested_deployed_and_broken_since(stage, signals):
    ada, project = stage.world.ada, stage.project
    first = stage.made.commit("begin", CODE)
    await stage.register()
    await stage.sync()
    rows, _ = await standing(stage, signals)
    assert (rows["FR-001"].implemented, rows["FR-001"].tested) == (Implemented.NAMED, Ran.NONE)
    assert (rows["FR-002"].implemented, rows["FR-002"].tested) == (Implemented.NONE, Ran.NONE)
    second = stage.made.commit("test it", TESTS)
    await stage.sync()
    await signals.deploy(ada, project, environment="prod", commit=first, repository="shop")
    await signals.deploy(ada, project, environment="lost", commit="f" * 40, repository="shop")
    told = await signals.tests(ada, project, [REPORT % b""], repository="shop", commit=second)
    assert (told.results, told.unknown) == ({"passed": 1}, ())
    rows, whole = await standing(stage, signals)
    assert rows["FR-001"].tested is Ran.PASSED
    assert [one.environment for one in rows["FR-001"].deployed] == ["prod"]
    assert [one.target for one in whole.traceability.unknown] == ["payments#FR-009"]
    assert [one.environment for one in whole.running] == ["lost", "prod"]
    await signals.tests(ada, project, [REPORT % b"<failure message='no'/>"], repository="shop", commit=second)
    rows, _ = await standing(stage, signals)
    since = rows["FR-001"].broken_since
    assert (rows["FR-001"].tested, since is not None) == (Ran.FAILED, True)
    await signals.tests(ada, project, [REPORT % b"<failure message='no'/>"], repository="shop", commit=second)
    assert (await standing(stage, signals))[0]["FR-001"].broken_since == since


async def test_incidents_break_what_they_name_until_they_are_closed(stage, signals):
    ada, project = stage.world.ada, stage.project
    stage.made.commit("begin", CODE)
    await stage.register()
    await stage.sync()
    unknown = await signals.open_incident(ada, project, "db", ["payments#FR-002", "payments#no"], ["pay.py"])
    assert [target for target, _ in unknown] == ["payments#no"]
    rows, _ = await standing(stage, signals)
    assert [[one.what for one in rows[key].broken] for key in ("FR-001", "FR-002")] == [["db"], ["db"]]
    with pytest.raises(ConflictError):
        await signals.open_incident(ada, project, "db", [], ["pay.py"])
    with pytest.raises(UserError):
        await signals.open_incident(ada, project, "none", [], [])
    await signals.close_incident(ada, project, "db")
    with pytest.raises(MissingError):
        await signals.close_incident(ada, project, "db")
    rows, told = await standing(stage, signals)
    assert (rows["FR-002"].broken, told.incidents[0].closed_at is not None) == ((), True)


async def test_reports_that_are_none_change_nothing(stage, signals):
    with pytest.raises(UserError):
        await signals.tests(stage.world.ada, stage.project, [REPORT % b"", b"<!DOCTYPE x []><testsuite/>"])
    assert (await standing(stage, signals))[1].traceability.standings == ()
