"""In the browser: an admin registers a webhook, sees its secret once, switches it off and on, and forgets it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.app.web.conftest import Site

PAGE = "/p/payments/settings/webhooks"


async def test_an_admin_looks_after_webhooks(site: "Site") -> None:
    page = await site.log_in("ada")
    await page.goto(PAGE)
    await page.get_by_text("No webhook yet").wait_for()
    await page.get_by_label("Address").fill("http://ci.example.org/x")
    await page.get_by_label("Name").fill("ci <1>")
    await page.get_by_role("button", name="Register").click()
    await page.get_by_text("Events are sent over https only.").wait_for()
    assert await page.get_by_label("Address").input_value() == "http://ci.example.org/x"
    await page.get_by_label("Address").fill("https://ci.example.org/x")
    await page.get_by_label("Name").fill("ci <1>")
    await page.get_by_label("Told").fill("spec.*, gate.decided")
    await page.get_by_role("button", name="Register").click()
    await page.get_by_text("The secret of ci <1>").wait_for()
    secret = await page.locator("#secret").text_content() or ""
    assert secret.startswith("whsec_")
    await page.goto(PAGE)
    assert secret not in await page.content()
    await page.get_by_text("Told: spec.*, gate.decided").wait_for()
    await page.get_by_role("button", name="Switch off").click()
    await page.get_by_text("by an admin").wait_for()
    await page.get_by_role("button", name="Switch on").click()
    await page.get_by_text("works").wait_for()
    await page.get_by_role("button", name="New secret").click()
    await page.get_by_text("The secret of ci <1>").wait_for()
    await page.get_by_role("button", name="Forget").click()
    await page.get_by_text("No webhook yet").wait_for()
    assert [one for one in site.complaints if "400" not in one] == []
