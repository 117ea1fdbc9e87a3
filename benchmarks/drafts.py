"""Nothing that was typed is lost: tabs are reloaded, killed, offline and logged out in the middle of a word.

    python -m benchmarks.drafts [--trials 50] [--seed 1]

Each trial types words into a spec in a real browser and lets something happen at a random letter: a reload, a killed
tab, an hour without a server (typing goes on, then the tab is closed), an ended session (typing and saving go on, then
another session). Then the page is opened anew, and the text has to be there to the last letter. Prints a line of JSON.
"""

import argparse
import asyncio
import json
import random
import shutil
import sys
from contextlib import suppress
from typing import Any

import httpx
from playwright.async_api import BrowserContext, Page, async_playwright

from tests.app.serving import prepared
from tests.app.web.conftest import ARGUMENTS
from tests.factories import PASSWORD

WORDS = ("each", "refund", "is", "paid", "within", "ten", "days", "to", "the", "card", "it", "came", "from")
TEXT = "# Refunds\n\nA refund is made in time.\n\n## Late\n\nInterest is paid.\n"
HAPPENINGS = ("reload", "killed tab", "offline", "expired session")
ADDRESS = "/p/payments/edit/refunds.md"
PATIENCE = 120_000
LINE = "A refund is made in time."


async def log_in(page: Page) -> None:
    """Open the editor; log in first where that is needed."""
    await page.goto(ADDRESS)
    if "/login" in page.url:
        await page.get_by_label("Login").fill("eve")
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Log in").click()
    await page.locator(".preview .prose p").first.wait_for()


async def begin(page: Page) -> None:
    """Put the caret behind the first sentence."""
    await page.locator(".cm-line", has_text=LINE).click()
    await page.keyboard.press("End")


async def happen(what: str, page: Page, more: str) -> None:
    """Let something happen to a page in which somebody is typing."""
    context = page.context
    if what == "reload":
        await page.reload()
    elif what == "killed tab":
        session = await context.new_cdp_session(page)
        with suppress(Exception):
            await asyncio.wait_for(session.send("Page.crash"), 2)
    elif what == "offline":
        await context.set_offline(True)
        await page.keyboard.type(more, delay=15)
        await page.keyboard.press("Control+s")
        await page.locator(".state[data-state=offline]").wait_for()
        await page.close(run_before_unload=False)
        await context.set_offline(False)
    else:
        await context.clear_cookies()
        await page.keyboard.type(more, delay=15)
        await page.keyboard.press("Control+s")
        await page.locator(".state[data-state=expired]").wait_for()
        await page.close(run_before_unload=False)


async def trial(context: BrowserContext, what: str, chance: random.Random, cookies: list[Any]) -> str:
    """Play one trial; give "" where all is there, else what is."""
    page = await context.new_page()
    await log_in(page)
    await begin(page)
    typed = " " + " ".join(chance.choices(WORDS, k=chance.randint(3, 12)))
    typed = typed[: chance.randint(2, len(typed))]
    more = " " + " ".join(chance.choices(WORDS, k=3)) if what in {"offline", "expired session"} else ""
    await page.keyboard.type(typed, delay=chance.choice((0, 10, 40)))
    await happen(what, page, more)
    again = page if what == "reload" else await context.new_page()
    if what != "reload":
        await context.add_cookies(cookies)
        await log_in(again)
    await again.get_by_role("button", name="Restore").first.click()
    shown = await again.locator(".cm-line", has_text=LINE).inner_text()
    wanted = f"{LINE}{typed}{more}"
    # A page that is done with its draft leaves none behind for the next trial.
    await again.evaluate("localStorage.clear()")
    await again.close(run_before_unload=False)
    with suppress(Exception):
        await page.close(run_before_unload=False)
    return "" if shown == wanted else f"{what}: typed {wanted!r}, found {shown!r}"


async def measure(address: str, token: str, given: argparse.Namespace) -> dict[str, object]:
    """Play the trials, and give the figures."""
    chance = random.Random(given.seed)  # noqa: S311 (where something happens)
    async with httpx.AsyncClient(base_url=address, headers={"authorization": f"Bearer {token}"}, timeout=60) as client:
        made = await client.post("/api/v1/projects/payments/specs", json={"path": "refunds.md", "text": TEXT})
        made.raise_for_status()
    kept, lost = dict.fromkeys(HAPPENINGS, 0), []
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        first = await browser.new_context(base_url=address)
        await log_in(await first.new_page())
        cookies = await first.cookies()
        for number in range(given.trials):
            what = HAPPENINGS[number % len(HAPPENINGS)]
            # Log-ins are counted, and few are let through in five minutes: sessions are brought along.
            context = await browser.new_context(base_url=address, storage_state={"cookies": cookies, "origins": []})
            context.set_default_timeout(PATIENCE)
            told = await trial(context, what, chance, cookies)
            kept[what] += not told
            lost += [told] if told else []
            print(f"{number + 1} of {given.trials}: {told or 'kept'} ({what})", file=sys.stderr)
            await context.close()
        await browser.close()
    return {"trials": given.trials, "kept": sum(kept.values()), "by": kept, "lost": lost}


def main() -> None:
    """Run, and print one line of JSON."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--trials", type=int, default=50)
    ask.add_argument("--seed", type=int, default=1)
    given = ask.parse_args()
    with prepared("--no-worker") as (served, token):
        print(json.dumps(asyncio.run(measure(served.address, token, given))))


if __name__ == "__main__":
    main()
