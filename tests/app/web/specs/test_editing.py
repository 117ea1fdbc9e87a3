"""The preview follows each key in the browser itself, and becomes what the server says; the two never disagree."""

from typing import TYPE_CHECKING

from tests.app.web.test_browser import PATH, TEXT, accept, head, spec, write

if TYPE_CHECKING:
    from tests.app.web.conftest import Site

EVERY = r"""---
title: All of it
---
# All *of* it {#all}

A **word**, `code`, a [link](https://example.com "x"), [none](javascript:alert(1)).
Then <b onclick="x()">raw</b>, ![a dog](dog.png).

<div onclick="alert(1)">
<script>alert(1)</script>
</div>

1. one
2. two

   > quoted

| a | b |
| :-- | --: |
| `1` | <i>2</i> |

~~~js
alert("<script>")
~~~

## Part [one] {#one}

***

[one]: https://example.com/one
"""

DIAGRAM = "\n```mermaid\nflowchart LR\n  a[First] --> b[Second]\n```\n\n```mermaid\nflowchart XY\n  ][\n```\n"
HOSTILE = """
```mermaid
flowchart LR
  a["<img src=x onerror=alert(1)>"] --> b
  click a "javascript:alert(1)"
  click b href "https://example.com/x"
```
"""
SHAPE = """() => {
  const told = (node) => [node.localName, node.getAttribute('href'), node.className].join(' ');
  const shape = (block) => [...block.querySelectorAll('*')].map(told).concat(block.textContent.trim());
  return [...document.querySelectorAll('.preview .prose > div')].map(shape);
}"""


async def test_without_a_server_the_preview_goes_on(site: "Site") -> None:
    await spec(site)
    page = await site.log_in()
    await page.goto(f"/p/payments/edit/{PATH}")
    await page.locator(".preview .invariant").wait_for()
    await page.route("**/preview", lambda route: route.abort())
    await write(page, "The last words.", " And *more*.")
    await page.locator(".preview em", has_text="more").wait_for()
    # A rule in work keeps its panel until the server has said what it became.
    await write(page, "layers: [payments", " # why")
    await page.locator(".preview .in-work .invariant").wait_for()
    await page.unroute("**/preview")
    await write(page, "The last words.", " Yes.")
    await page.locator(".preview .invariant").wait_for()
    await page.locator(".preview .in-work").wait_for(state="detached")


async def test_browser_and_server_draw_the_same(site: "Site") -> None:
    """What is drawn at once is, block by block, what the server says after: same structure, same words, as harmless."""
    await spec(site, EVERY + TEXT.split("---\n", 2)[2])
    page = await site.log_in()
    await page.route("**/preview", lambda route: route.abort())
    await page.goto(f"/p/payments/edit/{PATH}")
    await page.locator(".preview h2", has_text="Closing").wait_for()
    quick = await page.evaluate(SHAPE)
    await page.unroute("**/preview")
    await write(page, "The last words.", " ")
    await page.locator(".preview .invariant").wait_for()
    said = await page.evaluate(SHAPE)
    differing = [(a, b) for a, b in zip(quick, said, strict=True) if a != b]
    assert [b[-1][:14] for _, b in differing] == ["payments-layer"], differing
    assert not site.dialogs
    assert not site.outside


async def test_diagrams_are_drawn_and_broken_ones_say_so(site: "Site") -> None:
    await spec(site, TEXT + DIAGRAM + HOSTILE)
    page = await site.log_in()
    await page.goto(f"/p/payments/specs/{PATH}")
    await page.locator("figure.diagram img").nth(1).wait_for()
    words = await page.locator("figure.diagram img").first.get_attribute("alt")
    assert words == "Diagram: flowchart LR, a, First, b, Second"
    await page.locator("figure.diagram.broken", has_text="cannot be drawn").wait_for()
    assert (site.dialogs, site.outside, site.complaints) == ([], [], [])
    plain = await site.log_in(script=False)
    await plain.goto(f"/p/payments/specs/{PATH}")
    await plain.locator("pre", has_text="a[First] --> b[Second]").wait_for()


async def test_templates_problems_and_tables_by_keyboard(site: "Site") -> None:
    await spec(site)
    other = await site.log_in("ada")
    await other.goto(f"/p/payments/edit/{PATH}")
    await other.locator(".preview .invariant").wait_for()
    page = await site.log_in()
    await page.goto(f"/p/payments/edit/{PATH}")
    await page.locator(".others", has_text="Ada writes here too").wait_for()
    await write(page, "The last words.", "\n\n/forb")
    await accept(page, "/forbidden")
    await page.keyboard.type("payments-layers")
    await page.keyboard.press("Control+End")
    await page.keyboard.type("\n| a | b |\n| --- | --- |\n| 1 | 2 |")
    await page.keyboard.press("Enter")
    await page.keyboard.type("three")
    await page.keyboard.press("Tab")
    await page.keyboard.type("4")
    await page.keyboard.press("Alt+Shift+f")
    await page.locator(".cm-line", has_text="| three | 4   |").wait_for()
    await page.locator(".problems", has_text="payments-layers").wait_for()
    await page.keyboard.press("F8")
    await page.locator(".preview .invariant").nth(1).wait_for()
    await page.keyboard.press("Alt+o")
    await page.locator(".outline-pane button", has_text="Closing").click()
    assert await page.evaluate("document.querySelector('.cm-activeLine').textContent") == "## Closing"
    await page.keyboard.press("F1")
    await page.get_by_role("dialog").wait_for()
    assert site.complaints == []


async def test_a_text_is_proposed_from_the_editor_and_the_spec_stays(site: "Site") -> None:
    await spec(site)
    page = await site.log_in()
    await page.goto(f"/p/payments/edit/{PATH}")
    await write(page, "The last words.", " And these.")
    await page.get_by_label("What changes").fill("Say more")
    await page.get_by_role("button", name="Propose").press("Enter")
    await page.get_by_text("The change waits for review: ").wait_for()
    assert await head(site) == TEXT
    await page.get_by_role("link", name="See the proposal").click()
    await page.get_by_role("heading", name="Say more").wait_for()
    await page.locator("ins", has_text="And these.").first.wait_for()
    assert site.complaints == []


async def test_a_new_spec_is_named_by_its_title_and_begins_with_a_template(site: "Site") -> None:
    from playwright.async_api import expect  # noqa: PLC0415 (most tests need no browser)

    page = await site.log_in()
    await page.goto("/p/payments/new")
    path, keys = page.get_by_label("Path of the spec"), page.keyboard
    await page.locator(".cm-content:focus").wait_for()
    await keys.press("Control+a")
    await keys.type("# Rückfall & Co.")
    await page.locator(".preview h1", has_text="Rückfall").wait_for()
    await expect(path).to_have_value("ruckfall-co.md")
    await path.fill("law/")
    await page.locator(".cm-content").focus()
    await keys.type(" again")
    await page.get_by_role("button", name="Template").press("Enter")
    first = page.locator(".completions li").first
    assert (await first.inner_text()).startswith("/decision"), "what is written often comes before rules"
    await keys.type("requirement")
    await accept(page, "/requirement")
    await page.locator(".preview h3", has_text="Requirement: Name").wait_for()
    assert await path.input_value() == "law/", "who named it is not overruled"
