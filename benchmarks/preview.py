"""From key to preview on a long spec, in a real browser; and no keystroke is lost.

    python -m benchmarks.preview [--lines 5200] [--keys 200] [--delay 60]

Types into the middle of a spec of so many lines, one key every DELAY ms. The time of a key runs from its event in the
page to the frame that shows the preview with it. Prints one line of JSON; the promise is 150 ms at the 95th percentile.
"""

import argparse
import asyncio
import json
import shutil
import statistics

import httpx
from playwright.async_api import Page, async_playwright

from tests.app.serving import prepared
from tests.app.web.conftest import ARGUMENTS
from tests.factories import PASSWORD

WORDS = "Each refund is paid within ten days to the card it came from "
WATCH = """
() => {
  window.keys = []; window.took = [];
  const pane = document.querySelector('.preview .prose');
  addEventListener('keydown', () => window.keys.push(performance.now()), true);
  new MutationObserver(() => {
    const waiting = window.keys.splice(0);
    requestAnimationFrame(() => requestAnimationFrame(() => {
      for (const at of waiting) window.took.push(performance.now() - at);
    }));
  }).observe(pane, {childList: true, subtree: true, characterData: true});
}
"""


PART = """## Part {0} {{#part-{0}}}

The domain of `part{0}.core` must be usable from **batch** jobs, see [part one](#part-1).
It keeps what it promised, whatever happens meanwhile.

- Promise 1 of part {0} holds for `call_1()`.
- Promise 2 of part {0} holds for `call_2()`.
- Promise 3 of part {0} holds for `call_3()`.

| name | value |
| --- | ---: |
| retries | 3 |
| seconds | 20 |

```python
def call_{0}(card):
    return card.pay({0})
```

"""
RULE = """```yaml invariant
id: part-{0}
kind: forbidden
from: part{0}.core
to: part{0}.web
```

"""
RULES_EVERY = 5


def long_text(lines: int) -> str:
    """Make a spec of so many lines: sections with prose, lists, tables, code, and invariants in some of them."""
    parts = ["# A long spec\n\n"]
    while sum(part.count("\n") for part in parts) < lines:
        number = len(parts)
        parts.append((PART + (RULE if number % RULES_EVERY == 0 else "")).format(number))
    return "".join(parts)


async def measure(address: str, token: str, given: argparse.Namespace) -> dict[str, object]:
    """Type, and give the figures."""
    text = long_text(given.lines)
    async with httpx.AsyncClient(base_url=address, headers={"authorization": f"Bearer {token}"}, timeout=60) as client:
        made = await client.post("/api/v1/projects/payments/specs", json={"path": "long.md", "text": text})
        made.raise_for_status()
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        page = await (await browser.new_context(base_url=address, viewport={"width": 1440, "height": 1000})).new_page()
        await page.goto("/login?next=/p/payments/edit/long.md")
        await page.get_by_label("Login").fill("eve")
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Log in").click()
        took, kept = await typed(page, given)
        await browser.close()
    ranked = sorted(took)
    return {
        "lines": text.count("\n"),
        "keys": given.keys,
        "seen": len(ranked),
        "lost": given.keys - kept,
        "p50_ms": round(statistics.median(ranked)),
        "p95_ms": round(ranked[int(len(ranked) * 0.95)]),
        "worst_ms": round(ranked[-1]),
    }


async def typed(page: Page, given: argparse.Namespace) -> tuple[list[float], int]:
    """Type in the middle of the text: give the milliseconds of each key, and how many keys the text has now."""
    await page.locator(".preview .prose .invariant").first.wait_for(timeout=60_000)
    await page.wait_for_timeout(2000)
    await page.locator(".cm-content").click()
    await page.keyboard.press("Control+Home")
    for _ in range(60):
        await page.keyboard.press("PageDown")
    line = page.locator(".cm-line", has_text="It keeps what it promised").first
    await line.click()
    await page.keyboard.press("End")
    await page.evaluate(WATCH)
    wanted = (WORDS * (given.keys // len(WORDS) + 1))[: given.keys]
    await page.keyboard.type(wanted, delay=given.delay)
    await page.wait_for_timeout(2000)
    shown = await page.evaluate("() => document.querySelector('.cm-activeLine')?.textContent ?? ''")
    took: list[float] = await page.evaluate("() => window.took")
    return took, len(shown) - len("It keeps what it promised, whatever happens meanwhile.")


def main() -> None:
    """Run, and print one line of JSON."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--lines", type=int, default=5200)
    ask.add_argument("--keys", type=int, default=200)
    ask.add_argument("--delay", type=float, default=60)
    given = ask.parse_args()
    with prepared("--no-worker") as (served, token):
        print(json.dumps(asyncio.run(measure(served.address, token, given))))


if __name__ == "__main__":
    main()
