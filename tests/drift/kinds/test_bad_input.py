"""Whatever stands in a block, a kind answers with values: problems, or an outcome. It never raises."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drift.asking import Answer
from drift.invariants import AskingKind, Invariant, Kind, World
from drift.kinds import KINDS, find_kind
from drift.mentions.removal import Past
from sync.trees.limited import LATE
from tests.drift.made import block_of, document_of, index_of

KEYS = ("layers", "containers", "closed", "exhaustive", "exhaustive_ignores", "indirect", "imports", "from", "to")
MORE = ("as_packages", "modules", "within", "level", "depth", "target", "by", "zzz")
MOST = ("file", "module", "symbol", "dependency", "what", "where", "that", "matches", "should", "should_not", "measure")
LAST = ("of", "max", "members", "signature", "pattern", "regex", "require", "language", "symbols", "paths")
WORDS = (
    "shop",
    "=shop",
    "shop.*",
    "**",
    "shop.a | shop.b",
    "shop.a : shop.b",
    "(x)",
    "src/**",
    "a b",
    "",
    "import:x",
    "*.py",
    "classes",
    "shop.a:Cart",
    "a.ts#b",
    "snake_case",
    "(",
    "lines",
)
scalars = st.none() | st.booleans() | st.integers(-3, 9) | st.floats() | st.text(max_size=8) | st.sampled_from(WORDS)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
INDEX = index_of(
    [("shop.a", "shop.b"), ("shop.b", "shop.a"), ("shop.a", "shop.a"), ("shop.b.ünï", "django"), ("src/x", "src/y")],
    modules=["shop", "shop.c"],
    externals=["django"],
)
EMPTY = index_of()


def held(kind: Kind, **options: Any) -> list[str]:
    """Hold a block against a small tree and an empty one; gives the codes of the problems."""
    block = block_of(kind.name, **options)
    problems = kind.validate(block)
    assert all(problem.hint and problem.message and problem.line >= 10 for problem in problems)
    if not problems:
        for index in (INDEX, EMPTY):
            documents = {"s.md": document_of(block)}
            outcome = kind.evaluate(Invariant(block, "s.md", block.options), World(index, documents, Past({})))
            assert all(finding.message and finding.fix and finding.identity for finding in outcome.findings)
            assert outcome.governs <= index.paths
    return [problem.code for problem in problems]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(options=st.dictionaries(st.sampled_from((*KEYS, *MORE, *MOST, *LAST)), values, max_size=6))
def test_any_yaml_is_answered(kind: Kind, options: dict[str, Any]) -> None:
    held(kind, **options)


GOOD: dict[str, dict[str, Any]] = {
    "layers": {"layers": ["shop.a", "shop.b"]},
    "forbidden": {"from": ["shop.a"], "to": ["shop.b"]},
    "independent": {"modules": ["shop.a", "shop.b"]},
    "acyclic": {"within": "shop"},
    "only": {"target": "shop.a", "by": ["shop.b"]},
    "depends": {"modules": {"shop.a": ["shop.b"], "shop.b": []}},
    "mentions": {},
    "interface": {"symbol": "shop.a", "members": []},
    "exists": {"module": ["shop.a"]},
    "absent": {"module": ["shop.z"]},
    "naming": {"what": "modules", "where": ["shop"], "matches": "snake_case"},
    "shape": {"what": "classes", "where": ["shop"], "should": {"documented": True}},
    "pattern": {"where": ["shop"], "pattern": "print($$$)"},
    "reviewed": {"symbols": ["shop.a"]},
    "limit": {"measure": "lines", "max": 400},
}
IMPORTS = {"layers", "forbidden", "independent", "acyclic", "only", "depends"}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_an_unknown_key_and_a_missing_one_are_told(kind: Kind) -> None:
    assert held(kind, **GOOD[kind.name]) == []
    assert held(kind, **GOOD[kind.name], nonsense=1) == ["unknown-key"]
    missing = held(kind)
    assert set(missing) <= {"missing-option"}
    assert bool(missing) == bool(GOOD[kind.name])


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.name != "mentions"], ids=lambda kind: kind.name)
def test_a_malformed_exception_is_told(kind: Kind) -> None:
    assert held(kind, **GOOD[kind.name], exceptions=["a -> b -> c"]) == ["bad-exception"]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.name in IMPORTS], ids=lambda kind: kind.name)
def test_a_thousand_selectors_and_a_thousand_exceptions(kind: Kind) -> None:
    many = [f"shop.m{n}" for n in range(1000)]
    options = {key: many if isinstance(value, list) else value for key, value in GOOD[kind.name].items()}
    assert held(kind, **options, exceptions=[f"shop.m{n} -> shop.a" for n in range(1000)]) == []


def test_unicode_names_are_names() -> None:
    kind = find_kind("forbidden")
    assert kind is not None
    block = block_of("forbidden", from_=["shop.b.ünï"], to=["django"])
    outcome = kind.evaluate(Invariant(block, "s.md", block.options), World(INDEX, {}))
    assert [finding.importer for finding in outcome.findings] == ["shop.b.ünï"]


def test_names_with_line_breaks_do_not_break_messages() -> None:
    index = index_of([("shop.a\nb", "django")], externals=["django"])
    kind = find_kind("only")
    assert kind is not None
    block = block_of("only", target="django", by=[])
    outcome = kind.evaluate(Invariant(block, "s.md", block.options), World(index, {}))
    assert "\n" not in outcome.findings[0].message + outcome.findings[0].fix


def test_malformed_rows_are_told() -> None:
    kind = find_kind("depends")
    assert kind is not None
    good = {"modules": {"shop.a": []}}
    assert held(kind, modules=["shop.a"]) == ["wrong-type"]
    assert held(kind, modules={"shop.a": 3}) == ["wrong-type"]
    assert held(kind, modules={"shop.a": {"off": []}}) == ["unknown-key"]
    assert held(kind, modules={"": []}) == ["empty-selector"]
    assert held(kind, **good, layers="shop.a") == ["wrong-type"]
    assert held(kind, **good, layers=[[3]]) == ["wrong-type"]
    assert held(kind, **good, shows={"of": "shop.a"}) == ["wrong-type"]
    assert held(kind, **good, shows=[{"of": ["shop.a"]}]) == ["wrong-type", "bad-pattern"]
    assert held(kind, **good, shows=[{"of": ["shop.a"], "names": ["("]}]) == ["bad-pattern"]


def test_a_pattern_that_takes_too_long_is_one_finding_and_says_where() -> None:
    kind = find_kind("pattern")
    assert isinstance(kind, AskingKind)
    block = block_of("pattern", pattern="print($A)", require=True)
    invariant = Invariant(block, "s.md", block.options)
    answers = {ask: Answer(None, LATE) for ask in kind.asks(invariant, World(INDEX, {}))}
    outcome = kind.evaluate(invariant, World(INDEX, {}, None, answers))
    (finding,) = outcome.findings
    assert LATE in finding.message
    assert "as well as" in finding.message
    assert finding.code is not None


@pytest.mark.parametrize("name", ["pattern", "reviewed"])
def test_without_sources_it_says_that_nothing_was_looked_at(name: str) -> None:
    kind = find_kind(name)
    assert kind is not None
    block = block_of(name, **GOOD[name])
    outcome = kind.evaluate(Invariant(block, "s.md", block.options), World(INDEX, {}))
    assert outcome.not_analysed == ("source",)
