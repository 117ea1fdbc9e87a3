"""Images in the editor: pasted, dropped, picked, refused, sent again; shown, and on the page of the spec."""

import base64
from typing import TYPE_CHECKING

from tests.app.web.test_browser import PATH, head, spec, state, write
from tests.specs.test_images import chunk, png

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.app.web.conftest import Site

NAME = '"><img src=x onerror=alert(1)>'
GIVE = """([name, type, data, event]) => {
  const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([bytes], name, { type }));
  const where = document.querySelector(".cm-content");
  const { right, top } = document.querySelector(".cm-line").getBoundingClientRect();
  const common = { bubbles: true, cancelable: true };
  const given = event === "paste" ? new ClipboardEvent("paste", { clipboardData: files, ...common })
    : new DragEvent("drop", { dataTransfer: files, clientX: right, clientY: top + 2, ...common });
  where.dispatchEvent(given);
}"""


async def give(page: "Page", data: bytes, name: str = "flow-chart.png", event: str = "paste") -> None:
    kind = "image/svg+xml" if name.endswith("svg") else "image/png"
    await page.evaluate(GIVE, [name, kind, base64.b64encode(data).decode(), event])


async def test_an_image_is_pasted_said_in_words_seen_and_taken_back(site: "Site") -> None:
    await spec(site)
    page = await site.log_in()
    await page.goto(f"/p/payments/edit/{PATH}")
    await page.locator(".cm-content:focus").wait_for()
    await write(page, "The last words.", "")
    await give(page, png(30, 20, more=chunk(b"tEXt", b"secret place")))
    line = page.locator(".cm-line", has_text="![flow chart](images/")
    await line.wait_for()
    await page.locator(".cm-content:focus").wait_for()
    await page.keyboard.type("How money flows")
    image = page.locator(".preview img[alt='How money flows']")
    await image.wait_for()
    await page.wait_for_function("document.querySelector('.preview img')?.naturalWidth === 30")
    await page.keyboard.press("Control+s")
    await state(page, "saved")
    text = await head(site)
    assert "The last words. ![How money flows](images/" in text
    await give(page, png(31, 20), "dropped.png", "drop")
    await page.locator(".cm-line", has_text="![dropped](images/").wait_for()
    await page.keyboard.press("Control+z")
    await page.locator(".cm-line", has_text="![dropped](images/").wait_for(state="detached")
    await give(page, b"<svg onload='alert(1)'/>", f"{NAME}.svg")
    await page.locator(".note", has_text=f"{NAME}.svg was not taken").wait_for()
    await page.locator(".note", has_text="SVG files are not kept").wait_for()
    await page.context.set_offline(True)
    await give(page, png(32, 20), "later.png")
    await page.locator(".note", has_text="later.png was not taken").wait_for()
    await page.context.set_offline(False)
    await page.get_by_role("button", name="Send again").click()
    await page.locator(".cm-line", has_text="![later](images/").wait_for()
    async with page.expect_file_chooser() as choosing:
        await page.keyboard.press("Alt+i")
    await (await choosing.value).set_files({"name": "IMG_2041.png", "mimeType": "image/png", "buffer": png(33, 20)})
    await page.locator(".cm-line", has_text="![](images/").wait_for()
    await page.keyboard.press("Control+End")
    await give(page, png(34, 20), f"{NAME}](x).png")
    await page.locator(".cm-line", has_text='!["img src=x onerror=alert(1)(x)](images/').wait_for()
    await page.locator(".preview img[alt^='\"img src=x']").wait_for()
    await page.goto(f"/p/payments/specs/{PATH}")
    shown = page.locator(".prose img")
    await shown.wait_for()
    assert await shown.get_attribute("alt") == "How money flows"
    assert await shown.evaluate("(one) => one.decode().then(() => one.naturalWidth)") == 30
    address = await shown.get_attribute("src") or ""
    answer = await page.request.get(address)
    assert b"secret place" not in await answer.body()
    stranger = await (await site.visitor()).new_page()
    assert (await stranger.request.get(address, max_redirects=0)).status != 200
    assert site.dialogs == []
    assert site.outside == []
