import pytest

from drift.facts import EdgeAttribute
from drift.graphs.graph import ALL_IMPORTS, EdgeFilter
from drift.options import OptionReader
from tests.drift.made import block_of


def reader(**options: object) -> OptionReader:
    return OptionReader(block_of("layers", **options))


def codes(found: OptionReader) -> list[str]:
    return [problem.code for problem in found.done()]


def test_texts_take_one_or_many() -> None:
    assert reader(names="a").texts("names") == ("a",)
    assert reader(names=["a", "b"]).texts("names") == ("a", "b")
    assert reader().texts("names") == ()


def test_missing_and_empty_options() -> None:
    missing = reader()
    missing.texts("layers", required=True, hint="List them.")
    assert [(problem.code, problem.hint, problem.line) for problem in missing.done()] == [
        ("missing-option", "List them.", 10)
    ]
    empty = reader(layers=None)
    empty.texts("layers")
    assert "is empty" in empty.done()[0].message
    few = reader(layers=[])
    few.texts("layers", required=True)
    assert codes(few) == ["too-few"]


@pytest.mark.parametrize("value", [3, True, {"a": "b"}, ["a", 3], [["a"]], 1.5])
def test_wrong_types_of_texts(value: object) -> None:
    found = reader(names=value)
    found.texts("names")
    assert codes(found) == ["wrong-type"]


def test_scalars() -> None:
    good = reader(flag=False, depth=3, level="modules")
    assert good.flag("flag", default=True) is False
    assert good.number("depth", default=9) == 3
    assert good.choice("level", ("packages", "modules")) == "modules"
    assert codes(good) == []
    bad = reader(flag="yes", depth=-1, level="module")
    assert bad.flag("flag", default=True) is True
    assert bad.number("depth", default=9) == 9
    assert bad.choice("level", ("packages", "modules")) == "packages"
    assert [(problem.code, problem.line) for problem in bad.done()] == [
        ("wrong-type", 12),
        ("wrong-type", 13),
        ("unknown-value", 14),
    ]
    assert bad.done()[2].hint == "Did you mean `modules`?"


def test_true_is_no_number() -> None:
    found = reader(depth=True)
    assert found.number("depth", default=2) == 2
    assert codes(found) == ["wrong-type"]


def test_all_that_is_wrong_is_said_at_once_in_order_of_line() -> None:
    found = reader(zzz=1, names=3, flags=True)
    found.texts("names")
    found.flag("flag", default=True)
    problems = found.done()
    assert [(problem.code, problem.line) for problem in problems] == [
        ("unknown-key", 12),
        ("wrong-type", 13),
        ("unknown-key", 14),
    ]
    assert problems[2].hint == "Did you mean `flag`?"
    assert "`names` or `flag`" in problems[0].hint


def test_selectors_say_which_entry_is_wrong() -> None:
    found = reader(names=["a", "b c", "d"])
    assert [selector.text for selector in found.selectors("names")] == ["a", "d"]
    assert codes(found) == ["bad-selector"]


@pytest.mark.parametrize(
    ("value", "filter_"),
    [
        (None, ALL_IMPORTS),
        ("all", ALL_IMPORTS),
        ("runtime", EdgeFilter(runtime=True)),
        ({"without": ["type-only", "lazy"]}, EdgeFilter(frozenset({EdgeAttribute.TYPE_ONLY, EdgeAttribute.LAZY}))),
        ({"without": "test"}, EdgeFilter(frozenset({EdgeAttribute.TEST}))),
    ],
)
def test_imports(value: object, filter_: EdgeFilter) -> None:
    found = reader(imports=value) if value is not None else reader()
    assert found.imports() == filter_
    assert codes(found) == []


@pytest.mark.parametrize(
    "value", ["fast", 3, ["test"], {"with": "test"}, {"without": "tests"}, {"without": [["x"]]}, {}]
)
def test_imports_that_mean_nothing(value: object) -> None:
    found = reader(imports=value)
    found.imports()
    assert codes(found) == ["unknown-value"]


def test_far_too_many_entries() -> None:
    found = reader(names=["a"] * 6_000)
    assert len(found.texts("names")) == 5_000
    assert codes(found) == ["too-many"]
