"""Output formats of a check, one file each. A renderer turns a report into text and decides nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from app.renderers import json, text
from drift.report import CheckReport


@dataclass(frozen=True, slots=True)
class Renderer:
    """A format by name, with its media type and the function that makes it. Same report, same bytes."""

    name: str
    media_type: str
    render: Callable[[CheckReport], str]


RENDERERS: tuple[Renderer, ...] = (
    Renderer("text", "text/plain; charset=utf-8", text.render),
    Renderer("json", "application/json", json.render),
)


def renderer(name: str) -> Renderer:
    """Look a format up by its name. Raises `KeyError`."""
    return {item.name: item for item in RENDERERS}[name]
