"""Which lines are wanted, and how they are cut."""

from dataclasses import replace

from drift.excerpts import Excerpts, cut, wanted
from drift.findings import CodeAnchor, Finding, FindingState, SpecAnchor

FOUND = Finding("i", "layers", "error", "m", "f", SpecAnchor("a.md", "", 1), CodeAnchor("a.py", 3), ("x",))


def test_the_lines_of_what_is_there_are_wanted():
    gone = replace(FOUND, code=CodeAnchor("gone.py", 1), state=FindingState.FIXED)
    other = replace(FOUND, code=CodeAnchor("a.py", 9))
    assert wanted([FOUND, gone, other, replace(FOUND, code=None)]) == {"a.py": {3, 9}}
    many = [replace(FOUND, code=CodeAnchor(f"{number}.py", 1)) for number in range(1000)]
    assert len(wanted(many)) == 400


def test_lines_are_cut_from_any_bytes():
    source = b"\xef\xbb\xbfone\r\ntwo \xff\n" + b"x" * 9000
    assert cut(source, {1, 2, 3, 0, 7}) == {1: "one", 2: "two \ufffd", 3: "x" * 400}


def test_paths_are_given_as_the_repository_has_them():
    assert Excerpts(under="back").place("a.py") == "back/a.py"
    assert Excerpts(under="back").place("") == ""
    assert Excerpts().place("a.py") == "a.py"
    assert Excerpts({"a.py": {1: "x"}}).line("a.py", 1) == "x"
    assert Excerpts().line("a.py", 1) is None
