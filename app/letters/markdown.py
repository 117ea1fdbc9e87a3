"""The weekly letter as Markdown: what a page shows, a file keeps and the text part of a mail says."""

import re
from collections.abc import Sequence

from app.letters import words
from sync.weekly import Item, Letter, Row

SIGNS = re.compile(r"[\\`*\[\]<>|#]|(?<![^\W_])_|_(?![^\W_])")


def markdown(letter: Letter, address: str = "") -> str:
    """Write the letter. `address` is the project's page ("" leaves out links); findings link below it."""
    parts = [
        f"# {plain(letter.title)}, week of {words.day(letter.begins)}",
        f"**{plain(letter.verdict)}**",
        f"{words.span(letter)}.",
    ]
    if letter.quiet:
        parts += ["Nothing new, nothing resolved, nothing open. All quiet.", *_scopes(letter)]
        return "\n\n".join(parts) + "\n"
    parts.append("\n".join(f"- **{count}** {name}, {moved}" for name, count, moved in words.numbers(letter)))
    parts += _items("Decisions wanted", letter.decisions, address, fix=True)
    parts += _items("New", letter.new, address)
    parts += _items("Came back", letter.regressed, address)
    parts += _items("Resolved, with thanks", letter.resolved, address)
    parts += _rows("By spec", letter.by_spec)
    parts += _rows("By owner", letter.by_owner)
    if letter.hot_spots:
        lines = ["| file | open | events this week |", "| --- | ---: | ---: |"]
        lines += [f"| {code(spot.path)} | {spot.open} | {spot.moves} |" for spot in letter.hot_spots]
        parts += ["## Hot spots", "\n".join(lines)]
    parts += _trend(letter)
    parts += _scopes(letter)
    return "\n\n".join(parts) + "\n"


def plain(text: str) -> str:
    """Write text from elsewhere so that Markdown takes it literally, on one line."""
    return SIGNS.sub(lambda sign: f"\\{sign.group()}", " ".join(text.split()))


def told(message: str) -> str:
    """Write a finding's message, in which names stand between backticks: these stay code, all else is literal."""
    parts = message.split("`")
    if len(parts) % 2 == 0:
        return plain(message)
    return "".join(code(part) if at % 2 and part.strip() else _edged(part) for at, part in enumerate(parts))


def _edged(part: str) -> str:
    """Write literal text and keep the blanks that part it from code."""
    before, after = part[:1].isspace(), part[-1:].isspace()
    return f"{' ' if before else ''}{plain(part)}{' ' if after and part.strip() else ''}"


def code(text: str) -> str:
    """Write a path as inline code that its own backticks cannot end; a bar would end a table cell."""
    folded = " ".join(text.split()).replace("|", "\\|")
    longest = max((len(run) for run in re.findall("`+", folded)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if folded.startswith("`") or folded.endswith("`") else ""
    return f"{fence}{pad}{folded}{pad}{fence}"


def _items(title: str, items: Sequence[Item], address: str, *, fix: bool = False) -> list[str]:
    if not items:
        return []
    lines = []
    for item in items:
        message = told(item.message)
        linked = f"[{message}]({address}/drift/{item.fingerprint})" if address else message
        lines.append(f"- {linked} {code(words.place(item))}, {plain(words.cause(item))}")
        if fix and item.fix:
            lines.append(f"  {told(item.fix)}")
    return [f"## {title}", "\n".join(lines)]


def _rows(title: str, rows: Sequence[Row]) -> list[str]:
    if not rows:
        return []
    lines = ["| | new | resolved | regressed | open |", "| --- | ---: | ---: | ---: | ---: |"]
    for row in rows:
        counts = row.counts
        lines.append(f"| {plain(row.name)} | {counts.new} | {counts.resolved} | {counts.regressed} | {counts.open} |")
    return [f"## {title}", "\n".join(lines)]


def _trend(letter: Letter) -> list[str]:
    lines = ["| week of | new | resolved | open |", "| --- | ---: | ---: | ---: |"]
    lines += [
        f"| {words.day(week.start)} | {week.opened + week.regressed} | {week.resolved} | {week.open} |"
        for week in letter.trend
    ]
    return ["## Twelve weeks", "\n".join(lines)]


def _scopes(letter: Letter) -> list[str]:
    if not letter.scopes:
        return []
    lines = [f"- {plain(scope.repository)}: {plain(words.freshness(scope))}" for scope in letter.scopes]
    return ["## What was compared", "\n".join(lines)]
