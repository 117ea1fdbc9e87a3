"""Which change of an option can only make an invariant stricter."""

from collections.abc import Mapping

import pytest

from drift.invariants import Kind
from drift.kinds import KINDS
from drift.strictness import (
    FEWER,
    HIGHER,
    IMPORTS,
    LOWER,
    MORE,
    ON_BY_DEFAULT,
    ON_WHEN_SAID,
    ROWS,
    Stricter,
    Tightens,
    loosened,
    stricter,
)
from specs.document import Yaml
from specs.parser import parse

OFF = Tightens(Stricter.OFF, default=True)


@pytest.mark.parametrize(
    ("tells", "loose", "strict"),
    [
        (MORE, ["a"], ["a", "b"]),
        (MORE, None, ["a"]),
        (MORE, "a", ["b", "a"]),
        (FEWER, ["a", "b"], ["b"]),
        (FEWER, ["a"], None),
        (LOWER, 10, 9),
        (HIGHER, 9, 10),
        (ON_BY_DEFAULT, False, None),
        (ON_BY_DEFAULT, False, True),
        (ON_WHEN_SAID, None, True),
        (OFF, None, False),
        (ROWS, {"a": ["b", "c"]}, {"a": ["b"], "d": []}),
        (ROWS, {"d": []}, {"a": [], "d": []}),
        (IMPORTS, "runtime", None),
        (IMPORTS, "runtime", "all"),
        (IMPORTS, {"without": ["test", "lazy"]}, {"without": ["lazy"]}),
        (IMPORTS, {"without": ["type-only", "lazy"]}, "runtime"),
    ],
)
def test_one_way_is_stricter_and_the_other_is_not(tells: Tightens, loose: Yaml, strict: Yaml) -> None:
    assert stricter(loose, strict, tells)
    assert not stricter(strict, loose, tells)


@pytest.mark.parametrize(
    ("tells", "one", "other"),
    [(MORE, ["a"], ["b"]), (FEWER, ["a"], {"a": 1}), (LOWER, "x", 1), (LOWER, 1, True), (IMPORTS, "odd", "all")],
)
def test_what_cannot_be_told_is_not_stricter(tells: Tightens, one: Yaml, other: Yaml) -> None:
    assert not stricter(one, other, tells)
    assert not stricter(other, one, tells)


def test_an_option_that_nothing_is_said_of_counts_as_looser() -> None:
    assert loosened({"a": 1, "b": 2, "c": 3}, {"a": 2, "b": 2, "d": 4}, {"c": LOWER}) == ("a", "c", "d")
    assert loosened({"a": 1}, {"a": 1}, {}) == ()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_says_it_of_options_that_it_has(kind: Kind) -> None:
    table: Mapping[str, Tightens] = getattr(kind, "tightens", {})
    lines = "".join(f"{key}: 1\n" for key in table)
    (block,) = parse(f"```yaml invariant\nid: x\nkind: {kind.name}\n{lines}```\n").invariants
    assert [problem.message for problem in kind.validate(block) if problem.code == "unknown-key"] == []
