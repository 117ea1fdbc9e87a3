import pytest

from drift.graphs.names import NameTable
from drift.index import CodeIndex
from drift.selection.select import Selector, shown
from specs.problem import Problem
from tests.drift.made import index_of

PYTHON = index_of(
    [("shop.api", "django"), ("shop.serializers.json", "shop.api")],
    modules=["shop", "shop.domain", "shop.domain.order", "shop.domain.card", "shop.domains"],
    externals=["django"],
    paths=["README.md", "docs/guide.md", "config.json"],
)
SCRIPT = index_of(modules=["src/pay/card", "src/pay/form", "src/pay/deep/x", "src/ui", "github.com/acme/pay/internal"])


def names(text: str, index: CodeIndex = PYTHON) -> set[str]:
    selector = Selector.parse(text)
    assert isinstance(selector, Selector), selector
    return set(selector.names(NameTable(index)))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("shop.domain", {"shop.domain", "shop.domain.order", "shop.domain.card"}),
        ("=shop.domain", {"shop.domain"}),
        ("import:shop.domain", {"shop.domain", "shop.domain.order", "shop.domain.card"}),
        ("=import:shop.domain", {"shop.domain"}),
        ("import:=shop.domain", {"shop.domain"}),
        ("shop.*.order", {"shop.domain.order"}),
        ("shop.domain.*", {"shop.domain.order", "shop.domain.card"}),
        ("=shop.*", {"shop.api", "shop.domain", "shop.domains"}),
        ("**.card", {"shop.domain.card"}),
        ("django", {"django"}),
        ("django.db.models", {"django"}),
        ("shop/domain/*.py", {"shop.domain.order", "shop.domain.card"}),
        ("shop/domain/**", {"shop.domain.order", "shop.domain.card"}),
        ("shop/domain", {"shop.domain.order", "shop.domain.card"}),
        ("shop/domain/", {"shop.domain.order", "shop.domain.card"}),
        ("./shop/domain.py", {"shop.domain"}),
        ("order.py", {"shop.domain.order"}),
        ("shop.serializers.json", {"shop.serializers.json"}),
        ("nothing.here", set()),
        ("shop.dom", set()),
    ],
)
def test_python_selectors(text: str, found: set[str]) -> None:
    assert names(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("src/pay/**", {"src/pay/card", "src/pay/form", "src/pay/deep/x"}),
        ("src/*", {"src/pay/card", "src/pay/form", "src/pay/deep/x", "src/ui"}),
        ("=src/pay/*", {"src/pay/card", "src/pay/form"}),
        ("src/pay/card", {"src/pay/card"}),
        ("src/pay/*.ts", {"src/pay/card", "src/pay/form"}),
        ("import:src/pay", {"src/pay/card", "src/pay/form", "src/pay/deep/x"}),
        ("import:github.com/acme/pay", {"github.com/acme/pay/internal"}),
        ("github.com/acme/pay/internal", {"github.com/acme/pay/internal"}),
        ("**/deep/*", {"src/pay/deep/x"}),
    ],
)
def test_path_like_selectors(text: str, found: set[str]) -> None:
    assert names(text, SCRIPT) == found


def test_brackets_and_braces_are_letters() -> None:
    index = index_of(modules=["pages/[slug]", "pages/{x}"])
    assert names("pages/[slug].ts", index) == {"pages/[slug]"}
    assert names("pages/{x}.ts", index) == {"pages/{x}"}


def test_roots_are_what_matched() -> None:
    selector = Selector.parse("shop.*")
    assert isinstance(selector, Selector)
    assert set(selector.roots(NameTable(PYTHON))) == {"shop.api", "shop.domain", "shop.domains", "shop.serializers"}


def test_modules_leave_out_packages_of_others_and_paths_take_any_file() -> None:
    outer, docs, code = (Selector.parse(text) for text in ("django", "docs/**", "shop.domain"))
    assert isinstance(outer, Selector)
    assert isinstance(docs, Selector)
    assert isinstance(code, Selector)
    assert outer.modules(PYTHON) == frozenset()
    assert docs.paths(PYTHON) == {"docs/guide.md"}
    assert docs.modules(PYTHON) == frozenset()
    assert code.paths(PYTHON) == {"shop/domain.py", "shop/domain/order.py", "shop/domain/card.py"}


def test_data_files_are_found_as_paths() -> None:
    selector = Selector.parse("config.json")
    assert isinstance(selector, Selector)
    assert selector.paths(PYTHON) == {"config.json"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty-selector"),
        ("  ", "empty-selector"),
        ("=", "empty-selector"),
        ("import:", "empty-selector"),
        ("/", "empty-selector"),
        ("a b", "bad-selector"),
        ("a\nb", "bad-selector"),
        ("a\0b", "bad-selector"),
        ("a..b", "bad-selector"),
        ("../secrets", "bad-selector"),
        ("a.***", "bad-selector"),
        ("a//b", "bad-selector"),
        ("a.", "bad-selector"),
        ("shop.pay:Order.place", "symbol-selector"),
        ("src/pay.ts#charge", "symbol-selector"),
        ("x" * 501, "long-selector"),
    ],
)
def test_malformed_selectors_are_problems(text: str, code: str) -> None:
    problem = Selector.parse(text)
    assert isinstance(problem, Problem)
    assert problem.code == code
    assert problem.hint


def test_rust_paths_and_node_modules_are_no_symbols() -> None:
    assert isinstance(Selector.parse("crate::store"), Selector)
    assert isinstance(Selector.parse("import:node:fs"), Selector)


def test_names_that_are_no_utf8_are_allowed() -> None:
    assert isinstance(Selector.parse("src/caf\udce9"), Selector)


def test_shown_is_one_short_line() -> None:
    assert shown("a\nb\x1b[0m") == "a�b�[0m"
    assert len(shown("x" * 1000)) == 80
