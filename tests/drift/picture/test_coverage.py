"""Which code no spec governs, and which spec no code follows."""

from hypothesis import given
from hypothesis import strategies as st

from drift.picture.coverage import Claim, Extent, Ground, coverage, cut, hold, straight

FILES = (
    Ground("src/a/one.py", 100, ("rule",)),
    Ground("src/a/two.py", 50),
    Ground("src/b/three.py", 70),
    Ground("src/main.py", 5),
)
CLAIMS = (
    Claim("a.md", frozenset({"rule"}), (), ("src/a/**", "src/gone/**")),
    Claim("b.md", frozenset({"dead"}), ("dead",)),
    Claim("prose.md"),
)
HELD = hold(FILES, CLAIMS)


def test_code_is_governed_covered_or_bare_by_lines() -> None:
    found = coverage(HELD, "src")
    assert found.whole == Extent(4, 225, 1, 100, 1, 50)
    assert (found.whole.bare, found.whole.bare_lines) == (2, 75)
    assert [(one.name, one.folder, one.extent.bare_lines, one.specs) for one in found.plots] == [
        ("b", True, 70, ()),
        ("main.py", False, 5, ()),
        ("a", True, 0, ("a.md",)),
    ]
    assert [one.path for one in coverage(HELD, "src/a").plots] == ["src/a/one.py", "src/a/two.py"]
    assert [one.path for one in coverage(HELD, "src/main.py").plots] == ["src/main.py"]


def test_specs_that_no_code_follows_come_first_wherever_one_looks() -> None:
    for at in ("", "src/b"):
        rows = coverage(HELD, at).specs
        assert [(one.path, one.files, one.lines) for one in rows] == [
            ("b.md", 0, 0),
            ("prose.md", 0, 0),
            ("a.md", 2, 150),
        ]
        assert rows[0].unmatched == ("dead",)
        assert rows[2].empty == ("src/gone/**",)


def test_lone_folders_are_walked_through_and_long_lists_cut() -> None:
    assert straight(coverage(HELD), HELD).at == "src"
    assert straight(coverage(hold((), ())), hold((), ())).plots == ()
    short = cut(coverage(HELD, "src"), 2)
    assert [(one.name, one.extent.lines) for one in short.plots] == [("b", 70), ("2 more", 155)]


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b/c", "b/d/e", "f"]), st.integers(0, 9), st.booleans()),
        unique_by=lambda one: one[0],
    )
)
def test_what_lies_in_a_folder_adds_up(rows: list[tuple[str, int, bool]]) -> None:
    files = [Ground(path, lines, ("rule",) if ruled else ()) for path, lines, ruled in rows]
    found = coverage(hold(files, CLAIMS))
    for name in ("files", "lines", "governed_lines", "covered_lines", "bare_lines"):
        assert sum(getattr(one.extent, name) for one in found.plots) == getattr(found.whole, name)
    assert found.whole.lines == sum(lines for _, lines, _ in rows)
