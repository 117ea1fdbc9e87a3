"""In the browser: a repository is registered, and verdicts and findings follow what is written."""

import shlex
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from app.web.drift.drift import waiver_of
from tests.app.web.test_browser import RULE, accept, state, write
from tests.gitmaker import Made

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Page

    from tests.app.web.conftest import Site


async def test_the_verdict_follows_the_text(working_site: "Site", tmp_path: "Path") -> None:
    site, world = working_site, working_site.world
    made = Made(tmp_path / "code")
    made.commit(
        "Begin",
        {
            "payments/__init__.py": "",
            "payments/api.py": "from payments import domain\n",
            "payments/domain.py": "x = 1\n",
            "docs/specs/architecture.md": RULE.format(layers="payments.api, payments.domain"),
        },
    )
    page = await site.log_in("ada")
    await page.goto("/p/payments/settings/repositories")
    await page.get_by_label("Address").fill(str(made.root))
    await page.get_by_role("button", name="Register").click()
    await page.get_by_text("Registered. It is read").wait_for()
    await page.get_by_label("Commits of people there").select_option("none")
    await page.get_by_role("button", name="Change").click()
    await page.get_by_text("This counts from the next commit on.").wait_for()
    await until(page, "/p/payments", "The one invariant holds")
    await page.goto("/p/payments/specs/architecture.md")
    await page.locator(".invariant.kept").wait_for()
    await page.get_by_role("link", name="Edit").click()
    await write(page, "layers: [payments.api, payments.domain]", "")
    for _ in "payments.api, payments.domain]":
        await page.keyboard.press("Backspace")
    await page.keyboard.type("payments.domain, payments.a")
    await accept(page, "payments.api")
    await page.keyboard.type("]")
    # What it would find today is said before it is saved.
    await page.locator(".tried.drift", has_text="payments/api.py:1").wait_for()
    await page.locator(".tried-state", has_text="1 broken, 1 finding").wait_for()
    await page.keyboard.press("Control+s")
    await state(page, "saved")
    await until(page, "/p/payments", "1 of 1 invariant")
    await page.goto("/p/payments/specs/architecture.md")
    await page.locator(".invariant.broken").wait_for()
    await page.locator(".margin .fact.drift a").click()
    await page.locator(".code .hit", has_text="from payments import domain").wait_for()
    await page.locator(".ladder", has_text="payments.domain").wait_for()
    await page.goto("/p/payments/drift")
    await page.get_by_label("Severity").select_option("warning")
    await page.get_by_text("No finding fits").wait_for()
    assert page.url.endswith("/drift?severity=warning")
    await page.get_by_label("Severity").select_option("")
    await page.get_by_label("Find findings by words").fill("domain")
    await page.wait_for_url("**/drift?q=domain")
    await page.get_by_text("1 finding").first.wait_for()
    await page.goto("/p/payments")
    await page.locator("dt", has_text="New in 7 days").locator("xpath=..").get_by_role("link", name="1").click()
    await page.get_by_text("came or came back in the last 7 days").wait_for()
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="payments.domain").wait_for()
    await walk(site, page)
    await waive(page)
    assert [one for one in site.complaints if "400" not in one] == []
    assert world.project.slug == "payments"


async def waive(page: "Page") -> None:
    """Waive the finding on its own page, at first until a day that is over."""
    await page.goto("/p/payments/drift")
    await page.get_by_role("link", name="payments.domain").first.click()
    await page.get_by_label("Until").fill("2020-01-01")
    await page.get_by_label("Because").fill("The move is next week.")
    await page.get_by_role("button", name="Waive it here").click()
    await page.get_by_text("That day is over").wait_for()
    day = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    await page.get_by_label("Until").fill(day)
    await page.get_by_role("button", name="Waive it here").click()
    await page.get_by_text(f"Ada: waived until {day} (The move is next week.)").wait_for()
    assert "csrf" not in page.url
    await until(page, "/p/payments", "is broken only in what is waived")


async def walk(site: "Site", page: "Page") -> None:
    """Walk through the graph by keys, look for a module, ask an arrow what it breaks; then without a script."""
    await page.goto("/p/payments/graph")
    canvas = page.locator("#graph[data-ready]")
    await canvas.focus()
    for key in ("ArrowRight", "ArrowUp", "ArrowUp", "ArrowLeft", "ArrowDown", "ArrowRight"):
        await page.keyboard.press(key)
        if await page.locator("#graph-panel").get_by_role("link", name="Open").count():
            break
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/graph?at=payments.*")
    await page.locator("#graph[data-ready]:focus").wait_for()
    await page.keyboard.press("Backspace")
    await page.wait_for_url("**/graph")
    await page.locator("#graph[data-ready]").wait_for()
    await page.keyboard.press("Escape")
    await page.get_by_label("Find a module").fill("dom")
    await page.locator(".finder a", has_text="payments.domain").wait_for()
    await page.locator("#graph[data-ready]").evaluate("(one) => void one.holdfastGraph.$('edge.error').emit('tap')")
    await page.locator("#graph-panel").get_by_role("link", name="layers", exact=True).click()
    await page.get_by_text("broke").first.wait_for()
    await page.goto("/p/payments/coverage")
    await page.get_by_text("stands under a spec").wait_for()
    reader = await (await site.visitor(script=False)).new_page()
    await reader.context.add_cookies(await page.context.cookies())  # type: ignore[arg-type]
    await reader.goto("/p/payments/graph")
    await reader.locator("svg.graph a.part", has_text="domain").first.click()
    await reader.wait_for_url("**/graph?at=payments.domain")


async def until(page: "Page", address: str, words: str) -> None:
    """Reload until the worker's doing shows."""
    for _ in range(120):
        await page.goto(address)
        if words in await page.locator("main").inner_text():
            return
        await page.wait_for_timeout(250)
    raise AssertionError(await page.locator("main").inner_text())


@pytest.mark.parametrize(
    ("until", "because", "word"),
    [
        ("", "Why", "2027-01-31"),
        ("soon", "Why", "2027-01-31"),
        ("2020-01-01", "Why", "over"),
        ("2999-01-01", " ", "one line"),
        ("2999-01-01", "a\nb", "one line"),
    ],
)
def test_a_waiver_that_makes_no_sense_is_refused(until: str, because: str, word: str) -> None:
    found = waiver_of({"until": until, "because": because}, "ab")
    assert word in found.error
    assert not found.command


def test_a_waiver_is_a_command_that_no_shell_misreads() -> None:
    found = waiver_of({"until": "2999-01-01", "because": "It's $(rm) `x`"}, "ab12")
    assert shlex.split(found.command)[2:] == ["ab12", "--until", "2999-01-01", "--because", "It's $(rm) `x`"]
    assert waiver_of({}, "ab").error == ""
