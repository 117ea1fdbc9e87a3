"""What is to be written to git, from values: nothing over what git alone has, nothing twice, and what fits together."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from specs.paths import path_key
from sync.binding.bindings import SpecFile
from sync.binding.publishing import Change, Layout, Standing, belonging, plan

TOP = Layout(("docs/specs",), "")
ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))


def file(path: str, spec: UUID | None = ONE, problem: str = "") -> SpecFile:
    return SpecFile(path, spec, problem, "b" * 40)


def test_what_git_has_is_not_written() -> None:
    assert plan(TOP, [file("docs/specs/a.md")], [Standing(ONE, "a.md", "h", "h")]).changes == ()


def test_new_words_a_new_name_and_an_end() -> None:
    files = [file("docs/specs/a.md"), file("docs/specs/b.md", TWO), file("docs/specs/c.md", THREE)]
    standings = [
        Standing(ONE, "a.md", "new", "h"),
        Standing(TWO, "sub/b.md", "h", "h"),
        Standing(THREE, "c.md", "h", "h", active=False),
    ]
    assert plan(TOP, files, standings).changes == (
        Change(THREE, "", "docs/specs/c.md", text=False),
        Change(ONE, "docs/specs/a.md", "docs/specs/a.md", text=True),
        Change(TWO, "docs/specs/sub/b.md", "docs/specs/b.md", text=False),
    )


def test_what_waits_is_held_back_with_the_reason() -> None:
    made = plan(TOP, [file("docs/specs/a.md")], [Standing(ONE, "a.md", "new", "h", waits="a conflict")])
    assert (made.changes, [(one.path, one.why) for one in made.held]) == ((), [("docs/specs/a.md", "a conflict")])
    made = plan(TOP, [file("docs/specs/a.md", problem="not UTF-8")], [Standing(ONE, "a.md", "new", "h")])
    assert [one.why for one in made.held] == ["not UTF-8"]


def test_names_may_change_hands_but_no_file_that_stays_is_written_over() -> None:
    files = [file("docs/specs/a.md"), file("docs/specs/b.md", TWO)]
    crosswise = [Standing(ONE, "b.md", "h", "h"), Standing(TWO, "a.md", "h", "h")]
    assert len(plan(TOP, files, crosswise).changes) == 2
    onto = [Standing(ONE, "B.md", "h", "h"), Standing(TWO, "b.md", "h", "h")]
    assert [one.path for one in plan(TOP, files, onto).held] == ["docs/specs/a.md"]
    other = plan(TOP, [], [Standing(ONE, "readme.md", "h", None)], ["docs/specs/README.md"])
    assert (other.changes, len(other.held)) == ((), 1)
    below = plan(TOP, [], [Standing(ONE, "x.md/y.md", "h", None)], ["docs/specs/x.md"])
    assert len(below.held) == 1
    assert plan(TOP, files[:1], [Standing(ONE, "A.md", "h", "h")]).changes[0].path == "docs/specs/A.md"


def test_a_new_spec_goes_where_its_neighbours_are() -> None:
    layout = Layout(("docs/specs", "docs/decisions"), "shop")
    near = ["docs/specs/a.md", "docs/decisions/records/0001-x.md"]
    assert layout.path("shop/records/0002-y.md", near) == "docs/decisions/records/0002-y.md"
    assert layout.path("shop/b.md", ["docs/specs/a.md"]) == "docs/specs/b.md"
    assert layout.path("elsewhere/b.md", near) == ""


def test_specs_go_to_one_repository() -> None:
    other, mine = UUID(int=8), UUID(int=9)
    standings = [
        Standing(ONE, "shop/a.md", "h", None),
        Standing(TWO, "b.md", "h", None),
        Standing(THREE, "shop/c.md", "h", None),
    ]
    chosen = belonging(standings, {THREE: {other}}, {mine: "shop", other: ""}, mine)
    assert [one.spec for one in chosen] == [ONE]
    assert [one.spec for one in belonging(standings, {}, {mine: "", other: ""}, mine)] == []


NAMES = st.sampled_from(["a.md", "A.md", "b.md", "sub/a.md", "sub/b.md", "c.md"])


@given(st.lists(NAMES, unique_by=path_key, min_size=1), st.lists(NAMES, unique_by=path_key, min_size=1), st.data())
def test_whatever_stands_nothing_is_lost_and_the_next_plan_is_empty(here, there, data) -> None:
    files = {UUID(int=number): f"docs/specs/{path}" for number, path in enumerate(there, 1)}
    standings = [
        Standing(
            UUID(int=number), path, "new" if data.draw(st.booleans()) else "h", "h", active=data.draw(st.booleans())
        )
        for number, path in enumerate(here, 1)
    ]
    rows = [SpecFile(path, spec, "", "b") for spec, path in files.items()]
    made = plan(TOP, rows, standings)
    after = dict(files)
    for change in made.changes:
        assert change.path == "" or change.path.startswith("docs/specs/")
        after.pop(change.spec, None)
    for change in made.changes:
        if change.path:
            assert path_key(change.path) not in {path_key(path) for path in after.values()}
            after[change.spec] = change.path
    written = {change.spec for change in made.changes if change.text}
    agreed = [
        Standing(one.spec, one.place, one.head, one.head if one.spec in written else one.agreed, active=one.active)
        for one in standings
    ]
    again = plan(TOP, [SpecFile(path, spec, "", "b") for spec, path in after.items()], agreed)
    assert again.changes == ()
    assert len(again.held) <= len(made.held)
