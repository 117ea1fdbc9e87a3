"""Typst source of a weekly letter: its pages, and its pictures alone. Makes source; compiles nothing."""

from collections.abc import Iterator
from itertools import pairwise

from app.letters.outline import Block, Entries, Figures, Grid, Line, Outline, Span, text_of
from app.printing.markup import quoted

INK, SOFT, RULE, KELP, CORAL, PAPER = "#1c2024", "#5b6570", "#e3e0d8", "#0f6b5c", "#b8402a", "#fbfaf7"
WIDTH, HEIGHT = 720, 180
LEFT, TOP, BOTTOM = 34, 16, 24
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
RULES = 4
ROW = 26
NODE = 250
MARGIN = 14
# A picture is as wide as the text of a page, in points for each of its units.
FITTED = 0.66
_STYLE = f"""\
#set page(paper: "a4", margin: (x: 20mm, y: 18mm), numbering: "1 / 1", number-align: right)
#set text(font: ("Libertinus Serif", "Noto Serif CJK SC", "Noto Sans CJK SC"), size: 10pt, lang: "en")
#set text(fill: rgb("{INK}"))
#set par(justify: false, leading: 0.55em, spacing: 0.75em)
#set list(marker: [•], spacing: 0.7em)
#set table(stroke: (x, y) => (bottom: 0.4pt + rgb("{RULE}")), inset: (x: 4pt, y: 3.2pt))
#show raw: set text(font: "DejaVu Sans Mono", size: 7.8pt)
#show link: set text(fill: rgb("{KELP}"))
#show heading.where(level: 1): set text(size: 17pt)
#show heading.where(level: 2): set text(size: 12pt)
#show heading.where(level: 2): set block(above: 1.3em, below: 0.7em)
#show table.cell.where(y: 0): set text(fill: rgb("{SOFT}"), size: 8.5pt)
"""
_PICTURE = """\
#set page(width: {width}pt, height: auto, margin: {margin}pt, fill: rgb("{paper}"))
#set text(font: ("Libertinus Serif", "Noto Serif CJK SC", "Noto Sans CJK SC"), size: 11pt, fill: rgb("{ink}"))
"""


def letter_source(letter: Outline) -> str:
    """Make the source of the whole letter, its pictures among the text."""
    parts = [
        f"#set document(title: {quoted(letter.subject)})\n",
        _STYLE,
        f"#heading(level: 1)[#{quoted(letter.title)}]\n",
        f"#strong[#{quoted(letter.verdict)}]\n\n#text(fill: rgb({quoted(SOFT)}))[#{quoted(letter.about)}]\n\n",
    ]
    for section in letter.sections:
        if section.title:
            parts.append(f"#heading(level: 2)[#{quoted(section.title)}]\n")
        parts += [_block(block) for block in section.blocks]
    parts += [f"\n{_line(line)}\n" for line in letter.foot]
    return "".join(parts)


def picture_sources(letter: Outline) -> dict[str, str]:
    """Make the source of each picture by its name; a picture is one page as large as itself."""
    style = _PICTURE.format(width=WIDTH + 2 * MARGIN, margin=MARGIN, paper=PAPER, ink=INK)
    return {grid.picture: style + drawn for grid in _grids(letter) if (drawn := _drawn(grid))}


def _grids(letter: Outline) -> Iterator[Grid]:
    for section in letter.sections:
        yield from (block for block in section.blocks if isinstance(block, Grid) and block.picture)


def _block(block: Block) -> str:
    if isinstance(block, Figures):
        cells = "".join(
            f"[#text(size: 17pt)[{_span(Span(str(one.value), one.link))}]\\ #{quoted(one.name)}\\ "
            f"#text(size: 8pt, fill: rgb({quoted(SOFT)}))[#{quoted(one.note)}]],"
            for one in block.rows
        )
        return f"#grid(columns: (1fr,) * 3, gutter: 9pt,{cells})\n"
    if isinstance(block, Entries):
        rows = "".join(
            f"[{_line(entry.line)}" + "".join(f"\\ {_line(line)}" for line in entry.under if line) + "],"
            for entry in block.rows
        )
        return f"#list({rows})\n"
    drawn = _drawn(block)
    fitted = f"#box(width: {WIDTH * FITTED:.0f}pt)[#scale({FITTED:.0%}, reflow: true, origin: top + left)[{drawn}]]\n"
    return (fitted if drawn else "") + _table(block)


def _table(block: Grid) -> str:
    width = len(block.head)
    head = "".join(f"[#{quoted(name)}]," for name in block.head)
    cells = "".join(f"[{_line(cell)}]," for row in block.rows for cell in row)
    align = f"(left,) + (right,) * {width - 1}"
    columns = f"(1fr,) + (auto,) * {width - 1}"
    return f"#table(columns: {columns}, align: {align}, table.header({head}),{cells})\n"


def _line(line: Line) -> str:
    return "".join(_span(span) for span in line)


def _span(span: Span) -> str:
    said = f"#raw({quoted(span.text)})" if span.code else f"#{quoted(span.text)}"
    if span.strong:
        said = f"#strong[{said}]"
    if span.link.startswith(("http://", "https://")):
        return f"#link({quoted(span.link)})[{said}]"
    return f"#text(fill: rgb({quoted(SOFT)}))[{said}]" if span.soft else said


