"""By keyboard alone: an admin lets somebody in, changes what they may do, gives a token, and says when letters come."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.app.web.conftest import Site

FOCUSED = """() => {
    const one = document.activeElement;
    return one.matches("input, select, textarea") ? one.name : one.textContent.replace(/\\s+/g, " ").trim();
}"""
MOST = 90


async def reach(page: "Page", what: str) -> None:
    """Press Tab until something with these words, or this name, has the focus."""
    for _ in range(MOST):
        if await page.evaluate(FOCUSED) == what:
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {what!r}")


async def follow(page: "Page", link: str) -> None:
    await reach(page, link)
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", level=1, name=link).wait_for()


async def test_people_are_let_in_and_given_roles(site: "Site") -> None:
    page = await site.log_in("ada", at="/p/payments/specs")
    type_, press = page.keyboard.type, page.keyboard.press
    await reach(page, "Settings")
    await press("Enter")
    await page.get_by_role("heading", name="Members", level=1).wait_for()

    await reach(page, "login")
    await type_("zoe@example.org")
    await press("Tab")
    await type_("reviewer")
    await reach(page, "Invite")
    await press("Enter")
    await page.get_by_text("zoe@example.org can log in first with this link").wait_for()
    row = page.locator("tr", has=page.get_by_role("cell", name="zoe@example.org", exact=True))
    assert await row.get_by_role("combobox").input_value() == "reviewer"
    await reach(page, "New link for zoe@example.org")
    await press("Shift+Tab")
    await press("Shift+Tab")
    await type_("editor")
    await press("Tab")
    await press("Enter")
    await page.get_by_text("can log in first").wait_for(state="detached")
    assert await row.get_by_role("combobox").input_value() == "editor"
    await reach(page, "Withdraw the invitation of zoe@example.org")
    await press("Enter")
    await row.wait_for(state="detached")
    assert site.complaints == []


async def test_a_token_is_given_and_taken_back_and_letters_get_their_hour(site: "Site") -> None:
    page = await site.log_in("ada")
    type_, press = page.keyboard.type, page.keyboard.press
    await page.goto("/p/payments/settings")
    await follow(page, "Tokens")
    await reach(page, "name")
    await type_("deploy-bot")
    await reach(page, "scope-context")
    await press("Space")
    await press("Enter")
    await page.get_by_text("The token of deploy-bot.").wait_for()
    given = page.locator("tr", has_text="deploy-bot")
    assert await given.get_by_text("check, read", exact=True).count() == 1
    await reach(page, "Revoke deploy-bot")
    await press("Enter")
    await given.get_by_text("revoked").wait_for()

    await press("g")
    await press("r")
    await page.get_by_role("heading", name="Reports", level=1).wait_for()
    await reach(page, "weekday")
    await type_("Thursday")
    await press("Tab")
    await press("Control+a")
    await type_("7")
    await press("Tab")
    await press("Control+a")
    await type_("Asia/Kathmandu")
    await press("Enter")
    await page.get_by_text("The next is written").wait_for()
    assert await page.get_by_label("Time zone").input_value() == "Asia/Kathmandu"
    assert site.complaints == []
