"""The page of a conflict in a browser: three panes, choices that can be taken back, and no way to lose any."""

from typing import TYPE_CHECKING

from tests.app.web.test_browser import PATH, TEXT, head, held_back, spec, write
from tests.factories import PASSWORD

if TYPE_CHECKING:
    from playwright.async_api import Page

    from specs.library import Spec
    from tests.app.web.conftest import Site

THEIRS = (
    TEXT.replace("batch jobs.", "batch jobs. And without a server.")
    .replace("last words", "very last words")
    .replace("takes money once", "takes money exactly once")
)
MINE = TEXT.replace("batch jobs.", "batch jobs. And from tests.").replace("last words", "final words")


async def meet(site: "Site") -> "Page":
    """Have Eve save a text that meets Ada's, and give her page of the conflict: two places to decide."""
    world, made = site.world, await spec(site)
    page = await site.log_in()
    await page.goto(f"/p/payments/edit/{PATH}")
    await write(page, "usable from batch jobs.", " And from tests.")
    await page.locator(".cm-line", has_text="The last words.").click()
    await page.keyboard.press("End")
    for _ in "last words.":
        await page.keyboard.press("Backspace")
    await page.keyboard.type("final words.")
    await page.get_by_label("What changes").fill("Name the tests")
    await world.library.save(world.ada, world.project.id, made.spec.id, base=made.revision.digest, text=THEIRS)
    await page.keyboard.press("Control+s")
    await page.wait_for_url("**/conflicts/*")
    await page.locator(".settling.enhanced").wait_for()
    site.complaints.clear()  # the browser tells of the 409 that led here
    return page


async def chosen(page: "Page") -> list[str]:
    return [await one.get_attribute("value") or "" for one in await page.locator("input[type=radio]:checked").all()]


async def test_a_conflict_is_decided_by_keys_and_every_choice_can_be_taken_back(site: "Site") -> None:
    page = await meet(site)
    save = page.get_by_role("button", name="Save both together")
    first, second = page.get_by_label("Result of place 1"), page.get_by_label("Result of place 2")
    assert await page.get_by_role("heading", name="This spec changed while you wrote").count() == 1
    assert await chosen(page) == [], "nothing is chosen beforehand"
    assert await save.is_disabled()
    assert "Ada" in await page.locator(".side.now").first.inner_text()
    assert "Eve" in await page.locator(".side.waiting").first.inner_text()
    assert await page.locator("li.same", has_text="put together").count() == 1
    await page.locator("li.same", has_text="put together").locator("summary").click()
    assert "exactly" in await page.locator("li.same ins").first.inner_text()
    await page.keyboard.press("j")
    await page.keyboard.press("1")
    assert "without a server" in await first.input_value()
    await page.keyboard.press("2")
    assert "from tests" in await first.input_value()
    await page.keyboard.press("u")
    assert "without a server" in await first.input_value()
    await page.keyboard.press("u")
    assert await chosen(page) == []
    await page.keyboard.press("r")
    assert await chosen(page) == ["ours"]
    await page.keyboard.press("b")
    await page.keyboard.press("0")
    assert await first.input_value() == "The domain must be usable from batch jobs.\n"
    await page.keyboard.press("5")
    await first.fill("The domain is usable from anywhere.\n")
    await page.keyboard.press("Escape")
    await page.keyboard.press("j")
    assert await save.is_disabled()
    await page.keyboard.press("2")
    assert await second.input_value() == "The final words.\n"
    await page.get_by_text("Kept on the server").wait_for()
    await page.reload()
    assert await chosen(page) == ["own", "theirs"], "a reload keeps what was chosen"
    await page.keyboard.press("?")
    await page.get_by_role("dialog").get_by_text("Undo, redo a choice").wait_for()
    await page.keyboard.press("Escape")
    await save.click()
    await page.wait_for_url(f"**/specs/{PATH}")
    merged = await head(site)
    assert "The domain is usable from anywhere." in merged
    assert "The final words." in merged
    assert "exactly once" in merged
    world = site.world
    newest = (await world.library.history(world.ada, world.project.id, (await _spec(site)).id)).items[0].revision
    assert (newest.message, len(newest.parents)) == ("Name the tests", 2)
    assert site.complaints == []


