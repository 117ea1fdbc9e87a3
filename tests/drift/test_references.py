import pytest

from drift.facts import Definition, FileFacts
from drift.language import Module
from drift.references import Lookup, read_reference, resolves
from tests.drift.made import index_of


def facts(*names: str) -> FileFacts:
    definitions = tuple(Definition(name, "function", "", 1, 1, public=True) for name in names)
    return FileFacts("python", 1, (), definitions, (), ())


INDEX = index_of(
    [("shop.pay", "stripe")],
    modules=["shop.domain.order", "tests.test_pay", "src/ui/page"],
    externals=["stripe"],
    paths=["docs/guide.md", "deploy/app.yaml", "Makefile"],
    facts={
        "shop/domain/order.py": facts("Order", "Order.place", "MAX_ITEMS"),
        "tests/test_pay.py": facts("FakeOrder"),
        "examples/demo.py": facts("DemoOrder"),
    },
)


@pytest.mark.parametrize(
    "text",
    [
        "shop.pay.charge",
        "Order.place()",
        "charge(amount)",
        "OrderPlaced",
        "orderPlaced",
        "max_items",
        "MAX_ITEMS",
        "Order",
        "src/pay.py",
        "./src/pay.py",
        "pay.py",
        "src/pay/",
        "src/**/*.py",
        "crate::store",
        "Store#save",
    ],
)
def test_these_claim_something(text: str) -> None:
    assert read_reference(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "order",
        "--retry",
        "-v",
        "None",
        "HTTP",
        "GET",
        "a b",
        "x = 1",
        "https://example.org/a.py",
        "/api/orders",
        "<name>",
        "$HOME/x",
        "settings.toml",
        "package.json",
        "dist/app.js",
        "node_modules/x/index.js",
        "@acme/ui",
        "pip install x",
        "foo...bar",
        "{id}",
        "3.11",
        "x" * 300,
        "a/b\nc.py",
    ],
)
def test_these_do_not(text: str) -> None:
    assert read_reference(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "shop/pay.py",
        "pay.py",
        "shop/domain",
        "domain/order.py",
        "domain/order",
        "shop/*.py",
        "deploy/app.yaml",
        "src/ui/page",
        "shop.pay",
        "domain.order",
        "shop.domain",
        "Order",
        "Order.place",
        "order.place()",
        "self.place",
        "MAX_ITEMS",
        "stripe.Charge",
    ],
)
def test_these_resolve(text: str) -> None:
    assert resolves(text, INDEX)


@pytest.mark.parametrize(
    "text", ["shop/gone.py", "shop.gone", "Order.gone", "FakeOrder", "DemoOrder", "ay.py", "op/pay.py"]
)
def test_these_do_not_resolve(text: str) -> None:
    assert not resolves(text, INDEX)


def test_test_modules_define_nothing_for_readers() -> None:
    index = index_of(modules=["checks"], facts={"checks.py": facts("FakeOrder")})
    marked = Module("checks", "checks.py", "python", test=True)
    assert resolves("FakeOrder", index)
    object.__setattr__(index, "modules", {"checks": marked})
    assert not resolves("FakeOrder", index)


def test_missing_gives_texts() -> None:
    references = [reference for text in ("Order", "Gone.gone()", "./gone.py") if (reference := read_reference(text))]
    assert Lookup(INDEX).missing(references) == {"Gone.gone", "gone.py"}


def test_an_empty_tree_has_nothing() -> None:
    assert not resolves("Order", index_of())
