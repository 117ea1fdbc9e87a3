"""Works off many small jobs in a child with limits on time and memory: what hangs or crashes costs its own answer.

The child is a plain fork that writes one record a job into a nameless file. A clock set before each job ends the child
when the job takes too long; a new child goes on behind it. Knows nothing of what the jobs are.
"""

import os
import resource
import signal
import struct
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Generic, TypeVar

from specs.values import dataclass

Job = TypeVar("Job")
HEAD = struct.Struct(">?I")
STATM = Path("/proc/self/statm")
LATE = "it took too long"
DIED = "the engine died on it"
NOT_TRIED = "it was not tried again"


@dataclass(frozen=True, slots=True)
class JobLimits:
    """What one job may use: seconds of processor, seconds on the clock, bytes beyond what the process has already."""

    cpu: float = 5.0
    wall: float = 60.0
    memory: int = 2 * 1024**3
    strikes: int = 3


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a job: a payload, or (then it is None) the reason why there is none."""

    payload: bytes | None
    reason: str = ""


class Limited(Generic[Job]):
    """Runs jobs through `work`; jobs of one `group` are given up together once some of them have failed."""

    def __init__(self, work: Callable[[Job], bytes], group: Callable[[Job], str], limits: JobLimits) -> None:
        self._work = work
        self._group = group
        self._limits = limits
        self._failed: dict[str, int] = {}

    def run(self, jobs: Sequence[Job]) -> list[Done]:
        """Work off the jobs, in order. The same jobs give the same answers."""
        done: list[Done] = []
        while len(done) < len(jobs):
            if self._failed.get(self._group(jobs[len(done)]), 0) >= self._limits.strikes:
                done.append(Done(None, NOT_TRIED))
                continue
            done += self._in_child(jobs[len(done) :])
        return done

    def _in_child(self, jobs: Sequence[Job]) -> list[Done]:
        """Work off jobs in one child, as far as it gets."""
        from tempfile import TemporaryFile  # noqa: PLC0415 (where there is a job)

        with TemporaryFile() as file:
            pid = os.fork()
            if pid == 0:
                status = 1
                with suppress(BaseException):
                    limit_process(self._limits)
                    self._all(jobs, file)
                    status = 0
                os._exit(status)
            try:
                _, code = os.waitpid(pid, 0)
            except BaseException:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                raise
            file.seek(0)
            found = _records(file, len(jobs))
        if len(found) < len(jobs) and not self._stopped(jobs[len(found)]):
            group = self._group(jobs[len(found)])
            self._failed[group] = self._failed.get(group, 0) + 1
            found.append(Done(None, LATE if was_late(code) else DIED))
        return found

    def _stopped(self, job: Job) -> bool:
        return self._failed.get(self._group(job), 0) >= self._limits.strikes

    def _all(self, jobs: Sequence[Job], file: BinaryIO) -> None:
        """Work in the child: one record a job, flushed, so that it shows where it came to an end."""
        for job in jobs:
            if self._stopped(job):
                return
            start_clock(self._limits)
            try:
                payload, good = self._work(job), True
            except MemoryError:
                payload, good = b"it needed too much memory", False
            except Exception as error:  # noqa: BLE001 (whatever an engine throws is the answer to one job)
                payload, good = type(error).__name__.encode(), False
            file.write(HEAD.pack(good, len(payload)) + payload)
            file.flush()


def limit_process(limits: JobLimits) -> None:
    """Give this process, a child, its limits; what its engines print on their way down is nobody's business."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    for late in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(late, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        held = int(STATM.read_text().split()[0]) * resource.getpagesize()
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = held + limits.memory
        if soft == resource.RLIM_INFINITY or soft > most:
            resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def start_clock(limits: JobLimits) -> None:
    """Let this process end by a signal when what begins now takes longer than one job may."""
    signal.setitimer(signal.ITIMER_PROF, limits.cpu)
    signal.setitimer(signal.ITIMER_REAL, limits.wall)


def was_late(status: int) -> bool:
    """Say whether a process ended, as `waitpid` tells, because its time was up."""
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) in {signal.SIGPROF, signal.SIGALRM, signal.SIGXCPU}


def _records(file: BinaryIO, most: int) -> list[Done]:
    """Read the records that were written whole."""
    found: list[Done] = []
    while len(found) < most:
        head = file.read(HEAD.size)
        if len(head) < HEAD.size:
            break
        good, size = HEAD.unpack(head)
        payload = file.read(size)
        if len(payload) < size:
            break
        found.append(Done(payload) if good else Done(None, payload.decode("utf-8", "replace")))
    return found
