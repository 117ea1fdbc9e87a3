"""A person looks back: what changed since they read it, who wrote what, and bringing a text back."""

from typing import TYPE_CHECKING

from app.web.shaping.differences import words_of
from specs.service.library.tags import Tags
from tests.app.web.test_browser import PATH, TEXT, head, spec

if TYPE_CHECKING:
    from tests.app.web.conftest import Site


def test_words_that_went_and_came_stand_in_one_text() -> None:
    before = "One.\n\nThe quick fox\njumps high.\n"
    [_, _, changed] = words_of(before, before.replace("quick fox\njumps", "slow fox\nleaps"))
    spans = changed.after.spans if changed.after else ()
    assert [(span.text, span.gone, span.changed) for span in spans if span.gone or span.changed] == [
        ("quick", True, False),
        ("slow", False, True),
        ("jumps", True, False),
        ("leaps", False, True),
    ]
    assert words_of(before, before) == ()


async def test_looking_back(site: "Site") -> None:
    world, made = site.world, await spec(site)
    home, ident = world.project.id, made.spec.id
    page = await site.log_in()
    await page.goto(f"/p/payments/specs/{PATH}")
    await Tags(world.database, world.clock).create(world.ada, home, "release-1")
    text = TEXT.replace("last words.", "last words. And from agents.")
    saved = await world.library.save(world.claude, home, ident, base=made.revision.digest, text=text, message="Agents")
    await page.goto("/p/payments")
    await page.get_by_role("link", name="1 spec changed since you read it").click()
    await page.get_by_role("link", name="Show all specs").click()
    await page.get_by_text("1 spec changed since you last read it").wait_for()
    await page.get_by_role("link", name="Show only these").click()
    await page.get_by_role("link", name="Architecture of payments").click()
    await page.get_by_role("link", name="See what changed").wait_for()
    await page.keyboard.press("w")
    await page.wait_for_url("**/authors/**")
    await page.locator(".by.agent.inferred", has_text="And from agents.").hover()
    await page.locator(".author-fact", has_text="inferred: no person has said so").wait_for()
    assert await page.locator(".by.lit.agent").count() >= 1
    assert await page.locator(".by.lit.human").count() == 0
    await page.get_by_label("Kind").select_option("human")
    await page.get_by_role("button", name="Show").click()
    assert await page.locator(".by.dim", has_text="And from agents.").count() == 1
    await page.keyboard.press("j")
    await page.locator(".author-fact", has_text="explicit").wait_for()
    await page.get_by_role("link", name="history").click()
    await page.get_by_role("link", name="Changed since you read it").click()
    await page.locator("ins", has_text="And from agents").first.wait_for()
    await page.get_by_role("link", name="Words").click()
    await page.locator(".woven ins", has_text="And from agents").wait_for()
    await page.goto("/p/payments/specs")
    assert await page.locator(".news").count() == 0, "who saw the difference has read it"
    await page.goto(f"/p/payments/history/{PATH}?kind=agent")
    assert await page.locator("tbody tr").count() == 1
    await page.get_by_role("link", name="Show all").click()
    await page.locator("tbody tr").nth(1).wait_for()
    for key in ("j", "1", "j", "2", "c"):
        await page.keyboard.press(key)
    await page.locator("del", has_text="And from agents").first.wait_for()
    await page.go_back()
    await page.get_by_role("button", name="Compare", exact=True).click()
    await page.locator("ins", has_text="And from agents").first.wait_for()
    await page.get_by_role("button", name="Restore this text").click()
    await page.wait_for_url(f"**/specs/{PATH}")
    assert await head(site) == TEXT
    newest = (await world.library.history(world.ada, home, ident)).items[0].revision
    assert newest.parents == (saved.revision.digest,)
    await page.goto(f"/p/payments/diff/{PATH}?before=tag:nowhere")
    await page.get_by_text("No tag of this name").wait_for()
    assert [one for one in site.complaints if "404" not in one] == []
    assert site.outside == []
