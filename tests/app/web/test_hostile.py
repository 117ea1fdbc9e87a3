"""Hostile text in every field of every page, of the weekly letter and of a print: it stays text.

The sample views of all templates are the matrix: each text in them is replaced, so a new page is covered by its sample.
"""

import dataclasses
import re
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
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
    from playwright.async_api import ConsoleMessage, Dialog, Page, Route

    Answer = Callable[[Route], Awaitable[None]]

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
# Each way to have a tag run something, in each dress that has slipped through somebody's net.
RUNS = (
    "<{tag} {on}=alert(1)>",
    '"><{tag} {on}="alert(1)"',
    "'/><{TAG}/{on}='alert(1)'//",
    "</{tag}\x0c{on}\n=\nalert(1)><{tag}/{on}=alert(1)/",
)
WAYS = (
    *(("img src=x", "onerror"), ("svg", "onload"), ("video src=x", "onloadstart"), ("body", "onpageshow")),
    *(("marquee", "onstart"), ("audio src=x", "onerror"), ("object data=x", "onerror"), ("details open", "ontoggle")),
    *(("input autofocus", "onfocus"), ("select autofocus", "onfocus"), ("textarea autofocus", "onfocus")),
    *(("iframe src=about:blank", "onload"), ("style", "onload"), ("link rel=stylesheet href=x", "onerror")),
    *(
        ("p style=animation-name:x", "onanimationstart"),
        ("a href=# tabindex=1", "onfocus"),
        ("keygen autofocus", "onfocus"),
    ),
    *(("svg><animate begin=0s", "onbegin"), ("svg><set begin=0s attributeName=x", "onend"), ("image src=x", "onerror")),
    *(("form><button autofocus", "onfocus"), ("table background=x", "onload"), ("isindex type=image src=x", "onerror")),
    *(
        ("dialog open", "onfocus"),
        ("custom-one", "onpointerenter"),
        ("math href=x", "onclick"),
        ("embed src=x", "onload"),
        ("frameset", "onload"),
    ),
)
DRESSED = tuple(one.format(tag=tag, TAG=tag.upper(), on=on) for tag, on in WAYS for one in RUNS)
CLASSES = (*PROBES, *ANCHORS, *MORE)
PARTS = 4
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
# Fields that somebody else writes, by the names that views give them.
SHOWN = frozenset(
    {
        *("title", "text", "anchor", "path", "branch", "message", "name", "login", "rationale", "body", "quote"),
        *("because", "reason", "why", "hint", "error", "question", "intent", "fix", "url", "owner", "rule"),
    }
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
    """Puts every class of payload into each text of a value; what a page looks up by a word of ours stays.

    What is dressed takes turns, a part of it in each text, all of it in the texts of one name.
    """

    def __init__(self, kept: frozenset[str]) -> None:
        self._kept = kept
        self._count = count()
        self.fed = 0
        self.turns = Counter[str]()

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
        dressed = DRESSED[self.turns[name] % PARTS :: PARTS]
        self.turns[name] += 1
        begin = BEGINNINGS[next(self._count) % len(BEGINNINGS)]
        return " ".join((begin, *CLASSES, *dressed))


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
    pages["images"] = "".join(
        str(one.html) for one in blocks(parse(f"{shown}\n\n" + "\n\n".join((*CLASSES, *DRESSED))), "/images")
    )
    assert "<img" in pages["images"]
    assert feed.fed > 1000
    assert [name for name in SHOWN if not feed.turns[name]] == [], "no sample shows these"
    return pages


@asynccontextmanager
async def watched(answer: "Answer") -> AsyncIterator[tuple["Page", list[str]]]:
    """Open a page whose requests are answered here, and list what it does that it must not."""
    from playwright.async_api import async_playwright  # noqa: PLC0415 (most tests need no browser)

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("needs Debian's chromium")
    wrong: list[str] = []

    async def inside(route: "Route") -> None:
        if route.request.url.startswith(HOME):
            await answer(route)
        else:
            wrong.append(f"asks for {route.request.url[:80]}")
            await route.abort()

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
        await page.route("**/*", inside)
        page.on("dialog", dismiss)
        page.on("console", hear)
        page.on("pageerror", lambda error: wrong.append(str(error)[:200]))
        yield page, wrong
        await browser.close()


def test_there_are_enough_classes_of_payload() -> None:
    assert len({*CLASSES, *BEGINNINGS, *DRESSED}) >= 200


async def test_no_text_of_any_page_is_more_than_text() -> None:
    pages = hostile_pages()

    async def answer(route: "Route") -> None:
        path = urlsplit(route.request.url).path
        if path.startswith("/static/"):
            await route.fulfill(path=STATIC / path.removeprefix("/static/"))
        elif path.startswith("/shown/"):
            policy = {"content-security-policy": PAGE_POLICY.format(nonce="n0nce")}
            name = path.removeprefix("/shown/")
            await route.fulfill(body=pages[name], content_type="text/html; charset=utf-8", headers=policy)
        else:
            await route.fulfill(status=404, body="")

    async with watched(answer) as (page, wrong):
        for name in pages:
            await page.goto(f"{HOME}/shown/{name}")
            wrong.extend(f"{name}: {one}" for one in await page.evaluate(LOOK) if (name, one) not in OF_THE_MAIL)
            assert wrong == [], name


def answers() -> dict[str, dict[str, Any]]:
    """Give what a server tells the editor's scripts, hostile in each text that somebody else wrote."""
    bad = " ".join((*CLASSES, *DRESSED))
    hop = {"message": bad, "fix": bad, "severity": "error", "state": bad, "path": bad, "line": 3}
    row = {"id": bad, "line": 1, "verdict": "broken", "count": 9, "findings": [hop] * 4, "note": bad}
    who = {"name": bad, "kind": "agent"}
    problem = {"line": 1, "column": 1, "severity": "error", "message": bad, "hint": bad, "code": "x"}
    section = {"line": 1, "level": 2, "title": bad, "anchor": bad}
    return {
        "try": {
            "state": "tried",
            "runs": [{"repository": bad, "commit": bad, "invariants": [row], "problem": ""}],
            "note": bad,
        },
        "preview": {"blocks": [], "problems": [problem], "sections": [section]},
        "head": {"revision": "f" * 64, "actor": who, "at": "2026-01-01T00:00:00Z", "diff": "/none"},
        "here": {"others": [{**who, "task": bad, "intent": bad}]},
        "complete": {"items": [{"label": bad, "text": bad, "what": bad, "detail": bad}]},
        "kinds": {"items": [{"name": bad, "summary": bad, "options": [], "example": bad}]},
        "places.json": {"places": [{"what": bad, "title": bad, "where": bad, "href": "/none"}]},
    }


async def test_no_text_that_the_editor_is_told_is_more_than_text() -> None:
    frame: Any = PAGES["edit"][1]
    view: Any = PAGES["edit"][2]
    text = "```yaml invariant\nid: a\nkind: acyclic\nwithin: a\n```\n"
    html = render("edit.html", dataclasses.replace(frame, nonce="n0nce"), dataclasses.replace(view, text=text))
    told, asked = answers(), set[str]()

    async def answer(route: "Route") -> None:
        path = urlsplit(route.request.url).path
        for name, body in told.items():
            if f"/{name}" in path and not path.startswith("/static/"):
                asked.add(name)
                await route.fulfill(json=body)
                return
        if path.startswith("/static/"):
            await route.fulfill(path=STATIC / path.removeprefix("/static/"))
            return
        policy = {"content-security-policy": PAGE_POLICY.format(nonce="n0nce")}
        await route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=policy)

    async with watched(answer) as (page, wrong):
        await page.goto(f"{HOME}/shown/edit")
        await page.locator(".cm-content:focus").wait_for()
        for key in ("Control+Enter", "Alt+o", "F8"):
            await page.keyboard.press(key)
        await page.locator(".tried").wait_for()
        await page.locator(".note", has_text="Out of date").wait_for()
        await page.locator(".problems button").wait_for()
        await page.locator("#outline button").wait_for(state="attached")
        await page.keyboard.press("Control+k")
        await page.locator("[role=option]").first.wait_for()
        await page.keyboard.press("Escape")
        await page.locator(".cm-content").press("Control+Home")
        await page.keyboard.type("`a")
        await page.locator(".completions").wait_for()
        wrong.extend(await page.evaluate(LOOK))
        assert wrong == []
    assert {"try", "preview", "head", "here", "complete", "places.json"} <= asked


def test_a_print_takes_no_text_for_its_own_language(tmp_path: Path) -> None:
    import typst  # noqa: PLC0415 (most tests print nothing)

    words = [one.replace("\n", " ") for one in (*BEGINNINGS, *CLASSES)]
    text = "# Title\n\n" + "\n\n".join((*CLASSES, *DRESSED, *(f"![{one}](images/{IMAGE})" for one in words)))
    (tmp_path / IMAGE).write_bytes(png())
    every = " ".join((*BEGINNINGS, *CLASSES, *DRESSED))
    source = tmp_path / "book.typ"
    source.write_text(book(every, every, [Chapter(every, every, every, text)], {IMAGE}), encoding="utf-8")
    targets = re.findall(r'#link\("([^"]*)', source.read_text(encoding="utf-8"))
    assert [one for one in targets if not one.startswith(("http://", "https://", "mailto:"))] == []
    pdf = typst.compile(source, root=tmp_path, package_path=tmp_path, package_cache_path=tmp_path)
    assert pdf.startswith(b"%PDF")
    assert not re.search(rb"/(JavaScript|JS|Launch|EmbeddedFile|SubmitForm)\b", pdf)
