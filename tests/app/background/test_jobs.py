import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from app import sources
from app.background.jobs import Pace, Tasks, make_queue, sweep
from app.background.workers import working
from app.db.database import Database
from app.db.embedded import EmbeddedServer
from app.db.schema import upgrade
from app.queue import changed, counts, wanted
from app.settings import Settings
from drift.lives.life import LifeState
from drift.service import Drift
from drift.store.definitions import DefinitionStore
from specs.errors import UnavailableError
from specs.service.library.library import Library
from sync.service.repositories.repositories import Ground, Repositories
from tests.factories import make_world, open_world
from tests.gitmaker import Made
from tests.stage import BAD, CODE, FREE, GOOD

ROOT = Path(__file__).resolve().parents[3]
QUICK = Pace(heartbeat=0.3, silence=2, grace=0.2)
SCRIPT = """
import asyncio, logging, sys
logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
from pathlib import Path
from app.db.database import Database
from app.background.jobs import Pace
from app.background.workers import work
from app.settings import Settings
url, data, root = sys.argv[1:]
settings = Settings(data_dir=Path(data), database_url=url, repository_roots=(Path(root),), secret_key="k" * 32)
asyncio.run(work(Database(url), settings, Pace(heartbeat=0.3, silence=2, grace=0.2)))
"""


class Shop:
    """A project with a repository that is kept compared."""

    def __init__(self, world, made, folder):
        self.world, self.url, self.made = world, world.database.conninfo, made
        environment = (("PATH", os.defpath), ("HOME", str(folder)))
        self.settings = Settings(
            data_dir=folder / "data",
            database_url=self.url,
            repository_roots=(folder,),
            secret_key="k" * 32,
            git_environment=environment,
        )
        (folder / "data").mkdir()
        ground = Ground((folder,), b"k" * 32)
        self.repositories = Repositories(
            world.database, sources.now, sources.new_id, sources.random_bytes, ground=ground, on_wanted=wanted
        )
        self.library = Library(world.database, sources.now, sources.new_id, changed)
        self.drift = Drift(world.database, sources.now)

    @property
    def project(self):
        return self.world.project.id

    async def register(self):
        done = await self.repositories.register(self.world.ada, self.project, name="shop", url=str(self.made.root))
        return done.repository.id

    async def repository(self):
        return (await self.repositories.get(self.world.ada, self.project, "shop")).repository

    async def findings(self, state):
        return (await self.drift.findings(self.world.ada, self.project, state=state)).items

    async def quiet(self):
        """Say whether nothing waits and nothing is being done but by the clock."""
        async with self.world.database.read() as connection:
            raw = (await connection.get_raw_connection()).driver_connection
            cursor = await raw.execute(
                "select count(*) from procrastinate_jobs where queue_name = 'work' and status in ('todo', 'doing')"
            )
            return (await cursor.fetchone())[0] == 0


async def until(condition, seconds=60.0):
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 (the event happens in another process)
            await asyncio.sleep(0.1)


@pytest.fixture
def shop(world, tmp_path):
    return Shop(world, Made(tmp_path / "repo"), tmp_path)


