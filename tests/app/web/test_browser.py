"""A person at the pages: log in, write, meet another, look back. A real server, a real browser."""

import asyncio
from typing import TYPE_CHECKING

from specs.access import SERVER
from tests.factories import PASSWORD, commit

if TYPE_CHECKING:
    from playwright.async_api import Page, Route

    from specs.library import Saved
    from tests.app.web.conftest import Site

PATH = "payments/architecture.md"
TEXT = """---
title: Architecture of payments
owners: [payments]
---
# Architecture of payments

Payments takes money once and says so for ever.

## Layering {#layering}

The domain must be usable from batch jobs.

```yaml invariant
id: payments-layers
kind: layers
layers: [payments.api, payments.service, payments.domain]
why: Batch jobs import the domain without a web server.
```

## Closing

The last words.
"""


RULE = """# Architecture

## Layering

The domain stands below.

```yaml invariant
id: layers
kind: layers
layers: [{layers}]
```
"""


async def spec(site: "Site", text: str = TEXT, path: str = PATH) -> "Saved":
    return await site.world.library.create(site.world.ada, site.world.project.id, path, text, "Begin")


async def head(site: "Site", path: str = PATH) -> str:
    return (await site.world.library.read(site.world.ada, site.world.project.id, path)).text


async def write(page: "Page", old: str, new: str) -> None:
    """Put the caret behind `old` in the editor and type."""
    line = page.locator(".cm-line", has_text=old).first
    await line.click()
    await page.keyboard.press("End")
    await page.keyboard.type(new)


async def accept(page: "Page", option: str) -> None:
    """Take a completion; a list that has only just opened takes no key yet."""
    await page.locator(".completions [role=option]", has_text=option).first.wait_for()
    await page.wait_for_timeout(200)
    await page.keyboard.press("Enter")


async def state(page: "Page", wanted: str) -> None:
    await page.locator(f".state[data-state={wanted}]").wait_for()


async def test_a_person_logs_in_reads_writes_and_looks_back(site: "Site") -> None:
    await spec(site)
    page = await (await site.visitor()).new_page()
    await page.goto("/login?next=/p/payments/specs")
    await page.get_by_label("Login").fill("eve")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Log in").click()
    await page.get_by_role("link", name="Architecture of payments").click()
    await page.get_by_role("heading", name="Layering").wait_for()
    assert await page.locator(".invariant").count() == 1
    await page.keyboard.press("e")
    await state(page, "saved")
    await page.locator(".preview h2", has_text="Layering").wait_for()
    await write(page, "usable from batch jobs.", " And from tests.")
    await state(page, "unsaved")
    await page.locator(".preview p", has_text="And from tests.").wait_for()
    await page.get_by_label("What changes").fill("Name the tests")
    await page.keyboard.press("Control+s")
    await state(page, "saved")
    assert "batch jobs. And from tests." in await head(site)
    await page.get_by_role("link", name="Read").click()
    await page.get_by_role("link", name="History").click()
    assert await page.get_by_text("Eve").count() >= 1
    await page.get_by_role("link", name="Name the tests").click()
    await page.locator("ins", has_text="And from tests").first.wait_for()
    await page.get_by_role("link", name="Unified").click()
    await page.locator(".diff.unified ins", has_text="And from tests").wait_for()
    assert site.complaints == []
    assert site.outside == []


async def test_a_wrong_password_says_so_and_keeps_the_login(site: "Site") -> None:
    page = await (await site.visitor()).new_page()
    await page.goto("/p/payments/specs")
    assert page.url.endswith("/login?next=/p/payments/specs")
    await page.get_by_label("Login").fill("eve")
    await page.get_by_label("Password").fill("wrong")
    await page.get_by_role("button", name="Log in").click()
    await page.get_by_role("alert").wait_for()
    assert await page.get_by_label("Login").input_value() == "eve"
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Log in").click()
    await page.wait_for_url("**/p/payments/specs")


