"""Reads many files into facts, with a second process where that pays. Same results, in the same order, either way.

A helper is a plain fork that works off its share into a nameless file: nothing is pickled, no thread is started, and
where a parser takes the whole process down, the file that did it is named and the rest goes on.
"""

import os
import signal
import struct
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import BinaryIO

from drift.extract import extract
from drift.facts import FileFacts, Tier
from drift.source import CodeTree
from specs.errors import HoldfastError
from specs.values import dataclass, field
from sync.cache.factcodec import TIERS, encode
from sync.trees.limited import JobLimits, limit_process, start_clock, was_late
from sync.trees.progress import Progress

WORTH_A_HELPER = 400
MOST_WORKERS = 8
SIZES = struct.Struct(f">{len(TIERS)}I")
FAILED = 0xFFFFFFFF
HARMLESS = 100_000  # bytes; no grammar takes long for so little
LIMITS = JobLimits(cpu=20.0, wall=300.0, memory=2 * 1024**3)
LATE = "parsing it took too long"
DIED = "the parser died on it"
MEMORY = "parsing it took too much memory"


@dataclass(frozen=True, slots=True)
class Extracted:
    """What came of one file: the payloads of its tiers, or (then they are empty) the reason why there are none.

    The `facts` themselves are there where they were read in this process.
    """

    path: str
    payloads: tuple[bytes, ...]
    reason: str = ""
    facts: FileFacts | None = field(default=None, compare=False)


def can_fork() -> bool:
    """Say whether a second process may be forked off this one."""
    return sys.platform == "linux" and threading.active_count() == 1


def workers(files: int) -> int:
    """Say how many processes should share this many files: one, unless forking is safe and worth its while."""
    if files < WORTH_A_HELPER or not can_fork():
        return 1
    return min(len(os.sched_getaffinity(0)), MOST_WORKERS, files // (WORTH_A_HELPER // 2))


@dataclass(frozen=True, slots=True)
class Work:
    """What to read files of, how large they may be, and how far to read them."""

    tree: CodeTree
    limit: int
    tier: Tier = Tier.BODIES

    def do(self, path: str, most: int | None = None) -> Extracted | None:
        """Read and understand one file; a file that cannot be had comes back with the reason.

        One of more than `most` bytes is left alone: gives None.
        """
        try:
            data = self.tree.read(path, self.limit)
        except HoldfastError as error:
            return Extracted(path, (), error.message)
        if most is not None and len(data) > most:
            return None
        try:
            facts = extract(path, data, self.tier)
            return Extracted(path, encode(facts), facts=facts)
        except RecursionError:
            return Extracted(path, (), "it is nested too deep to be parsed")
        except MemoryError:
            return Extracted(path, (), MEMORY)


def extract_all(work: Work, paths: Sequence[str], progress: Progress, count: int | None = None) -> Iterator[Extracted]:
    """Read and understand files, in the order of `paths`, with `count` processes (None: as many as pay).

    Large files are always left to a child with limits, so that none can hang or end the run; small ones cannot.
    """
    count = workers(len(paths)) if count is None else count
    most = HARMLESS if can_fork() else None
    shares = [paths[share::count] for share in range(1, count)]
    helpers = [Helper(work, share) for share in shares]
    try:
        found: dict[str, Extracted] = {}
        large = []
        for done, path in enumerate(paths[::count]):
            progress(done * count, len(paths))
            one = work.do(path, most)
            if one is None:
                large.append(path)
            else:
                found[path] = one
        if large:
            helpers.append(Helper(work, large))
        for helper in helpers:
            found.update((one.path, one) for one in helper.results())
    finally:
        for helper in helpers:
            helper.stop()
    for path in paths:
        yield found[path]


class Helper:
    """Forked processes, one after the other, that work off `paths` into temporary files, each file within limits."""

    def __init__(self, work: Work, paths: Sequence[str]) -> None:
        self._work = work
        self._left = list(paths)
        self._file: BinaryIO | None = None
        self._pid = 0
        self._start()

    def _start(self) -> None:
        from tempfile import TemporaryFile  # noqa: PLC0415 (where a second process pays)

        self._file = TemporaryFile()  # noqa: SIM115 (closed by `stop`)
        self._pid = os.fork()
        if self._pid == 0:
            status = 1
            with suppress(BaseException):
                limit_process(LIMITS)
                self._run(self._file)
                status = 0
            os._exit(status)

    def _run(self, file: BinaryIO) -> None:
        """Work in the child: one record a file, flushed, so that a crash shows where it was."""
        for path in self._left:
            start_clock(LIMITS)
            done = self._work.do(path) or Extracted(path, (), DIED)
            if done.reason:
                reason = done.reason.encode("utf-8", "surrogateescape")
                record = SIZES.pack(FAILED, len(reason), *([0] * (len(TIERS) - 2))) + reason
            else:
                sizes = [*map(len, done.payloads), *([0] * (len(TIERS) - len(done.payloads)))]
                record = SIZES.pack(*sizes) + b"".join(done.payloads)
            file.write(record)
            file.flush()

    def results(self) -> list[Extracted]:
        """Wait for the child and read what it wrote; a new one takes over behind the file that ended it."""
        found: list[Extracted] = []
        while self._file is not None:
            status = self._reap()
            self._file.seek(0)
            before = len(found)
            for path in self._left:
                one = read_record(self._file, path)
                if one is None:
                    break
                found.append(one)
            self._left = self._left[len(found) - before :]
            self.stop()
            if self._left:
                found.append(Extracted(self._left.pop(0), (), LATE if was_late(status) else DIED))
            if self._left:
                self._start()
        return found

    def _reap(self) -> int:
        """Wait for the end of the child, and give its status."""
        status = 0
        if self._pid:
            _, status = os.waitpid(self._pid, 0)
            self._pid = 0
        return status

    def stop(self) -> None:
        """End the child if it still runs, and give its file back."""
        if self._pid:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            self._reap()
        if self._file is not None:
            self._file.close()
            self._file = None


def read_record(file: BinaryIO, path: str) -> Extracted | None:
    """Read what a child wrote of one file; None where it stopped."""
    head = file.read(SIZES.size)
    if len(head) < SIZES.size:
        return None
    sizes = SIZES.unpack(head)
    if sizes[0] == FAILED:
        return Extracted(path, (), file.read(sizes[1]).decode("utf-8", "surrogateescape"))
    payloads = tuple(file.read(size) for size in sizes)
    whole = tuple(map(len, payloads)) == sizes
    return Extracted(path, tuple(filter(None, payloads))) if whole else None
