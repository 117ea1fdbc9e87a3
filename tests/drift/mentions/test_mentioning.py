from drift.mentions.mentioning import Vocabulary, candidates, claims
from specs.parser import parse


def claimed(text: str, path: str = "specs/pay.md") -> list[str]:
    document = parse(text)
    return [one.reference.text for one in candidates(path, document, Vocabulary({path: document}).words)]


def test_plain_claims() -> None:
    assert claimed("Call `pay.charge()` from `Order`; see `src/pay.py`.") == ["pay.charge", "Order", "src/pay.py"]


def test_sentences_about_the_past_claim_nothing_but_their_neighbours_do() -> None:
    assert claimed("`OldOrder` was removed. Use `NewOrder`.") == ["NewOrder"]
    assert claimed("The deprecated `OldOrder` stays.\nIt is slow.") == []
    assert claimed("# Migration\n\nCall `OldOrder`.\n\n## Steps\n\nThen `OtherOrder`.") == []
    assert claimed("# Orders\n\nCall `OldOrder`.") == ["OldOrder"]


def test_old_to_new_tables_claim_nothing() -> None:
    assert claimed("| from | to |\n| --- | --- |\n| `OldOrder` → | `NewOrder` |\n") == []
    assert claimed("| name | what |\n| --- | --- |\n| `OldOrder` | an order |\n") == ["OldOrder"]


def test_links_to_other_sites_are_others_names() -> None:
    assert claimed("See [`TheirOrder`](https://example.org).") == []
    assert claimed("See [`OurOrder`](../src/order.py).") == ["OurOrder"]


def test_commands_claim_nothing() -> None:
    assert claimed("Run `pip install shop_tools`.") == []


def test_the_specs_own_words_are_not_code() -> None:
    text = "# Big_Title {#pay_rules}\n\nSee `pay_rules`, `specs/pay.md` and `pay.md`.\n"
    assert claimed(text) == []


def test_documents_about_the_past_and_retired_ones_claim_nothing() -> None:
    assert claimed("Call `OldOrder`.", path="docs/CHANGELOG.md") == []
    assert claimed("---\nstatus: retired\n---\nCall `OldOrder`.") == []


def test_what_documents_claim() -> None:
    documents = {"a.md": parse("`shop.pay` and `shop.gone`"), "b.md": parse("`Gone()` and `None`"), "c.md": parse("no")}
    found = {path: sorted(one.text for one in some) for path, some in claims(documents).items()}
    assert found == {"a.md": ["shop.gone", "shop.pay"], "b.md": ["Gone"]}