async def test_a_one_time_link_stays_out_of_the_address_and_works_once(site: "Site") -> None:
    link = await site.world.access.invite(SERVER, "noor")
    page = await (await site.visitor()).new_page()
    await page.goto(f"/welcome#{link.token}")
    assert link.token not in page.url
    await page.get_by_label("New password").fill("a sentence to remember")
    await page.get_by_role("button", name="Set password").click()
    await page.get_by_role("heading", name="Projects").wait_for()
    again = await (await site.visitor()).new_page()
    await again.goto(f"/welcome#{link.token}")
    await again.get_by_label("New password").fill("another sentence to remember")
    await again.get_by_role("button", name="Set password").click()
    await again.get_by_role("alert").wait_for()


async def test_changes_of_different_places_are_put_together_and_said(site: "Site") -> None:
    made = await spec(site)
    page = await site.log_in()
    await page.goto(f"/p/payments/edit/{PATH}")
    await write(page, "usable from batch jobs.", " And from tests.")
    world = site.world
    theirs = TEXT.replace("last words", "final words")
    await world.library.save(world.ada, world.project.id, made.spec.id, base=made.revision.digest, text=theirs)
    await page.keyboard.press("Control+s")
    await page.get_by_text("together with what came in meanwhile").wait_for()
    await state(page, "saved")
    assert "final words" in await page.locator(".cm-content").inner_text()
    assert await head(site) == theirs.replace("batch jobs.", "batch jobs. And from tests.")
    await write(page, "final words.", " At last.")
    await page.keyboard.press("Control+s")
    await page.locator(".state[data-state=saved]").wait_for()
    await page.wait_for_timeout(300)
    assert "final words. At last." in await head(site)
    assert (await world.conflicts.list(world.ada, world.project.id)).items == ()
    plain = await site.log_in(script=False)
    await plain.goto(f"/p/payments/edit/{PATH}")
    now = await world.library.read(world.ada, world.project.id, PATH)
    await plain.locator("textarea[name=text]").fill(now.text.replace("says so", "tells so"))
    newer = now.text.replace("At last.", "At the last.")
    await world.library.save(world.ada, world.project.id, made.spec.id, base=now.spec.head, text=newer)
    await plain.get_by_role("button", name="Save").click()
    await plain.get_by_text("together with what came in meanwhile").wait_for()
    await plain.get_by_role("link", name="See what came in").click()
    assert "At the last." in await plain.locator(".diff").first.inner_text()
    assert "tells so" in await head(site)


async def test_a_conflict_without_a_script_is_decided_place_by_place(site: "Site") -> None:
    made = await spec(site)
    page = await site.log_in(script=False)
    await page.goto(f"/p/payments/edit/{PATH}")
    mine = TEXT.replace("last words", "final words").replace("batch jobs.", "batch jobs. And from tests.")
    await page.locator("textarea[name=text]").fill(mine)
    world = site.world
    theirs = TEXT.replace("batch jobs.", "batch jobs. And without a server.")
    await world.library.save(world.ada, world.project.id, made.spec.id, base=made.revision.digest, text=theirs)
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("heading", name="This spec changed while you wrote").wait_for()
    assert await page.locator("input[type=radio]:checked").count() == 0
    assert "Ada" in await page.locator(".side").first.inner_text()
    address = page.url
    await page.get_by_role("button", name="Save both together").click()
    assert page.url == address, "the browser asks for a choice first"
    await page.goto(f"/p/payments/specs/{PATH}")
    await page.get_by_role("link", name="Decide").click()
    assert await page.locator("#whole").input_value() == mine
    await page.get_by_label("As written here").check()
    await page.get_by_label("Result of place 1").fill("The domain is usable from anywhere.\n")
    await page.get_by_role("button", name="Keep my choices").click()
    assert await page.get_by_label("As written here").is_checked()
    assert "anywhere" in await page.get_by_label("Result of place 1").input_value()
    await page.get_by_label("Leave it open").check()
    await page.get_by_role("button", name="Keep my choices").click()
    assert await page.locator("input[type=radio]:checked").count() == 0, "a choice can be taken back"
    await page.get_by_label("As written here").check()
    await page.get_by_label("Result of place 1").fill("The domain is usable from anywhere.\n")
    await page.get_by_role("button", name="Save both together").click()
    await page.wait_for_url(f"**/specs/{PATH}")
    assert "usable from anywhere" in await head(site)
    assert "final words" in await head(site)
    assert await page.get_by_role("link", name="Decide").count() == 0


