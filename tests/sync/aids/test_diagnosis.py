"""Names in prose are held against the names of the code; only what begins as the tree's own do is spoken of."""

import pytest

from specs.parser import parse
from sync.aids.codenames import CodeName, CodeNames, read_names
from sync.aids.diagnosis import of_ids, of_images, of_mentions

NAMES = CodeNames(
    (
        CodeName("shop", "module", "shop/__init__.py", 1),
        CodeName("shop.domain", "module", "shop/domain.py", 1),
        CodeName("shop/", "folder", "shop"),
        CodeName("shop/domain.py", "path", "shop/domain.py"),
        CodeName("shop.domain:Order", "symbol", "shop/domain.py", 3, "Order", "class"),
        CodeName("shop.domain:Order.place", "symbol", "shop/domain.py", 4, "Order.place", "method"),
    )
)


def told(text: str) -> list[tuple[str, str]]:
    found = of_mentions("a.md", parse(text), NAMES, {"shop.basket": "`shop.basket` went with c0ffee1."})
    return [(one.code, one.severity) for one in found]


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("shop.domain", []),
        ("shop.domain.Order", []),
        ("shop.Order", []),
        ("Order.place", []),
        ("shop/domain.py", []),
        ("django.db.Order", []),
        ("other/domain.py", []),
        ("shop/*.py", []),
        ("shop.domian", [("unknown-mention", "info")]),
        ("shop/domian.py", [("unknown-mention", "info")]),
        ("shop.basket", [("gone-mention", "warning")]),
    ],
)
def test_a_mention(code: str, what: list[tuple[str, str]]) -> None:
    assert told(f"# A\n\nIt calls `{code}` here.\n") == what


def test_what_was_meant_is_told() -> None:
    [problem] = of_mentions("a.md", parse("# A\n\nSee `shop.domian`.\n"), NAMES, {})
    assert problem.hint == "Did you mean `shop.domain`?"
    assert (problem.line, problem.column) == (3, 5)


def test_without_names_nothing_is_unknown() -> None:
    assert of_mentions("a.md", parse("# A\n\nSee `shop.domian`.\n"), CodeNames(), {}) == ()


def test_ids_of_other_specs_are_taken() -> None:
    text = "# A\n\n```yaml invariant\nid: one\nkind: acyclic\nwithin: shop\n```\n"
    [problem] = of_ids(parse(text), {"one": "b.md", "two": "c.md"})
    assert "b.md" in problem.message


def test_images_want_words() -> None:
    image = f"(images/{'a' * 32}.png)"
    text = f"# A\n\n![said]{image}\nand ![ ]{image}\n\n- ![]{image}\n\nTyped as `![]{image}`.\n\n```\n![]{image}\n```\n"
    assert [(one.line, one.column) for one in of_images(parse(text))] == [(4, 5), (6, 3)]


@pytest.mark.parametrize(
    "output", [b"", b"[]", b'{"names": 3}', b'{"names": [[1, 2]]}', b'{"names": [["a","b","c",1,"",""]]}']
)
def test_a_childs_odd_words_are_no_names(output: bytes) -> None:
    assert read_names(output) is None