@asynccontextmanager
async def process(shop):
    log = (shop.settings.data_dir / "worker.log").open("ab")
    child = subprocess.Popen(  # noqa: ASYNC220 (to be killed, not talked to)
        [sys.executable, "-c", SCRIPT, shop.url, str(shop.settings.data_dir), str(shop.made.root.parent)],
        cwd=ROOT,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        yield child
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
        log.close()


async def test_registering_pushing_and_saving_all_lead_to_a_check(shop):
    shop.made.commit("begin", CODE | BAD)
    await shop.register()

    async def one_open():
        return len(await shop.findings(LifeState.OPEN)) == 1

    async def none_open():
        return not await shop.findings(LifeState.OPEN) and await shop.quiet()

    async with working(shop.world.database, shop.settings, QUICK):
        await until(one_open)
        head = shop.made.commit("mend", GOOD)
        await shop.repositories.trigger(shop.world.ada, shop.project, "shop")
        await until(none_open)
        assert (await shop.repository()).head == head
        shop.made.commit("break", BAD)
        await shop.repositories.trigger(shop.world.ada, shop.project, "shop")
        await until(one_open)
        spec = await shop.library.read(shop.world.eve, shop.project, "layers.md")
        await shop.library.save(shop.world.eve, shop.project, spec.spec.id, base=spec.revision.digest, text=FREE)
        await until(none_open)

        async def described():
            repository = await shop.repository()
            async with shop.world.database.read() as connection:
                return await DefinitionStore(connection).commits(shop.project) == {repository.id: repository.head}

        await until(described)


async def test_a_worker_killed_in_the_middle_leaves_its_job_to_another(shop):
    shop.made.commit("begin", CODE)
    for number in range(4):
        head = shop.made.commit(f"commit {number}", {"README.md": str(number)})
    await shop.register()

    async def begun():
        return bool((await shop.repository()).head)

    async def finished():
        return (await shop.repository()).head == head and await shop.quiet()

    async with process(shop) as first:
        await until(begun)
        first.send_signal(signal.SIGKILL)
        first.wait()
        assert (await shop.repository()).head != head
        assert (await counts(shop.world.database))["doing"] >= 1
        async with process(shop):
            await until(finished)
    checks = (await shop.drift.checks(shop.world.ada, shop.project)).items
    assert len(checks) == len({check.commit for check in checks}) == 5


async def test_two_workers_share_the_work_and_do_none_of_it_twice(shop):
    shop.made.commit("begin", CODE)
    await shop.register()

    async def finished():
        return bool((await shop.repository()).head) and await shop.quiet()

    async with working(shop.world.database, shop.settings, QUICK), working(shop.world.database, shop.settings, QUICK):
        await until(finished)
        for number in range(3):
            shop.made.commit(f"commit {number}", {"README.md": str(number)})
            await shop.repositories.trigger(shop.world.ada, shop.project, "shop")
        await until(finished)
    checks = (await shop.drift.checks(shop.world.ada, shop.project)).items
    assert len(checks) == len({check.commit for check in checks}) == 4


async def test_a_worker_that_is_told_to_stop_puts_its_work_back(shop):
    shop.made.commit("begin", CODE)
    for number in range(3):
        head = shop.made.commit(f"commit {number}", {"README.md": str(number)})
    await shop.register()

    async def begun():
        return bool((await shop.repository()).head)

    async def finished():
        return (await shop.repository()).head == head and await shop.quiet()

    async with working(shop.world.database, shop.settings, QUICK):
        await until(begun)
    counted = await counts(shop.world.database)
    assert counted["doing"] == 0
    assert counted["todo"] >= 1
    async with working(shop.world.database, shop.settings, QUICK):
        await until(finished)


async def test_the_clock_reads_repositories_whose_turn_it_is(shop):
    shop.made.commit("begin", CODE)
    quiet = Repositories(
        shop.world.database, sources.now, sources.new_id, sources.random_bytes, ground=Ground((shop.made.root,), b"k")
    )
    await quiet.register(shop.world.ada, shop.project, name="shop", url=str(shop.made.root))

    async def read():
        return bool((await shop.repository()).head)

    async with working(shop.world.database, replace(shop.settings, sync_interval=10), QUICK):
        await until(read)


async def test_a_sweep_forgets_what_is_over(shop):
    await shop.register()
    known = shop.settings.data_dir / "mirrors" / f"{(await shop.repository()).id}.git"
    stale = shop.settings.data_dir / "mirrors" / f"{sources.new_id()}.git"
    known.mkdir(parents=True)
    stale.mkdir()
    queue = make_queue(shop.world.database, shop.settings, QUICK)
    async with queue.open_async():
        await sweep(queue, Tasks(shop.world.database, shop.settings))
    assert known.exists()
    assert not stale.exists()


@pytest.fixture
def own_server():
    """A server that a test may stop."""
    folder = Path(tempfile.mkdtemp(prefix="hf-", dir="/tmp"))
    folder.chmod(0o711)
    server = EmbeddedServer(folder)
    try:
        server.start()
        upgrade(server.url())
        yield server
    finally:
        server.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


async def test_a_worker_outlives_its_database_and_goes_on_when_it_is_back(own_server, tmp_path):
    database = Database(own_server.url())
    try:
        shop = Shop(await open_world(database, await make_world(database)), Made(tmp_path / "repo"), tmp_path)
        shop.made.commit("begin", CODE)

        async def finished():
            try:
                return (await shop.repository()).head == head and await shop.quiet()
            except UnavailableError:
                return False

        async with working(database, shop.settings, QUICK):
            await shop.register()
            head = shop.made.git("rev-parse", "HEAD")
            await until(finished)
            own_server.stop("immediate")
            await asyncio.sleep(3)
            own_server.start()
            head = shop.made.commit("more", {"README.md": "x"})
            async with asyncio.timeout(30):
                while True:
                    try:
                        await shop.repositories.trigger(shop.world.ada, shop.project, "shop")
                        break
                    except UnavailableError:
                        await asyncio.sleep(0.5)
            await until(finished)
    finally:
        await database.close()
