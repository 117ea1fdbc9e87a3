"""axe-core finds nothing on any page and in no state of the editor, in both themes. Needs `npm ci` in the assets."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.app.web.test_browser import PATH, TEXT, spec, state, write
from tests.factories import make_repositories

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
    "/p/payments/settings/repositories/shop",
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
SHOP = "https://git.example.org/team/shop.git"
WRONG = """
```mermaid
flowchart LR
  a --> b
```

```yaml invariant
id: x
kind: nonsense
```
"""
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
    await make_repositories(site.world).register(site.world.ada, site.world.project.id, name="shop", url=SHOP)
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


@dataclass
class Looks:
    """What was found in which state of a page."""

    site: "Site"
    page: "Page"
    found: dict[str, list[str]] = field(default_factory=dict)

    async def look(self, name: str) -> None:
        """Look at the page as it stands. That the network is away is no news."""
        await self.page.wait_for_timeout(200)
        told = [one for one in self.site.complaints if "Failed to load resource" not in one]
        self.site.complaints.clear()
        problems = await violations(self.page) + told
        if problems:
            self.found[name] = problems


async def opened(site: "Site") -> Looks:
    page = await site.log_in()
    await page.goto(f"/p/payments/edit/{PATH}")
    await page.locator(".preview figure.diagram img").wait_for()
    await page.locator(".problems button").first.wait_for()
    return Looks(site, page)


async def test_nothing_is_wrong_in_any_state_of_writing(site: "Site") -> None:
    await spec(site, TEXT + WRONG)
    looks = await opened(site)
    page, keys, look = looks.page, looks.page.keyboard, looks.look
    options = page.locator(".completions [role=option]")
    await look("problems")
    await page.locator(".cm-wrong").first.hover()
    await page.locator(".cm-tooltip .told").wait_for()
    await look("tooltip")
    await page.mouse.move(0, 0)
    await write(page, "kind: layers", "")
    await keys.press("Enter")
    await keys.press("Control+Space")
    await options.first.wait_for()
    await page.wait_for_timeout(150)
    await keys.press("ArrowDown")
    await page.locator(".cm-completionInfo").wait_for()
    await look("completion")
    await keys.press("Escape")
    await write(page, "The last words.", "")
    await keys.press("Enter")
    await keys.press("Enter")
    await keys.type("/")
    await options.first.wait_for()
    await look("slash")
    await keys.type("forb")
    await page.wait_for_timeout(300)
    await keys.press("Tab")
    await page.locator(".cm-snippetField").first.wait_for()
    await look("snippet")
    # A browser dresses what is typed over a selection as it stood there, unless the editor types it.
    for line in ("title: Architecture", "## Layering", "id: payments-layers", "a --> b"):
        await write(page, line, "")
        await keys.press("Control+Shift+ArrowLeft")
        await keys.type("xyz")
    await page.locator("figure.diagram.in-work img").wait_for()
    await look("typed over")
    for name, key in (("find", "Control+f"), ("outline", "Alt+o"), ("help", "F1")):
        await keys.press(key)
        await look(name)
        await keys.press("Escape")
    assert looks.found == {}


async def test_nothing_is_wrong_where_the_editor_meets_others(site: "Site") -> None:
    made = await spec(site, TEXT + WRONG)
    looks = await opened(site)
    page, world = looks.page, site.world
    await write(page, "The last words.", " Mine.")
    text = TEXT.replace("once", "only once") + WRONG
    await world.library.save(world.claude, world.project.id, made.spec.id, base=made.revision.digest, text=text)
    await state(page, "stale")
    await page.get_by_role("button", name="Show the difference").click()
    await page.locator(".inline-diff .diff").first.wait_for()
    await looks.look("head moved")
    await page.reload()
    await page.get_by_text("You have unsaved text").first.wait_for()
    await looks.look("draft")
    await page.context.set_offline(True)
    await write(page, "The last words.", " Offline.")
    await state(page, "offline")
    await looks.look("offline")
    await page.context.set_offline(False)
    await page.context.clear_cookies()
    await page.keyboard.press("Control+s")
    await page.get_by_text("You are not logged in").wait_for()
    await looks.look("logged out")
    assert looks.found == {}
