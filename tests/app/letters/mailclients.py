"""What mail programs show of HTML, from the published support table of caniemail.com, as a check for tests.

The strictest of Gmail (web, Android, iOS), Outlook (Windows, outlook.com), Apple Mail and Thunderbird counts, as the
table of 13 May 2026 has them: Outlook on Windows takes `background-color` and no `background`, pads table cells alone,
and bounds the width of tables alone.
"""

import re
from html.parser import HTMLParser

# Gmail cuts a message off behind 102 kB, and drops a style element of more than 8,192 characters.
MOST_BYTES = 102_000
MOST_STYLE = 8_192
WIDEST = 640
TAGS = {
    "html", "head", "meta", "title", "style", "body", "table", "tr", "td", "th", "div", "p", "h1", "h2", "a", "img",
    "strong", "code", "span", "br",
}  # fmt: skip
VOID = {"meta", "img", "br"}
# Supported, or harmless where it is not: without them text is only set less finely.
PROPERTIES = {
    "background-color", "border", "border-bottom", "border-collapse", "color", "display", "font-family", "font-size",
    "font-weight", "height", "line-height", "margin", "max-width", "padding", "text-align", "vertical-align", "width",
    "word-break",
}  # fmt: skip
ATTRIBUTES = {
    "align", "alt", "cellpadding", "cellspacing", "charset", "class", "content", "href", "lang", "name", "role", "src",
    "style", "width",
}  # fmt: skip


class Checker(HTMLParser):
    """Collects what some program would not show, or would cut."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[str] = []
        self.open: list[str] = []
        self.pictures: list[str] = []
        self.links: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in TAGS:
            self.problems.append(f"<{tag}>")
        if tag not in VOID:
            self.open.append(tag)
        self.problems += [f"{tag} {name}" for name in given if name not in ATTRIBUTES]
        for part in filter(None, given.get("style", "").split(";")):
            name, _, value = part.partition(":")
            if name.strip() not in PROPERTIES or re.search(r"url\(|var\(|calc\(|flex|grid|-\d", value):
                self.problems.append(part)
        if tag == "img":
            self.pictures.append(given.get("src", ""))
            if not given.get("alt") or not given.get("width", "").isdecimal() or int(given["width"]) > WIDEST:
                self.problems.append("a picture without a text or a width")
        if tag == "a":
            self.links.append(given.get("href", ""))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["style"]:
            if len(data) > MOST_STYLE or "url(" in data or "@import" in data:
                self.problems.append("the style element")
        elif self.open[-1:] != ["title"]:
            self.text.append(data)


def check_mail(html: str) -> Checker:
    """Check a document: what it finds is in `problems`."""
    found = Checker()
    found.feed(html)
    found.close()
    found.problems += [f"<{tag}> stays open" for tag in found.open]
    found.problems += [f"outside picture {one}" for one in found.pictures if not one.startswith("cid:")]
    found.problems += [f"link {one}" for one in found.links if not one.startswith(("https://", "http://"))]
    if len(html.encode()) >= MOST_BYTES:
        found.problems.append(f"{len(html.encode())} bytes")
    if "prefers-color-scheme" not in html or 'name="color-scheme"' not in html:
        found.problems.append("no colours for dark rooms")
    return found
