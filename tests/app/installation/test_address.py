"""Where people reach the server: as set, as it was last served from the data folder, or as the settings have it."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.installation.address import NAME, address, listening_at, remember
from app.settings import Settings


def test_commands_beside_a_server_know_the_port_that_it_was_given(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert address(settings) == "http://127.0.0.1:8000"
    remember(replace(settings, host="::", port=8471))
    assert address(settings) == "http://[::1]:8471"
    assert address(replace(settings, public_url="https://holdfast.example")) == "https://holdfast.example"


@pytest.mark.parametrize(
    "noted", [b"", b"javascript:alert(1)\n", b"http://a b\n", b"http://x:1", b"\xff\xfe", b"http://x\nY\n"]
)
def test_a_note_that_is_none_is_passed_over(tmp_path: Path, noted: bytes) -> None:
    (tmp_path / NAME).write_bytes(noted)
    assert address(Settings(data_dir=tmp_path)) == "http://127.0.0.1:8000"


def test_a_folder_that_is_not_there_keeps_no_server_from_serving(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "none", host="0.0.0.0", port=81)
    remember(settings)
    assert address(settings) == listening_at(settings) == "http://127.0.0.1:81"
