"""The context view."""

from typing import TYPE_CHECKING

from tests.app.web.test_matrix import AXE, violations

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


async def test_tasks_that_fetched_nothing_are_named_before_those_that_did(site: "Site") -> None:
    world, place = site.world, "/api/v1/projects/payments"
    await world.library.create(world.ada, world.project.id, "pay.md", "# Pay\n\n## Refunds\n\nWithin ten days.\n")
    page = await site.log_in("ada")
    token = {"authorization": f"Bearer {world.agent_secret}"}
    made = []
    for intent in ("Mend refunds blindly", "Mend refunds as told"):
        body = {"intent": intent, "sections": ["pay.md#refunds"], "claim": True}
        made.append(await (await page.request.post(f"{place}/tasks", data=body, headers=token)).json())
    under = {"holdfast-task": made[1]["id"], "holdfast-fencing": str(made[1]["fencing"])}
    for _ in range(2):
        served = await page.request.post(f"{place}/context", data={"task": "refunds"}, headers=token | under)
        assert served.status == 200, await served.text()
    await page.goto("/p/payments/context")
    section = page.locator("#tasks")
    assert "1 of 2 tasks of the last 30 days fetched nothing." in " ".join(
        (await section.locator("p").inner_text()).split()
    )
    rows = await section.locator("tbody tr").all_inner_texts()
    assert ["blindly" in rows[0], "fetched nothing" in rows[0]] == [True, True]
    assert ["as told" in rows[1], "2 bundles" in rows[1]] == [True, True]
    await section.get_by_role("link", name="all that it was told").click()
    await page.get_by_text("Only in the course of").wait_for()
    assert await page.locator("#receipts tr").count() == 2
    if AXE.exists():
        assert await violations(page) == []
