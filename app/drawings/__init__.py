"""Formats of a drawing of the import graph, one file each. Same drawing, same bytes."""

from collections.abc import Callable
from dataclasses import dataclass

from app.drawings import dot, mermaid, svg
from drift.drawing import Drawing


@dataclass(frozen=True, slots=True)
class Format:
    """A format by name, and the function that writes it."""

    name: str
    render: Callable[[Drawing], str]


FORMATS: tuple[Format, ...] = (
    Format("mermaid", mermaid.render),
    Format("dot", dot.render),
    Format("svg", svg.render),
)


def format_of(name: str) -> Format:
    """Look a format up by its name. Raises `KeyError`."""
    return {item.name: item for item in FORMATS}[name]
