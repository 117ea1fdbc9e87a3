"""What things were called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drift.debt.lock import Entry, parse_line
from drift.debt.renames import Renames
from drift.findings import Finding, SpecAnchor
from specs.parser import parse

MOVED = {"shop/core/a.py": "store/core/a.py", "shop/core/b.py": "store/core/b.py", "shop/x.py": "store/x.py"}


def names(paths: dict[str, str], *others: str) -> Renames:
    """Make renames of Python files: the module is the path with dots."""

    def module(path: str) -> str:
        return path.removesuffix(".py").replace("/", ".")

    before = [*paths, *others]
    after = [*paths.values(), *others]
    return Renames(paths, {path: module(path) for path in before}, {path: module(path) for path in after})


@pytest.mark.parametrize(
    ("name", "now"),
    [
        ("shop.core.a", "store.core.a"),
        ("shop.core", "store.core"),
        ("shop", "store"),
        ("shop/core/a.py", "store/core/a.py"),
        ("shop/core", "store/core"),
        ("shop.core.a:Price.total", "store.core.a:Price.total"),
        ("shop/core/a.py#Price.total", "store/core/a.py#Price.total"),
        ("shop.core.ab", "shop.core.ab"),
        ("requests", "requests"),
        ("crate::shop", "crate::shop"),
        ("", ""),
    ],
)
def test_a_name_is_followed(name: str, now: str) -> None:
    assert names(MOVED).name(name) == now


def test_a_package_of_which_something_stays_keeps_its_name() -> None:
    some = names(MOVED, "shop/y.py")
    assert (some.name("shop.core"), some.name("shop"), some.name("shop/core")) == ("store.core", "shop", "store/core")


def test_a_package_that_came_apart_keeps_its_name() -> None:
    apart = names({"shop/core/a.py": "one/a.py", "shop/core/b.py": "two/b.py"})
    assert (apart.name("shop.core"), apart.name("shop.core.a")) == ("shop.core", "one.a")


def test_modules_that_files_share_move_only_as_a_whole() -> None:
    before = {"a/X.java": "com.a", "a/Y.java": "com.a"}
    half = Renames({"a/X.java": "b/X.java"}, before, {"b/X.java": "com.b", "a/Y.java": "com.a"})
    assert half.name("com.a") == "com.a"
    whole = Renames({"a/X.java": "b/X.java"}, before, {"b/X.java": "com.b"})
    assert whole.name("com.a") == "com.b", "the other file is gone"


def test_a_module_may_get_another_name_where_its_file_stays() -> None:
    same = Renames({}, {"a.go": "old.org/x", "b/b.go": "old.org/x/b"}, {"a.go": "new.org/x", "b/b.go": "new.org/x/b"})
    assert (same.name("old.org/x/b"), same.name("old.org/x"), same.name("old.org")) == (
        "new.org/x/b",
        "new.org/x",
        "new.org",
    )


@pytest.mark.parametrize(
    ("selector", "now"),
    [
        ("shop.core", "store.core"),
        ("=shop.core", "=store.core"),
        ("import:shop.core", "import:store.core"),
        ("shop.core.*", "store.core.*"),
        ("shop/**", "store/**"),
        ("shop.core.a | (shop.x) : other", "store.core.a | (store.x) : other"),
        ("shop.core.a -> shop.x", "store.core.a -> store.x"),
        ("*.core", "*.core"),
    ],
)
def test_a_selector_is_followed(selector: str, now: str) -> None:
    assert names(MOVED).selector(selector) == now


@given(st.text(max_size=30))
def test_without_renames_every_text_stays(text: str) -> None:
    assert Renames().selector(text) == Renames().words(text) == Renames().name(text) == text
    assert not Renames()


def test_findings_and_entries_are_followed_alike() -> None:
    def finding(*identity: str, invariant: str = "old") -> Finding:
        return Finding(invariant, "k", "error", "m", "f", SpecAnchor("s.md", "", 1), None, identity)

    moved = Renames(MOVED, names(MOVED).before, names(MOVED).after, {"old": "new"})
    assert moved.finding(finding("shop.x", "os")).identity == ("store.x", "os")
    assert moved.finding(finding("shop.x", "os")).invariant == "new"
    turned = moved.finding(finding("cycle", "shop.core.a", "zoo", "shop.x"))
    assert turned.identity == ("cycle", "store.core.a", "zoo", "store.x")
    back = Renames({"a.py": "z.py"}, {"a.py": "a"}, {"z.py": "z"})
    assert back.finding(finding("cycle", "a", "m")).identity == ("cycle", "m", "z")
    assert back.entry(Entry("i", "cycle a m", "frozen")).subject == "cycle m z"
    entry = parse_line("old | shop.core.a -> shop.x | frozen", 1)
    assert isinstance(entry, Entry)
    assert moved.entry(entry) == Entry("new", "store.core.a -> store.x", "frozen")


def test_an_invariant_is_followed_and_its_text_stays() -> None:
    block = (
        "```yaml invariant\nid: rule\nkind: depends\nmodules:\n  shop.core: [shop.x, 3]\n"
        "except: [{what: shop.x -> os, because: y}]\n```\n"
    )
    (now,) = names(MOVED).document(parse(block)).invariants
    assert now.options == {"modules": {"store.core": ["store.x", 3]}}
    assert now.exceptions[0].what == "store.x -> os"
    assert now.text == parse(block).invariants[0].text