async def test_a_conflict_is_decided_by_keys_alone_also_where_the_script_comes_late(site: "Site") -> None:
    world, made = site.world, await spec(site)
    page = await site.log_in()
    theirs, mine = (TEXT.replace("batch jobs.", f"batch jobs.\n\n{words}") for words in ("From Ada.", "From Eve."))
    await page.goto(f"/p/payments/edit/{PATH}")
    await page.locator(".cm-content:focus").wait_for()
    await page.keyboard.press("Control+a")
    await page.keyboard.insert_text(mine.replace("last words", "final words"))
    other = theirs.replace("last words", "very last words")
    await world.library.save(world.ada, world.project.id, made.spec.id, base=made.revision.digest, text=other)
    late = await held_back(page, "conflict.js")
    async with page.expect_navigation(wait_until="commit"):
        await page.keyboard.press("Control+s")
    second = page.get_by_label("Result of place 2")
    await second.focus()
    await page.keyboard.press("Control+a")
    await page.keyboard.type("The early words.")
    late.set()
    await page.locator(".settling.enhanced").wait_for()
    await page.keyboard.type(" And the late.")
    await page.get_by_text("Kept on the server").wait_for()
    await page.keyboard.press("Control+s")
    await page.get_by_text("1 of 2 places left to decide").wait_for()
    assert await page.evaluate("document.activeElement.textContent.startsWith('1 of 2')"), "Save leads to what is left"
    first = page.get_by_label("Result of place 1")
    await page.keyboard.press("3")
    assert (await first.input_value()).split() == ["From", "Ada.", "From", "Eve."]
    await page.keyboard.press("6")
    assert (await first.input_value()).split() == ["From", "Eve.", "From", "Ada."]
    await page.keyboard.press("Control+s")
    await page.wait_for_url(f"**/specs/{PATH}")
    merged = await head(site)
    assert merged.index("From Eve.") < merged.index("From Ada.")
    assert "The early words. And the late." in merged


async def test_a_withdrawn_text_is_shown_and_can_be_gone_on_with(site: "Site") -> None:
    page = await meet(site)
    await page.get_by_role("button", name="Withdraw my text").press("Enter")
    await page.get_by_text("This conflict is withdrawn").wait_for()
    assert await head(site) == THEIRS
    await page.get_by_role("link", name="Go on writing").press("Enter")
    await page.locator(".cm-content", has_text="And from tests.").wait_for()


async def test_no_choice_is_lost_to_a_moved_head_an_ended_session_or_a_lost_network(site: "Site") -> None:
    page = await meet(site)
    world = site.world
    await page.context.set_offline(True)
    await page.get_by_label("Take theirs for place 1").check()
    await page.get_by_text("Offline: kept in this browser").wait_for()
    await page.context.set_offline(False)
    await page.context.clear_cookies()
    await page.get_by_label("Result of place 2").fill("Words of my own.\n")
    await page.get_by_text("You are not logged in").wait_for()
    other = await page.context.new_page()
    await other.goto("/login")
    await other.get_by_label("Login").fill("eve")
    await other.get_by_label("Password").fill(PASSWORD)
    await other.get_by_role("button", name="Log in").click()
    await other.get_by_role("heading", name="Projects").wait_for()
    await other.close()
    now = await _spec(site)
    newer = (await head(site)).replace("The very last words.", "No words at all.")
    await world.library.save(world.claude, world.project.id, now.id, base=now.head, text=newer)
    await page.get_by_role("button", name="Save both together").click()
    await page.get_by_text("The spec changed again").wait_for()
    async with page.expect_navigation():
        await page.get_by_role("link", name="Show it as it is now").click()
    assert await chosen(page) == ["ours"], "what reads the same is still decided"
    assert "claude" in await page.locator(".side.now").last.inner_text()
    assert "Words of my own." in await page.locator("section.part").first.inner_text()
    await page.get_by_role("link", name="Go on writing").click()
    await page.locator(".cm-content", has_text="And from tests.").wait_for()
    await page.go_back()
    await page.get_by_label("Take mine for place 2").check()
    await page.get_by_role("button", name="Save both together").click()
    await page.wait_for_url(f"**/specs/{PATH}")
    assert "The final words." in await head(site)
    assert "without a server" in await head(site)


async def _spec(site: "Site") -> "Spec":
    return (await site.world.library.read(site.world.ada, site.world.project.id, PATH)).spec
