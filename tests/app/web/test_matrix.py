"""axe-core finds nothing on any page, in both themes, on a desk and on a phone. Needs `npm ci` in app/web/assets."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.app.web.test_browser import PATH, TEXT, spec, write

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.app.web.conftest import Site

AXE = Path(__file__).parents[3] / "app/web/assets/node_modules/axe-core/axe.min.js"
PAGES = (
    "/",
    "/p/payments",
    "/p/payments/inbox",
    "/p/payments/specs",
    f"/p/payments/specs/{PATH}",
    "/p/payments/new",
    f"/p/payments/edit/{PATH}",
    f"/p/payments/history/{PATH}",
    f"/p/payments/authors/{PATH}?kind=human",
    "/p/payments/search?q=batch&past=yes",
    "/p/payments/tags",
    "/p/payments/proposals",
    "/p/payments/drift",
    "/p/payments/graph",
    "/p/payments/coverage",
    "/p/payments/gates",
    "/p/payments/tasks",
    "/p/payments/reports",
    "/p/payments/context?task=batch+jobs",
    "/p/payments/settings/members",
    "/p/payments/settings/tokens",
    "/p/payments/settings/repositories",
    "/p/payments/settings/webhooks",
    "/p/payments/settings/limits",
    "/p/payments/settings/policies",
    "/p/payments/settings/frozen",
    "/p/payments/settings/audit",
    "/account",
    "/p/payments/start/repository",
    "/p/payments/start/learn",
    "/p/payments/start/verdict",
    "/p/payments/start/agent",
    "/p/payments/specs/nowhere.md",
)
RUN = """async (rules) => (await axe.run(document, {
        resultTypes: ["violations"], ...(rules.length ? {runOnly: rules} : {}),
    })).violations
    .map((one) => one.id + " " + one.nodes.map((node) => node.html.slice(0, 160)).join(" | "))"""

pytestmark = pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: run `make assets`")


async def violations(page: "Page") -> list[str]:
    """Run every rule in the light theme, and what depends on colours in the dark one too."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = await page.evaluate(RUN, [])
    await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found += await page.evaluate(RUN, ["color-contrast"])
    await page.emulate_media(color_scheme="light")
    return found


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
async def test_axe_finds_nothing(site: "Site", *, phone: bool) -> None:
    await spec(site)
    stranger = await (await site.visitor(phone=phone)).new_page()
    found = {}
    for address in ("/login", "/welcome"):
        await stranger.goto(address)
        found[address] = await violations(stranger)
    page = await site.log_in("ada", phone=phone)
    for address in PAGES:
        await page.goto(address)
        await page.wait_for_timeout(150)
        found[address] = await violations(page)
        wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{address} scrolls sideways by {wide}"
    assert {address: problems for address, problems in found.items() if problems} == {}


async def test_axe_finds_nothing_in_a_conflict_and_in_what_floats(site: "Site") -> None:
    made = await spec(site)
    page = await site.log_in()
    await page.goto(f"/p/payments/edit/{PATH}")
    await write(page, "usable from batch jobs.", " And from tests.")
    world = site.world
    text = TEXT.replace("batch jobs.", "batch jobs. And without a server.")
    await world.library.save(world.ada, world.project.id, made.spec.id, base=made.revision.digest, text=text)
    await page.keyboard.press("Control+s")
    await page.wait_for_url("**/conflicts/*")
    await page.locator(".settling.enhanced .passage").first.wait_for()
    assert await violations(page) == []
    await page.set_viewport_size({"width": 390, "height": 844})
    assert await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    await page.set_viewport_size({"width": 1440, "height": 1000})
    await page.goto("/p/payments/specs")
    await page.keyboard.press("?")
    assert await violations(page) == []
    await page.keyboard.press("Escape")
    await page.keyboard.press("Control+k")
    await page.locator("[role=option]").first.wait_for()
    assert await violations(page) == []
