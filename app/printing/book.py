"""The pages of an export: a title, a table of contents, one chapter a spec. Makes Typst source; compiles nothing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.printing.markup import quoted, source_of
from app.rendering import blocks
from specs.parser import parse

_STYLE = """\
#set page(paper: "a4", margin: (x: 24mm, y: 26mm), numbering: "1 / 1", number-align: right)
#set text(font: ("Libertinus Serif", "Noto Serif CJK SC", "Noto Sans CJK SC"), size: 10.5pt, lang: "en")
#set par(justify: false, leading: 0.62em, spacing: 1em)
#set table(stroke: 0.4pt + gray, inset: 5pt, align: left)
#set enum(full: true)
#set list(marker: ([•], [◦]))
#set heading(numbering: none)
#show heading: set block(above: 1.5em, below: 0.8em)
#show heading.where(level: 1): set text(size: 19pt)
#show heading.where(level: 2): set text(size: 14pt)
#show heading.where(level: 3): set text(size: 12pt)
#show raw: set text(font: "DejaVu Sans Mono", size: 8.5pt)
#show raw.where(block: true): it => block(width: 100%, fill: luma(245), inset: 8pt, radius: 3pt, it)
#show link: set text(fill: rgb("#0f6b5c"))
#show quote.where(block: true): it => block(stroke: (left: 1.5pt + gray), inset: (left: 9pt), it.body)
#show table.cell.where(y: 0): strong
"""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A spec to be printed: its path and title, a line about its revision, its Markdown."""

    path: str
    title: str
    about: str
    text: str


def book(title: str, about: str, chapters: Sequence[Chapter], images: Collection[str] = ()) -> str:
    """Make the source of a whole document; `about` says of what moment it is, `images` which files are at hand."""
    parts = [
        f"#set document(title: {quoted(title)})\n",
        _STYLE,
        f"#align(left + horizon)[#text(size: 27pt, weight: 700)[#{quoted(title)}]",
        f"#v(2mm)#text(fill: luma(90))[#{quoted(about)}]]\n#pagebreak()\n",
        "#outline(title: [Contents], target: heading.where(level: 1))\n" if chapters else "",
    ]
    parts += [_chapter(chapter, images) for chapter in chapters]
    return "".join(parts)


def _chapter(chapter: Chapter, images: Collection[str]) -> str:
    rendered = blocks(parse(chapter.text), "images")
    # The chapter's own heading is the spec's title: a first heading that says the same is not printed twice.
    first = rendered[0] if rendered else None
    repeated = first is not None and first.level == 1 and first.html.striptags().strip() == chapter.title
    body = "".join(
        source_of(str(block.html), deeper=1 if not repeated else 0, images=images)
        for block in rendered[1 if repeated else 0 :]
    )
    facts = f"#text(size: 8.5pt, fill: luma(90))[#raw({quoted(chapter.path)}) #{quoted(' · ' + chapter.about)}]\n"
    return f"#pagebreak(weak: true)\n#heading(level: 1)[#{quoted(chapter.title)}]\n{facts}{body}"
