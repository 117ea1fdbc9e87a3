"""The weekly letter as the HTML part of a mail: tables and inline styles, which is what mail programs keep.

No scripts, no outside address but links to pages. Pictures are parts of the same mail (`cid:`), and what they show also
stands in the table below each, for whoever does not load pictures. Colours for dark rooms stand in one style element:
programs that drop it show the light ones.
"""

from collections.abc import Collection
from dataclasses import replace
from html import escape

from app.letters.outline import Block, Entries, Entry, Figure, Figures, Grid, Line, Outline, Section, Span

INK, SOFT, LINE, KELP, PAPER = "#1c2024", "#5b6570", "#e3e0d8", "#0f6b5c", "#fbfaf7"
FONT = "font-family:-apple-system,'Segoe UI',Helvetica,Arial,sans-serif"
MONO = "font-family:Consolas,Menlo,monospace;font-size:13px;word-break:break-word"
LABEL = f"padding:6px 8px 6px 0;border-bottom:1px solid {LINE};text-align:left;vertical-align:top"
CELL = f"{LABEL};word-break:break-word"
NUMBER = f"padding:6px 0 6px 4px;border-bottom:1px solid {LINE};text-align:right;vertical-align:top"
WIDTH = 640
ACROSS = 3
# So short a name, such as a date, breaks between words alone; a longer one wherever a phone's screen ends.
WHOLE = 18
# Gmail cuts messages behind 102 kB. The rows that each list may have, while the letter is too long.
MOST_BYTES = 100_000
CUTS = (25, 12, 6, 3, 1)
DARK = (
    "@media (prefers-color-scheme:dark){"
    ".hf-paper{background-color:#14171a!important;color:#e6e8ea!important}"
    ".hf-soft{color:#a3adb8!important}"
    ".hf-line{border-color:#2a3036!important}"
    ".hf-link{color:#4fc3a8!important}"
    "}"
)


def html(letter: Outline, pictures: Collection[str] = ()) -> str:
    """Write the letter as a whole document; `pictures` are those that the mail carries, by name.

    Of a very long letter, lists and tables are cut until mail programs show all of it; numbers are always whole.
    """
    for most in CUTS:
        written = _document(
            replace(letter, sections=tuple(_cut(section, most) for section in letter.sections)), pictures
        )
        if len(written.encode("utf-8", "backslashreplace")) < MOST_BYTES:
            break
    return written


def _cut(section: Section, most: int) -> Section:
    """Keep the first rows of each list and table, and the last ones of the trend."""
    blocks: list[Block] = []
    for block in section.blocks:
        if isinstance(block, Figures) or len(block.rows) <= most:
            blocks.append(block)
        elif isinstance(block, Grid):
            blocks.append(replace(block, rows=block.rows[-most:] if block.picture == "trend" else block.rows[:most]))
        else:
            more = Entry((Span(f"and {len(block.rows) - most} more", soft=True),))
            blocks.append(replace(block, rows=(*block.rows[:most], more)))
    return replace(section, blocks=tuple(blocks))


def _document(letter: Outline, pictures: Collection[str]) -> str:
    body = [
        f'<h1 style="font-size:21px;line-height:28px;margin:0 0 8px">{escape(letter.title)}</h1>',
        f'<p style="font-size:17px;margin:0 0 4px"><strong>{escape(letter.verdict)}</strong></p>',
        f'<p class="hf-soft" style="color:{SOFT};margin:0 0 20px">{escape(letter.about)}</p>',
    ]
    for section in letter.sections:
        if section.title:
            body.append(f'<h2 style="font-size:17px;line-height:24px;margin:28px 0 8px">{escape(section.title)}</h2>')
        body += [_block(block, pictures) for block in section.blocks]
    body += [f'<p style="margin:28px 0 0">{_line(line)}</p>' for line in letter.foot]
    sheet = f"background-color:{PAPER};color:{INK};{FONT};font-size:14px;line-height:21px"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">'
        f"<title>{escape(letter.subject)}</title><style>{DARK}</style></head>"
        f'<body class="hf-paper" style="margin:0;padding:0;{sheet}">'
        f'<table role="presentation" class="hf-paper" width="100%" cellpadding="0" cellspacing="0" '
        f'style="border-collapse:collapse;{sheet}"><tr><td align="center" style="padding:24px 16px">'
        f'<table role="presentation" width="100%" cellpadding="0" cellspacing="0" '
        f'style="border-collapse:collapse;max-width:{WIDTH}px;text-align:left"><tr><td>{"".join(body)}</td></tr></table>'
        "</td></tr></table></body></html>\n"
    )


