"""A drawing as one SVG file that stands alone: no script, no font, light or dark as the reader's screen is."""

from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from app.drawings._layout import HEIGHT, Layout, Point, lay_out
from app.wording import clean, counted
from drift.drawing import Arrow, Drawing, Node

LEGEND = 22
STYLE = """
svg { background: #fbfbf9; font: 13px ui-sans-serif, system-ui, Helvetica, Arial, sans-serif; }
.node rect { fill: #ffffff; stroke: #7c8a99; stroke-width: 1.2; }
.node text { fill: #1d2733; text-anchor: middle; }
.node .size { fill: #66727f; font-size: 11px; }
.external rect { stroke-dasharray: 5 4; }
.focus rect { stroke: #1f7a6c; stroke-width: 2.6; }
.way { fill: none; stroke: #a3adb8; stroke-width: 1.1; }
.error { stroke: #d1453b; stroke-width: 2.6; }
.warning { stroke: #b7791f; stroke-width: 2.6; }
.label { font-size: 13px; font-weight: 700; text-anchor: middle; }
.label { paint-order: stroke; stroke: #fbfbf9; stroke-width: 4px; }
.label.error { fill: #b3322a; } .label.warning { fill: #8a5a12; }
.note { fill: #66727f; font-size: 12px; } .title { fill: #1d2733; font-size: 14px; font-weight: 600; }
.head { fill: #a3adb8; } .head.error { fill: #d1453b; stroke: none; } .head.warning { fill: #b7791f; stroke: none; }
@media (prefers-color-scheme: dark) {
  svg { background: #14191f; }
  .node rect { fill: #1d242c; stroke: #66727f; } .node text { fill: #e6ebf0; } .node .size { fill: #93a0ad; }
  .focus rect { stroke: #4fc3ae; }
  .way { stroke: #55606c; } .head { fill: #55606c; }
  .error { stroke: #ff7a70; } .head.error { fill: #ff7a70; } .label.error { fill: #ff9d95; }
  .warning { stroke: #e0a94a; } .head.warning { fill: #e0a94a; } .label.warning { fill: #f0c67a; }
  .label { stroke: #14191f; } .note { fill: #93a0ad; } .title { fill: #e6ebf0; }
}
"""


def render(drawing: Drawing) -> str:
    """Draw."""
    layout = lay_out(drawing)
    numbers = numbered(drawing)
    notes = [*(f"{number}  {clean(name)}" for name, number in numbers.items()), *drawing.notes]
    top = LEGEND + 16 if drawing.title else 0
    width = max(layout.width, max((len(line) * 7 + 60 for line in (drawing.title, *notes)), default=0))
    height = layout.height + top + LEGEND * len(notes) + (12 if notes else 0)
    size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    label = quoteattr(clean(f"{drawing.title}: {counted(len(drawing.nodes), 'part')}"))
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label={label}>',
        f"<style>{STYLE}</style>",
        "<defs>",
        *(marker(name) for name in ("plain", "error", "warning")),
        "</defs>",
    ]
    if drawing.title:
        lines.append(f'<text class="title" x="28" y="28">{text(drawing.title)}</text>')
    lines.append(f'<g transform="translate({(width - layout.width) / 2:.1f} {top})">')
    ordered = sorted(range(len(drawing.arrows)), key=lambda number: (bool(drawing.arrows[number].broken), number))
    lines += [arrow_path(drawing.arrows[number], layout.ways[number]) for number in ordered]
    lines += [node_box(node, layout) for node in drawing.nodes]
    lines += [arrow_label(drawing.arrows[number], layout.ways[number], numbers) for number in ordered]
    lines.append("</g>")
    for number, note in enumerate(notes):
        lines.append(f'<text class="note" x="28" y="{layout.height + top + LEGEND * number:.0f}">{text(note)}</text>')
    return "\n".join(line for line in [*lines, "</svg>"] if line) + "\n"


def marker(name: str) -> str:
    """Draw the head of an arrow."""
    size = 'markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse"'
    shape = f'<path class="head {name}" d="M 0 0 L 9 4.5 L 0 9 z"/>'
    return f'<marker id="{name}" viewBox="0 0 9 9" refX="8" refY="4.5" {size} orient="auto">{shape}</marker>'


def sort_of(arrow: Arrow) -> str:
    """Name the style of an arrow."""
    return "plain" if not arrow.broken else "error" if arrow.error else "warning"


def arrow_path(arrow: Arrow, points: tuple[Point, ...]) -> str:
    """Draw an arrow as a line without corners."""
    name = sort_of(arrow)
    said = f"{arrow.importer} → {arrow.imported}: {counted(arrow.count, 'import')}"
    if arrow.broken:
        said += f", against {', '.join(arrow.broken)}"
    return f'<path class="way {name}" marker-end="url(#{name})" d="{curve(points)}"><title>{text(said)}</title></path>'


def curve(points: tuple[Point, ...]) -> str:
    """Join points: straight through the rows, in an S between them."""
    (x, y), *rest = points
    pieces = [f"M {x:.1f} {y:.1f}"]
    if len(points) == 3 and points[0][1] == points[2][1]:  # noqa: PLR2004 (two nodes of one row, and the dip between)
        dip, end = rest
        return f"M {x:.1f} {y:.1f} Q {dip[0]:.1f} {dip[1]:.1f} {end[0]:.1f} {end[1]:.1f}"
    for to_x, to_y in rest:
        if x == to_x:
            pieces.append(f"L {to_x:.1f} {to_y:.1f}")
        else:
            half = (y + to_y) / 2
            pieces.append(f"C {x:.1f} {half:.1f} {to_x:.1f} {half:.1f} {to_x:.1f} {to_y:.1f}")
        x, y = to_x, to_y
    return " ".join(pieces)


def numbered(drawing: Drawing) -> dict[str, int]:
    """Number the invariants that are broken; names would cover each other."""
    names = sorted({name for arrow in drawing.arrows for name in arrow.broken})
    return {name: number for number, name in enumerate(names, 1)}


def arrow_label(arrow: Arrow, points: tuple[Point, ...], numbers: Mapping[str, int]) -> str:
    """Write the numbers of the invariants that an arrow breaks, in the middle of its last step."""
    if not arrow.broken:
        return ""
    (x, y), (to_x, to_y) = points[-2], points[-1]
    place = f'x="{(x + to_x) / 2:.1f}" y="{(y + to_y) / 2 + 4:.1f}"'
    said = ", ".join(str(numbers[name]) for name in arrow.broken)
    return f'<text class="label {sort_of(arrow)}" {place}>{said}</text>'


def node_box(node: Node, layout: Layout) -> str:
    """Draw a node."""
    box = layout.boxes[node.name]
    kind = "node" + (" external" if node.external else "") + (" focus" if node.focus else "")
    shape = f'<rect x="{box.x:.1f}" y="{box.y}" width="{box.width:.1f}" height="{HEIGHT}" rx="7"/>'
    inside = counted(node.size, "module") if node.size > 1 else "external" if node.external else ""
    drop = 20 if inside else 28
    words = f'<text x="{box.middle:.1f}" y="{box.y + drop}">{text(node.name)}</text>'
    more = f'<text class="size" x="{box.middle:.1f}" y="{box.y + 36}">{inside}</text>' if inside else ""
    return f'<g class="{kind}">{shape}{words}{more}</g>'


def text(words: str) -> str:
    """Escape a text."""
    return escape(clean(words))
