import pytest

from drift.lives.life import CauseKind, LifeEvent, Reason
from drift.lives.records import CauseRecord
from drift.store.checks import CheckStore
from drift.store.repositories import RepositoryStore
from tests.drift.service.made import Recorder, finding, invariant


@pytest.fixture
async def recorder(world):
    return await Recorder(world).prepare()


async def test_a_check_by_someone_who_was_overtaken_is_not_written(recorder, world):
    await recorder.check(finding("a"))
    recorder.head = ""
    assert await recorder.check() is None
    checks = await recorder.drift.checks(world.rob, world.project.id)
    assert len(checks.items) == 1


async def test_a_removed_repository_takes_all_that_was_found_with_it(recorder, world):
    await recorder.check(finding("a"))
    async with world.database.transaction() as connection:
        await RepositoryStore(connection).remove(recorder.repository)
    assert await recorder.check() is None
    assert (await recorder.drift.findings(world.rob, world.project.id)).items == ()
    assert (await recorder.drift.checks(world.rob, world.project.id)).items == ()


async def test_a_finding_that_moves_is_renewed_without_an_event(recorder, world):
    a = finding("a")
    await recorder.check(a)
    await recorder.check(a | {"code": {"path": "shop/domain.py", "line": 99, "column": 1}})
    detail = await recorder.drift.finding(world.rob, world.project.id, a["fingerprint"])
    assert detail.finding.line == 99
    assert len(detail.events) == 1


async def test_a_waived_finding_lapses(recorder, world):
    a = finding("a")
    await recorder.check(a | {"state": "waived"})
    await recorder.check(a)
    detail = await recorder.drift.finding(world.rob, world.project.id, a["fingerprint"])
    assert [event.kind for event in detail.events] == [LifeEvent.WAIVED, LifeEvent.LAPSED]
    assert detail.finding.opened.actor == "author 1"


async def test_an_invariant_that_is_gone_resolves_its_findings_as_removed(recorder, world):
    a = finding("a")
    await recorder.check(a)
    now = world.clock()
    mine = CauseRecord(CauseKind.SPEC, "r2", "Eve", now, recorder.spec, "layers.md")
    other = CauseRecord(CauseKind.SPEC, "r9", "Rob", now)
    await recorder.check(invariants=[], spec_cause=other, causes={recorder.spec: mine})
    [_, last] = (await recorder.drift.finding(world.rob, world.project.id, a["fingerprint"])).events
    assert (last.cause.actor, last.reason) == ("Eve", Reason.INVARIANT_REMOVED)


async def test_equal_reports_are_stored_once(recorder, world):
    await recorder.check(finding("a"))
    await recorder.check(finding("a"))
    async with world.database.read() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        cursor = await raw.execute("select count(*) from artifacts")
        assert (await cursor.fetchone())[0] == 1


async def test_the_last_finished_check_tells_what_was_asked(recorder, world):
    await recorder.check(invariants=[invariant("one"), invariant("two")])
    await recorder.check(problem="too slow")
    async with world.database.read() as connection:
        assert await CheckStore(connection).asked(recorder.repository) == {"one", "two"}
