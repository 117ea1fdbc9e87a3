"""Hostile text in every field of every page, of the weekly letter and of a print: it stays text.

The sample views of all templates are the matrix: each text in them is replaced, so a new page is covered by its sample.
"""

import dataclasses
import re
import shutil
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from markupsafe import Markup

from app.http.edge import PAGE_POLICY
from app.letters.html import html as letter_html
from app.letters.links import Links
from app.letters.outline import outline
from app.printing.book import Chapter, book
from app.rendering import blocks
from app.web.render import STATIC, render
from specs.parser import parse
from tests.app.letters.samples import full
from tests.app.web.conftest import ARGUMENTS
from tests.app.web.samples import PAGES
from tests.app.web.test_bad_input import ANCHORS, IMAGE, PROBES
from tests.specs.test_images import png

if TYPE_CHECKING:
    from playwright.async_api import ConsoleMessage, Dialog, Route

MORE = (
    "';alert(1)//",
    '";alert(1)//',
    "`-alert(1)-`",
    "</script><script>alert(1)</script>",
    "</noscript><img src=x onerror=alert(1)>",
    "</template><script>alert(1)</script>",
    "</select></option><script>alert(1)</script>",
    "]]><svg/onload=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "<object data=http://outside.invalid/o></object>",
    "<embed src=http://outside.invalid/e>",
    "<img srcset='http://outside.invalid/s 1x'>",
    "<use href=http://outside.invalid/u.svg#x>",
    "#set($x=1)#include('/etc/passwd') #image(\"http://outside.invalid/t.png\")",
    "</pre></code></td></tr></table><script>alert(1)</script>",
)
CLASSES = (*PROBES, *ANCHORS, *MORE)
BEGINNINGS = (
    "javascript:alert(1)//",
    "//outside.invalid/",
    '" autofocus onfocus=alert(1) x="',
    "' onmouseover=alert(1) x='",
    "data:text/html,<script>alert(1)</script>",
    " vbscript:msgbox(1)",
    "\tJaVaScRiPt:alert(1)//",
    "http://outside.invalid/",
)
HOME = "http://pages.test"
OF_THE_MAIL = frozenset({("mail", "style")})
LOOK = """() => {
  const found = [];
  const bare = (value) => value.toLowerCase().replace(/[\\s\\u0000-\\u001f]/g, "");
  const ours = "link[rel=icon][href^='/static/'], link[rel=stylesheet][href^='/static/'], iframe[src^='/p/']";
  for (const one of document.querySelectorAll("*")) {
    for (const name of one.getAttributeNames()) {
      if (name.startsWith("on")) found.push(`${one.localName} ${name}`);
      const leads = /^(href|src|action|formaction|data|xlink:href|srcdoc|poster)$/.test(name);
      const runs = leads && /^(javascript|data|vbscript):/.test(bare(one.getAttribute(name)));
      if (runs) found.push(`${one.localName} ${name}`);
    }
    const foreign = /^(iframe|object|embed|base|link|style|video|math)$/.test(one.localName);
    if (foreign && !one.nonce && !one.matches(ours)) found.push(one.localName);
    const script = one.localName === "script" && !one.nonce;
    if (script && !one.src.startsWith(location.origin + "/static/")) found.push("script");
  }
  return found;
}"""


class Feed:
    """Puts every class of payload into each text of a value; what a page looks up by a word of ours stays."""

    def __init__(self, kept: frozenset[str]) -> None:
        self._kept = kept
        self._count = count()
        self.fed = 0

    def __call__(self, value: Any, name: str = "") -> Any:
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            new = {one.name: self(getattr(value, one.name), one.name) for one in dataclasses.fields(value) if one.init}
            return dataclasses.replace(value, **new)
        if hasattr(value, "_fields"):
            return type(value)(*(self(one, field) for one, field in zip(value, value._fields, strict=True)))
        if isinstance(value, tuple | list):
            return type(value)(self(one, name) for one in value)
        if isinstance(value, Mapping):
            return {key: self(one, name) for key, one in value.items()}
        if type(value) is not str or isinstance(value, Markup) or not value or name in self._kept:
            return value
        self.fed += 1
        begin = BEGINNINGS[next(self._count) % len(BEGINNINGS)]
        return " ".join((begin, *CLASSES))


