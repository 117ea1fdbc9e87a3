import pytest

from drift.facts import Call, Definition, EdgeAttribute, FileFacts, RawImport
from drift.language import Module
from drift.lookup import Lookup, resolves
from drift.mentioning import once_had
from drift.references import read_reference
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


def test_what_is_imported_called_or_a_parameter_is_still_there_but_was_never_our_own() -> None:
    definition = Definition("place", "function", "def place(order, dry_run=False)", 1, 1, public=True)
    imported = RawImport("theirs", ("TheirError",), 1, 1, frozenset({EdgeAttribute.RUNTIME}))
    made = FileFacts("python", 1, (imported,), (definition,), (Call("client.send_all", "place", 1),), ())
    index = index_of(modules=["shop.pay"], facts={"shop/pay.py": made})
    assert all(resolves(text, index) for text in ("TheirError", "send_all()", "dry_run", "place()"))
    assert once_had(["TheirError", "send_all", "dry_run", "place()", "shop.pay"], index) == {"place()", "shop.pay"}


def test_plain_words_after_a_dot_need_the_word_before() -> None:
    asked = ["tool.place", "Order.place", "order.Order", "order.place_all", "MAX_ITEMS", "any.MAX_ITEMS"]
    assert once_had(asked, INDEX) == {"Order.place", "order.Order", "MAX_ITEMS", "any.MAX_ITEMS"}


def test_files_of_examples_and_packages_of_others_were_never_our_own() -> None:
    index = index_of([("a", "stripe")], externals=["stripe"], paths=["examples/demo.py", "src/pay.py"])
    assert once_had(["demo.py", "pay.py", "src/pay.py", "stripe.Charge", "*.py"], index) == {"pay.py", "src/pay.py"}
    assert resolves("demo.py", index)


def test_words_with_signs_are_looked_for_as_they_are() -> None:
    definition = Definition("f", "function", "function f($scope, a_bc)", 1, 1, public=True)
    index = index_of(modules=["a/b"], facts={"a/b.ts": FileFacts("typescript", 1, (), (definition,), (), ())})
    assert resolves("a_bc", index)
    assert not resolves("xa_bc", index)
