from pathlib import Path

import pytest

from app.programs.children import Limits
from app.programs.evaluator import evaluate_in_child
from drift.lives.records import CheckVerdict
from tests.gitmaker import Made
from tests.stage import BAD, CODE, LAYERS


def request_for(made, commit, tmp_path, **more):
    return {
        "mirror": str(made.root / ".git"),
        "cache": str(tmp_path / "facts"),
        "commit": commit,
        "today": "2026-11-20",
        "specs": [["layers.md", "docs/specs/layers.md", LAYERS, []]],
    } | more


@pytest.fixture
def made(tmp_path):
    return Made(tmp_path / "repo")


async def test_a_commit_is_evaluated_in_a_child(made, tmp_path):
    commit = made.commit("begin", CODE | BAD)
    found = await evaluate_in_child(request_for(made, commit, tmp_path))
    assert (found.verdict, found.problem) == (CheckVerdict.BROKEN, "")
    assert [row["spec"]["path"] for row in found.invariants] == ["layers.md"]
    assert (tmp_path / "facts").is_dir()


async def test_what_a_person_must_mend_is_said(made, tmp_path):
    commit = made.commit("begin", CODE | {"holdfast.toml": "nonsense = 1\n"})
    found = await evaluate_in_child(request_for(made, commit, tmp_path))
    assert found.verdict is CheckVerdict.ERROR
    assert "nonsense" in found.problem
    gone = await evaluate_in_child(request_for(made, "f" * 40, tmp_path))
    assert gone.verdict is CheckVerdict.ERROR


async def test_hostile_trees_are_survived(made, tmp_path):
    (made.root / "shop").mkdir()
    (made.root / "shop/passwd.py").symlink_to("/etc/passwd")
    (made.root / "shop/nested.py").write_text("(" * 100_000)
    (made.root / "shop/latin.py").write_bytes(b"# caf\xe9\nimport shop.web\n")
    commit = made.commit("begin", CODE)
    found = await evaluate_in_child(request_for(made, commit, tmp_path))
    assert found.problem == ""
    assert b"root:" not in found.body


async def test_a_module_that_is_not_there_is_a_failed_check():
    found = await evaluate_in_child({}, module="app.nowhere")
    assert found.verdict is CheckVerdict.ERROR
    assert found.problem


async def test_a_child_that_takes_too_much_time_is_stopped(made, tmp_path):
    commit = made.commit("begin", CODE)
    found = await evaluate_in_child(request_for(made, commit, tmp_path), Limits(wall=0.05, cpu=60))
    assert "longer than" in found.problem


async def test_a_child_that_needs_too_much_memory_is_a_failed_check(made, tmp_path):
    commit = made.commit("begin", CODE)
    found = await evaluate_in_child(request_for(made, commit, tmp_path), Limits(memory=40 * 1024**2))
    assert found.verdict is CheckVerdict.ERROR
    assert str(Path.cwd()) not in found.problem
