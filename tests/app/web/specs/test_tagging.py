"""In the browser: finding what specs say and said, naming what they say now, and seeing what changed since."""

from typing import TYPE_CHECKING
from uuid import UUID

from app.web.specs.tagging import rows_of
from specs.tags import Difference, TagChange, Tagged

if TYPE_CHECKING:
    from tests.app.web.conftest import Site


async def test_words_are_found_now_and_then_and_a_tag_keeps_them(site: "Site") -> None:
    world = site.world
    text = "# Pay\n\n## Refunds\n\nWithin thirty <b>days</b>.\n"
    made = await world.library.create(world.ada, world.project.id, "pay.md", text)
    page = await site.log_in("eve", at="/p/payments/specs")
    await page.get_by_role("link", name="Tags").click()
    await page.get_by_label("Name", exact=True).fill("release 1")
    await page.get_by_role("button", name="Tag", exact=True).click()
    await page.get_by_role("alert").wait_for()
    await page.get_by_label("Name", exact=True).fill("release-1")
    await page.get_by_label("What it stands for").fill("The first")
    await page.get_by_role("button", name="Tag", exact=True).click()
    await page.get_by_text("Every spec says today what it said then.").wait_for()
    base = made.revision.digest
    await world.library.save(
        world.ada, world.project.id, made.spec.id, base=base, text=text.replace("thirty", "fourteen")
    )
    await page.reload()
    await page.get_by_text("1 spec differs from today.").wait_for()
    await page.get_by_role("link", name="What changed").click()
    assert await page.locator("del").first.inner_text() == "thirty"
    await page.go_back()
    await page.get_by_role("link", name="Pay", exact=True).click()
    await page.get_by_text("An earlier revision").wait_for()
    assert await page.get_by_text("thirty").is_visible()
    await page.keyboard.press("Control+k")
    await page.get_by_role("combobox", name="Go to anything, or do it").fill("thirty da")
    await page.get_by_role("option", name="Search all specs").wait_for()
    await page.keyboard.press("Enter")
    await page.get_by_text("No spec has all these words").wait_for()
    await page.get_by_role("link", name="Look also at what specs once said").click()
    assert await page.locator(".found mark").all_inner_texts() == ["thirty", "da"]
    await page.locator(".found .lines a").click()
    assert page.url.endswith("#s-refunds")
    assert f"revision={base}" in page.url
    assert [one for one in site.complaints if "400" not in one] == []


async def test_a_question_without_a_word_is_told_so(site: "Site") -> None:
    page = await site.log_in("eve")
    await page.goto("/p/payments/search?q=%22")
    await page.get_by_text("There is no word to look for.").wait_for()


def test_what_differs_comes_first_under_the_path_it_has() -> None:
    held = [Tagged(UUID(int=n), f"{n}.md", f"T{n}", "a" * 64, "b" * 64) for n in range(4)]
    moved = Tagged(UUID(int=2), "0/two.md", "Two", "a" * 64, "b" * 64)
    changes = (
        TagChange(Difference.REMOVED, held[3], None),
        TagChange(Difference.RENAMED, held[2], moved),
        TagChange(Difference.ADDED, None, Tagged(UUID(int=9), "9.md", "", "c" * 64, "d" * 64)),
    )
    rows = rows_of(held, changes)
    assert [(row.state, row.path, row.was) for row in rows] == [
        ("renamed", "0/two.md", "2.md"),
        ("removed", "", "3.md"),
        ("added", "9.md", ""),
        ("same", "0.md", "0.md"),
        ("same", "1.md", "1.md"),
    ]
