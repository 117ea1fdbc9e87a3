"""In the browser, by keyboard: from an empty installation to a learned draft, a verdict and an agent that asked."""

from typing import TYPE_CHECKING

import httpx

from tests.factories import PASSWORD
from tests.gitmaker import Made
from tests.learnable import SHOP

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Page

    from tests.app.web.conftest import Site


async def test_a_newcomer_comes_from_an_address_to_a_connected_agent(working_site: "Site", tmp_path: "Path") -> None:
    site = working_site
    made = Made(tmp_path / "shop")
    for number in range(3):
        made.commit(f"Change {number}", {**SHOP, "n.py": f"n = {number}\n"})
    link = await site.world.access.first_admin("root")
    assert link is not None
    page = await (await site.visitor()).new_page()
    page.set_default_timeout(60_000)
    await page.goto(f"/welcome#{link.token}")
    await page.get_by_label("New password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.get_by_label("Address").fill("/etc")
    await page.keyboard.press("Enter")
    await page.get_by_text("This local path may not be read.").wait_for()
    await page.get_by_label("Address").fill(str(tmp_path / "nothing"))
    await page.keyboard.press("Enter")
    await page.get_by_text("nothing could not be read.").wait_for()
    await page.get_by_role("button", name="Use another repository").press("Enter")
    await page.get_by_label("Address").fill(str(made.root))
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Keep it as a draft spec").wait_for()
    await page.reload()
    await page.get_by_role("button", name="Keep it as a draft spec").press("Enter")
    await page.get_by_role("link", name="Connect an agent").wait_for()
    await page.goto("/p/nothing/start")
    await page.wait_for_url("**/start/agent")
    await page.get_by_label("Name of the agent").fill("claude")
    await page.keyboard.press("Enter")
    shown = page.locator(".command code")
    secret = (await shown.first.inner_text()).split("=")[1]
    assert await shown.nth(1).inner_text() == f"holdfast connect claude-code --server {site.address} --project nothing"
    async with httpx.AsyncClient(base_url=site.address) as agent:
        headers = {"authorization": f"Bearer {secret}"}
        answer = await agent.post("/api/v1/projects/nothing/context", headers=headers, json={"task": "Pay"})
    assert answer.status_code == 200
    await page.get_by_text("is connected.").wait_for()
    assert await shown.count() == 2, "what is shown once stays"
    await go_anywhere(page)
    assert [one for one in site.complaints if "400" not in one] == []


async def go_anywhere(page: "Page") -> None:
    """Go to a spec, change the theme and go to a page outside all projects, each by Ctrl-K."""
    await page.keyboard.press("Control+k")
    await page.keyboard.type("what shop keeps")
    await page.get_by_role("option", name="What shop keeps to").first.wait_for()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/specs/learned.md**")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("dark theme")
    await page.locator("[data-act='theme:dark']").wait_for()
    await page.keyboard.press("Enter")
    await page.locator("html[data-theme=dark]").wait_for()
    await page.goto("/installation")
    await page.get_by_text("HOLDFAST_PUBLIC_URL").wait_for()
    await page.get_by_role("link", name="People who can log in").click()
    await page.get_by_text("you: ").wait_for()
    await page.keyboard.press("Control+k")
    await page.keyboard.type("your account")
    await page.locator("[data-href='/account']").wait_for()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/account")
