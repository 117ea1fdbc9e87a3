"""Code frames."""

from app.frames import frame, marked_names
from drift.findings import CodeAnchor, Finding, SpecAnchor


def test_the_name_that_is_meant_is_marked():
    assert frame("from shop.web import x", 12, 1, ("shop.web",), 80) == [
        "12 │ from shop.web import x",
        "   │      ^^^^^^^^",
    ]
    assert frame("from .web import x", 3, 1, ("shop.web",), 80)[1] == "  │       ^^^"
    assert (
        frame("import { a } from '../api/http'", 3, 1, ("src/api/http",), 80)[1] == "  │                       ^^^^^^^^"
    )
    assert frame("\tx = webby(web)", 3, 2, ("shop.web",), 80) == ["3 │ x = webby(web)", "  │           ^^^"]


def test_the_whole_of_a_match_is_marked():
    place = SpecAnchor("a.md", "", 1), CodeAnchor("src/a.go", 3, 5)
    match = Finding("no-panic", "pattern", "error", "", "", *place, ("panic(err)", "src/a.go"), reference="src/a.go")
    assert frame("    panic(err) // so", 3, 5, marked_names(match), 80)[1] == "  │ ^^^^^^^^^^"


def test_without_a_name_the_column_is_marked():
    assert frame("    def f(:", 3, 11, (), 80) == ["3 │ def f(:", "  │       ^"]
    assert frame("", 3, 11, (), 80) == ["3 │ "]


def test_what_does_not_fit_or_moves_a_cursor_is_cut_or_shown():
    rows = frame("import " + "a" * 300, 1, 1, ("a" * 300,), 40)
    assert [len(row) for row in rows] == [40, 40]
    assert rows[0].endswith("…")
    assert frame("\x1b[2J\u202eimport a", 1, 1, ("a",), 40)[0] == "1 │ \\x1b[2J\\u202eimport a"
    assert len(frame(" " * 100 + "import a", 1, 101, ("a",), 40)) == 2
    assert len(frame("x" * 100 + "; import a", 1, 103, ("a",), 40)) == 1
