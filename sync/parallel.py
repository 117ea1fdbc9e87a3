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
from dataclasses import dataclass
from typing import BinaryIO

from drift.extract import extract
from drift.facts import Tier
from drift.source import CodeTree
from specs.errors import HoldfastError
from sync.factcodec import TIERS, encode
from sync.progress import Progress

WORTH_A_HELPER = 400
MOST_WORKERS = 8
SIZES = struct.Struct(f">{len(TIERS)}I")
FAILED = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Extracted:
    """What came of one file: the payloads of its tiers, or (then they are empty) the reason why there are none."""

    path: str
    payloads: tuple[bytes, ...]
    reason: str = ""


def workers(files: int) -> int:
    """Say how many processes should share this many files: one, unless forking is safe and worth its while."""
    if files < WORTH_A_HELPER or sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return min(len(os.sched_getaffinity(0)), MOST_WORKERS, files // (WORTH_A_HELPER // 2))


@dataclass(frozen=True, slots=True)
class Work:
    """What to read files of, how large they may be, and how far to read them."""

    tree: CodeTree
    limit: int
    tier: Tier = Tier.BODIES

    def do(self, path: str) -> Extracted:
        """Read and understand one file; a file that cannot be had comes back with the reason."""
        try:
            data = self.tree.read(path, self.limit)
        except HoldfastError as error:
            return Extracted(path, (), error.message)
        try:
            return Extracted(path, encode(extract(path, data, self.tier)))
        except (RecursionError, MemoryError) as error:
            return Extracted(path, (), f"could not be parsed: {type(error).__name__}")


def extract_all(work: Work, paths: Sequence[str], progress: Progress, count: int | None = None) -> Iterator[Extracted]:
    """Read and understand files, in the order of `paths`, with `count` processes (None: as many as pay)."""
    count = workers(len(paths)) if count is None else count
    helpers = [Helper(work, paths[share::count]) for share in range(1, count)]
    try:
        own = []
        for done, path in enumerate(paths[::count]):
            progress(done * count, len(paths))
            own.append(work.do(path))
        shares = [own, *(helper.results() for helper in helpers)]
    finally:
        for helper in helpers:
            helper.stop()
    for place in range(len(paths)):
        yield shares[place % count][place // count]


class Helper:
    """A forked process that works off `paths` into a temporary file."""

    def __init__(self, work: Work, paths: Sequence[str]) -> None:
        self._work = work
        self._paths = paths
        from tempfile import TemporaryFile  # noqa: PLC0415 (where a second process pays)

        self._file: BinaryIO = TemporaryFile()  # noqa: SIM115 (closed by `stop`)
        self._pid = os.fork()
        if self._pid == 0:
            status = 1
            with suppress(BaseException):
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                self._run()
                status = 0
            os._exit(status)

    def _run(self) -> None:
        """Work in the child: one record a file, flushed, so that a crash shows where it was."""
        for path in self._paths:
            done = self._work.do(path)
            if done.reason:
                reason = done.reason.encode("utf-8", "surrogateescape")
                record = SIZES.pack(FAILED, len(reason), *([0] * (len(TIERS) - 2))) + reason
            else:
                sizes = [*map(len, done.payloads), *([0] * (len(TIERS) - len(done.payloads)))]
                record = SIZES.pack(*sizes) + b"".join(done.payloads)
            self._file.write(record)
            self._file.flush()

    def results(self) -> list[Extracted]:
        """Wait for the child and read what it wrote; a new one takes over behind the file that ended it."""
        paths = self._paths
        self._reap()
        self._file.seek(0)
        found: list[Extracted] = []
        for path in paths:
            one = read_record(self._file, path)
            if one is None:
                break
            found.append(one)
        if len(found) < len(paths):
            found.append(Extracted(paths[len(found)], (), "the parser died on it"))
            successor = Helper(self._work, paths[len(found) :])
            try:
                found += successor.results()
            finally:
                successor.stop()
        return found

    def _reap(self) -> None:
        if self._pid:
            os.waitpid(self._pid, 0)
            self._pid = 0

    def stop(self) -> None:
        """End the child if it still runs, and give its file back."""
        if self._pid:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            self._reap()
        self._file.close()


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
