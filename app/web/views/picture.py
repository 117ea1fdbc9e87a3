"""Views of the picture of code: the module graph, the map of what specs govern, the history of an invariant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.web.views.specs import InvariantPanel
from drift.lives.history import Holding, Sighting
from drift.picture.atlas import Break, Part
from drift.picture.coverage import Extent, Following, Plot


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step of the way to where one is."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of the graph where it stands; `href` opens it, "" for what cannot be opened.

    `said` says what it is, `sort` of which sort.
    """

    part: Part
    x: float
    y: float
    width: float
    href: str
    said: str
    look: str
    sort: str


@dataclass(frozen=True, slots=True)
class ArrowView:
    """An arrow of the graph: its path, how it looks, and where its imports are listed."""

    importer: str
    imported: str
    count: int
    broken: tuple[str, ...]
    look: str
    way: str
    href: str


@dataclass(frozen=True, slots=True)
class BandView:
    """A layer: its name beside its row."""

    label: str
    y: float


@dataclass(frozen=True, slots=True)
class GraphPage:
    """The graph at a package. `data` is the same for the script. `known` is whether any code is known.

    `broken` are the broken imports that touch what is seen, of `breaks` in all. `found` answers the words looked for.
    """

    known: bool
    at: str = ""
    repository: str = ""
    repositories: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    rule: str = ""
    crumbs: tuple[Crumb, ...] = ()
    parts: tuple[PartView, ...] = ()
    arrows: tuple[ArrowView, ...] = ()
    bands: tuple[BandView, ...] = ()
    width: float = 0
    height: float = 0
    modules: int = 0
    notes: tuple[str, ...] = ()
    broken: tuple[Break, ...] = ()
    breaks: int = 0
    data: Mapping[str, Any] | None = None
    text: str = ""
    found: tuple[Crumb, ...] = ()


@dataclass(frozen=True, slots=True)
class ArrowPage:
    """The imports behind an arrow: importer, imported, path, line; `total` of them, and the findings among them."""

    importer: str
    imported: str
    repository: str
    rows: tuple[tuple[str, str, str, int], ...]
    total: int
    breaks: tuple[Break, ...]
    back: str


@dataclass(frozen=True, slots=True)
class PlotView:
    """A folder or file of the map: the widths of its bar, in hundredths, and where it opens."""

    plot: Plot
    width: float
    governed: float
    covered: float
    href: str


@dataclass(frozen=True, slots=True)
class CoveragePage:
    """The map of a folder. `counted` is whether lines are known; else files are counted as one line each."""

    known: bool
    at: str = ""
    repository: str = ""
    repositories: tuple[str, ...] = ()
    crumbs: tuple[Crumb, ...] = ()
    whole: Extent | None = None
    plots: tuple[PlotView, ...] = ()
    specs: tuple[Following, ...] = ()
    titles: Mapping[str, str] | None = None
    counted: bool = True


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """What one check said of an invariant, with the name of its repository and how many findings it then had."""

    sighting: Sighting
    repository: str
    at: datetime


@dataclass(frozen=True, slots=True)
class InvariantPage:
    """An invariant over the commits. `standing` is how it stands in each repository, by name.

    `every` is whether every check is listed, not only those that changed the verdict.
    """

    invariant: str
    panel: InvariantPanel | None
    spec_path: str
    spec_title: str
    anchor: str
    standing: tuple[tuple[str, Holding], ...]
    rows: tuple[HistoryRow, ...]
    every: bool
    open: int
    next_page: str = ""
    repository: str = ""
    repositories: tuple[str, ...] = ()
