"""The inbox in the browser: what waits is read, answered, put off and brought back, with keys and without scripts."""

from typing import TYPE_CHECKING

import pytest

from tests.app.web.test_proposals import TEXT, get, proposed, text_of

if TYPE_CHECKING:
    from tests.app.web.conftest import Site


async def test_a_proposal_is_read_and_approved_with_keys_alone(site: "Site") -> None:
    proposal = await proposed(site, ("30 days", "14 days"))
    page = await site.log_in("ada")
    await page.goto("/p/payments")
    await page.keyboard.press("g")
    await page.keyboard.press("i")
    await page.get_by_role("heading", name="Your turn").wait_for()
    assert await page.get_by_role("link", name="Shall “Follow the law” become the truth?", exact=True).is_visible()
    await page.keyboard.press("j")
    await page.keyboard.press("a")
    assert await page.locator(".answer ins").inner_text() == "14"
    await page.keyboard.press("Enter")
    await page.get_by_role("status").get_by_text("Accepted").wait_for()
    assert await text_of(site) == TEXT.replace("30 days", "14 days")
    assert (await get(site, proposal.id)).state == "accepted"
    assert site.complaints == []


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
async def test_one_is_declined_with_a_reason_and_that_is_undone(site: "Site", *, script: bool) -> None:
    proposal = await proposed(site, ("30 days", "14 days"))
    page = await site.log_in("ada", script=script)
    await page.goto("/p/payments/inbox")
    await page.get_by_text("What it changes").click()
    await page.get_by_label("Why not").fill("Not yet the law.")
    await page.get_by_role("button", name="Decline with this reason").click()
    await page.get_by_role("status").get_by_text("Declined").wait_for()
    assert (await get(site, proposal.id)).state == "declined"
    await page.get_by_role("button", name="Undo").click()
    await page.get_by_role("status").get_by_text("Open").wait_for()
    assert (await get(site, proposal.id)).state == "open"


async def test_what_is_put_off_is_hidden_and_comes_back(site: "Site") -> None:
    await proposed(site, ("30 days", "14 days"))
    page = await site.log_in("ada")
    await page.goto("/p/payments/inbox?kind=proposal")
    await page.get_by_text("Later").click()
    await page.get_by_role("button", name="Tomorrow morning").click()
    await page.get_by_role("link", name="1 put off").click()
    await page.get_by_role("heading", name="What you put off").wait_for()
    await page.get_by_role("button", name="Bring it back").click()
    await page.get_by_role("link", name="Shall “Follow the law” become the truth?", exact=True).wait_for()
    assert site.complaints == []
