"""Definitions in words: docstrings and comments of any language, names as words, and what names their source."""

from hypothesis import given
from hypothesis import strategies as st

from drift.describing import Described, describe, spelled
from drift.extract import extract
from drift.facts import Definition

PYTHON = '''"""The module."""

LIMIT = 3
# How often a charge is tried.
TRIES = 5


@logged
def charge(card, amount):
    """Take money from a card.

    :param card: whose
    """
    return card.take(amount)  # really


class Card:
    """What people pay with."""

    def take(self, amount):
        return amount

    @property
    def last(self):
        """Its last four digits."""
        return 1
'''
GO = """package pay

// Charge takes money
// from a card.
func Charge(c Card) error { return nil }

func plain() {}
"""
RUST = """
/// Takes money.
#[inline]
pub fn charge() {}

#[derive(Debug)]
pub struct Card;
"""


def described(path: str, source: str) -> dict[str, Described]:
    facts = extract(path, source.encode())
    return {one.name: one for one in describe(source, facts.definitions, python=path.endswith(".py"))}


def test_docstrings_and_comments_above_are_what_is_said():
    found = described("pay.py", PYTHON)
    assert {name: one.said for name, one in found.items()} == {
        "TRIES": "How often a charge is tried.",
        "charge": "Take money from a card. whose",
        "Card": "What people pay with.",
        "Card.take": "",
        "Card.last": "Its last four digits.",
    }
    go = described("pay.go", GO)
    assert (go["Charge"].said, go["plain"].said) == ("Charge takes money from a card.", "")
    rust = described("pay.rs", RUST)
    assert (rust["charge"].said, rust["Card"].said) == ("Takes money.", "")
    doc = "/**\n * Takes money.\n * @param card whose\n */\nexport function charge(card: Card) {}\n"
    assert described("pay.ts", doc)["charge"].said == "Takes money. card whose"


def test_the_source_is_named_apart_from_blanks_and_comments():
    before = described("pay.py", PYTHON)["Card.take"].body
    spaced = PYTHON.replace("        return amount\n", "        # as asked\n        return  amount\n")
    assert described("pay.py", spaced)["Card.take"].body == before
    other = PYTHON.replace("        return amount\n", "        return amount + 1\n")
    assert described("pay.py", other)["Card.take"].body != before


def test_what_a_definition_means_is_named_by_its_words_and_its_files_name():
    one = described("shop/pay.py", PYTHON)["charge"]
    assert one.meaning("shop/pay.py").startswith("shop pay: charge\nTake money from a card.")
    assert one.digest("shop/pay.py") == one.digest("other/shop/pay.py") != one.digest("shop/cash.py")
    assert spelled("RetryPolicy.max_tries") == "Retry Policy max tries"


@given(st.text(), st.integers(1, 9), st.integers(1, 9))
def test_any_text_is_described(source, line, more):
    made = Definition("a.b", "function", "def b()", line, line + more, public=True, documented=True)
    for python in (True, False):
        [found] = describe(source, [made, made], python=python)
        assert "\n" not in found.said
        assert len(found.said) <= 600