# What is ours: words that a service gives out of a closed set, by which pages choose marks, and addresses it makes.
OURS = frozenset(
    {
        *("act", "key", "kind", "layout", "line", "mark", "role", "severity", "shape", "state", "status", "take"),
        *("csrf", "nonce", "tone", "verdict", "way", "ways", "word", "zone"),
        *("answer", "back", "href", "newer", "next_page", "older", "undo"),
    }
)


def hostile_pages() -> dict[str, str]:
    """Render every sample page with every class of payload in each of its texts, and a letter and its mail."""
    feed = Feed(OURS)
    pages = {}
    for name, (template, frame, view) in PAGES.items():
        pages[name] = render(template, dataclasses.replace(feed(frame), nonce="n0nce"), feed(view))
    pages["mail"] = letter_html(outline(feed(full()), Links("https://holdfast.example", "shop")))
    shown = "\n\n".join(f"![{one}](images/{IMAGE})" for one in " ".join(CLASSES).split("\n"))
    pages["images"] = "".join(str(one.html) for one in blocks(parse(f"{shown}\n\n" + "\n\n".join(CLASSES)), "/images"))
    assert "<img" in pages["images"]
    assert feed.fed > 1000
    return pages


def test_there_are_enough_classes_of_payload() -> None:
    assert len(set(CLASSES) | set(BEGINNINGS)) > 75


async def test_no_text_of_any_page_is_more_than_text() -> None:
    from playwright.async_api import async_playwright  # noqa: PLC0415 (most tests need no browser)

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("needs Debian's chromium")
    pages, wrong = hostile_pages(), []

    async def answer(route: "Route") -> None:
        path = urlsplit(route.request.url).path
        if not route.request.url.startswith(HOME):
            wrong.append(f"asks for {route.request.url[:80]}")
            await route.abort()
        elif path.startswith("/static/"):
            await route.fulfill(path=STATIC / path.removeprefix("/static/"))
        elif path.startswith("/shown/"):
            policy = {"content-security-policy": PAGE_POLICY.format(nonce="n0nce")}
            name = path.removeprefix("/shown/")
            await route.fulfill(body=pages[name], content_type="text/html; charset=utf-8", headers=policy)
        else:
            await route.fulfill(status=404, body="")

    async def dismiss(dialog: "Dialog") -> None:
        wrong.append(f"opens a dialog: {dialog.message}")
        await dialog.dismiss()

    def hear(message: "ConsoleMessage") -> None:
        # The mail brings a style of its own, for readers of mail; the policy of pages knows nothing of it.
        if message.type == "error" and "404" not in message.text and "inline style" not in message.text:
            wrong.append(message.text[:200])

    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = await browser.new_page()
        await page.route("**/*", answer)
        page.on("dialog", dismiss)
        page.on("console", hear)
        page.on("pageerror", lambda error: wrong.append(str(error)[:200]))
        for name in pages:
            await page.goto(f"{HOME}/shown/{name}")
            wrong.extend(f"{name}: {one}" for one in await page.evaluate(LOOK) if (name, one) not in OF_THE_MAIL)
            assert wrong == [], name
        await browser.close()


def test_a_print_takes_no_text_for_its_own_language(tmp_path: Path) -> None:
    import typst  # noqa: PLC0415 (most tests print nothing)

    words = [one.replace("\n", " ") for one in (*BEGINNINGS, *CLASSES)]
    text = "# Title\n\n" + "\n\n".join((*CLASSES, *(f"![{one}](images/{IMAGE})" for one in words)))
    (tmp_path / IMAGE).write_bytes(png())
    every = " ".join((*BEGINNINGS, *CLASSES))
    source = tmp_path / "book.typ"
    source.write_text(book(every, every, [Chapter(every, every, every, text)], {IMAGE}), encoding="utf-8")
    targets = re.findall(r'#link\("([^"]*)', source.read_text(encoding="utf-8"))
    assert [one for one in targets if not one.startswith(("http://", "https://", "mailto:"))] == []
    pdf = typst.compile(source, root=tmp_path, package_path=tmp_path, package_cache_path=tmp_path)
    assert pdf.startswith(b"%PDF")
    assert not re.search(rb"/(JavaScript|JS|Launch|EmbeddedFile|SubmitForm)\b", pdf)
