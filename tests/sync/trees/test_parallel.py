"""Reading many files: same results from any number of processes, and no file ends the run."""

import os
import signal
import threading

import pytest

from drift.facts import FileFacts, Tier
from drift.source import SourceFile
from specs.errors import MissingError, UserError
from sync.trees import parallel
from sync.trees.limited import JobLimits
from sync.trees.parallel import HARMLESS, LIMITS, Work, extract_all, workers
from sync.trees.progress import no_progress

LIMIT = 1000


class Tree:
    """A tree of made-up files; one of them cannot be read."""

    label = "made up"
    digest = "made up"

    def __init__(self, count: int) -> None:
        self.left_out: dict[str, str] = {}
        self.files = {f"m{number:03}.py": SourceFile(f"m{number:03}.py", "") for number in range(count)}

    def read(self, path: str, limit: int | None = None) -> bytes:
        """Give the bytes."""
        if path == "m007.py":
            raise MissingError("is not there", "look elsewhere")
        if path == "m011.py":
            raise UserError(f"more than {limit}", "leave it out")
        return f"import a{path[1:4]}\n".encode()


@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_results_come_in_order_whatever_the_number_of_processes(count):
    tree = Tree(30)
    found = list(extract_all(Work(tree, LIMIT), sorted(tree.files), no_progress, count))
    assert [one.path for one in found] == sorted(tree.files)
    assert {one.path: one.reason for one in found if one.reason} == {
        "m007.py": "is not there",
        "m011.py": "more than 1000",
    }
    assert found == list(extract_all(Work(tree, LIMIT), sorted(tree.files), no_progress, 1))


def test_nothing_to_read():
    assert list(extract_all(Work(Tree(0), LIMIT), [], no_progress)) == []


def test_a_parser_that_takes_its_process_down_costs_one_file(monkeypatch):
    parent = os.getpid()

    def deadly(path: str, source: bytes, _tier: Tier) -> FileFacts:
        if path in {"m005.py", "m009.py"} and os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return FileFacts("python", len(source), (), (), (), ())

    monkeypatch.setattr(parallel, "extract", deadly)
    tree = Tree(20)
    found = {one.path: one for one in extract_all(Work(tree, LIMIT), sorted(tree.files), no_progress, 2)}
    assert {path for path, one in found.items() if one.reason == "the parser died on it"} == {"m005.py", "m009.py"}
    assert all(one.payloads for path, one in found.items() if path not in {"m005.py", "m007.py", "m009.py", "m011.py"})


def test_a_parser_that_raises_costs_one_file(monkeypatch):
    def deep(path: str, source: bytes, _tier: Tier) -> FileFacts:
        raise RecursionError

    monkeypatch.setattr(parallel, "extract", deep)
    (found,) = extract_all(Work(Tree(1), LIMIT), ["m000.py"], no_progress)
    assert found.reason == "it is nested too deep to be parsed"


def test_progress_is_told():
    told = []
    list(extract_all(Work(Tree(10), LIMIT), sorted(Tree(10).files), lambda done, total: told.append((done, total)), 2))
    assert told == [(0, 10), (2, 10), (4, 10), (6, 10), (8, 10)]


def test_helpers_end_when_the_caller_does():
    def stop(done: int, _total: int) -> None:
        if done:
            raise KeyboardInterrupt

    tree = Tree(10)
    with pytest.raises(KeyboardInterrupt):
        list(extract_all(Work(tree, LIMIT), sorted(tree.files), stop, 3))
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_process_with_threads_never_forks():
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert workers(10_000) == 1
    finally:
        done.set()
        thread.join()
    assert workers(10) == 1
    assert workers(10_000) == min(len(os.sched_getaffinity(0)), 8)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_parser_that_hangs_or_hoards_costs_one_file_with_any_number_of_processes(monkeypatch, count):
    class Large(Tree):
        def read(self, path: str, limit: int | None = None) -> bytes:
            data = super().read(path, limit)
            return data.ljust(HARMLESS + 1) if path in {"m002.py", "m003.py", "m004.py"} else data

    def odd(path: str, source: bytes, tier: Tier) -> FileFacts:
        if path == "m002.py":
            while True:
                pass
        if path == "m003.py":
            return FileFacts("x" * (LIMITS.memory * 2), 0, (), (), (), ())
        if path == "m004.py":
            os.kill(os.getpid(), signal.SIGKILL)
        return FileFacts("python", len(source), (), (), (), ())

    monkeypatch.setattr(parallel, "extract", odd)
    monkeypatch.setattr(parallel, "LIMITS", JobLimits(cpu=0.3, wall=30, memory=LIMITS.memory))
    tree = Large(14)
    found = {one.path: one.reason for one in extract_all(Work(tree, LIMIT), sorted(tree.files), no_progress, count)}
    assert {path: reason for path, reason in found.items() if reason} == {
        "m002.py": "parsing it took too long",
        "m003.py": "parsing it took too much memory",
        "m004.py": "the parser died on it",
        "m007.py": "is not there",
        "m011.py": "more than 1000",
    }


def test_a_thousand_crashes_are_a_thousand_answers(monkeypatch):
    parent = os.getpid()

    def deadly(path: str, source: bytes, tier: Tier) -> FileFacts:
        if os.getpid() != parent:
            os._exit(9)
        return FileFacts("python", len(source), (), (), (), ())

    monkeypatch.setattr(parallel, "extract", deadly)
    tree = Tree(300)
    found = list(extract_all(Work(tree, LIMIT), sorted(tree.files), no_progress, 2))
    assert sum(one.reason == "the parser died on it" for one in found) > 140
