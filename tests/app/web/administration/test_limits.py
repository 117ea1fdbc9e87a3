"""The page of limits: shown to all, changed by admins, without a script."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.app.web.conftest import Site

PAGE = "/p/payments/settings/limits"


async def test_an_admin_says_how_long_things_are_kept(site: "Site") -> None:
    page = await site.log_in("ada")
    await page.goto(PAGE)
    await page.get_by_label("the passages that receipts of context name").fill("30")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("row", name="receipts").get_by_text("project").wait_for()
    assert await page.get_by_label("the passages that receipts of context name").input_value() == "30"
    await page.get_by_label("the passages that receipts of context name").fill("soon")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_text("receipts wants a whole number.").wait_for()
    reader = await site.log_in("eve")
    await reader.goto(PAGE)
    assert await reader.get_by_role("button", name="Save").count() == 0
    assert [one for one in site.complaints if "400" not in one] == []
