"""The weekly letter as the HTML part of a mail: tables and inline styles, which is what mail programs keep.

No pictures, no scripts, no outside address but links to the findings; the trend is drawn with table cells.
"""

from collections.abc import Sequence
from html import escape

from app.letters import words
from sync.weekly import Item, Letter, Row

INK, SOFT, LINE, KELP, CORAL, PAPER = "#1c2024", "#5b6570", "#e3e0d8", "#0f6b5c", "#b8402a", "#fbfaf7"
FONT = "font-family:-apple-system,'Segoe UI',Helvetica,Arial,sans-serif"
CELL = f"padding:6px 12px 6px 0;border-bottom:1px solid {LINE};text-align:left;vertical-align:top"
NUMBER = f"padding:6px 0 6px 12px;border-bottom:1px solid {LINE};text-align:right"
TALLEST = 48


def html(letter: Letter, address: str = "") -> str:
    """Write the letter as a whole HTML document. `address` is the project's page, for links."""
    body = [
        f'<h1 style="font-size:21px;margin:0 0 8px">{escape(letter.title)}, week of {words.day(letter.begins)}</h1>',
        f'<p style="font-size:17px;margin:0 0 4px"><strong>{escape(letter.verdict)}</strong></p>',
        f'<p style="color:{SOFT};margin:0 0 20px">{words.span(letter)}</p>',
    ]
    if letter.quiet:
        body.append("<p>Nothing new, nothing resolved, nothing open. All quiet.</p>")
    else:
        body += [_numbers(letter), _items("Decisions wanted", letter.decisions, address, fix=True)]
        body += [_items("New", letter.new, address), _items("Came back", letter.regressed, address)]
        body.append(_items("Resolved, with thanks", letter.resolved, address))
        body += [_rows("By spec", letter.by_spec), _rows("By owner", letter.by_owner), _hot_spots(letter)]
        body.append(_trend(letter))
    body.append(_scopes(letter))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
        f"<title>{escape(words.subject(letter))}</title></head>"
        f'<body style="margin:0;padding:24px;background:{PAPER};color:{INK};{FONT};font-size:14px;line-height:1.5">'
        f'<div style="max-width:640px;margin:0 auto">{"".join(body)}</div></body></html>\n'
    )


def _title(text: str) -> str:
    return f'<h2 style="font-size:17px;margin:28px 0 8px">{text}</h2>'


def _numbers(letter: Letter) -> str:
    cells = "".join(
        f'<td style="padding:0 24px 0 0;vertical-align:top"><div style="font-size:27px">{count}</div>'
        f'<div>{name}</div><div style="color:{SOFT};font-size:12.5px">{moved}</div></td>'
        for name, count, moved in words.numbers(letter)
    )
    return f'<table role="presentation" style="border-collapse:collapse"><tr>{cells}</tr></table>'


def _items(title: str, items: Sequence[Item], address: str, *, fix: bool = False) -> str:
    if not items:
        return ""
    rows = []
    for item in items:
        message = escape(item.message)
        if address:
            link = escape(f"{address}/drift/{item.fingerprint}", quote=True)
            message = f'<a href="{link}" style="color:{KELP}">{message}</a>'
        mend = f"<div>{escape(item.fix)}</div>" if fix and item.fix else ""
        rows.append(
            f'<tr><td style="{CELL}">{message}{mend}<div style="color:{SOFT};font-size:12.5px">'
            f"{escape(words.place(item))} &middot; {escape(words.cause(item))}</div></td></tr>"
        )
    return f'{_title(title)}<table style="border-collapse:collapse;width:100%">{"".join(rows)}</table>'


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lay out rows whose first cell is a name and whose others are numbers."""
    top = "".join(
        f'<th style="{NUMBER if at else CELL};font-weight:normal;color:{SOFT}">{name}</th>'
        for at, name in enumerate(head)
    )
    lines = "".join(
        "<tr>" + "".join(f'<td style="{NUMBER if at else CELL}">{cell}</td>' for at, cell in enumerate(row)) + "</tr>"
        for row in rows
    )
    return f'<table style="border-collapse:collapse;width:100%"><tr>{top}</tr>{lines}</table>'


def _rows(title: str, rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    cells = [
        (escape(row.name), *(str(getattr(row.counts, name)) for name in ("new", "resolved", "regressed", "open")))
        for row in rows
    ]
    return _title(title) + _table(("", "new", "resolved", "regressed", "open"), cells)


def _hot_spots(letter: Letter) -> str:
    if not letter.hot_spots:
        return ""
    rows = [(escape(spot.path), str(spot.open), str(spot.moves)) for spot in letter.hot_spots]
    return _title("Hot spots") + _table(("file", "open", "events this week"), rows)


def _trend(letter: Letter) -> str:
    """Draw open findings of twelve weeks as bars made of cells; the number stands above each bar."""
    top = max((week.open for week in letter.trend), default=0) or 1
    bars = "".join(
        f'<td style="vertical-align:bottom;text-align:center;padding:0 3px;font-size:12.5px">{week.open}'
        f'<div style="height:{max(1, round(TALLEST * week.open / top))}px;'
        f'background:{CORAL if week.open else LINE}"></div>'
        f'<div style="color:{SOFT}">{week.start:%d.%m.}</div></td>'
        for week in letter.trend
    )
    table = f'<table role="presentation" style="border-collapse:collapse"><tr>{bars}</tr></table>'
    return f"{_title('Open findings, twelve weeks')}{table}"


def _scopes(letter: Letter) -> str:
    if not letter.scopes:
        return ""
    lines = "".join(f"<li>{escape(scope.repository)}: {escape(words.freshness(scope))}</li>" for scope in letter.scopes)
    return f'{_title("What was compared")}<ul style="padding-left:18px;color:{SOFT}">{lines}</ul>'
