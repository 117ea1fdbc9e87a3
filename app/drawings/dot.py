"""A drawing for Graphviz."""

from itertools import groupby

from app.wording import clean, counted
from drift.drawing import Drawing


def render(drawing: Drawing) -> str:
    """Write a digraph, a row of nodes to a rank, broken imports in red (errors) or amber."""
    notes = "\\n".join(quoted(note)[1:-1] for note in (drawing.title, *drawing.notes) if note)
    lines = [
        "digraph imports {",
        f'  graph [rankdir=TB, fontname="Helvetica", label="{notes}", labelloc=b];',
        '  node [shape=box, style="rounded", fontname="Helvetica"];',
        '  edge [color="#8a949e"];',
    ]
    for _, row in groupby(drawing.nodes, key=lambda node: node.rank):
        nodes = list(row)
        for node in nodes:
            inside = f"\\n{counted(node.size, 'module')}" if node.size > 1 else ""
            style = ', style="dashed"' if node.external else ", penwidth=3" if node.focus else ""
            lines.append(f'  {quoted(node.name)} [label={quoted(node.name)[:-1]}{inside}"{style}];')
        lines.append(f"  {{ rank=same; {' '.join(quoted(node.name) + ';' for node in nodes)} }}")
    for arrow in drawing.arrows:
        style = f"label={quoted(str(arrow.count))}"
        if arrow.broken:
            colour = "#d1453b" if arrow.error else "#b7791f"
            style = f"label={quoted(', '.join(arrow.broken))}, color={quoted(colour)}, penwidth=3, constraint=false"
        lines.append(f"  {quoted(arrow.importer)} -> {quoted(arrow.imported)} [{style}];")
    return "\n".join([*lines, "}"]) + "\n"


def quoted(text: str) -> str:
    """Write a text as a string of the language."""
    escaped = clean(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
