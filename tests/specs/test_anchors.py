import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.anchors import Heading, resolve, slug


def headings(*written):
    """Make headings of texts such as `## Errors` or `## Errors {name}`."""
    made = []
    for line, text in enumerate(written, 1):
        marks, _, rest = text.partition(" ")
        title, _, name = rest.partition(" {")
        made.append(Heading(len(marks), title, title, name.rstrip("}") or None, line))
    return made


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Payments", "payments"),
        ("Layering & order", "layering--order"),
        ("What's new?", "whats-new"),
        ("Snake_case-and dash", "snake_case-and-dash"),
        ("1.2 Errors", "12-errors"),
        ("Über Größe", "über-größe"),
        ("支払い ポリシー", "支払い-ポリシー"),
        ("Привет, мир!", "привет-мир"),
        ("हिन्दी", "हिन्दी"),
        ("a\u00a0b", "ab"),
        ("Ⅷ and ½", "ⅷ-and-"),
        ("🚀 Go", "-go"),
        ("two\nlines", "twolines"),
        ("!!!", ""),
    ],
)
def test_slugs_are_githubs(title, expected):
    assert slug(title) == expected


def test_a_unique_heading_is_addressed_by_its_slug_alone():
    assert resolve(headings("# Payments", "## Refunds", "### Errors")).names == ("payments", "refunds", "errors")


def test_equal_headings_are_told_apart_by_their_parents_wherever_they_stand():
    first = resolve(headings("# P", "## Refunds", "### Errors", "## Charges", "### Errors"))
    assert first.names == ("p", "refunds", "refunds/errors", "charges", "charges/errors")
    assert first.problems == ()
    swapped = resolve(headings("# P", "## Charges", "### Errors", "## Refunds", "### Errors"))
    assert set(swapped.names) == set(first.names)


def test_only_as_many_parents_are_named_as_needed():
    anchors = resolve(headings("# A", "## X", "### Errors", "# B", "## X", "### Errors"))
    assert anchors.names == ("a", "a/x", "a/x/errors", "b", "b/x", "b/x/errors")


def test_a_heading_without_parents_keeps_its_bare_slug():
    assert resolve(headings("# Errors", "# A", "## Errors")).names == ("errors", "a", "a/errors")


def test_identical_siblings_are_a_problem_and_stay_addressable():
    anchors = resolve(headings("# A", "## Errors", "## Errors", "## Errors"))
    assert anchors.names == ("a", "errors", "errors-1", "errors-2")
    assert [(p.code, p.line, p.severity) for p in anchors.problems] == [
        ("duplicate-heading", 3, "warning"),
        ("duplicate-heading", 4, "warning"),
    ]
    assert "{#errors-1}" in anchors.problems[0].hint


def test_a_suffix_never_meets_a_heading_of_that_name():
    names = resolve(headings("# A", "## E-1", "## E", "## E")).names
    assert len(set(names)) == 4


def test_explicit_names_win_over_slugs():
    anchors = resolve(headings("# A", "## Errors", "## Faults {errors}"))
    assert anchors.names[2] == "errors"
    assert len(set(anchors.names)) == 3
    top = resolve(headings("# Errors", "# Faults {errors}"))
    assert top.names == ("errors-1", "errors")


@pytest.mark.parametrize("name", ["two words", "-x", "a/b", "a" * 121, "é!", "#"])
def test_a_bad_name_is_a_problem_and_the_slug_serves(name):
    anchors = resolve([Heading(1, "Title", "Title", name, 7)])
    assert anchors.names == ("title",)
    (problem,) = anchors.problems
    assert (problem.code, problem.line) == ("bad-anchor", 7)


def test_a_name_given_twice_is_a_problem_of_the_later_heading():
    anchors = resolve(headings("# A {x}", "# B {x}"))
    assert anchors.names == ("x", "b")
    (problem,) = anchors.problems
    assert (problem.code, problem.line) == ("duplicate-anchor", 2)
    assert "line 1" in problem.message


def test_a_heading_without_letters_is_addressable():
    assert resolve(headings("# !!!", "# ???")).names == ("section", "section-1")


def test_parents_follow_levels_that_skip():
    assert resolve(headings("### C", "# A", "### D", "## B", "### E")).parents == (-1, -1, 1, 1, 3)


HEADINGS = st.lists(
    st.builds(
        Heading,
        st.integers(1, 6),
        st.just(""),
        st.sampled_from(["a", "b", "a-1", "a 1", "!", "B", "a/b"]),
        st.sampled_from([None, None, "a", "b", "a-1", "section", "no way"]),
        st.just(1),
    ),
    max_size=25,
)


@given(HEADINGS)
def test_every_heading_gets_an_address_of_its_own(given_headings):
    anchors = resolve(given_headings)
    assert len(set(anchors.names)) == len(given_headings)
    assert all(anchors.names)
