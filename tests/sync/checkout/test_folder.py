"""The folder: what is listed, what is left alone, and that nothing is written where it should not be."""

import os
from pathlib import Path

import pytest

from specs.errors import UserError
from specs.revision import text_digest
from sync.checkout.folder import Folder
from sync.checkout.values import Step, Version

AFTER = Version("a.md", "h", "t")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    (tmp_path / "docs").mkdir()
    return Folder(tmp_path / "docs", tmp_path / "aside")


def step(source: str, before: str, target: str, text: str) -> Step:
    return Step("s", source, before and text_digest(before), target, text and text_digest(text), AFTER)


def apply(folder: Folder, *steps: Step, text: str = "new\n") -> tuple[set[str], list[str]]:
    done, troubles = folder.apply(steps, {text_digest(text): text})
    return done, [one.message for one in troubles]


def test_files_are_read_once(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder.root / "a.md").write_text("# A\n")
    os.utime(folder.root / "a.md", (1, 1))
    first = folder.scan({})
    assert first.stamps == {}  # it came just now, and could change again without looking any different
    monkeypatch.setattr("sync.checkout.folder.SETTLED", 0)
    second = folder.scan({})
    monkeypatch.setattr(Folder, "_bytes", None)
    assert folder.scan(second.stamps).files == first.files == {"a.md": text_digest("# A\n")}


def test_a_folder_that_is_not_there_is_not_empty(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not there"):
        Folder(tmp_path / "nowhere", tmp_path).scan({})


def test_what_lies_behind_a_link_is_neither_read_nor_written(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/a.md").write_text("old\n")
    (folder.root / "web").symlink_to(tmp_path / "outside")
    (folder.root / "b.md").symlink_to(tmp_path / "outside/a.md")
    found = folder.scan({})
    assert (found.files, [one.path for one in found.troubles]) == ({}, ["b.md", "web/"])
    assert found.holds("web/a.md")
    done, told = apply(folder, step("", "", "web/a.md", "new\n"))
    assert (done, told) == (set(), ["It cannot be written: web is no folder."])
    assert apply(folder, step("b.md", "old\n", "b.md", "new\n"))[0] == set()
    assert (tmp_path / "outside/a.md").read_text() == "old\n"


def test_what_changed_meanwhile_stays(folder: Folder) -> None:
    (folder.root / "a.md").write_text("mine\n")
    done, told = apply(folder, step("a.md", "old\n", "a.md", "new\n"))
    assert (done, told) == (set(), ["It changed meanwhile."])
    done, told = apply(folder, step("a.md", "old\n", "", ""))
    assert (done, told) == (set(), ["It changed meanwhile."])
    assert (folder.root / "a.md").read_text() == "mine\n"


def test_a_step_may_be_done_again(folder: Folder) -> None:
    (folder.root / "deep").mkdir()
    (folder.root / "deep/a.md").write_text("old\n")
    (folder.root / "deep/a.md").chmod(0o640)
    moved = step("deep/a.md", "old\n", "b.md", "new\n")
    assert [apply(folder, moved) for _ in range(2)] == [({"s"}, [])] * 2
    assert [path.name for path in folder.root.iterdir()] == ["b.md"]
    kept = step("b.md", "new\n", "b.md", "newer\n")
    assert apply(folder, kept, text="newer\n")[0] == {"s"}
    assert apply(folder, step("b.md", "newer\n", "", ""))[0] == {"s"}
    assert list(folder.root.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_is_read_only_is_told(folder: Folder) -> None:
    folder.root.chmod(0o555)
    done, told = apply(folder, step("", "", "a.md", "new\n"))
    assert (done, told) == (set(), ["It cannot be written: the folder is read-only."])
