"""`holdfast export` against a server."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from app.cli import _remote
from app.client import Answer
from specs.access import Role
from tests.app.cli.conftest import Command
from tests.app.conftest import Town


async def test_specs_are_written_and_nothing_is_overwritten(town: Town, command: Command, tmp_path: Path) -> None:
    eve, library, home = town.people[Role.EDITOR], town.world.library, town.project.id
    await library.create(eve, home, "a/b.md", "# B\r\n")
    folder, pdf = tmp_path / "out", tmp_path / "new" / "specs.pdf"
    assert (await command("export", "--to", str(folder))).stdout == f"Wrote 1 spec below {folder}.\n"
    assert (folder / "a/b.md").read_bytes() == b"# B\r\n"
    again = await command("export", "--to", str(folder))
    assert (again.exit_code, "is there already" in again.stderr) == (2, True)
    assert (await command("export", "--format", "pdf", "--to", str(pdf))).exit_code == 0
    assert pdf.read_bytes().startswith(b"%PDF")
    assert json.loads((await command("export", "--format", "json")).stdout)["specs"][0]["text"] == "# B\r\n"
    assert "Where shall it go?" in (await command("export")).stderr
    assert "There is no such tag." in (await command("export", "--tag", "v9", "--to", str(tmp_path / "x"))).stderr


async def test_a_server_that_sends_a_file_outside_is_not_believed(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("good.md", "x")
        archive.writestr("../evil.md", "x")
    monkeypatch.setattr(_remote, "ask", lambda *_, **__: Answer(200, buffer.getvalue(), {}))
    result = await command("export", "--to", str(tmp_path / "out"))
    assert result.exit_code == 2
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "evil.md").exists()
