"""Child processes: our own Python modules under limits, and tools run to their end. Knows nothing of what they do.

A child never outlives its time: it leads its own process group, which is killed as a whole, and it sets its own limits
before it imports anything of ours.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

HOLDFAST = Path(__file__).resolve().parent.parent.parent / "holdfast.py"
GRACE = 5

# Runs first in every child. `-I` keeps the folder we stand in and PYTHONPATH out; loading `holdfast` by its path puts
# our packages before a repository's own `app` or `specs`. The alarm ends a child whose parent was killed.
_BOOT = """
import importlib.util, resource, runpy, signal, sys
home, cpu, memory, wall, module, *rest = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
if int(cpu): resource.setrlimit(resource.RLIMIT_CPU, (int(cpu), int(cpu) + 1))
if int(memory): resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
if int(wall): signal.alarm(int(wall))
spec = importlib.util.spec_from_file_location("holdfast", home)
sys.modules["holdfast"] = loaded = importlib.util.module_from_spec(spec)
spec.loader.exec_module(loaded)
sys.argv = [module, *rest]
runpy.run_module(module, run_name="__main__", alter_sys=True)
"""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use: seconds on the clock, seconds of processor, bytes of address space (0: no limit)."""

    wall: float = 60.0
    cpu: int = 60
    memory: int = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a child ended. A negative `code` is the signal that killed it; `timed_out` when its time was over."""

    code: int
    output: bytes
    errors: bytes
    timed_out: bool = False

    @property
    def ok(self) -> bool:
        """Whether it did what it was asked."""
        return self.code == 0 and not self.timed_out


@dataclass(frozen=True, slots=True)
class Account:
    """The system user a tool runs as."""

    uid: int
    gid: int


async def run_module(module: str, *args: str, stdin: bytes = b"", limits: Limits | None = None) -> Outcome:
    """Run one of our modules as `__main__` in a child, and wait for its end or for the end of its time.

    A cancelled caller kills the child before the cancellation goes on.
    """
    limits = limits or Limits()
    numbers = (str(limits.cpu), str(limits.memory), str(int(limits.wall) + GRACE))
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-c",
        _BOOT,
        str(HOLDFAST),
        *numbers,
        module,
        *args,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        output, errors = await asyncio.wait_for(child.communicate(stdin), limits.wall)
    except TimeoutError:
        await _end(child)
        return Outcome(child.returncode or -signal.SIGKILL, b"", b"", timed_out=True)
    except BaseException:
        await _end(child)
        raise
    # What the child itself started and left behind goes with it.
    _kill_group(child.pid)
    code = child.returncode if child.returncode is not None else -signal.SIGKILL
    return Outcome(code, output, errors, timed_out=code in {-signal.SIGXCPU, -signal.SIGALRM})


async def _end(child: asyncio.subprocess.Process) -> None:
    _kill_group(child.pid)
    # Draining lets the transport close its pipes; a grandchild that left the group may hold them, so not for ever.
    with suppress(TimeoutError):
        await asyncio.wait_for(child.communicate(), GRACE)


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def run_tool(  # noqa: PLR0913 (each says how the tool is run)
    command: Sequence[str],
    *,
    log: Path,
    env: Mapping[str, str],
    account: Account | None = None,
    timeout: float = 60,
    folder: Path = Path("/"),
) -> int:
    """Run a tool to its end, its output appended to a file, and give its exit code (-1: it took too long).

    Never a pipe: a daemon that the tool leaves behind would keep it open and the caller waiting.
    """
    with log.open("ab") as output:
        try:
            done = subprocess.run(  # noqa: S603 (the callers name programs by full path, without a shell)
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env=dict(env),
                timeout=timeout,
                check=False,
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
            )
        except subprocess.TimeoutExpired:
            return -1
    return done.returncode


def run_program(command: Sequence[str], *, env: Mapping[str, str], folder: Path, limits: Limits) -> Outcome:
    """Run a program that is not ours to its end, or to the end of its time; then all it started is ended with it."""
    child = subprocess.Popen(  # noqa: S603 (the callers name programs by full path, without a shell)
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=dict(env),
        start_new_session=True,
    )
    try:
        output, errors = child.communicate(timeout=limits.wall)
    except subprocess.TimeoutExpired:
        _kill_group(child.pid)
        child.communicate()
        return Outcome(-signal.SIGKILL, b"", b"", timed_out=True)
    finally:
        _kill_group(child.pid)
    return Outcome(child.returncode, output, errors)
