"""What is drawn of an import graph."""

from drift.drawing import Arrow, in_circles, ranked, without_shortcuts


def arrows(text: str) -> list[Arrow]:
    """`a>b c>d!` (broken)."""
    pairs = (word.rstrip("!").split(">") for word in text.split())
    return [
        Arrow(*pair, 1, ("x",) if word.endswith("!") else ()) for pair, word in zip(pairs, text.split(), strict=True)
    ]


def test_rows_follow_imports_and_broken_ones_point_up():
    assert ranked(list("abc"), arrows("a>b b>c a>c c>a!"), set()) == {"a": 0, "b": 1, "c": 2}
    assert ranked(list("ab"), arrows("b>a!"), set()) == {"a": 0, "b": 1}
    assert ranked(["a", "x"], arrows("a>x!"), {"x"}) == {"a": 0, "x": 1}


def test_circles_are_cut_where_least_is_imported():
    heavy = [Arrow("b", "a", 9), Arrow("a", "b", 1)]
    assert ranked(list("ab"), heavy, set()) == {"b": 0, "a": 1}
    assert in_circles(heavy) == {"a", "b"}
    assert len(set(ranked(list("abc"), arrows("a>b b>c c>a"), set()).values())) == 3


def test_what_follows_from_others_may_be_left_out():
    kept = without_shortcuts(arrows("a>b b>c a>c c>d a>d!"))
    assert [(arrow.importer, arrow.imported) for arrow in kept] == [("a", "b"), ("b", "c"), ("c", "d"), ("a", "d")]
    assert len(without_shortcuts(arrows("a>b b>a"))) == 2
