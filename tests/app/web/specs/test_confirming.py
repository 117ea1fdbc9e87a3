"""What an agent wrote is marked on the page until a person confirms it there."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.app.web.conftest import Site

TEXT = "# Pay\n\nA charge is made once.\n\n## Refunds\n\nThey go to the same card.\n"


async def test_a_reviewer_confirms_what_an_agent_wrote_and_others_only_see_it(site: "Site") -> None:
    world = site.world
    made = await world.library.create(world.ada, world.project.id, "pay.md", TEXT)
    text = TEXT.replace("same card.", "same card, whole.").replace("made once.", "made once, early.")
    base = made.revision.digest
    await world.library.save(world.claude, world.project.id, made.spec.id, base=base, text=text)
    page = await site.log_in("eve")
    await page.goto("/p/payments/specs/pay.md")
    assert await page.get_by_text("2 statements that no person has said").is_visible()
    assert await page.get_by_text("no person has said so").count() == 2
    assert await page.get_by_role("button", name="Confirm").count() == 0
    page = await site.log_in("ada")
    await page.goto("/p/payments/specs/pay.md")
    await page.get_by_role("button", name="Confirm what line 7 says").click()
    await page.get_by_text("1 statement that no person has said").wait_for()
    assert page.url.endswith("#line-7")
    stale = await page.locator("form[action$='/confirm/pay.md'] [name=revision]").first.input_value()
    await world.library.save(
        world.ada, world.project.id, made.spec.id, base=stale, text=text.replace("# Pay\n", "# Pay\n\nSoon.\n")
    )
    await page.get_by_role("button", name="Confirm all").click()
    await page.get_by_text("The spec changed since you read it.").wait_for()
    await page.goto("/p/payments/specs/pay.md")
    await page.get_by_role("button", name="Confirm all").click()
    await page.get_by_text("Soon.").wait_for()
    assert await page.get_by_text("no person has said").count() == 0