def _block(block: Block, pictures: Collection[str]) -> str:
    if isinstance(block, Figures):
        return _figures(block.rows)
    if isinstance(block, Entries):
        rows = "".join(
            f'<tr><td class="hf-line" style="{CELL}">{_line(entry.line)}'
            + "".join(f"<div>{_line(line)}</div>" for line in entry.under if line)
            + "</td></tr>"
            for entry in block.rows
        )
        return _table(rows, "presentation")
    return _picture(block, pictures) + _grid(block)


def _table(rows: str, role: str = "") -> str:
    said = f' role="{role}"' if role else ""
    return f'<table{said} width="100%" cellpadding="0" cellspacing="0" style="border-collapse:collapse">{rows}</table>'


def _figures(figures: tuple[Figure, ...]) -> str:
    """Set numbers in rows of three, which fit on a phone."""
    rows = []
    for at in range(0, len(figures), ACROSS):
        cells = "".join(
            f'<td width="{100 // ACROSS}%" style="padding:0 16px 16px 0;vertical-align:top">'
            f'<div style="font-size:27px;line-height:34px">{_span(Span(str(one.value), one.link))}</div>'
            f'<div>{escape(one.name)}</div><div class="hf-soft" style="color:{SOFT};font-size:12px;line-height:17px">'
            f"{escape(one.note)}</div></td>"
            for one in figures[at : at + ACROSS]
        )
        rows.append(f"<tr>{cells}</tr>")
    return _table("".join(rows), "presentation")


def _picture(block: Grid, pictures: Collection[str]) -> str:
    if block.picture not in pictures:
        return ""
    return (
        f'<img src="cid:{escape(block.picture, quote=True)}" alt="{escape(block.alt, quote=True)}" width="{WIDTH}" '
        'style="display:block;width:100%;height:auto;margin:0 0 12px;border:0">'
    )


def _grid(block: Grid) -> str:
    top = "".join(
        f'<th class="hf-line hf-soft" style="{NUMBER if at else CELL};font-weight:normal;color:{SOFT};font-size:10px">'
        f"{escape(name)}</th>"
        for at, name in enumerate(block.head)
    )
    rows = "".join(
        "<tr>"
        + "".join(f'<td class="hf-line" style="{_style(at, cell)}">{_line(cell)}</td>' for at, cell in enumerate(row))
        + "</tr>"
        for row in block.rows
    )
    return _table(f"<tr>{top}</tr>{rows}")


def _style(column: int, cell: Line) -> str:
    if column:
        return NUMBER
    return LABEL if sum(len(span.text) for span in cell) <= WHOLE else CELL


def _line(line: Line) -> str:
    return "".join(_span(span) for span in line)


def _span(span: Span) -> str:
    text = escape(span.text)
    if span.code:
        text = f'<code style="{MONO}">{text}</code>'
    if span.strong:
        text = f"<strong>{text}</strong>"
    if span.link:
        return f'<a class="hf-link" href="{escape(span.link, quote=True)}" style="color:{KELP}">{text}</a>'
    if span.soft:
        return f'<span class="hf-soft" style="color:{SOFT};font-size:12px">{text}</span>'
    return text
