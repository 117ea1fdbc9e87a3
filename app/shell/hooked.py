"""Runs a hook of an agent's client so that the client never waits: one answer in time, or none, and always exit code 0.

A process forks before anything is loaded. The child does the work; the parent waits for one answer, prints it and
leaves, whatever the child is caught in: a server that hangs, a vast repository, input that never ends. A child that is
too late goes on in the background, with the least priority, for what it learns is kept for the next hook.
"""

import os
import select
import signal
import struct
import sys
import time
from collections.abc import Callable
from typing import NoReturn

SECONDS = 0.9
LIFE_SECONDS = 300
MOST_BYTES = 1_000_000
LENGTH = struct.Struct(">I")
STARTED_AT = 19  # the field of /proc/self/stat, counted behind the name
USUAL_START = 0.1
LEAST = 19
LATE = b"holdfast: no answer in time; what is found is told at the next hook\n"


class Channel:
    """Hands one answer to the parent, and learns whether it was printed in time."""

    def __init__(self, answers: int, receipts: int) -> None:
        self._answers = answers
        self._receipts = receipts
        self._open = True

    def deliver(self, text: str) -> bool:
        """Give the answer; says whether the client has it."""
        data = text.encode("utf-8", "replace")
        try:
            os.write(self._answers, LENGTH.pack(len(data)))
            while data:
                data = data[os.write(self._answers, data) :]
            return os.read(self._receipts, 1) == b"+"
        except OSError:
            return False
        finally:
            self.done()

    def done(self) -> None:
        """Say that no answer will come: the parent need not wait."""
        if self._open:
            self._open = False
            os.close(self._answers)
            os.close(self._receipts)
            os.nice(LEAST)


class Printer:
    """Takes the answer where no parent waits: prints it."""

    def deliver(self, text: str) -> bool:
        """Print the answer."""
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
        return True

    def done(self) -> None:
        """Nothing waits."""


_channel: list[Channel] = []


def channel() -> Channel | Printer:
    """Give where this process's answer goes."""
    return _channel[0] if _channel else Printer()


def read_input(most: int) -> bytes:
    """Read what the client says, up to its end, so many bytes or the time there is."""
    if not _channel:
        return sys.stdin.buffer.read(most)
    data, until = b"", time.monotonic() + SECONDS
    while len(data) < most and select.select([0], [], [], max(0.0, until - time.monotonic()))[0]:
        piece = os.read(0, 1 << 16)
        if not piece:
            return data
        data += piece
    return b""


def guarded(run: Callable[[], object]) -> NoReturn:
    """Run what answers in a child, print its answer if it comes in time, and leave with 0."""
    until = time.monotonic() + SECONDS - since_start()
    try:
        answers, receipts = os.pipe(), os.pipe()
        child = os.fork()
    except OSError:
        os._exit(0)
    if child == 0:
        try:
            _begin(answers, receipts)
            run()
        finally:
            os._exit(0)
    os.close(answers[1])
    os.close(receipts[0])
    try:
        text = _received(answers[0], until)
        if text:
            _print(text)
            os.write(receipts[1], b"+")
    except OSError:
        pass
    finally:
        os._exit(0)


def _begin(answers: tuple[int, int], receipts: tuple[int, int]) -> None:
    """Cut the child loose: its own session, silent, mortal, and of no weight once it is late."""
    os.close(answers[0])
    os.close(receipts[1])
    os.setsid()
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, _late)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    if not _debugging():
        os.dup2(nowhere, 2)
    _channel.append(Channel(answers[1], receipts[0]))


def _debugging() -> bool:
    from app.settings import current  # noqa: PLC0415 (the parent loads nothing)
    from specs.errors import UserError  # noqa: PLC0415 (same)

    try:
        return current().debug
    except UserError:
        return False


def _late(*_: object) -> None:
    os.write(2, LATE)
    os.nice(LEAST)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(LIFE_SECONDS)


def _received(handle: int, until: float) -> bytes:
    """Read one whole answer; nothing where it does not come, or not in time."""
    data = b""
    while True:
        left = until - time.monotonic()
        if left <= 0 or not select.select([handle], [], [], left)[0]:
            return b""
        piece = os.read(handle, 65_536)
        data += piece
        if len(data) >= LENGTH.size:
            (length,) = LENGTH.unpack_from(data)
            if length > MOST_BYTES:
                return b""
            if len(data) == LENGTH.size + length:
                return data[LENGTH.size :]
        if not piece:
            return b""


def _print(data: bytes) -> None:
    rest = data + b"\n"
    while rest:
        rest = rest[os.write(1, rest) :]


def since_start() -> float:
    """Give the seconds since this process was started, where the system tells; else what that usually is."""
    try:
        with open("/proc/self/stat", "rb") as file:  # noqa: PTH123 (pathlib would cost what is measured)
            fields = file.read().rpartition(b")")[2].split()
        return max(0.0, time.clock_gettime(time.CLOCK_BOOTTIME) - int(fields[STARTED_AT]) / os.sysconf("SC_CLK_TCK"))
    except (OSError, ValueError, IndexError, AttributeError):
        return USUAL_START
