"""`holdfast export` against a server."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import _remote, cli
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


SPEC = """\
---
covers: ["shop/**"]
---
# Shop

```yaml invariant
id: shop-layers
kind: layers
layers: [shop.web, shop.domain]
```
"""
MADE = {
    "agents-md": "AGENTS.md",
    "claude-rules": ".claude/rules/holdfast/docs-specs-shop.md",
    "cursor-rules": ".cursor/rules/holdfast-docs-specs-shop.mdc",
    "copilot-instructions": ".github/instructions/holdfast-docs-specs-shop.instructions.md",
    "llms-txt": "llms.txt",
}


@pytest.fixture
def rules(repo, monkeypatch):
    repo.commit({"docs/specs/shop.md": SPEC, "AGENTS.md": "# Mine\n\nBe kind.\n"})
    monkeypatch.chdir(repo.root)
    return lambda *words: CliRunner().invoke(cli, ["export", *words])


@pytest.mark.parametrize(("name", "file"), MADE.items())
def test_rules_are_written_and_checked(rules, repo, name, file):
    stale = rules(name, "--check")
    assert stale.exit_code == 1
    assert f"{file} is out of date" in stale.stdout
    assert rules(name).exit_code == 0
    assert "shop" in (repo.root / file).read_text()
    assert rules(name, "--check").exit_code == 0
    assert rules(name).stdout == "nothing to change\n"
    repo.write({"docs/specs/shop.md": SPEC.replace("# Shop", "# Store")})
    assert rules(name, "--check").exit_code == 1
    assert (repo.root / "AGENTS.md").read_text().startswith("# Mine\n\nBe kind.\n")


def test_rules_of_a_spec_that_is_gone_go(rules, repo):
    repo.write({"docs/specs/other.md": SPEC.replace("shop-layers", "other-layers")})
    rules("cursor-rules")
    (repo.root / "docs/specs/other.md").unlink()
    assert "holdfast-docs-specs-other.mdc is no longer wanted" in rules("cursor-rules", "--check").stdout
    assert rules("cursor-rules").stdout == "removed .cursor/rules/holdfast-docs-specs-other.mdc\n"


@pytest.mark.parametrize("words", [("nonsense",), ("--check",)])
def test_rules_that_are_none_are_refused(rules, words):
    result = rules(*words)
    assert result.exit_code == 2
    assert "agents-md, claude-rules" in result.stderr