def _drawn(grid: Grid) -> str:
    if grid.picture == "trend":
        return _trend(grid)
    return _edges(grid) if grid.picture == "edges" else ""


def _trend(grid: Grid) -> str:
    """Draw bars of what came and went, and a line of what was open, each with its number; nothing of nothing."""
    columns = [grid.head.index(name) for name in ("new", "resolved", "open")]
    weeks = [[int(text_of(row[at])) for at in columns] for row in grid.rows]
    most = max((max(week) for week in weeks), default=0)
    if not most:
        return ""
    step = next((step for step in STEPS if step * RULES >= most), most)
    top = step * -(-most // step)
    floor, unit = HEIGHT - BOTTOM, (HEIGHT - TOP - BOTTOM) / top
    pitch = (WIDTH - LEFT - 8) / len(weeks)
    bar = min(16.0, pitch / 3)
    marks: list[str] = []
    for value in range(0, top + 1, step):
        y = floor - value * unit
        marks += [_at(LEFT - 26, y - 6, _small(str(value))), _rule((LEFT, y), (WIDTH, y), RULE, 0.6)]
    dots = [(LEFT + pitch * (at + 0.5), floor - week[2] * unit) for at, week in enumerate(weeks)]
    for at, ((new, resolved, _), (x, _y)) in enumerate(zip(weeks, dots, strict=True)):
        marks += [_bar(x - bar - 1, floor, bar, new * unit, CORAL), _bar(x + 1, floor, bar, resolved * unit, KELP)]
        marks.append(_at(x - 18, HEIGHT - 18, _small(_short(text_of(grid.rows[at][0])))))
    marks += [_rule(one, two, INK, 1.6) for one, two in pairwise(dots)]
    for (x, y), week in zip(dots, weeks, strict=True):
        marks.append(_at(x - 3, y - 3, f"circle(radius: 3pt, fill: rgb({quoted(INK)}))"))
        marks.append(_at(x - 4, y - 17, _small(str(week[2]))))
    words = "".join(
        f"#box(width: 9pt, height: 9pt, fill: rgb({quoted(colour)})) #{quoted(name)} #h(14pt)"
        for colour, name in ((CORAL, "new"), (KELP, "resolved"), (INK, "open at the end of the week"))
    )
    return f"#text(size: 11pt)[{words}]\n{_canvas(HEIGHT, marks)}"


def _short(day: str) -> str:
    """Give day and month of a date in words."""
    number, month, *_ = day.split()
    return f"{number} {month[:3]}"


def _edges(grid: Grid) -> str:
    """Draw modules that import from on the left, what they must not on the right, the thicker the more often."""
    pairs: list[tuple[str, str, int]] = [(row[0][0].text, row[0][-1].text, int(text_of(row[1]))) for row in grid.rows]
    sources = list(dict.fromkeys(source for source, _, _ in pairs))
    targets = list(dict.fromkeys(target for _, target, _ in pairs))
    top = max(count for _, _, count in pairs)
    marks = []
    for source, target, count in pairs:
        y, z = (ROW * names.index(name) + ROW / 2 for names, name in ((sources, source), (targets, target)))
        marks.append(_rule((NODE, y), (WIDTH - NODE, z), CORAL, 1 + 3 * count / top))
    for x, names in ((0, sources), (WIDTH - NODE, targets)):
        for at, name in enumerate(names):
            box = (
                f"box(width: {NODE}pt, height: {ROW - 6}pt, stroke: 0.6pt + rgb({quoted(SOFT)}), radius: 3pt, "
                f"clip: true, inset: (x: 6pt, y: 4pt), fill: rgb({quoted(PAPER)}), raw({quoted(name)}))"
            )
            marks.append(_at(x, ROW * at + 3, box))
    return _canvas(ROW * max(len(sources), len(targets)), marks)


def _canvas(height: float, marks: list[str]) -> str:
    return f"#block(width: {WIDTH}pt, height: {height}pt, breakable: false)[{''.join(marks)}]\n"


def _at(x: float, y: float, what: str) -> str:
    return f"#place(top + left, dx: {x:.1f}pt, dy: {y:.1f}pt, {what})"


def _bar(x: float, floor: float, width: float, height: float, colour: str) -> str:
    shape = f"rect(width: {width:.1f}pt, height: {height:.1f}pt, fill: rgb({quoted(colour)}))"
    return _at(x, floor - height, shape) if height else ""


def _rule(start: tuple[float, float], end: tuple[float, float], colour: str, width: float) -> str:
    (x, y), (to_x, to_y) = start, end
    stroke = f"{width:.1f}pt + rgb({quoted(colour)})"
    line = f"line(start: ({x:.1f}pt, {y:.1f}pt), end: ({to_x:.1f}pt, {to_y:.1f}pt), stroke: {stroke})"
    return f"#place(top + left, {line})"


def _small(text: str) -> str:
    return f"text(size: 10pt, fill: rgb({quoted(SOFT)}), {quoted(text)})"
