import pytest

from drift.matching.glob import Glob, segment_matches


@pytest.mark.parametrize(
    ("pattern", "name", "matches"),
    [
        ("a.b", "a.b", True),
        ("a.b", "a.b.c", False),
        ("a.*", "a.b", True),
        ("a.*", "a", False),
        ("a.*", "a.b.c", False),
        ("a.**", "a", True),
        ("a.**", "a.b.c", True),
        ("**.c", "c", True),
        ("**.c", "a.b.c", True),
        ("a.**.c", "a.c", True),
        ("a.**.c", "a.b.b.c", True),
        ("a.**.c", "a.b", False),
        ("**", "a.b", True),
        ("a.*.**.d", "a.d", False),
        ("a.*.**.d", "a.b.d", True),
        ("test_*", "test_pay", True),
        ("*_test", "pay_test", True),
        ("a*b*c", "aXbYc", True),
        ("a*b*c", "aXcYb", False),
        ("a*a", "a", False),
        ("ünï.*", "ünï.cödé", True),
    ],
)
def test_matching(pattern: str, name: str, *, matches: bool) -> None:
    assert Glob.parse(pattern, ".").matches(name.split(".")) is matches


def test_shortest_match_is_the_outermost_package() -> None:
    glob = Glob.parse("a.**.x", ".")
    assert glob.shortest(["a", "b", "x", "c", "x"]) == 3
    assert glob.shortest(["a", "b"]) == 0
    assert Glob.parse("**", ".").shortest(["a", "b"]) == 1


def test_prefix_and_literals_sieve() -> None:
    glob = Glob.parse("src/pay/*.py", "/")
    assert glob.prefix == ("src", "pay")
    assert glob.literals == (".py",)


def test_neighbouring_double_stars_are_one() -> None:
    assert Glob.parse("a/**/**/b", "/").segments == ("a", "**", "b")


def test_hostile_patterns_cost_no_more_than_their_length() -> None:
    # Were matching exponential, this would never end.
    many = Glob.parse("/".join(["**", "a*a*a*a*a*a"] * 20), "/")
    assert not many.matches(["a" * 200] * 60 + ["b"])
    assert not segment_matches("a*" * 100 + "b", "a" * 2000)
