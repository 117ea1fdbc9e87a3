"""The weekly letter as blocks of Slack's Block Kit, in its limits: 50 blocks of 3,000 characters, 150 in a header.

What does not fit is on the page, which the last block links to.
"""

import json
from collections.abc import Iterator
from typing import Any

from app.letters.outline import Entries, Entry, Figures, Line, Outline, Section, Span, text_of

BLOCKS = 50
CHARACTERS = 3000
HEADER = 150
FIELDS = 10
FIELD = 2000
APART = {ord(sign): f"\u200b{sign}\u200b" for sign in "*_~"} | {ord("`"): "\u2019"}
LISTED = 5
# Longer lines lose their links and most of their words: escaping may make them ten times as long.
LONGEST = 2800


def slack(letter: Outline, page: str = "") -> str:
    """Write the letter as JSON that a webhook of Slack takes: `text` for notices, `blocks` for the channel.

    `page` is where the whole letter is read.
    """
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": _cut(letter.title, HEADER), "emoji": False}},
        _section(f"*{escape(letter.verdict)}*\n{escape(letter.about)}"),
    ]
    for section in letter.sections:
        blocks += _blocks(section)
    tail = [_section(f"<{page}|The whole report>")] if page else []
    blocks = blocks[: BLOCKS - len(tail)] + tail
    return json.dumps({"text": _cut(letter.subject, CHARACTERS), "blocks": blocks}, ensure_ascii=False, indent=1) + "\n"


def _blocks(section: Section) -> Iterator[dict[str, Any]]:
    for block in section.blocks:
        if isinstance(block, Figures):
            fields = [
                {
                    "type": "mrkdwn",
                    "text": f"*{_linked(str(one.value), one.link)}* {escape(one.name)}\n{escape(one.note)}",
                }
                for one in block.rows[:FIELDS]
            ]
            yield {"type": "section", "fields": fields}
        elif isinstance(block, Entries):
            rows = [_entry(entry) for entry in block.rows[:LISTED]]
            if len(block.rows) > LISTED:
                rows.append(f"and {len(block.rows) - LISTED} more")
            yield from _texts(section.title, rows)
        else:
            head = " · ".join(block.head[1:])
            # Of a long table the first rows, and the last: of weeks that is the one the letter is about.
            rows = [_row(row) for row in (*block.rows[:LISTED], *block.rows[LISTED:][-1:])]
            yield from _texts(section.title, [f"_{escape(head)}_", *rows])


def _texts(title: str, rows: list[str]) -> Iterator[dict[str, Any]]:
    """Put lines into as many blocks as their length asks for; a line is never cut within a link."""
    text = f"*{escape(title)}*" if title else ""
    for row in rows:
        if text and len(text) + len(row) + 1 > CHARACTERS:
            yield _section(text)
            text = ""
        text = f"{text}\n{row}" if text else row
    if text:
        yield _section(text)


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _entry(entry: Entry) -> str:
    said = "\n".join((f"• {_line(entry.line)}", *(f"   {_line(line)}" for line in entry.under if line)))
    return said if len(said) <= LONGEST else f"• {escape(_cut(text_of(entry.line), LONGEST // 10))}"


def _row(row: tuple[Line, ...]) -> str:
    said = f"{_line(row[0])}: {' · '.join(_line(cell) for cell in row[1:])}"
    return said if len(said) <= LONGEST else escape(_cut(text_of(row[0]), LONGEST // 10))


def _line(line: Line) -> str:
    return "".join(_span(span) for span in line)


def _span(span: Span) -> str:
    said = escape(span.text)
    if span.code and span.text.strip():
        said = f"`{said}`"
    return _linked(said, span.link, ready=True)


def _linked(text: str, link: str, *, ready: bool = False) -> str:
    said = text if ready else escape(text)
    return f"<{link.replace('|', '%7C').replace('>', '%3E')}|{said.replace('|', '¦')}>" if link else said


def escape(text: str) -> str:
    """Write text so that Slack takes it literally: no mentions, no links, no emphasis."""
    folded = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return folded.translate(APART)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
