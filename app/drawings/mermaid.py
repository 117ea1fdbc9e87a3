"""A drawing for Markdown that renders Mermaid: GitHub, GitLab, most wikis."""

from app.wording import clean, counted
from drift.drawing import Drawing

ENTITIES = str.maketrans({char: f"#{ord(char)};" for char in '"#&<>;`\\[]{}|()'})


def render(drawing: Drawing) -> str:
    """Write a flowchart from top to bottom, broken imports in red (errors) or amber."""
    names = {node.name: f"n{number}" for number, node in enumerate(drawing.nodes)}
    lines = ["flowchart TD"]
    lines += [f"  %% {clean(note).replace('{', '(')}" for note in (drawing.title, *drawing.notes) if note]
    for node in drawing.nodes:
        inside = f"<br/>{counted(node.size, 'module')}" if node.size > 1 else ""
        left, right = ("([", "])") if node.external else ("[", "]")
        lines.append(f'  {names[node.name]}{left}"{text(node.name)}{inside}"{right}')
    errors: list[str] = []
    warnings: list[str] = []
    for number, arrow in enumerate(drawing.arrows):
        label = f'|"{text(", ".join(arrow.broken))}"|' if arrow.broken else ""
        line = "-.->" if arrow.broken else "-->"
        lines.append(f"  {names[arrow.importer]} {line}{label} {names[arrow.imported]}")
        if arrow.broken:
            (errors if arrow.error else warnings).append(str(number))
    lines += [f"  linkStyle {','.join(errors)} stroke:#d1453b,stroke-width:3px"] if errors else []
    lines += [f"  linkStyle {','.join(warnings)} stroke:#b7791f,stroke-width:3px"] if warnings else []
    focus = [names[node.name] for node in drawing.nodes if node.focus]
    lines += ["  classDef focus stroke-width:3px", f"  class {','.join(focus)} focus"] if focus else []
    return "\n".join(lines) + "\n"


def text(name: str) -> str:
    """Write a text so that nothing in it is syntax."""
    return clean(name).translate(ENTITIES)