async def test_a_draft_survives_reload_and_is_offered_back(site: "Site") -> None:
    await spec(site)
    page = await site.log_in()
    await page.goto(f"/p/payments/edit/{PATH}")
    await write(page, "usable from batch jobs.", " A thought half written")
    await state(page, "unsaved")
    await page.reload()
    await page.get_by_text("You have unsaved text").wait_for()
    assert "half written" not in await page.locator(".cm-content").inner_text()
    await page.get_by_role("button", name="Restore").click()
    assert "half written" in await page.locator(".cm-content").inner_text()
    await page.keyboard.press("Control+s")
    await state(page, "saved")
    assert "half written" in await head(site)
    await page.reload()
    await state(page, "saved")
    assert await page.get_by_text("You have unsaved text").count() == 0


async def test_offline_and_logged_out_lose_no_word(site: "Site") -> None:
    await spec(site)
    page = await site.log_in()
    await page.goto(f"/p/payments/edit/{PATH}")
    await state(page, "saved")
    await page.context.set_offline(True)
    await write(page, "usable from batch jobs.", " Offline words.")
    await page.keyboard.press("Control+s")
    await state(page, "offline")
    await page.context.set_offline(False)
    await page.context.clear_cookies()
    await page.keyboard.press("Control+s")
    await page.get_by_text("You are not logged in").wait_for()
    assert "Offline words." in await page.locator(".cm-content").inner_text()
    assert "Offline words." not in await head(site)


async def test_the_editor_says_when_the_head_has_moved(site: "Site") -> None:
    made = await spec(site)
    page = await site.log_in()
    await page.goto(f"/p/payments/edit/{PATH}")
    world = site.world
    text = TEXT.replace("once", "only once")
    await world.library.save(world.claude, world.project.id, made.spec.id, base=made.revision.digest, text=text)
    await state(page, "stale")
    await page.get_by_text("claude (agent) saved this spec").wait_for()


async def test_the_preview_names_what_is_wrong(site: "Site") -> None:
    await spec(site)
    page = await site.log_in()
    await page.goto(f"/p/payments/edit/{PATH}")
    await write(page, "kind: layers", "-of-cake")
    await page.locator(".problems", has_text="layers-of-cake").wait_for()
    assert await page.locator(".cm-problems .sign.error").count() >= 1


async def test_a_new_spec_begins_in_the_editor(site: "Site") -> None:
    page = await site.log_in(at="/p/payments/specs")
    await page.get_by_role("link", name="New spec").click()
    await page.get_by_label("Path of the spec").fill("../outside.md")
    await page.get_by_role("button", name="Save").click()
    await page.locator(".notices .note").first.wait_for()
    await page.get_by_label("Path of the spec").fill("fresh/start.md")
    await page.get_by_role("button", name="Save").click()
    await page.wait_for_url("**/p/payments/specs/fresh/start.md")
    await page.get_by_role("heading", name="Title").wait_for()


async def held_back(page: "Page", script: str) -> asyncio.Event:
    """Have a script of ours arrive no sooner than the event is set."""
    late = asyncio.Event()

    async def wait(route: "Route") -> None:
        await late.wait()
        await route.continue_()

    await page.route(f"**/static/{script}*", wait)
    return late


