"""Children run our own modules whatever stands around them, and none outlives its limits."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from app.programs import processes
from app.programs.children import Limits, run_module, run_tool

ROOT = Path(__file__).resolve().parents[3]


async def test_a_child_gives_its_output_and_code() -> None:
    done = await run_module("base64", "-d", stdin=b"aG9sZGZhc3Q=\n")
    assert (done.ok, done.output) == (True, b"holdfast")
    failed = await run_module("base64", "--nonsense")
    assert failed.code != 0
    assert not failed.ok


async def test_a_module_that_is_not_there_is_an_outcome() -> None:
    done = await run_module("app.no_such_module")
    assert not done.ok
    assert b"no_such_module" in done.errors


async def test_our_packages_win_over_those_of_the_place_we_stand_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A repository may own a package `app`, and PYTHONPATH may point at it."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").write_text("print('the wrong one')")
    (tmp_path / "base64.py").write_text("print('worse')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    done = await run_module("app.errors")
    assert (done.ok, done.output) == (True, b""), done.errors
    assert (await run_module("base64", "-e", stdin=b"x")).output == b"eA==\n"


async def test_time_on_the_clock_is_limited() -> None:
    done = await run_module("code", "-q", stdin=b"import time; time.sleep(60)\n", limits=Limits(wall=1))
    assert done.timed_out
    assert not done.ok


async def test_time_of_the_processor_is_limited() -> None:
    done = await run_module("code", "-q", stdin=b"while True: pass\n\n", limits=Limits(wall=60, cpu=1))
    assert done.timed_out


async def test_memory_is_limited() -> None:
    done = await run_module(
        "code", "-q", stdin=b"x = bytearray(2**30)\nprint(len(x))\n", limits=Limits(memory=512 * 2**20)
    )
    assert b"MemoryError" in done.errors
    assert b"1073741824" not in done.output


async def test_what_a_child_started_goes_with_it() -> None:
    script = b"import subprocess, sys\nprint(subprocess.Popen([sys.executable, '-c', 'input()'], stdin=-1).pid)\n"
    done = await run_module("code", "-q", stdin=script)
    pid = int(next(word for word in done.output.split() if word.isdigit()))
    assert processes.wait_until(lambda: not processes.works_in(pid, Path.cwd()), 30)


async def test_a_cancelled_caller_kills_the_child(tmp_path: Path) -> None:
    started = tmp_path / "pid"
    script = f"import os, time\nopen({str(started)!r}, 'w').write(str(os.getpid()) + '\\n')\ntime.sleep(60)\n"
    task = asyncio.create_task(run_module("code", "-q", stdin=script.encode()))
    up = await asyncio.to_thread(
        processes.wait_until, lambda: started.exists() and started.read_text().endswith("\n"), 30
    )
    assert up
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not processes.works_in(int(started.read_text()), Path.cwd())


def test_a_tool_writes_to_its_log_and_gives_its_code(tmp_path: Path) -> None:
    log = tmp_path / "log"
    code = run_tool([sys.executable, "-c", "print('hello'); raise SystemExit(3)"], log=log, env={"LC_ALL": "C"})
    assert (code, log.read_text()) == (3, "hello\n")


def test_a_tool_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    assert run_tool(command, log=tmp_path / "log", env={}, timeout=0.5) == -1


def test_a_tool_sees_only_the_environment_it_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_SECRET_KEY", "geheim")
    log = tmp_path / "log"
    run_tool([sys.executable, "-c", "import os; print(dict(os.environ))"], log=log, env={"A": "b"})
    assert "geheim" not in log.read_text()


def test_processes_are_looked_at_without_harm(tmp_path: Path) -> None:
    assert processes.exists(os.getpid())
    assert processes.exists(1)
    assert processes.works_in(os.getpid(), Path.cwd())
    assert not processes.works_in(os.getpid(), tmp_path)
    for text in ("", "x\n", "-1\n", "1 2\n"):
        (tmp_path / "pid").write_text(text)
        assert processes.pid_in(tmp_path / "pid") is None
    (tmp_path / "pid").write_bytes(b"\xff\xfe")
    assert processes.pid_in(tmp_path / "pid") is None
    (tmp_path / "pid").write_text("42\nrest\n")
    assert processes.pid_in(tmp_path / "pid") == 42
