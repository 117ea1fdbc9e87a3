"""The installation's key: made once, whole, for us alone; or given."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.installation.serverkey import server_key
from app.settings import Settings
from specs.errors import UserError


def test_the_first_of_many_makes_it_and_all_get_the_same(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(server_key, [settings] * 16))
    assert len(keys) == 1
    assert len(keys.pop()) >= 32
    [file] = (tmp_path / "data").iterdir()
    assert file.stat().st_mode & 0o077 == 0


def test_a_setting_wins_and_may_not_be_short(tmp_path: Path) -> None:
    assert server_key(Settings(data_dir=tmp_path, secret_key="x" * 40)) == b"x" * 40
    with pytest.raises(UserError) as told:
        server_key(Settings(data_dir=tmp_path, secret_key="short"))
    assert told.value.hint


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError) as told:
        server_key(Settings(data_dir=tmp_path / "file"))
    assert "HOLDFAST_DATA_DIR" in told.value.hint
