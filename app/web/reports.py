"""The weekly letters: the list, and one of them."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from app.unit import Unit
from app.web import answers
from app.web.answers import Web, here
from app.web.chart import Week, draw
from app.web.reading import blocks_of
from app.web.views.drift import ReportPage, ReportRow
from app.web.views.frame import Place
from specs.access import Scope
from specs.document import Yaml
from sync.posted import LetterText

READ = {"scope": Scope.READ}
SIX_DAYS = timedelta(days=6)


@get("/p/{project:str}/reports", opt=READ)
async def list_reports(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """List the letters, newest first."""
    at = await here(request, unit, project, "Reports", Place.REPORTS)
    found = await unit.letters.list(unit.principal, at.project.id)
    rows = tuple(
        ReportRow(str(one.id), one.begins, one.begins + SIX_DAYS, one.verdict, dict(one.counts)) for one in found
    )
    return answers.page("reports.html", at.frame, rows)


@get("/p/{project:str}/reports/{report:uuid}", opt=READ)
async def read_report(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], report: FromPath[UUID]
) -> Response[Any]:
    """Show a letter as it was written."""
    at = await here(request, unit, project, "Report", Place.REPORTS)
    letter = await unit.letters.get(unit.principal, at.project.id, report)
    begins = letter.record.begins
    before, after = around_trend(letter.markdown)
    view = ReportPage(str(report), begins, begins + SIX_DAYS, before, after, draw(weeks_of(letter)))
    return answers.page("report.html", answers.titled(at.frame, f"Week of {begins.isoformat()}"), view)


def around_trend(text: str) -> tuple[Markup, Markup]:
    """Give what stands before and after the table of weeks, which the page draws; all of it where there is none."""
    found = [block.html for block in blocks_of(text)]
    weeks = [at for at, html in enumerate(found) if html.startswith("<table>") and "week of</th>" in html]
    cut = weeks[0] if weeks else len(found)
    return Markup().join(found[:cut]), Markup().join(found[cut + 1 :])


def weeks_of(letter: LetterText) -> list[Week]:
    """Read the trend that the letter keeps."""
    return [
        Week(date.fromisoformat(str(one["start"])), _count(one["opened"]), _count(one["resolved"]), _count(one["open"]))
        for one in letter.trend
    ]


def _count(value: Yaml) -> int:
    return value if isinstance(value, int) else 0


ROUTES = (list_reports, read_report)
