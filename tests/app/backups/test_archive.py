"""The file of a backup: what was put in comes out, and nothing that was changed on the way is believed."""

import io
import json
import tarfile
from pathlib import Path

import pytest

from app.backups import archive
from app.backups.archive import Manifest
from specs.errors import UserError


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    made = {archive.DATABASE: tmp_path / "dump", "audit/checkpoints": tmp_path / "notes"}
    for name, path in made.items():
        path.write_bytes(name.encode() * 5000)
    return made


@pytest.fixture
def backup(tmp_path: Path, files: dict[str, Path]) -> Path:
    members = {name: archive.measure(path) for name, path in files.items()}
    target = tmp_path / "backup"
    archive.write(target, Manifest("0.1.0", "0001", "18.4", "2026-11-16T08:00:00+00:00", members), files)
    return target


def unpacked(backup: Path, folder: Path) -> dict[str, Path]:
    folder.mkdir()
    return archive.unpack(backup, archive.read_manifest(backup), folder)


def test_what_goes_in_comes_out(backup: Path, files: dict[str, Path], tmp_path: Path) -> None:
    found = unpacked(backup, tmp_path / "out")
    assert {name: path.read_bytes() for name, path in found.items()} == {
        name: path.read_bytes() for name, path in files.items()
    }
    assert backup.stat().st_mode & 0o777 == 0o600
    assert archive.read_manifest(backup).size == sum(path.stat().st_size for path in files.values())
    assert not list(tmp_path.glob(".*.part"))


@pytest.mark.parametrize("at", [600, 3000, 40_000, 120_000])
def test_a_changed_byte_is_found(backup: Path, tmp_path: Path, at: int) -> None:
    content = bytearray(backup.read_bytes())
    content[at] ^= 1
    backup.write_bytes(content)
    with pytest.raises(UserError):
        unpacked(backup, tmp_path / "out")


@pytest.mark.parametrize("size", [0, 100, 5000, 60_000, 140_000])
def test_a_cut_file_is_found(backup: Path, tmp_path: Path, size: int) -> None:
    backup.write_bytes(backup.read_bytes()[:size])
    with pytest.raises(UserError) as caught:
        unpacked(backup, tmp_path / "out")
    assert caught.value.hint


def tar(path: Path, content_of: dict[str, bytes], **manifest: object) -> Path:
    with tarfile.open(path, "w") as out:
        told = {"format": 1, "version": "1", "schema": "1", "server": "1", "at": "1", "members": {}} | manifest
        for name, content in {archive.MANIFEST: json.dumps(told).encode(), **content_of}.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            out.addfile(info, io.BytesIO(content))
    return path


@pytest.mark.parametrize("name", ["../../evil", "/etc/passwd", "audit/../../evil", "audit/", "audit/.hidden", "other"])
def test_a_name_that_backups_do_not_give_is_refused(tmp_path: Path, name: str) -> None:
    one = {"sha256": "0" * 64, "size": 1}
    made = tar(tmp_path / "b", {name: b"x"}, members={archive.DATABASE: one, name: one})
    with pytest.raises(UserError, match="other things"):
        archive.read_manifest(made)


def test_a_link_is_not_followed(backup: Path, tmp_path: Path) -> None:
    manifest = archive.read_manifest(backup)
    with tarfile.open(backup, "w") as out:
        for name in manifest.members:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
            out.addfile(info)
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(UserError):
        archive.unpack(backup, manifest, folder)
    assert not list(folder.iterdir())


@pytest.mark.parametrize(
    ("manifest", "says"),
    [({"format": 2}, "newer"), ({"members": []}, "no backup"), ({"members": {"a": 1}}, "no backup"), ({}, "other")],
)
def test_what_is_no_backup_of_ours_is_said(tmp_path: Path, manifest: dict[str, object], says: str) -> None:
    with pytest.raises(UserError, match=says):
        archive.read_manifest(tar(tmp_path / "b", {}, **manifest))
