"""The weekly letters: the list, when they go out and to whom, one in each form, the findings behind a number."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from app.letters import words
from app.letters.forms import FORMS, Forms
from app.letters.links import Links
from app.letters.wire import letter_of
from app.unit import Unit
from app.web import addresses, answers
from app.web.answers import Here, Web, fields, here, refused, see
from app.web.shaping.listing import titles_and_owners
from app.web.shaping.reading import blocks_of, line_of
from app.web.views.chart import Week, draw
from app.web.views.frame import Place
from app.web.views.reports import BehindPage, ReportList, ReportPage, ReportRow
from specs.access import Role, Scope
from specs.document import Yaml
from specs.errors import ConflictError, HoldfastError, MissingError, UserError
from specs.revision import ActorKind
from sync.service.letters.letters import Query
from sync.weekly.period import WEEKDAYS, Schedule, due_at, last_week
from sync.weekly.posted import LetterText, Wish
from sync.weekly.tally import Count

READ = {"scope": Scope.READ}
WRITE = {"scope": Scope.WRITE}
ADMIN = {"scope": Scope.ADMIN}
SIX_DAYS = timedelta(days=6)
SHOWN = 500
NO_TROUBLE = {"error": "", "hint": ""}
DRAWN = (Count.NEW, Count.RESOLVED, Count.OPEN)
UNUSABLE = 400
CONFLICT = 409


@get("/p/{project:str}/reports", opt=READ)
async def list_reports(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """List the letters of the project, or of an owner in it, newest first."""
    at = await here(request, unit, project, "Reports", Place.REPORTS)
    return await _list(request, unit, at)


async def _list(
    request: Web, unit: Unit, at: Here, error: HoldfastError | None = None, typed: Schedule | None = None
) -> Response[Any]:
    who, ident = unit.principal, at.project.id
    owners = await unit.letters.owners(who, ident)
    owner = request.query_params.get("owner", "")
    owner = owner if owner in owners else ""
    told = refused(error) if error else NO_TROUBLE
    schedule = await unit.letters.schedule(who, ident)
    period = last_week(unit.letters.now(), schedule)
    due = due_at(period, schedule)
    view = ReportList(
        tuple(
            ReportRow(str(one.id), one.begins, one.begins + SIX_DAYS, one.verdict, dict(one.counts))
            for one in await unit.letters.list(who, ident, owner=owner)
        ),
        schedule,
        owners,
        owner,
        (await unit.letters.wishes(who, ident)).get(who.actor.id),
        may_set=who.role_in(ident) is Role.ADMIN,
        person=who.actor.kind is ActorKind.HUMAN,
        mailed=bool(request.app.state.settings.smtp_host),
        due=(due if due > unit.letters.now() else due_at(period.back(-1), schedule)) if schedule.on else None,
        error=told["error"],
        hint=told["hint"],
        typed=typed or schedule,
    )
    return answers.page("reports.html", at.frame, view, status=UNUSABLE if error else 200)


@post("/p/{project:str}/reports/schedule", opt=ADMIN, status_code=200)
async def set_schedule(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Say when the letters go out."""
    at = await here(request, unit, project, "Reports", Place.REPORTS)
    wanted = schedule_of(await fields(request))
    try:
        await unit.letters.set_schedule(unit.principal, at.project.id, wanted)
    except UserError as error:
        return await _list(request, unit, at, error, wanted)
    return see(addresses.reports(project))


def schedule_of(given: Mapping[str, str]) -> Schedule:
    """Read a schedule out of a form; what is no number stands for one that no day has."""
    weekday, hour = given.get("weekday", ""), given.get("hour", "")
    return Schedule(
        WEEKDAYS.index(weekday) if weekday in WEEKDAYS else -1,
        int(hour) if hour.isascii() and hour.isdigit() and len(hour) < 4 else -1,  # noqa: PLR2004 (of a day)
        given.get("zone", "").strip(),
        given.get("on") == "yes",
    )


