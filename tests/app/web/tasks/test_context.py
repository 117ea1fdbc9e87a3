"""The context view."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.app.web.conftest import Site


async def test_a_person_sees_what_an_agent_would_get_and_why(site: "Site") -> None:
    world = site.world
    text = "# Pay\n\n## Refunds\n\nMoney goes back within ten days.\n"
    await world.library.create(world.ada, world.project.id, "pay.md", text)
    page = await site.log_in("ada")
    await page.goto("/p/payments/context")
    await page.get_by_label("Task", exact=True).fill("make refunds quick")
    await page.keyboard.press("Tab")
    await page.get_by_label("Files and folders it touches, one a line").fill("src/../x")
    await page.get_by_role("button", name="Show").first.click()
    assert "Write paths from its top" in await page.inner_text("main")
    await page.get_by_label("Files and folders it touches, one a line").fill("src/pay.py")
    await page.get_by_role("button", name="Show").first.click()
    said = await page.inner_text("main")
    assert "Money goes back within ten days." in said
    assert "words of the task" in said
    assert "context.serve" not in await world.actions()
