"""Reports: the weekly letters of a project in every form, the findings behind their numbers, when they go out."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Request, Response, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta, field

from app.api._conditions import JSON, MARKDOWN, markdown, preferred
from app.api._wire import NO_NUL, In, Items, Out
from app.letters.forms import FORMS, Forms
from app.letters.links import Links
from app.letters.wire import letter_of
from app.unit import Unit
from drift.lives.life import LifeState
from drift.lives.records import FindingDetail
from specs.access import Scope
from specs.errors import MissingError, UserError
from sync.service.letters.letters import Query
from sync.weekly.period import LAST_HOUR, LONGEST_ZONE, WEEKDAYS, Schedule, Weekday
from sync.weekly.posted import LetterRecord, LetterText, Wish
from sync.weekly.tally import Count

Name = Annotated[str, QueryParameter(max_length=1000, pattern=NO_NUL)]
MEDIA = tuple(dict.fromkeys(media.partition(";")[0] for media, _ in FORMS.values()))
FormName = Literal["markdown", "html", "json", "slack", "pdf", "png"]


class ReportOut(Out):
    """A weekly report; `markdown`, `trend` and `letter` where one was read. `begins` is the first day of its week.

    `owner` is whose it is ("": the project's); `letter` holds all its values (docs/report-v1.schema.json).
    """

    id: UUID
    begins: date
    subject: str
    verdict: str
    counts: Mapping[str, int]
    at: datetime
    owner: str = ""
    markdown: str | None = None
    trend: tuple[Mapping[str, Any], ...] = field(default_factory=tuple)
    letter: Mapping[str, Any] | None = None

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
            owner=record.owner,
            markdown=text.markdown if text else None,
            trend=text.trend if text else (),
            letter=text.model if text else None,
        )


class BehindOut(Out):
    """A finding behind a number of a report, as it stands today."""

    fingerprint: str
    repository: UUID
    invariant: str
    severity: str
    state: LifeState
    message: str
    spec_path: str
    code_path: str
    line: int

    @classmethod
    def of(cls, life: FindingDetail) -> "BehindOut":
        """Make it from the core's value."""
        one = life.finding
        return cls(
            fingerprint=one.fingerprint,
            repository=one.repository,
            invariant=one.invariant,
            severity=one.severity,
            state=one.state,
            message=one.message,
            spec_path=one.spec_path,
            code_path=one.code_path,
            line=one.line,
        )


class ScheduleIO(In):
    """When the reports of a project go out: the weekday on which a week ends and another begins, the hour, the zone."""

    weekday: Weekday = "monday"
    hour: Annotated[int, Meta(ge=0, le=LAST_HOUR)] = 6
    zone: Annotated[str, Meta(min_length=1, max_length=LONGEST_ZONE)] = "UTC"
    on: bool = True

    @classmethod
    def of(cls, schedule: Schedule) -> "ScheduleIO":
        """Make it from the core's value."""
        return cls(weekday=WEEKDAYS[schedule.weekday], hour=schedule.hour, zone=schedule.zone, on=schedule.on)


class WishIO(In):
    """Which reports the caller gets by mail: the project's, those of the specs they own, or none."""

    wish: Wish


@get("/projects/{project:str}/reports", opt={"scope": Scope.READ, "statuses": (404,)}, summary="List weekly reports")
async def list_reports(unit: NamedDependency[Unit], project: FromPath[str], owner: Name = "") -> Items[ReportOut]:
    """List the weekly reports of the project, or of an owner of specs in it, newest first."""
    found = await unit.projects.find(unit.principal, project)
    records = await unit.letters.list(unit.principal, found.id, owner=owner)
    return Items(tuple(ReportOut.of(record) for record in records))


@get(
    "/projects/{project:str}/reports/findings",
    opt={"scope": Scope.READ, "statuses": (404,)},
    summary="List the findings behind a number of a report",
)
async def list_behind(
    unit: NamedDependency[Unit],
    project: FromPath[str],
    count: FromQuery[Count],
    since: FromQuery[datetime],
    until: FromQuery[datetime],
    *,
    owner: Name = "",
    spec: Name = "",
    path: Name = "",
) -> Items[BehindOut]:
    """Give what a report counted between two moments; of `worsened`, all open findings of those invariants."""
    for moment in (since, until):
        if moment.tzinfo is None:
            raise UserError("The time has no zone.", "Write it as 2026-03-02T00:00:00Z.")
    found = await unit.projects.find(unit.principal, project)
    query = Query(count, since, until, owner, spec, path)
    lives = await unit.letters.behind(unit.principal, found.id, query)
    return Items(tuple(BehindOut.of(life) for life in lives))


@get(
    "/projects/{project:str}/reports/schedule",
    opt={"scope": Scope.READ, "statuses": (404,)},
    summary="Read when reports go out",
)
async def read_schedule(unit: NamedDependency[Unit], project: FromPath[str]) -> ScheduleIO:
    """Give when the reports of a project are written and sent."""
    found = await unit.projects.find(unit.principal, project)
    return ScheduleIO.of(await unit.letters.schedule(unit.principal, found.id))


@put(
    "/projects/{project:str}/reports/schedule",
    opt={"scope": Scope.ADMIN, "statuses": (404,)},
    summary="Say when reports go out",
)
async def set_schedule(unit: NamedDependency[Unit], project: FromPath[str], data: JSONBody[ScheduleIO]) -> ScheduleIO:
    """Set weekday, hour and zone, or switch reports off. What would have been due before is not written late."""
    found = await unit.projects.find(unit.principal, project)
    schedule = Schedule(WEEKDAYS.index(data.weekday), data.hour, data.zone, data.on)
    return ScheduleIO.of(await unit.letters.set_schedule(unit.principal, found.id, schedule))


@put(
    "/projects/{project:str}/reports/wish",
    opt={"scope": Scope.READ, "statuses": (404,)},
    summary="Say which reports you get",
)
async def set_wish(unit: NamedDependency[Unit], project: FromPath[str], data: JSONBody[WishIO]) -> WishIO:
    """Choose the project's report, those of the specs you own, or none. Only people get mail."""
    found = await unit.projects.find(unit.principal, project)
    await unit.letters.set_wish(unit.principal, found.id, data.wish)
    return data


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


@get(
    "/projects/{project:str}/reports/{report:uuid}/{form:str}",
    opt={"scope": Scope.READ, "statuses": (404, 503), "offers": MEDIA},
    summary="Read a weekly report in another form",
)
async def read_form(
    request: Request[Any, Any, Any],
    unit: NamedDependency[Unit],
    project: FromPath[str],
    report: FromPath[UUID],
    form: FromPath[FormName],
) -> Response[Any]:
    """Give a report as Markdown, as the HTML of a mail, as JSON, as Slack blocks, as PDF, or its picture as PNG."""
    found = await unit.projects.find(unit.principal, project)
    text = await unit.letters.get(unit.principal, found.id, report)
    if text.model is None:
        raise MissingError(
            "This report has no other forms.", "It was written before there were any: read its Markdown."
        )
    base = str(request.base_url).rstrip("/")
    forms = Forms(letter_of(text.model), Links(base, found.slug), str(text.record.id))
    return Response(await forms.write(form), media_type=FORMS[form][0])


ROUTES = (list_reports, list_behind, read_schedule, set_schedule, set_wish, read_report, read_form)
