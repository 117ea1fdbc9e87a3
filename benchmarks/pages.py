"""From an address to a page that answers: cold (nothing in the browser's cache) and warm, on loopback.

    python -m benchmarks.pages [--rounds 9] [--specs 40]

Loads each page in a new window of Chromium, then again. A page answers when its scripts have run, which is when it has
told of its content; the editor, when there is a text to type into. Prints a line of JSON for
each page: medians and worst cases in milliseconds, and what a cold load transfers. The promise is 1,000 ms.
"""

import argparse
import asyncio
import json
import shutil
import statistics

import httpx
from playwright.async_api import Browser, Page, async_playwright

from tests.app.serving import prepared
from tests.app.web.conftest import ARGUMENTS
from tests.factories import PASSWORD

PATIENCE = 60_000
READY = {"editor": ".cm-content", "new spec": ".cm-content"}
PAGES = {
    "log in": "/login",
    "overview": "/p/payments",
    "your turn": "/p/payments/inbox",
    "specs": "/p/payments/specs",
    "spec": "/p/payments/specs/part-1.md",
    "editor": "/p/payments/edit/part-1.md",
    "new spec": "/p/payments/new",
    "history": "/p/payments/history/part-1.md",
    "findings": "/p/payments/drift",
    "proposals": "/p/payments/proposals",
    "search": "/p/payments/search?q=promise",
    "settings": "/p/payments/settings/members",
}
TEXT = """# Part {0}

The domain of `part{0}.core` must be usable from **batch** jobs. It keeps what it promised.

```yaml invariant
id: part-{0}
kind: forbidden
from: part{0}.core
to: part{0}.web
```
"""
TOOK = """async (wanted) => {
  while (wanted && !document.querySelector(wanted)) await new Promise(requestAnimationFrame);
  const [way] = performance.getEntriesByType("navigation");
  const sent = [way, ...performance.getEntriesByType("resource")].reduce((sum, one) => sum + one.transferSize, 0);
  return [wanted ? performance.now() : way.domContentLoadedEventEnd, sent];
}"""


async def load(page: Page, name: str) -> tuple[float, int]:
    """Load a page: give the milliseconds until it answered, and the bytes that came."""
    await page.goto(PAGES[name], wait_until="domcontentloaded")
    took, sent = await page.evaluate(TOOK, READY.get(name, ""))
    await page.wait_for_load_state("load")
    return took, sent


async def measure(browser: Browser, address: str, rounds: int) -> None:
    """Load each page so many times, cold and warm, and print what it took."""
    home = await browser.new_context(base_url=address)
    door = await home.new_page()
    await door.goto("/login?next=/p/payments")
    await door.get_by_label("Login").fill("eve")
    await door.get_by_label("Password").fill(PASSWORD)
    await door.get_by_role("button", name="Log in").click()
    await door.wait_for_url("**/p/payments")
    session = await home.storage_state()
    for name in PAGES:
        cold, warm, sizes = [], [], []
        for _ in range(rounds):
            state = None if name == "log in" else session
            context = await browser.new_context(
                base_url=address, viewport={"width": 1440, "height": 1000}, storage_state=state
            )
            context.set_default_timeout(PATIENCE)
            page = await context.new_page()
            first, sent = await load(page, name)
            again, _ = await load(page, name)
            await context.close()
            cold.append(first)
            warm.append(again)
            sizes.append(sent)
        told = {
            "page": name,
            "cold_ms": round(statistics.median(cold)),
            "cold_worst_ms": round(max(cold)),
            "warm_ms": round(statistics.median(warm)),
            "warm_worst_ms": round(max(warm)),
            "cold_bytes": max(sizes),
        }
        print(json.dumps(told), flush=True)


async def run(address: str, token: str, given: argparse.Namespace) -> None:
    """Fill the project, and measure."""
    async with httpx.AsyncClient(base_url=address, headers={"authorization": f"Bearer {token}"}, timeout=60) as client:
        for number in range(1, given.specs + 1):
            body = {"path": f"part-{number}.md", "text": TEXT.format(number)}
            (await client.post("/api/v1/projects/payments/specs", json=body)).raise_for_status()
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        await measure(browser, address, given.rounds)
        await browser.close()


def main() -> None:
    """Run, and print a line of JSON for each page."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--rounds", type=int, default=9)
    ask.add_argument("--specs", type=int, default=40)
    given = ask.parse_args()
    with prepared("--no-worker") as (served, token):
        asyncio.run(run(served.address, token, given))


if __name__ == "__main__":
    main()
