"""The weekly letter as Markdown."""

from app.letters import markdown
from sync.weekly import Letter
from tests.app.letters.samples import full, quiet


def test_numbers_stand_with_their_change() -> None:
    text = markdown(full())
    assert "- **1** new, 1 more than the week before" in text
    assert "- **1** open, 1 more than the week before" in text


def test_findings_link_to_their_page() -> None:
    assert "](https://holdfast.example/shop/drift/abcd000000000000)" in markdown(
        full(), "https://holdfast.example/shop"
    )


def test_text_from_code_and_people_cannot_become_markup() -> None:
    letter: Letter = full(message="<script>x</script> [a](javascript:1) `b`\n# c", path="src/`a`|b.py")
    text = markdown(letter)
    assert "<script>" not in text
    assert "\\[a\\]" in text
    assert "\n# c" not in text
    assert "``src/`a`\\|b.py``" in text or "``src/`a`\\|b.py:3``" in text


def test_a_quiet_week_is_short() -> None:
    text = markdown(quiet())
    assert "All quiet." in text
    assert len([line for line in text.splitlines() if line]) <= 6


def test_names_in_a_message_stay_code_and_underscores_stay_bare() -> None:
    text = markdown(full(message="`shop.domain` imports shop_web.core_types and *more* than _that_."))
    assert "`shop.domain` imports shop_web.core_types and \\*more\\* than \\_that\\_." in text
