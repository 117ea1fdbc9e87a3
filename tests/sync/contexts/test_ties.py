"""How passages are tied to the code a task touches."""

from specs.parser import parse
from sync.contexts.shelf import Shelf
from sync.contexts.ties import Area, reaches, ties

TEXT = """---
title: Payments
covers: ["src/payments/**"]
---
# Payments

## Refunds

Made by `payments.refund.give()` in `src/payments/refund.py`.

## Ledger

Kept by `ledger.book`.
"""


def reasons(area: Area) -> dict[str, list[str]]:
    shelf = Shelf()
    shelf.put("p.md", "r", parse(TEXT))
    return {unit.anchor: tie.reasons for row, tie in ties(shelf, area).items() if (unit := shelf.units[row])}


def test_paths_modules_and_symbols_tie() -> None:
    assert reasons(Area(paths=("src/payments/refund.py",)))["refunds"] == [
        *("covers src/payments/refund.py", "mentions src/payments/refund.py"),
    ]
    assert reasons(Area(names=frozenset({"payments.refund"}))) == {"refunds": ["mentions payments.refund"]}
    assert reasons(Area(symbols=("payments.refund:give",))) == {"refunds": ["mentions payments.refund.give"]}
    assert reasons(Area(symbols=("give",))) == {"refunds": ["mentions give"]}


def test_neighbours_and_what_changed_together_tie_less() -> None:
    assert reasons(Area(neighbours=frozenset({"ledger.book"}))) == {
        "ledger": ["mentions ledger.book, an import neighbour"],
    }
    assert reasons(Area(paths=("x.py",), together=("src/payments/refund.py",))) == {
        "refunds": ["mentions src/payments/refund.py, which changed together with it"],
    }


def test_a_name_in_dots_is_no_word_on_the_folder_it_begins_with() -> None:
    beside = Area(paths=("ledger/report.py",), names=frozenset({"ledger.report"}))
    assert reasons(beside) == {}
    assert reasons(Area(paths=("payments",), together=("ledger",))) == {}
    assert reasons(Area(names=frozenset({"ledger"}))) == {"ledger": ["mentions ledger"]}


def test_nothing_touched_ties_nothing() -> None:
    assert reasons(Area()) == {}


def test_covers_reach_files_below() -> None:
    assert reaches(["src/payments/**"], "src/payments/api/routes.py")
    assert not reaches(["src/payments/**"], "src/search/index.py")
