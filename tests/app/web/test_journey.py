"""A morning by keyboard alone: write, look back, decide on a proposal, walk the board, ask which keys there are."""

from typing import TYPE_CHECKING

from app.sources import new_id
from sync.service.tasks.tasks import Tasks
from sync.tasks.task import Area, Phase, Wanted
from tests.app.web.proposals.test_proposals import proposed, text_of
from tests.app.web.test_browser import state

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.app.web.conftest import Site

RING = """() => {
  const looks = getComputedStyle(document.activeElement);
  return [looks.outlineStyle, looks.boxShadow, looks.borderColor].join(" ");
}"""
WHERE = "document.activeElement.textContent.trim().slice(0, 40)"


async def press(page: "Page", *keys: str) -> None:
    """Press keys one after the other, as a person does."""
    for key in keys:
        await page.keyboard.press(key)
        await page.wait_for_timeout(60)


async def writes(page: "Page") -> None:
    """Go to a spec, find words in it, write, ask for the keys, save, and leave the text."""
    keys = page.keyboard
    await press(page, "Control+k")
    await keys.type("Pay")
    await page.locator("[role=option]", has_text="pay.md").first.wait_for()
    await press(page, "Enter")
    await page.wait_for_url("**/specs/pay.md")
    await press(page, "e")
    await state(page, "saved")
    await page.locator(".cm-content:focus").wait_for()
    await press(page, "Control+f")
    await keys.type("made once")
    await press(page, "Enter", "Escape", "ArrowRight")
    await keys.type(" or never")
    await press(page, "F1")
    await page.locator("dialog#keys[open]").wait_for()
    assert "Put in an image" in await page.locator("dialog#keys").inner_text()
    await press(page, "Escape")
    assert await page.evaluate("document.activeElement.classList.contains('cm-content')"), "the focus comes back"
    await press(page, "Control+s")
    await state(page, "saved")
    await press(page, "Tab")
    assert not await page.evaluate("document.activeElement.classList.contains('cm-content')"), "no trap"


async def test_a_morning_by_keyboard_alone(site: "Site") -> None:
    proposal = await proposed(site, ("30 days", "14 days"), ("Ten", "Nine"))
    tasks = Tasks(site.world.database, site.world.clock, new_id)
    for phase in (Phase.RESEARCH, Phase.PLAN):
        wanted = Wanted(f"Work on {phase}", Area(paths=("src",)), phase=phase)
        await tasks.create(site.world.ada, site.world.project.id, wanted)
    page = await site.log_in("ada", at="/p/payments/specs")
    await writes(page)
    assert "made once or never" in await text_of(site)
    await page.goto("/p/payments")
    await press(page, "g", "p")
    await page.wait_for_url("**/proposals")
    await press(page, "j")
    assert "Follow the law" in await page.evaluate(WHERE)
    assert "solid" in await page.evaluate(RING), "the focus is seen"
    await press(page, "Enter")
    await page.wait_for_url(f"**/proposals/{proposal.id}*")
    await press(page, "j", "j", "x", "a", "Enter")
    await page.get_by_text("Accepted by Ada").wait_for()
    assert "14 days" in await text_of(site)
    assert "Ten at most" in await text_of(site)

    await press(page, "g", "t")
    await page.wait_for_url("**/tasks*")
    await page.goto("/p/payments/tasks/board")
    await press(page, "j")
    assert await page.evaluate(WHERE) == "Work on research"
    await press(page, "ArrowRight")
    assert await page.evaluate(WHERE) == "Work on plan"
    await press(page, "Shift+?")
    await page.locator("dialog#keys[open]").wait_for()
    await press(page, "Escape")
    assert await page.evaluate(WHERE) == "Work on plan", "the focus comes back"
    await press(page, "o")
    await page.get_by_role("heading", name="Work on plan").wait_for()
    assert site.complaints == []
