"""Reports: the weekly letters of a project."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import field

from app.api._conditions import JSON, MARKDOWN, markdown, preferred
from app.api._wire import Items, Out
from app.unit import Unit
from specs.access import Scope
from sync.posted import LetterRecord, LetterText


class ReportOut(Out):
    """A weekly report; `markdown` and `trend` where one was read. `begins` is the Monday of its week."""

    id: UUID
    begins: date
    subject: str
    verdict: str
    counts: Mapping[str, int]
    at: datetime
    markdown: str | None = None
    trend: tuple[Mapping[str, Any], ...] = field(default_factory=tuple)

    @classmethod
    def of(cls, record: LetterRecord, text: LetterText | None = None) -> "ReportOut":
        """Make it from the core's value."""
        return cls(
            id=record.id,
            begins=record.begins,
            subject=record.subject,
            verdict=record.verdict,
            counts=record.counts,
            at=record.at,
            markdown=text.markdown if text else None,
            trend=text.trend if text else (),
        )


@get("/projects/{project:str}/reports", opt={"scope": Scope.READ, "statuses": (404,)}, summary="List weekly reports")
async def list_reports(unit: NamedDependency[Unit], project: FromPath[str]) -> Items[ReportOut]:
    """List the weekly reports, newest first."""
    found = await unit.projects.find(unit.principal, project)
    return Items(tuple(ReportOut.of(record) for record in await unit.letters.list(unit.principal, found.id)))


@get(
    "/projects/{project:str}/reports/{report:uuid}",
    opt={"scope": Scope.READ, "statuses": (404,), "offers": (JSON, MARKDOWN)},
    summary="Read a weekly report",
)
async def read_report(
    request: Request[Any, Any, Any],
    unit: NamedDependency[Unit],
    project: FromPath[str],
    report: FromPath[UUID],
) -> Response[ReportOut]:
    """Give one report; with `Accept: text/markdown` its text alone."""
    found = await unit.projects.find(unit.principal, project)
    text = await unit.letters.get(unit.principal, found.id, report)
    if preferred(request.headers.get("accept", ""), (JSON, MARKDOWN)) == MARKDOWN:
        return markdown(text.markdown, {"vary": "accept"})
    return Response(ReportOut.of(text.record, text), headers={"vary": "accept"})


ROUTES = (list_reports, read_report)
