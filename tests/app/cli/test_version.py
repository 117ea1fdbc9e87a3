"""`holdfast version` and the frame round all commands."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import COMMANDS, cli

ROOT = Path(__file__).resolve().parents[3]


def test_the_version_is_that_of_the_package():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert CliRunner().invoke(cli, ["version"]).stdout == f"holdfast {declared}\n"


def test_help_lists_every_command_in_its_group():
    text = CliRunner().invoke(cli, ["--help"]).stdout
    for command in COMMANDS:
        assert f"\n{command.group}:\n" in text
        assert f"  {command.name} " in text
        assert command.help in text


def test_help_of_each_command_names_its_options():
    for name in ("check", "explain", "init", "completion"):
        result = CliRunner().invoke(cli, [name, "-h"])
        assert result.exit_code == 0
        assert f"Usage: cli {name}" in result.stdout or f"Usage: holdfast {name}" in result.stdout


def test_check_loads_no_server_no_sql_no_model_and_no_parser_when_nothing_changed(tmp_path):
    (tmp_path / "docs/specs").mkdir(parents=True)
    (tmp_path / "docs/specs/a.md").write_text("# A\n")
    (tmp_path / "a.py").write_text("import os\n")
    script = (
        "import os, sys, holdfast\nsys.argv = ['holdfast', 'check']\n"
        "os._exit = sys.exit  # a check leaves without the interpreter's farewell\n"
        "try: holdfast.main()\nexcept SystemExit: pass\n"
        "print(sorted({m.split('.')[0] for m in sys.modules} & set(sys.argv0)))"
    ).replace("sys.argv0", repr(["litestar", "sqlalchemy", "torch", "procrastinate", "pydantic", "rich"]))
    light = script.replace(
        "'rich'", "'rich', 'markdown_it', 'ruamel', 'tree_sitter', 'pygit2', 'difflib', 'shutil', 'click', 'inspect'"
    )
    for text in (script, light):
        done = subprocess.run(
            [sys.executable, "-c", text], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
        )
        assert done.stdout.splitlines()[-1] == "[]", done.stdout + done.stderr


@pytest.mark.parametrize("words", [["serve"], ["worker"], ["migrate"], ["token", "list"], ["report"], ["seed", "."]])
def test_without_the_servers_parts_its_commands_say_what_to_install(words, tmp_path):
    """A base install has only what the check needs."""
    script = (
        "import sys\n"
        "class Away:\n"
        "    def find_spec(name, path=None, target=None):\n"
        "        if name.split('.')[0] in {'sqlalchemy', 'alembic', 'litestar', 'structlog', 'granian'}:\n"
        "            raise ModuleNotFoundError(name, name=name)\n"
        "sys.meta_path.insert(0, Away)\n"
        "import holdfast; holdfast.main()\n"
    )
    (tmp_path / ".git").mkdir()
    env = {"PATH": os.defpath, "HOLDFAST_DATA_DIR": str(tmp_path), "HOLDFAST_PROJECT": "x", "HOLDFAST_PORT": "0"}
    command = [sys.executable, "-c", script, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=env, timeout=60)
    assert done.returncode == 2
    assert "hint: Install them: pip install 'holdfast[server]'." in done.stderr
