"""The weekly letter as Markdown: what a page shows, a file keeps and the text part of a mail says."""

import re

from app.letters.outline import Block, Entries, Figures, Grid, Line, Outline, Span

SIGNS = re.compile(r"[\\`*\[\]<>|#~&]|(?<![^\W_])_|_(?![^\W_])|^(?:[-+](?=\s)|=+$|\d{1,9}(?=[.)]\s))")
ADDRESS = re.compile(r"(?i)\b(?:https?|ftp|mailto):|\bwww\.|@")


def markdown(letter: Outline) -> str:
    """Write the letter."""
    parts = [f"# {plain(letter.title)}", f"**{plain(letter.verdict)}**", f"{plain(letter.about)}."]
    for section in letter.sections:
        if section.title:
            parts.append(f"## {plain(section.title)}")
        parts += [block_of(block) for block in section.blocks]
    parts += [line_of(line) for line in letter.foot]
    return "\n\n".join(parts) + "\n"


def block_of(block: Block) -> str:
    """Write one block."""
    if isinstance(block, Figures):
        rows = [f"- **{linked(str(one.value), one.link)}** {plain(one.name)}, {plain(one.note)}" for one in block.rows]
    elif isinstance(block, Entries):
        rows = []
        for entry in block.rows:
            rows.append(f"- {line_of(entry.line)}")
            rows += [f"  \\\n  {line_of(line)}" for line in entry.under if line]
        return "\n".join(rows).replace("\n  \\\n", "\\\n")
    else:
        rows = _grid(block)
    return "\n".join(rows)


def _grid(block: Grid) -> list[str]:
    head = " | ".join(plain(name) for name in block.head)
    rows = [f"| {head} |", f"| --- |{' ---: |' * (len(block.head) - 1)}"]
    return rows + [f"| {' | '.join(line_of(cell) for cell in row)} |" for row in block.rows]


def line_of(line: Line) -> str:
    """Write a line; what is next to each other under one link is one link."""
    parts: list[str] = []
    at = 0
    while at < len(line):
        link = line[at].link
        run = [line[at]]
        while link and at + len(run) < len(line) and line[at + len(run)].link == link:
            run.append(line[at + len(run)])
        at += len(run)
        parts.append(linked("".join(_span(span) for span in run), link, ready=True))
    return "".join(parts)


def _span(span: Span) -> str:
    if span.code:
        return code(span.text)
    before, after = span.text[:1].isspace(), span.text[-1:].isspace()
    text = plain(span.text)
    if not text:
        return " " if before else ""
    return f"{' ' if before else ''}{f'**{text}**' if span.strong else text}{' ' if after else ''}"


def linked(text: str, link: str, *, ready: bool = False) -> str:
    """Write a link, or the text alone where there is none."""
    said = text if ready else plain(text)
    return f"[{said}](<{link}>)" if link else said


def plain(text: str) -> str:
    """Write text from elsewhere so that Markdown takes it literally, on one line; addresses in it become no links."""
    folded = " ".join(text.split())
    escaped = SIGNS.sub(lambda sign: f"\\{sign.group()}" if not sign.group()[0].isdigit() else sign.group(), folded)
    escaped = re.sub(r"^(\d{1,9})([.)])(?=\s)", r"\1\\\2", escaped)
    return ADDRESS.sub(lambda found: found.group()[:-1] + "\\" + found.group()[-1], escaped)


def code(text: str) -> str:
    """Write a path as inline code that its own backticks cannot end; a bar would end a table cell."""
    folded = " ".join(text.split()).replace("|", "\\|")
    longest = max((len(run) for run in re.findall("`+", folded)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if folded.startswith("`") or folded.endswith("`") else ""
    return f"{fence}{pad}{folded}{pad}{fence}" if folded else ""
