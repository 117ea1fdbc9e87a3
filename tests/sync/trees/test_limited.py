"""Jobs in a child with limits: what hangs, crashes or eats memory costs its own answer, and the rest goes on."""

import os
import signal
import time

from sync.trees.limited import DIED, LATE, NOT_TRIED, Done, JobLimits, Limited

SMALL = JobLimits(cpu=0.3, wall=2.0, memory=256 * 1024**2, strikes=2)


def work(job: str) -> bytes:
    if job.startswith("spin"):
        while True:
            pass
    if job.startswith("sleep"):
        time.sleep(60)
    if job.startswith("die"):
        os.kill(os.getpid(), signal.SIGKILL)
    if job.startswith("eat"):
        return bytes(1 << 30)
    if job.startswith("raise"):
        raise ValueError(job)
    return job.encode()


def run(*jobs: str, limits: JobLimits = SMALL) -> list[Done]:
    return Limited(work, lambda job: job.partition(" ")[0], limits).run(jobs)


def test_answers_come_in_order() -> None:
    assert run(*map(str, range(50))) == [Done(str(number).encode()) for number in range(50)]
    assert run() == []


def test_each_kind_of_failure_costs_one_answer() -> None:
    found = run("a", "spin", "b", "die", "c", "raise", "d", "eat", "e")
    assert [one.payload for one in found[::2]] == [b"a", b"b", b"c", b"d", b"e"]
    assert [one.reason for one in found[1::2]] == [LATE, DIED, "ValueError", "it needed too much memory"]


def test_a_sleeper_is_late_by_the_clock() -> None:
    assert run("sleep", "a", limits=JobLimits(cpu=5, wall=0.3)) == [Done(None, LATE), Done(b"a")]


def test_a_group_that_failed_often_enough_is_given_up() -> None:
    found = run("die 1", "a", "die 2", "die 3", "b", "die 4")
    assert [one.reason for one in found] == [DIED, "", DIED, NOT_TRIED, "", NOT_TRIED]


def test_large_answers() -> None:
    big = Limited(bytes, lambda _size: "", SMALL).run([3_000_000, 1])
    assert [len(one.payload or b"") for one in big] == [3_000_000, 1]
