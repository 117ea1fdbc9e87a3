"""`holdfast completion`: the scripts, and what they complete."""

import os
import shutil
import subprocess

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from app.cli import COMMANDS, cli


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_for_each_shell(shell):
    result = CliRunner().invoke(cli, ["completion", shell])
    assert result.exit_code == 0
    assert "_HOLDFAST_COMPLETE" in result.stdout
    if shutil.which(shell):
        checked = subprocess.run([shell, "-n"], input=result.stdout, text=True, capture_output=True, check=False)
        assert checked.returncode == 0, checked.stderr


def test_an_unknown_shell_is_a_usage_error():
    result = CliRunner().invoke(cli, ["completion", "tcsh"])
    assert result.exit_code == 2
    assert "bash" in result.stderr


def test_commands_and_options_complete():
    complete = ShellComplete(cli, {}, "holdfast", "_HOLDFAST_COMPLETE")
    assert {item.value for item in complete.get_completions([], "")} == {command.name for command in COMMANDS}
    assert {item.value for item in complete.get_completions(["check"], "--ba")} == {"--base"}


def test_a_shell_that_asks_gets_an_answer():
    env = {
        "PATH": os.environ["PATH"],
        "_HOLDFAST_COMPLETE": "bash_complete",
        "COMP_WORDS": "holdfast ch",
        "COMP_CWORD": "1",
    }
    done = (
        subprocess.run(["holdfast"], env={**os.environ, **env}, capture_output=True, text=True, check=False)
        if shutil.which("holdfast")
        else None
    )
    if done is not None:
        assert "plain,check" in done.stdout
