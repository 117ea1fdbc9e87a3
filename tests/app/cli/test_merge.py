"""`holdfast merge` as git calls it: what it writes, and what it leaves with."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import cli

BASE = "# Pay\n\nA refund is paid within ten days.\n"


@pytest.fixture
def versions(tmp_path: Path):
    def put(*texts: str | bytes) -> list[str]:
        names = []
        for name, text in zip(("base", "ours", "theirs"), texts, strict=True):
            place = tmp_path / name
            place.write_bytes(text if isinstance(text, bytes) else text.encode())
            names.append(str(place))
        return names

    return put


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["merge", *words])


def test_a_clean_merge_is_written_into_ours(versions):
    names = versions(BASE, BASE.replace("A refund", "Each refund"), BASE.replace("paid", "sent"))
    done = run(*names)
    assert done.exit_code == 0
    assert done.output == ""
    assert Path(names[1]).read_text() == "# Pay\n\nEach refund is sent within ten days.\n"


def test_conflicts_are_marked_and_counted(versions):
    names = versions(BASE, BASE.replace("ten", "20"), BASE.replace("ten", "30"))
    words = ["--marker-size", "9", "--path", "docs/pay.md", "--ours-label", "HEAD", "--theirs-label", "topic branch"]
    done = run(*names, *words)
    assert done.exit_code == 1
    assert done.stderr == "docs/pay.md: 1 conflict\n"
    lines = Path(names[1]).read_text().splitlines()
    assert lines[2] == "<<<<<<<<< HEAD"
    assert lines[4] == "||||||||| base"
    assert lines[8] == ">>>>>>>>> topic branch"


def test_placeholders_that_an_old_git_leaves_are_no_labels(versions):
    names = versions(BASE, BASE.replace("ten", "20"), BASE.replace("ten", "30"))
    run(*names, "--base-label", "%S", "--ours-label", "%X", "--theirs-label", "%Y")
    text = Path(names[1]).read_text()
    assert "<<<<<<< ours\n" in text
    assert "||||||| base\n" in text
    assert ">>>>>>> theirs\n" in text


def test_the_count_stays_below_what_git_takes_for_a_failure(versions):
    parts = [
        f"Value {number} of it stands alone here.\n\nUnchanged words number {number} follow.\n\n"
        for number in range(200)
    ]
    ours = [part.replace("stands", "sits") for part in parts]
    theirs = [part.replace("stands", "lies") for part in parts]
    done = run(*versions("".join(parts), "".join(ours), "".join(theirs)))
    assert done.exit_code == 127
    assert "200 conflicts" in done.stderr


def test_it_prints_instead_of_writing(versions):
    names = versions(BASE, BASE.replace("ten", "20"), BASE)
    done = run(*names, "--stdout", "--style", "merge")
    assert done.stdout == BASE.replace("ten", "20")
    assert Path(names[1]).read_text() == BASE.replace("ten", "20")


def test_line_ends_and_odd_bytes_are_kept(versions):
    base = b"a \xff b\r\n\r\nmiddle\r\n\r\nc\r\n"
    names = versions(base, base.replace(b"c\r\n", b"c2\r\n"), base.replace(b"a ", b"A "))
    assert run(*names).exit_code == 0
    assert Path(names[1]).read_bytes() == b"A \xff b\r\n\r\nmiddle\r\n\r\nc2\r\n"


def test_what_is_no_text_is_left_alone(versions):
    names = versions(b"a\0", b"b\0", b"c\0")
    done = run(*names)
    assert done.exit_code == 1
    assert "not a text" in done.stderr
    assert Path(names[1]).read_bytes() == b"b\0"


def test_a_file_that_is_not_there_is_a_failure_to_git(versions, tmp_path):
    names = versions(BASE, BASE, BASE)
    done = run(names[0], names[1], str(tmp_path / "gone"))
    assert done.exit_code == 129
    assert "cannot be read" in done.stderr
    assert "hint:" in done.stderr
