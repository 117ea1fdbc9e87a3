"""Code and sections that speak of the same, as an agent is told: quoted, with why, and what a person said of it."""

from specs.access import Role
from tests.app.api.test_related import coded

__all__ = ["coded"]
CODE = "shop/pay.py#pay_refund"


async def test_what_is_proposed_is_called_so_and_what_is_confirmed_too(call, ask, coded):
    assert coded
    told = await call("find_related", about="shop.md#refunds")
    assert "is a place to look, no fact · degraded: embeddings" in told.text
    assert "\n- shop/pay.py:3 pay_refund · proposed: words of its name" in told.text
    assert told.facts["code"] >= 1
    body = {"section": "shop.md#refunds", "code": CODE, "decision": "confirm"}
    assert (await ask("POST", "/links", Role.REVIEWER, json=body)).status_code == 200
    assert "pay_refund · confirmed by a person" in (await call("find_related", about="shop.md#refunds")).text
    back = await call("find_related", about=CODE, limit=3)
    assert "\n- shop.md#refunds · confirmed by a person · Refunds" in back.text
    assert "\n- shop.md#refunds" in (await call("find_related", about="shop/pay.py")).text


async def test_what_is_not_there_is_an_error_with_a_hint(call, coded):
    assert coded
    for about in ("shop.md#nothing", "none.md#x", "shop/none.py", "nobody_has_this_name"):
        told = await call("find_related", about=about)
        assert told.failed, about
        assert "hint: " in told.text