async def test_who_types_while_the_editor_starts_goes_on_typing_there(site: "Site") -> None:
    await spec(site)
    page = await site.log_in()
    late = await held_back(page, "editor.js")
    await page.goto("/p/payments/new", wait_until="commit")
    path = page.get_by_label("Path of the spec")
    await path.press_sequentially("fresh/")
    late.set()
    await page.locator(".cm-content").wait_for()
    await page.keyboard.type("start.md")
    assert await path.input_value() == "fresh/start.md"
    assert await page.get_by_text("Not saved yet").is_visible()

    late.clear()
    await page.goto(f"/p/payments/edit/{PATH}", wait_until="commit")
    await page.get_by_label("Text of the spec, Markdown").press("Control+End")
    await page.keyboard.type("Typed before ")
    late.set()
    await page.locator(".cm-content").wait_for()
    await page.keyboard.type("and after.")
    await state(page, "unsaved")
    await page.reload()
    await page.get_by_role("button", name="Restore").click()
    await page.keyboard.press("Control+s")
    await state(page, "saved")
    assert (await head(site)).endswith("Typed before and after.")


async def test_an_earlier_text_is_brought_back(site: "Site") -> None:
    first = await spec(site)
    world, home = site.world, site.world.project.id
    await world.library.save(world.ada, home, first.spec.id, base=first.revision.digest, text="# Gone\n", message="Go")
    page = await site.log_in()
    await page.goto(f"/p/payments/specs/{PATH}?revision={first.revision.digest}")
    await page.get_by_role("link", name="Bring this text back").click()
    await page.locator(".preview h2", has_text="Layering").wait_for()
    assert (await page.get_by_label("What changes").input_value()).startswith("Restore revision")
    await page.get_by_role("button", name="Save").click()
    for _ in range(100):
        if await head(site) == TEXT:
            break
        await page.wait_for_timeout(50)
    assert await head(site) == TEXT


async def test_git_that_changed_the_same_is_told_on_the_page(site: "Site") -> None:
    made = await spec(site)
    world = site.world
    await world.imports.import_revision(SERVER, world.project.id, PATH, TEXT + "\nFrom git.\n", commit(7))
    page = await site.log_in()
    await page.goto(f"/p/payments/specs/{PATH}")
    await page.get_by_text("waits for 1 decision").wait_for()
    assert made.revision.digest[:8] in await page.content()


async def test_everything_is_reached_by_keys(site: "Site") -> None:
    await spec(site)
    page = await site.log_in(at="/p/payments/specs")
    await page.keyboard.press("?")
    await page.get_by_role("dialog").wait_for()
    await page.keyboard.press("Escape")
    await page.keyboard.press("g")
    await page.keyboard.press("d")
    await page.wait_for_url("**/drift")
    await page.keyboard.press("Control+k")
    await page.get_by_role("combobox").fill("layering")
    await page.locator("[role=option]", has_text=PATH).wait_for()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**#s-layering")
    await page.goto("/p/payments/specs")
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/specs/{PATH}")
    await page.keyboard.press("e")
    await page.locator(".cm-focused").wait_for()
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.closest('.cm-editor') === null")


async def test_the_theme_is_kept_without_a_flash(site: "Site") -> None:
    page = await site.log_in(at="/p/payments/specs")
    await page.get_by_text("Eve").first.click()
    await page.get_by_role("button", name="Dark").click()
    await page.reload()
    assert await page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert await page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(20, 23, 26)"


async def test_a_new_log_in_beside_an_open_editor_lets_it_save(site: "Site") -> None:
    await spec(site)
    page = await site.log_in()
    await page.goto(f"/p/payments/edit/{PATH}")
    await write(page, "usable from batch jobs.", " Typed before.")
    await page.context.clear_cookies()
    other = await page.context.new_page()
    await other.goto("/login")
    await other.get_by_label("Login").fill("eve")
    await other.get_by_label("Password").fill(PASSWORD)
    await other.get_by_role("button", name="Log in").click()
    await other.get_by_role("heading", name="Projects").wait_for()
    await page.bring_to_front()
    await page.keyboard.press("Control+s")
    await state(page, "saved")
    assert "Typed before." in await head(site)
