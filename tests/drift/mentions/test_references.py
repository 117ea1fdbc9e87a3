import pytest

from drift.mentions.references import read_reference


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
        "_private",
        "--retry",
        "--retry=3",
        "--only-name (-N)",
        "retry-count",
        "/api/orders",
        "@acme/ui",
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
        "--help",
        "-v",
        "None",
        "HTTP",
        "GET",
        "a b",
        "x = 1",
        "https://example.org/a.py",
        "/etc/passwd",
        "/orders",
        "<name>",
        "$HOME/x",
        "settings.toml",
        "package.json",
        "dist/app.js",
        "node_modules/x/index.js",
        "floor(a or b)",
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


@pytest.mark.parametrize(
    ("written", "form", "names"),
    [
        ("Order.place()", "name", ("place", '"Order.place')),
        ("max_items", "name", ("max_items", '"max_items')),
        ("--retry-count=3", "flag", ("--retry-count", '"retry-count', "retry_count")),
        ("--retry", "flag", ("--retry",)),
        ("retry-count", "key", ('"retry-count',)),
        ("/api/orders/{id}", "route", ('"/api/orders/{id}',)),
        ("@acme/ui", "package", ('"@acme/ui',)),
    ],
)
def test_what_a_line_declares_where_it_declares_it(written: str, form: str, names: tuple[str, ...]) -> None:
    reference = read_reference(written)
    assert reference is not None
    assert (reference.form, reference.names) == (form, names)


@pytest.mark.parametrize(
    ("written", "qualifier"),
    [("Order.place", "Order"), ("this.props.handler", ""), ("self.total_sum", ""), ("place()", ""), ("a/b.py", "")],
)
def test_the_word_that_says_where_a_name_is_defined(written: str, qualifier: str) -> None:
    reference = read_reference(written)
    assert reference is not None
    assert reference.qualifier == qualifier
