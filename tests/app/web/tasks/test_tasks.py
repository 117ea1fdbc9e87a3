"""People make tasks and look after them in the browser."""

from typing import TYPE_CHECKING

import pytest

from app.sources import new_id
from sync.service.tasks.tasks import Tasks
from sync.tasks.task import Area, Phase, Wanted
from tests.app.web.test_matrix import AXE, violations

if TYPE_CHECKING:
    from tests.app.web.conftest import Site


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
async def test_a_person_makes_a_task_sees_who_is_at_work_and_answers(site: "Site", *, script: bool) -> None:
    world = site.world
    tasks = Tasks(world.database, world.clock, new_id)
    held = await tasks.begin(
        world.claude, world.project.id, Wanted("Plan cards.", Area(paths=("src",)), phase=Phase.PLAN)
    )
    page = await site.log_in("ada", script=script)
    await page.goto("/p/payments/tasks")
    await page.get_by_label("What is to be done").fill("Mend refunds.")
    await page.get_by_label("What it will touch").fill("src/pay payments.md#refunds")
    await page.get_by_role("button", name="Make it").click()
    await page.get_by_role("heading", name="Who else is at work there").wait_for()
    if script and AXE.exists():
        assert await violations(page) == []
    await page.get_by_role("link", name="Plan cards.").click()
    assert await page.get_by_text("left").first.is_visible()
    await tasks.finish(world.claude, world.project.id, held.task.id, 1, "See the plan.")
    await page.reload()
    await page.get_by_text("Waits for approval").wait_for()
    await page.get_by_role("button", name="Send back").click()
    await page.get_by_text("This says nothing.").wait_for()
    await page.get_by_label("Your words").fill("It is a good plan.")
    await page.get_by_role("button", name="Approve").click()
    await page.get_by_text("It is a good plan.").wait_for()
    assert await page.locator(".spec-facts").get_by_text("implement").is_visible()
    assert [one for one in site.complaints if "400" not in one] == [], "a refused form is answered with 400"