@post("/p/{project:str}/reports/wish", opt=READ, status_code=200)
async def set_wish(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Say which letters the reader gets."""
    at = await here(request, unit, project, "Reports", Place.REPORTS)
    given = (await fields(request)).get("wish", "")
    if given not in set(Wish):
        error = UserError("There is no such wish.", f"Choose one of {', '.join(Wish)}.")
        return await _list(request, unit, at, error)
    await unit.letters.set_wish(unit.principal, at.project.id, Wish(given))
    return see(addresses.reports(project))


@get("/p/{project:str}/reports/{report:uuid}", opt=READ)
async def read_report(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], report: FromPath[UUID]
) -> Response[Any]:
    """Show a letter as it was written."""
    at = await here(request, unit, project, "Report", Place.REPORTS)
    return await _report(unit, at, report)


async def _report(unit: Unit, at: Here, report: UUID, error: HoldfastError | None = None) -> Response[Any]:
    who, ident = unit.principal, at.project.id
    text = await unit.letters.get(who, ident, report)
    begins, forms = text.record.begins, forms_of(text, at.project.slug)
    before, after = around_trend(forms.text("markdown") if forms else text.markdown)
    admin = who.role_in(ident) is Role.ADMIN
    told = refused(error) if error else NO_TROUBLE
    view = ReportPage(
        str(report),
        begins,
        begins + SIX_DAYS,
        before,
        after,
        draw(weeks_of(text, at.project.slug)),
        text.record.owner,
        forms=tuple((name, words.FORM_NAMES[name]) for name in FORMS) if forms else (),
        mails=await unit.letters.mails(who, ident, report) if admin else (),
        error=told["error"],
        hint=told["hint"],
    )
    status = CONFLICT if error else 200
    return answers.page("report.html", answers.titled(at.frame, f"Week of {begins.isoformat()}"), view, status=status)


def forms_of(text: LetterText, slug: str, base: str | None = "") -> Forms | None:
    """Give every form of a letter, with links on this server; None for early letters."""
    if text.model is None:
        return None
    return Forms(letter_of(text.model), Links(base, slug), str(text.record.id))


@get("/p/{project:str}/reports/{report:uuid}/{form:str}", opt=READ)
async def read_form(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], report: FromPath[UUID], form: FromPath[str]
) -> Response[Any]:
    """Give a letter in another form, to keep."""
    found = await unit.projects.find(unit.principal, project)
    text = await unit.letters.get(unit.principal, found.id, report)
    forms = forms_of(text, found.slug, str(request.base_url).rstrip("/"))
    if form not in FORMS or forms is None:
        raise MissingError(
            "There is no such form of this report.", f"There are {', '.join(FORMS)}; early ones have none."
        )
    media, suffix = FORMS[form]
    name = f"{found.slug}-{text.record.begins.isoformat()}.{suffix}"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "private, no-cache"}
    return Response(await forms.write(form), media_type=media, headers=headers)


@post("/p/{project:str}/reports/{report:uuid}/again", opt=ADMIN, status_code=200)
async def send_again(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], report: FromPath[UUID]
) -> Response[Any]:
    """Let a mail that failed or was cut off be sent once more."""
    at = await here(request, unit, project, "Report", Place.REPORTS)
    recipient = (await fields(request)).get("recipient", "")
    try:
        await unit.letters.again(unit.principal, at.project.id, report, recipient)
    except ConflictError as error:
        return await _report(unit, at, report, error)
    return see(addresses.report(project, str(report)))


@get("/p/{project:str}/reports/findings", opt=READ)
async def behind(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """List the findings behind a number of a letter."""
    at = await here(request, unit, project, "Findings of a report", Place.REPORTS)
    query = query_of(request.query_params)
    found = await unit.letters.behind(unit.principal, at.project.id, query)
    heads = await unit.library.heads(unit.principal, at.project.id)
    titles, owners = titles_and_owners(heads)
    number = len(worsened_in(found)) if query.count is Count.WORSENED else len(found)
    rows = tuple(line_of(life.finding, titles, at.repositories, owners) for life in found[:SHOWN])
    whose = ", ".join(part for part in (query.owner, query.spec, query.path) if part)
    view = BehindPage(rows, words.NAMES[query.count], query.since, query.until, number, whose, len(found))
    return answers.page("behind.html", at.frame, view)


def worsened_in(found: tuple[Any, ...]) -> set[tuple[UUID, str]]:
    """Name the invariants that findings are of."""
    return {(life.finding.repository, life.finding.invariant) for life in found}


def query_of(given: Mapping[str, str]) -> Query:
    """Read the question behind a number out of an address. Raises `UserError` for what is none."""
    hint = "Take the link from a report, such as ?count=new&since=2026-11-09T00:00:00Z&until=2026-11-16T00:00:00Z."
    if given.get("count", "") not in set(Count):
        raise UserError("A report has no such number.", f"`count` is one of {', '.join(Count)}.")
    moments = []
    for name in ("since", "until"):
        try:
            moment = datetime.fromisoformat(given.get(name, ""))
        except ValueError as error:
            raise UserError(f"`{name}` is no time.", hint) from error
        if moment.tzinfo is None:
            raise UserError(f"`{name}` has no zone.", hint)
        moments.append(moment)
    since, until = moments
    return Query(Count(given["count"]), since, until, *(given.get(name, "") for name in ("owner", "spec", "path")))


def around_trend(text: str) -> tuple[Markup, Markup]:
    """Give what stands before the table of weeks, above which the page draws them, and from it on."""
    found = [block.html for block in blocks_of(text)]
    weeks = [at for at, html in enumerate(found) if html.startswith("<table>") and "week of</th>" in html]
    cut = weeks[0] if weeks else len(found)
    return Markup().join(found[:cut]), Markup().join(found[cut:])


def weeks_of(letter: LetterText, slug: str) -> list[Week]:
    """Read the trend that the letter keeps, each number with the link that it has in the letter's table."""
    if letter.model is not None:
        made, links = letter_of(letter.model), Links("", slug)
        last = len(made.trend) - 1
        return [
            Week(
                point.begins,
                point.counts.new,
                point.counts.resolved,
                point.counts.open,
                {one.value: links.number(made, one, weeks=last - at) for one in DRAWN},
            )
            for at, point in enumerate(made.trend)
        ]
    return [
        Week(date.fromisoformat(str(one["start"])), _count(one["opened"]), _count(one["resolved"]), _count(one["open"]))
        for one in letter.trend
    ]


def _count(value: Yaml) -> int:
    return value if isinstance(value, int) else 0


ROUTES = (list_reports, set_schedule, set_wish, behind, read_report, read_form, send_again)
