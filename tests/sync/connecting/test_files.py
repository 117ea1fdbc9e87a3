"""Files of clients on disk."""

import stat
from pathlib import Path

import pytest

from specs.errors import UserError
from sync.connecting.clients import Part
from sync.connecting.files import Memories, Memory, read_texts, write_changes
from sync.connecting.plan import Change


def test_files_are_written_and_taken_away_with_their_folders(tmp_path: Path):
    write_changes(tmp_path, [Change("a/b/c.json", None, "{}\r\n")])
    assert (tmp_path / "a/b/c.json").read_bytes() == b"{}\r\n"
    assert read_texts(tmp_path, ["a/b/c.json", "none"]) == {"a/b/c.json": "{}\r\n", "none": None}
    write_changes(tmp_path, [Change("a/b/c.json", "{}\r\n", None)])
    assert list(tmp_path.iterdir()) == []


def test_the_mode_of_a_file_stays(tmp_path: Path):
    place = tmp_path / "a.json"
    place.write_text("{}")
    place.chmod(0o600)
    write_changes(tmp_path, [Change("a.json", "{}", "{ }")])
    assert stat.S_IMODE(place.stat().st_mode) == 0o600


def test_what_changed_meanwhile_is_not_overwritten(tmp_path: Path):
    (tmp_path / "a.json").write_text("mine")
    with pytest.raises(UserError, match="changed while"):
        write_changes(tmp_path, [Change("a.json", None, "{}")])
    assert (tmp_path / "a.json").read_text() == "mine"


def test_links_folders_and_other_encodings_are_refused(tmp_path: Path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "bytes").write_bytes(b"\xff")
    for file in ("link/a.json", "link", "real", "bytes"):
        with pytest.raises(UserError):
            read_texts(tmp_path, [file])


def test_what_is_remembered_comes_back_and_damage_is_nothing(tmp_path: Path):
    memory = Memory((Part("a", ("b",), {"c": 1}, item=True),), {"a": None}, {"a": "{}"})
    memories = Memories(tmp_path / "home", tmp_path, "codex")
    memories.keep(memory)
    assert memories.recall() == memory
    assert Memories(tmp_path / "home", tmp_path, "cursor").recall() is None
    (place,) = (tmp_path / "home").rglob("*.json")
    place.write_text('{"parts": [1]}')
    assert memories.recall() is None
    memories.forget()
    assert not place.exists()
