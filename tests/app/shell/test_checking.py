"""Plain words mean what they mean to the library that reads command lines; all others are left to it."""

from pathlib import Path
from typing import Any

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli.check import check
from app.renderers import RENDERERS
from app.shell.checking import FLAGS, VALUES, begin, plain
from tests.repositories import Repo

WORDS = [*FLAGS, *VALUES, *(f"{name}=x" for name in VALUES), *(f"{name}=" for name in VALUES), "-h", "--help", "-o"]
WORDS += [
    "--",
    "-",
    "",
    ".",
    "tests",
    "none",
    "main",
    "json",
    "text",
    "a.toml",
    "--only",
    "layers",
    "--server",
    "--staged=1",
]


def understood(words: list[str]) -> dict[str, Any] | None:
    """What the library makes of these words; None where it refuses them, or has something else to do."""
    try:
        return check.make_context("check", list(words), help_option_names=["-h", "--help"]).params
    except (click.ClickException, click.exceptions.Exit):
        return None


@given(words=st.lists(st.sampled_from(WORDS), max_size=6))
def test_what_is_plain_means_the_same(words: list[str]) -> None:
    ours = plain(words)
    if ours is not None:
        theirs = understood(words)
        assert theirs is not None
        rest = {name: theirs.pop(name) for name in theirs.keys() - ours.keys()}
        assert theirs == ours
        assert rest == {name: value for name, value in (understood([]) or {}).items() if name in rest}


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["."],
        ["--base", "main"],
        ["--base=main", "--format", "sarif"],
        ["tests", "--contracts", "a.toml", "--contracts=b.ini", "--rev", "HEAD", "--all", "--no-cache"],
        ["--staged"],
        *(["--format", item.name] for item in RENDERERS),
    ],
)
def test_what_people_write_most_is_plain(words: list[str]) -> None:
    assert plain(words) is not None


def test_a_check_in_plain_words_says_and_leaves_as_the_others_do(tmp_path, monkeypatch, capsys) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit({"docs/specs/a.md": "# A\n", "a.py": "import os\n"})
    monkeypatch.chdir(repo.root)
    with pytest.raises(SystemExit) as kept:
        begin([])
    assert kept.value.code == 0
    assert capsys.readouterr().out.startswith("● kept")
    for words, code, said in [
        (["--rev", "nowhere"], 2, "error: "),
        (
            ["--rev", "HEAD", "--staged"],
            2,
            "error: --rev and --staged exclude each other\nhint: leave one of them out\n",
        ),
    ]:
        with pytest.raises(SystemExit) as refused:
            begin(words)
        assert refused.value.code == code
        assert capsys.readouterr().err.startswith(said)
    begin(["--help"])
    begin([str(Path("nowhere"))])
    monkeypatch.setenv("HOLDFAST_PORT", "many")
    begin([])
    assert capsys.readouterr() == ("", "")
