"""Output formats of a check, one file each. A renderer turns a report into text and decides nothing."""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from specs.values import dataclass

if TYPE_CHECKING:
    from drift.excerpts import Excerpts
    from drift.report import CheckReport


@dataclass(frozen=True, slots=True)
class Renderer:
    """A format by name: its media type, and the module whose `render` makes it, loaded when it is used."""

    name: str
    media_type: str
    module: str

    def render(self, report: "CheckReport", excerpts: "Excerpts | None" = None) -> str:
        """Make text of a report, with the lines of code it speaks of beside it. Same report, same bytes."""
        made: Callable[..., str] = import_module(self.module).render
        return made(report) if excerpts is None else made(report, excerpts)


RENDERERS: tuple[Renderer, ...] = (
    Renderer("text", "text/plain", "app.renderers.text"),
    Renderer("json", "application/json", "app.renderers.json"),
    Renderer("sarif", "application/sarif+json", "app.renderers.sarif"),
    Renderer("junit", "application/xml", "app.renderers.junit"),
    Renderer("github", "text/plain", "app.renderers.github"),
    Renderer("gitlab", "application/json", "app.renderers.gitlab"),
    Renderer("markdown", "text/markdown", "app.renderers.markdown"),
)


def renderer(name: str) -> Renderer:
    """Look a format up by its name. Raises `KeyError`."""
    return {item.name: item for item in RENDERERS}[name]
