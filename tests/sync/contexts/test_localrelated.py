"""Code and sections that speak of the same, from a repository alone."""

from datetime import date

import pytest

from specs.errors import MissingError, UserError
from sync.checking.options import CheckOptions
from sync.contexts.localcontext import read_ground
from sync.contexts.localrelated import answer_of, local_related
from tests.repositories import Repo

SPEC = """---
covers: ["shop/**"]
---
# Shop

## Refunds

A refund is paid within ten days, by `Bank.transfer`.

## Parcels

A parcel leaves the warehouse on the day it is ordered.
"""
PAY = """class Bank:
    def transfer(self, amount: int) -> None:
        \"\"\"Send money.\"\"\"


def pay_refund(order: str) -> None:
    \"\"\"Pay a refund of an order.\"\"\"
"""


@pytest.fixture
def ground(tmp_path):
    repo = Repo(tmp_path / "repo")
    send = "def ship_parcel() -> None:\n    '''Send a parcel from the warehouse.'''\n"
    repo.commit({"docs/specs/shop.md": SPEC, "shop/pay.py": PAY, "shop/send.py": send, "tests/test_pay.py": PAY})
    return read_ground(repo.root, CheckOptions(today=date(2026, 11, 22), cache_dir=tmp_path / "cache"))


def test_a_section_finds_what_it_names_then_what_shares_its_words(ground):
    found = local_related(ground, "shop.md#refunds", 10)
    symbols = [one.code.symbol for one in found.code]
    assert symbols[0] == "Bank.transfer"
    assert "the section names it" in found.code[0].why
    assert symbols.index("pay_refund") < symbols.index("ship_parcel")
    assert {one.code.path for one in found.code} == {"shop/pay.py", "shop/send.py"}, "tests are not searched"
    assert found.degraded == ("embeddings",)
    assert answer_of(found)["code"][0]["code"] == "shop/pay.py#Bank.transfer"
    assert len(local_related(ground, "docs/specs/shop.md#refunds", 1).code) == 1


@pytest.mark.parametrize("about", ["shop/send.py", "shop/send.py#ship_parcel", "ship_parcel", "shop.send:ship_parcel"])
def test_code_finds_the_section_that_speaks_about_it(ground, about):
    found = local_related(ground, about, 10)
    assert found.sections[0].address == "docs/specs/shop.md#parcels"
    assert answer_of(found)["sections"][0]["heading"] == "Parcels"


@pytest.mark.parametrize("about", ["shop.md#none", "none.md", "shop/none.py", "nobody", "shop/pay.py#Nobody"])
def test_what_is_not_there_is_said_with_a_hint(ground, about):
    with pytest.raises(MissingError) as told:
        local_related(ground, about, 10)
    assert told.value.hint


def test_what_names_nothing_is_refused(ground):
    with pytest.raises(UserError):
        local_related(ground, " ", 10)
