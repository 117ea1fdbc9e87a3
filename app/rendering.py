"""Spec text to HTML that is safe to show, block by block. The parser escapes; the allow-list here trusts it not.

Knows no page: whoever calls puts facts beside the blocks.
"""

import re
from dataclasses import dataclass
from html import escape, unescape

import nh3
from markupsafe import Markup

from specs.document import BlockKind, Document
from specs.hygiene.characters import revealed
from specs.images import REFERENCE
from specs.markdown import html_blocks

HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
TAGS = HEADINGS | {"a", "blockquote", "br", "code", "del", "em", "hr", "img", "li", "ol", "p", "pre", "s", "strong"}
TAGS |= {"table", "tbody", "td", "th", "thead", "tr", "ul"}
ATTRIBUTES = {
    "a": {"href", "title"},
    "code": {"class"},
    "img": {"alt", "src"},
    "ol": {"start"},
    "pre": {"class"},
    "td": {"class"},
    "th": {"class"},
    **{heading: {"id"} for heading in HEADINGS},
}
SCHEMES = {"http", "https", "mailto"}
CLASSES = re.compile(r"(?:align-(?:left|center|right)|raw-html|plain|language-[A-Za-z0-9+#._-]{1,40})\Z")
ANCHOR = re.compile(r"s-[^\s\"'<>]+\Z")
IMAGE = re.compile(r'<img((?: [a-z]+="[^"]*")*)>')
GIVEN = re.compile(r' (src|alt)="([^"]*)"')
UNMARKED = re.compile(r"#(?!s-)(?=.)")


@dataclass(frozen=True, slots=True)
class Rendered:
    """One top-level block: clean HTML, its first line, and the level of a heading (else 0)."""

    html: Markup
    line: int
    level: int = 0


def blocks(document: Document, images: str = "") -> tuple[Rendered, ...]:
    """Render a whole document. Front matter is left out; whatever the text holds, the HTML is inert.

    `images` is the address below which images kept here are; without one, they become their words as all others do.
    """
    anchors = {section.line: section.anchor for section in document.sections}
    text, first = document.text.removeprefix("\ufeff"), 1
    if document.blocks and document.blocks[0].kind is BlockKind.FRONT_MATTER:
        front = document.blocks[0].text
        text, first = document.text[len(front) :], 1 + front.count("\n")
    found = html_blocks(revealed(text), anchors, first_line=first)
    return tuple(Rendered(clean(block.html, images), block.line, block.level) for block in found)


def clean(html: str, images: str = "") -> Markup:
    """Keep what is on the allow-list. Images from elsewhere become their words, so that no page reaches outside."""
    safe = nh3.clean(
        html,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=_attribute,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )
    return Markup(IMAGE.sub(lambda found: _image(found[1], images), safe))  # noqa: S704 (the one place where cleaned HTML becomes markup)


def _attribute(_tag: str, name: str, value: str) -> str | None:
    if name == "src":
        found = REFERENCE.fullmatch(value)
        return found[1] if found else None
    if name == "href":
        return UNMARKED.sub("#s-", value, count=1) if "://" not in value else value
    if name == "class":
        return value if CLASSES.match(value) else None
    if name == "id":
        return value if ANCHOR.match(value) else None
    return value


def _image(attributes: str, images: str) -> str:
    """Show an image that is kept here; of any other, its words."""
    given = dict(GIVEN.findall(attributes))
    if images and "src" in given:
        return f'<img src="{escape(images)}/{given["src"]}" alt="{given.get("alt", "")}" loading="lazy">'
    words = unescape(given.get("alt", "")).strip()
    return f'<span class="no-image">[image: {escape(words)}]</span>' if words else ""
