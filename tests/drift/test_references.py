import pytest

from drift.references import read_reference


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


def test_a_reference_is_read_without_its_dress() -> None:
    call, path = read_reference("Order.place(now)"), read_reference("./src/pay/")
    assert call is not None
    assert (call.text, call.form, call.segments) == ("Order.place", "name", ("Order", "place"))
    assert path is not None
    assert (path.text, path.form) == ("src/pay", "path")
