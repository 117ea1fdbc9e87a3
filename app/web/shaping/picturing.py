"""The module graph and the map of what specs govern, placed for a page and written for its script. Pure."""

from collections.abc import Mapping
from typing import Any

from app.drawings._layout import HEIGHT, Layout, lay_out
from app.drawings.svg import curve, sort_of
from app.web import addresses
from app.web.views.picture import ArrowView, BandView, CoveragePage, Crumb, GraphPage, PartView, PlotView
from drift.picture.atlas import Part, Sort, View
from drift.picture.coverage import Coverage, Plot
from sync.service.surveying import Graph, Map

SAID = {
    Sort.PACKAGE: "package",
    Sort.MODULE: "module",
    Sort.OUTSIDE: "outside",
    Sort.EXTERNAL: "not in this code",
    Sort.REST: "folded",
}
OPENS = {Sort.PACKAGE, Sort.OUTSIDE, Sort.MODULE}
LISTED = 100
GUTTER = 150


def graph_page(slug: str, found: Graph, repositories: tuple[str, ...]) -> GraphPage:
    """Place a view: the same view gives the same page."""
    view = found.view
    name = found.repository.name
    asked = {"repository": name if len(repositories) > 1 else "", "rule": found.rule}
    layout = lay_out(view.drawing)
    parts = tuple(part_view(slug, part, view, layout, asked) for part in view.parts)
    arrows = tuple(
        ArrowView(
            arrow.importer,
            arrow.imported,
            arrow.count,
            arrow.broken,
            sort_of(arrow),
            curve(layout.ways[number]),
            addresses.arrow(slug, arrow.importer, arrow.imported, at=view.at, repository=asked["repository"]),
        )
        for number, arrow in enumerate(view.arrows)
    )
    crumbs = tuple(Crumb(label or "everything", addresses.graph(slug, at=at, **asked)) for at, label in view.up)
    return GraphPage(
        known=True,
        at=view.at,
        repository=name,
        repositories=repositories,
        rules=found.rules,
        rule=found.rule,
        crumbs=crumbs,
        parts=parts,
        arrows=tuple(sorted(arrows, key=lambda one: bool(one.broken))),
        bands=bands_of(view, layout),
        width=round(layout.width, 1),
        height=round(layout.height, 1),
        modules=view.modules,
        notes=view.notes,
        broken=found.breaks[:LISTED],
        breaks=len(found.breaks),
    )


def part_view(slug: str, part: Part, view: View, layout: Layout, asked: Mapping[str, str]) -> PartView:
    """Place a part."""
    box = layout.boxes[part.name]
    opens = part.sort in OPENS and part.name != view.at
    said = f"{part.size:,} modules" if part.size > 1 else SAID[part.sort]
    look = part.sort.value + (f" {'broken' if part.errors else 'warned'}" if part.breaks else "")
    href = addresses.graph(slug, at=part.name, **asked) if opens else ""
    return PartView(part, box.x, box.y, box.width, href, said, look, SAID[part.sort])


def bands_of(view: View, layout: Layout) -> tuple[BandView, ...]:
    """Place the names of the layers: each at its first row; one that has no part here is left out."""
    tops: dict[int, float] = {}
    for part in view.parts:
        if part.level is not None:
            tops[part.level] = min(tops.get(part.level, layout.height), layout.boxes[part.name].y)
    return tuple(BandView(view.bands[level], round(y, 1)) for level, y in sorted(tops.items())) if view.bands else ()


def data_of(page: GraphPage) -> dict[str, Any]:
    """Write a page for its script: the same parts at the same places."""
    return {
        "at": page.at,
        "parts": [
            {
                "id": one.part.name,
                "label": one.part.label,
                "said": one.said,
                "sort": one.part.sort.value,
                "lines": one.part.lines,
                "breaks": one.part.breaks,
                "look": one.look,
                "x": round(one.x + one.width / 2, 1),
                "y": one.y + HEIGHT / 2,
                "width": one.width,
                "height": HEIGHT,
                "href": one.href,
            }
            for one in page.parts
        ],
        "arrows": [
            {
                "from": one.importer,
                "to": one.imported,
                "count": one.count,
                "broken": list(one.broken),
                "look": one.look,
                "href": one.href,
            }
            for one in page.arrows
        ],
        "bands": [{"label": one.label, "y": one.y} for one in page.bands],
        "up": page.crumbs[-2].href if len(page.crumbs) > 1 else "",
    }


def coverage_page(slug: str, found: Map, repository: str, titles: Mapping[str, str]) -> CoveragePage:
    """Lay out the map of a folder as bars, the longest the one with the most lines."""
    made = found.coverage
    names = tuple(one.name for one in found.repositories)
    counted = made.whole.lines > 0
    most = max((weight(one) for one in made.plots), default=0)
    plots = tuple(plot_view(slug, one, most, repository) for one in made.plots)
    return CoveragePage(
        known=found.known,
        at=made.at,
        repository=repository,
        repositories=names,
        crumbs=crumbs_of(slug, made, repository),
        whole=made.whole,
        plots=plots,
        specs=made.specs,
        titles=titles,
        counted=counted,
    )


def weight(plot: Plot) -> int:
    """Weigh a plot by lines; by files where none are known."""
    return plot.extent.lines or plot.extent.files


def plot_view(slug: str, plot: Plot, most: int, repository: str) -> PlotView:
    """Draw the bar of a plot."""
    extent = plot.extent
    scale = 100 / most if most else 0
    governed, covered = (
        (extent.governed_lines, extent.covered_lines) if extent.lines else (extent.governed, extent.covered)
    )
    href = addresses.coverage(slug, at=plot.path, repository=repository) if plot.folder else ""
    return PlotView(plot, round(weight(plot) * scale, 2), round(governed * scale, 2), round(covered * scale, 2), href)


def crumbs_of(slug: str, made: Coverage, repository: str) -> tuple[Crumb, ...]:
    """Give the way to a folder."""
    segments = made.at.split("/") if made.at else []
    steps = ["/".join(segments[:length]) for length in range(1, len(segments) + 1)]
    top = Crumb("all code", addresses.coverage(slug, repository=repository))
    rest = (Crumb(step.rpartition("/")[2], addresses.coverage(slug, at=step, repository=repository)) for step in steps)
    return (top, *rest)
