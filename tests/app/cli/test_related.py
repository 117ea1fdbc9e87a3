"""`holdfast related`: what is proposed, and what people say of it."""

from specs.access import Role
from tests.app.api.test_related import coded

__all__ = ["coded"]


async def test_related_code_is_listed_and_decided_on(command, coded):
    assert coded
    listed = await command("related", "shop.md#refunds", who=Role.READER)
    assert "shop/pay.py:3  pay_refund" in listed.output, listed.output
    assert "words of its name" in listed.output
    assert "Meaning was not searched" in listed.stderr
    code = "shop/pay.py#pay_refund"
    assert (await command("related", "shop.md#refunds", "--confirm", code, who=Role.EDITOR)).exit_code != 0
    done = await command("related", "shop.md#refunds", "--confirm", code, "--because", "read", who=Role.REVIEWER)
    assert f"shop.md#refunds speaks about {code} (by " in done.output, done.output
    assert "confirmed  shop.md#refunds" in (await command("related", "shop/pay.py")).output
    assert "speaks about" in (await command("related", "--decided")).output
    taken = await command("related", "shop.md#refunds", "--withdraw", code, who=Role.REVIEWER)
    assert "nothing is decided" in taken.output
    assert "Nothing is decided" in (await command("related", "--decided")).output


async def test_what_makes_no_sense_is_told(command, coded):
    assert coded
    for words in ((), ("shop.md#refunds", "--confirm", "a", "--reject", "b"), ("nothing.py",), ("shop.md#x",)):
        done = await command("related", *words)
        assert done.exit_code == 2, words
        assert "hint" in done.output + done.stderr, words
