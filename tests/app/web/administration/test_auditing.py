"""In the browser: an admin searches the audit log, has it verified by a job, and freezes and thaws an agent."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.app.web.conftest import Site

SETTINGS = "/p/payments/settings"


async def test_the_log_is_searched_and_verified_and_agents_are_frozen_by_keyboard(working_site: "Site") -> None:
    site = working_site
    page = await site.log_in("ada")
    await page.goto(f"{SETTINGS}/frozen")
    await page.get_by_label("Why").fill("Too <quick> & loud")
    await page.keyboard.press("Enter")
    await page.get_by_text("Too <quick> & loud").wait_for()
    await page.get_by_label("Why it may go on").fill("It was told.")
    await page.keyboard.press("Enter")
    await page.get_by_text("Nobody is frozen").wait_for()
    await page.get_by_label("For", exact=True).fill("a while")
    await page.get_by_label("Why").fill("x")
    await page.keyboard.press("Enter")
    await page.get_by_text("Write 30m, 2h or 7d.").wait_for()

    await page.goto(f"{SETTINGS}/audit")
    await page.get_by_label("Action").fill("actor.*")
    await page.keyboard.press("Enter")
    await page.get_by_role("rowheader", name="actor.freeze").wait_for()
    assert await page.locator("tbody tr").count() == 2
    await page.get_by_role("link", name="All entries").click()
    assert await page.locator("tbody tr").count() > 2
    await page.goto(f"{SETTINGS}/audit?actor=x")
    await page.get_by_text("This is no id of an actor.").wait_for()
    await page.goto(f"{SETTINGS}/audit")
    await page.get_by_role("button", name="Verify now").press("Enter")
    await page.get_by_text("it holds").wait_for()

    reader = await site.log_in("rob")
    await reader.goto(f"{SETTINGS}/frozen")
    assert await reader.get_by_role("button", name="Freeze").count() == 0
    assert await reader.get_by_role("link", name="Audit log").count() == 0
    await reader.goto(f"{SETTINGS}/audit")
    await reader.get_by_text("This needs the role reviewer.").wait_for()
    assert [one for one in site.complaints if "400" not in one and "403" not in one] == []
