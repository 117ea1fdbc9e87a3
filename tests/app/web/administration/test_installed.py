"""In the browser: whoever administers the installation ends sessions, shuts people out and lets them in again."""

from typing import TYPE_CHECKING

from tests.app.web.test_matrix import AXE, violations
from tests.factories import PASSWORD

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.app.web.conftest import Site


async def administrator(site: "Site") -> "Page":
    link = await site.world.access.first_admin("root")
    assert link is not None
    page = await (await site.visitor()).new_page()
    await page.goto(f"/welcome#{link.token}")
    await page.get_by_label("New password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{site.address}/")
    return page


async def test_people_are_shut_out_let_in_and_their_sessions_ended(site: "Site") -> None:
    page, eve = await administrator(site), await site.log_in("eve")
    await page.goto("/installation/people")
    row = page.get_by_role("row").filter(has=page.get_by_text("eve", exact=True))
    await row.get_by_role("button", name="End sessions of eve").press("Enter")
    await page.get_by_text("Their sessions have ended; they log in again.").wait_for()
    assert await row.get_by_role("button", name="End sessions of eve").count() == 0
    await eve.goto("/p/payments/specs")
    await eve.wait_for_url("**/login**")
    await row.get_by_role("button", name="Shut out eve").press("Enter")
    await row.get_by_text("shut out", exact=True).wait_for()
    await eve.get_by_label("Login").fill("eve")
    await eve.get_by_label("Password").fill(PASSWORD)
    await eve.get_by_role("button", name="Log in").click()
    await eve.get_by_role("alert").wait_for()
    await row.get_by_role("button", name="Let in again eve").press("Enter")
    await row.get_by_text("may log in").wait_for()
    await site.log_in("eve")
    for size in ({"width": 1440, "height": 1000}, {"width": 390, "height": 844}):
        await page.set_viewport_size(size)
        for address in ("/installation/people", "/installation"):
            await page.goto(address)
            assert (
                await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
            )
            assert not AXE.exists() or await violations(page) == []


async def test_only_who_administers_sees_or_changes_people(site: "Site") -> None:
    page = await site.log_in("ada")
    answer = await page.goto("/installation/people")
    assert answer is not None
    assert answer.status == 403
    await page.goto("/account")
    csrf = await page.locator("input[name=csrf]").first.get_attribute("value")
    form = {"csrf": csrf or "", "actor": str(site.world.eve.actor.id), "act": "disable"}
    refused = await page.request.post("/installation/people", form=form)
    assert refused.status == 403
    root = await administrator(site)
    await root.goto("/installation/people")
    csrf = await root.locator("form.acts input[name=csrf]").first.get_attribute("value")
    for actor, act in (
        (str(site.world.eve.actor.id), "nonsense"),
        ("nobody", "disable"),
        (str(site.world.project.id), "enable"),
    ):
        wrong = await root.request.post("/installation/people", form={"csrf": csrf or "", "actor": actor, "act": act})
        assert wrong.status == 400
