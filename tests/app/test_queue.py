import asyncio

import pytest

from app import sources
from app.queue import changed, counts, moved, wanted
from specs.proposals.draft import Draft, SpecChange
from sync.service.repositories.repositories import Ground, Repositories
from tests.factories import World


@pytest.fixture
def database(world):
    return world.database


async def todo(database):
    async with database.read() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        cursor = await raw.execute(
            "select task_name, lock, args from procrastinate_jobs where status = 'todo' order by id"
        )
        return await cursor.fetchall()


@pytest.fixture
async def repository(world: World, tmp_path):
    repositories = Repositories(
        world.database, world.clock, sources.new_id, sources.random_bytes, ground=Ground((tmp_path,), b"k" * 32)
    )
    made = await repositories.register(world.ada, world.project.id, name="shop", url=str(tmp_path / "repo"))
    return made.repository.id


async def test_work_is_in_the_queue_when_the_transaction_is_through(database, repository):
    async with database.transaction() as connection:
        await wanted(connection, repository)
    assert await todo(database) == [
        ("sync_repository", f"repo:{repository}", {"repository": str(repository), "again": True})
    ]


async def test_what_is_rolled_back_leaves_no_work(database, repository):
    async def fail():
        async with database.transaction() as connection:
            await wanted(connection, repository)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await todo(database) == []


async def test_work_that_waits_is_not_put_in_twice(database, repository):
    async with database.transaction() as connection:
        await wanted(connection, repository)
        await wanted(connection, repository)
    async with database.transaction() as connection:
        await wanted(connection, repository)
    assert len(await todo(database)) == 1


async def test_many_at_once_put_it_in_once_and_none_fails(database, repository):
    async def one():
        async with database.transaction() as connection:
            await wanted(connection, repository)

    await asyncio.gather(*(one() for _ in range(12)))
    assert len(await todo(database)) == 1


async def test_a_changed_spec_wants_every_repository_of_its_project(world, database, repository):
    async with database.transaction() as connection:
        await changed(connection, world.project.id, repository)
        await changed(connection, sources.new_id(), repository)
    assert [name for name, _, _ in await todo(database)] == ["check_specs"]


async def test_waiting_work_is_not_taken_up_before_the_change_is_visible(database, repository):
    async with database.transaction() as connection:
        await wanted(connection, repository)
    async with database.transaction() as connection:
        await wanted(connection, repository)
        async with database.transaction() as other:
            raw = (await other.get_raw_connection()).driver_connection
            cursor = await raw.execute("select id from procrastinate_fetch_job_v2(null, null)")
            assert await cursor.fetchone() in {None, (None,)}
    async with database.transaction() as other:
        raw = (await other.get_raw_connection()).driver_connection
        cursor = await raw.execute("select id from procrastinate_fetch_job_v2(null, null)")
        assert (await cursor.fetchone())[0] is not None


async def test_counts(database, repository):
    async with database.transaction() as connection:
        await wanted(connection, repository)
    counted = await counts(database)
    assert counted["todo"] == 1
    assert counted["doing"] == 0


async def test_a_changed_spec_wants_the_proposals_on_it_and_no_others(world, database):
    library, project = world.library, world.project.id
    first, second = [await library.create(world.ada, project, path, "# A\n\nOne.\n") for path in ("a.md", "b.md")]
    change = SpecChange(spec=first.spec.id, text="# A\n\nTwo.\n")
    await world.proposals.propose(world.claude, project, Draft("Two", (change,), wait=True))
    async with database.transaction() as connection:
        for spec in (first.spec.id, second.spec.id, first.spec.id):
            await moved(connection, project, spec)
    spec = first.spec.id
    assert await todo(database) == [
        ("rebase_proposals", f"spec:{spec}", {"project": str(project), "spec": str(spec)}),
    ]
