"""What was kept long enough goes; what stands today, what is open and what that rests on stay. A dry run counts."""

import pytest
from sqlalchemy import select

from app import sources
from app.sources import random_bytes
from drift.tables.checks import checks
from drift.tables.findings import finding_events, findings
from specs.access import SERVER
from specs.errors import DeniedError
from specs.limits import Kept
from specs.store.artifacts import ArtifactStore, Vault
from specs.tables.artifacts import artifacts
from specs.tables.library import revisions
from specs.tables.people import credentials
from sync.contexts.receipts import Receipt
from sync.service.retaining import Retained, Retention
from sync.store.bundles import BundleStore
from tests.drift.service.made import Recorder, finding
from tests.factories import World

VAULT = Vault((b"the server's own key",), random_bytes)


@pytest.fixture
async def recorder(world: World) -> Recorder:
    return await Recorder(world).prepare()


@pytest.fixture
def retention(world: World) -> Retention:
    return Retention(world.database, world.clock)


async def rows(world: World, table) -> list:
    async with world.database.read() as connection:
        return list(await connection.execute(select(table)))


async def receipt(world: World) -> Receipt:
    made = Receipt(sources.new_id(), world.claude.actor, "t", (), 2000, 7, ({"n": str(world.clock())},), world.clock())
    async with world.database.transaction() as connection:
        await BundleStore(connection, world.project.id, VAULT).add(made)
    return made


async def read_receipt(world: World, made: Receipt) -> Receipt | None:
    async with world.database.read() as connection:
        return await BundleStore(connection, world.project.id, VAULT).receipt(made.id)


async def test_old_checks_go_and_how_things_stand_stays(recorder: Recorder, retention: Retention, world: World) -> None:
    for _ in range(3):
        await recorder.check()
    await recorder.check(finding("a"))  # open to the end: its check stays
    await recorder.check(finding("a"), finding("b"))
    await recorder.check(finding("a"))  # b is resolved
    for _ in range(3):
        await recorder.check(finding("a"))
    before = await recorder.drift.verdicts(world.ada, world.project.id)
    world.clock.forward(days=500)
    said = await retention.run(SERVER, dry=True)
    assert len(await rows(world, checks)) == 9
    counts = {one.project: one.counts for one in said.projects}["payments"]
    assert (counts[Kept.CHECKS], counts[Kept.FINDINGS]) == (4, 1)
    done = await retention.run(SERVER)
    assert done.projects == said.projects
    assert len(await rows(world, checks)) == 5
    await retention.run(SERVER)
    assert await recorder.drift.verdicts(world.ada, world.project.id) == before
    (left,) = await rows(world, findings)
    assert left.state == "open"
    assert {event.kind for event in await rows(world, finding_events)} == {"opened"}
    kept = {check.commit[-1] for check in await rows(world, checks)}
    # The last one kept, the first broken one (which opened what is open), the last.
    assert {"3", "4", "9"} <= kept
    assert "2" not in kept
    assert await retention.run(SERVER) == Retained((), 0, 0)
    assert not await world.verify_audit()
    assert "retention.run" in await world.actions()


async def test_large_values_go_when_nothing_young_refers_to_them(retention: Retention, world: World) -> None:
    old = await receipt(world)
    world.clock.forward(days=364)
    young = await receipt(world)
    assert (await retention.run(SERVER)).values == 0
    world.clock.forward(days=2)
    assert (await retention.run(SERVER, dry=True)).values == 1
    done = await retention.run(SERVER)
    assert (done.values, done.projects[0].counts[Kept.RECEIPTS]) == (1, 1)
    assert await read_receipt(world, old) is None
    assert await read_receipt(world, young) == young
    assert len(await rows(world, artifacts)) == 1
    assert (await retention.run(SERVER)).projects == ()


async def test_what_was_kept_just_now_stays_though_nothing_refers_to_it_yet(retention: Retention, world: World) -> None:

    async with world.database.transaction() as connection:
        await ArtifactStore(connection, VAULT).keep(b"about to be named", world.clock())
    assert (await retention.run(SERVER)).values == 0
    world.clock.forward(days=2)
    assert (await retention.run(SERVER)).values == 1


async def test_tokens_that_ended_go_and_texts_never(retention: Retention, world: World) -> None:
    await world.library.create(world.eve, world.project.id, "a.md", "# A\n")
    tokens = [one for one in await rows(world, credentials) if one.kind == "token"]
    assert tokens
    world.clock.forward(days=300 + 89)
    await retention.run(SERVER)
    assert [one for one in await rows(world, credentials) if one.kind == "token"] == tokens
    world.clock.forward(days=3000)
    await retention.run(SERVER)
    left = await rows(world, credentials)
    assert {one.kind for one in left} == {"password"}
    assert len(await rows(world, revisions)) == 1
    assert not await world.verify_audit()


async def test_only_who_runs_the_server_may(retention: Retention, world: World) -> None:
    with pytest.raises(DeniedError):
        await retention.run(world.ada)
    assert (await retention.run(SERVER)).values == 0
