import pytest

from specs.frontmatter import read_front_matter
from specs.lines import split_lines


def read(text):
    return read_front_matter(split_lines(text))


def test_all_known_keys_are_read_and_others_kept():
    keys = "title: Payments\nstatus: draft\nowners: [a, b]\ncovers: ['src/**']\ninferred: [x]\ndate: 2026-01-01\n"
    found = read(f"---\n{keys}---\n# T\n")
    matter = found.front_matter
    assert found.lines == 8
    assert found.problems == ()
    assert (matter.title, matter.status, matter.owners) == ("Payments", "draft", ("a", "b"))
    assert (matter.covers, matter.inferred) == (("src/**",), ("x",))
    assert matter.values["date"] == "2026-01-01"
    assert matter.lines == {"title": 2, "status": 3, "owners": 4, "covers": 5, "inferred": 6, "date": 7}


@pytest.mark.parametrize("text", ["", "# T\n", "\n---\na: 1\n---\n", " ---\na: 1\n---\n", "--- x\n---\n", "---"])
def test_without_a_fence_on_the_first_line_there_is_none(text):
    assert read(text).lines == 0
    assert read(text).problems == ()


def test_a_thematic_break_is_no_front_matter():
    assert read("---\n\n# Title\n\n---\n\nmore\n").lines == 0
    assert read("---\nprose goes on\n").lines == 0


@pytest.mark.parametrize(
    "text", ["---\r\ntitle: A\r\n---\r\nx", "---\rtitle: A\r---\rx", "\ufeff--- \ntitle: A\n---\t\nx"]
)
def test_line_ends_byte_order_marks_and_blanks_do_not_matter(text):
    assert read(text).front_matter.title == "A"
    assert read(text).lines == 3


def test_empty_front_matter_is_fine():
    assert read("---\n---\n").lines == 2


def test_unclosed_front_matter_is_a_problem():
    found = read("---\ntitle: A\n\n# T\n")
    (problem,) = found.problems
    assert found.lines == 0
    assert (problem.code, problem.line) == ("unclosed-front-matter", 1)


def test_a_status_in_capitals_counts_and_an_unknown_one_is_a_warning():
    assert read("---\nstatus: Draft\n---\n").front_matter.status == "draft"
    found = read("---\nstatus: retird\n---\n")
    (problem,) = found.problems
    assert found.front_matter.status == "active"
    assert (problem.severity, problem.line) == ("warning", 2)
    assert "retired" in problem.hint


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("accepted", "active"),
        ("Accepted (2024-01-31)", "active"),
        ("proposed", "draft"),
        ("on hold", "draft"),
        ("in review", "draft"),
        ('"superseded by [ADR-0007](0007-x.md)"', "retired"),
        ("Superceded by 7", "retired"),
        ("rejected", "retired"),
        ('"{proposed | rejected | accepted}"', "draft"),
    ],
)
def test_the_words_of_other_tools_are_known(written: str, status: str) -> None:
    found = read(f"---\nstatus: {written}\n---\n")
    assert (found.front_matter.status, found.problems) == (status, ())


@pytest.mark.parametrize(
    ("line", "severity", "hint"),
    [
        ("title: 1984", "warning", '"1984"'),
        ("status: [draft]", "warning", "active"),
        ("owners: payments", "error", "[payments]"),
        ("covers: {a: b}", "error", "covers: ["),
        ("inferred: [1]", "error", "inferred: ["),
    ],
)
def test_a_wrong_type_is_a_problem_where_it_stands(line, severity, hint):
    (problem,) = read(f"---\nx: 1\n{line}\n---\n").problems
    assert (problem.line, problem.column, problem.severity) == (3, 1, severity)
    assert hint in problem.hint


def test_what_can_be_meant_is_kept():
    assert read("---\nowners: payments\n---\n").front_matter.owners == ("payments",)
    assert read("---\ncovers: [a, 1, '']\n---\n").front_matter.covers == ("a",)


def test_broken_yaml_is_a_problem_and_the_lines_stay_front_matter():
    found = read("---\ntitle: A: B\n---\n# T\n")
    (problem,) = found.problems
    assert found.lines == 3
    assert (problem.code, problem.line, problem.column) == ("yaml-syntax", 2, 9)
