"""All projects, a new one, and the overview of one: its verdict in a sentence, then what it rests on."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.sources import now
from app.unit import Unit
from app.web import addresses, answers
from app.web.answers import Here, Web, alone, fields, here, refused, see
from app.web.shaping.listing import row_of, titles_and_owners
from app.web.shaping.reading import line_of
from app.web.shaping.repositories import standing_row
from app.web.views.chart import Chart, Week, draw
from app.web.views.drift import ActRow, ChangeRow, Overview
from app.web.views.frame import Place
from app.web.views.people import ProjectRow, ProjectsPage
from drift.lives.records import WAIVED, CheckVerdict, Repository
from drift.lives.standing import of_project
from drift.lives.wanted import CAME, WENT, Cluster, Wanted, urgent
from specs.access import Project, Scope
from specs.errors import ConflictError, UserError
from specs.library import SpecText

READ = {"scope": Scope.READ}
WRITE = {"scope": Scope.WRITE}
DAYS = 7
FIRST = 5
NEWEST = 5
CHANGES = 6
CONFLICT = 409
FINISHED = frozenset({CheckVerdict.KEPT, CheckVerdict.BROKEN})
UNUSABLE = 400


@get("/", opt=READ)
async def projects(request: Web, unit: NamedDependency[Unit]) -> Response[Any]:
    """List the projects of the reader."""
    return await _projects(request, unit)


async def _projects(request: Web, unit: Unit, *, status: int = 200, error: str = "", hint: str = "") -> Response[Any]:
    view = await unstarted(unit, error=error, hint=hint)
    return answers.page("projects.html", alone(request, "Projects"), view, status=status)


async def unstarted(
    unit: Unit, *, given: Mapping[str, str] | None = None, error: str = "", hint: str = ""
) -> ProjectsPage:
    """Make the view of the reader's projects, with the form that begins one; `given` is what was typed and refused."""
    found = await unit.projects.list(unit.principal)
    rows = tuple([await _row(unit, project) for project in found])
    return ProjectsPage(rows, unit.principal.site_admin, error, hint, dict(given or {}))


async def _row(unit: Unit, project: Project) -> ProjectRow:
    badges = await unit.drift.badges(unit.principal, project.id)
    heads = await unit.library.heads(unit.principal, project.id)
    words = {badge.verdict for badge in badges.values()}
    verdict = next((word for word in ("broken", "warning", "unmatched", WAIVED) if word in words), "kept")
    return ProjectRow(
        project.slug,
        project.name or project.slug,
        verdict if any(badge.total or badge.open for badge in badges.values()) else "none",
        len(heads),
        sum(badge.open for badge in badges.values()),
        max((head.revision.at for head in heads), default=None),
    )


@post("/projects", opt=WRITE)
async def create_project(request: Web, unit: NamedDependency[Unit]) -> Response[Any]:
    """Start a project and go there."""
    given = await fields(request)
    try:
        project = await unit.projects.create(
            unit.principal, given.get("slug", "").strip(), given.get("name", "").strip()
        )
    except (UserError, ConflictError) as error:
        status = CONFLICT if isinstance(error, ConflictError) else UNUSABLE
        return await _projects(request, unit, status=status, **refused(error))
    return see(addresses.project(project.slug))


@get("/p/{project:str}", opt=READ)
async def overview(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Show how the project stands."""
    at = await here(request, unit, project, "Overview", Place.OVERVIEW)
    heads = await unit.library.heads(unit.principal, at.project.id)
    view = await _overview(unit, at, heads)
    return answers.page("overview.html", at.frame, view)


async def _overview(unit: Unit, at: Here, heads: Sequence[SpecText]) -> Overview:
    who, ident = unit.principal, at.project.id
    moment = now()
    came, went = (Wanted(happened=kinds, since=moment - timedelta(days=DAYS), until=moment) for kinds in (CAME, WENT))
    fresh = await unit.drift.wanted(who, ident, came, limit=NEWEST)
    clusters = await unit.drift.clusters(who, ident, moment - timedelta(days=DAYS))
    titles, owners = titles_and_owners(heads)
    verdicts, repositories = at.verdicts, at.repositories
    whole = of_project(verdicts)
    unread = {one.spec: one for one in await unit.readings.unread(who, ident)}
    rows = tuple(row_of(head, at.badges.get(head.spec.id), unread.get(head.spec.id)) for head in heads)
    latest = sorted(heads, key=lambda head: head.revision.at, reverse=True)[:CHANGES]
    return Overview(
        total=sum(one.invariants for one in verdicts) or sum(row.invariants for row in rows),
        broken=sum(one.broken for one in verdicts),
        unmatched=sum(one.unmatched for one in verdicts),
        waived=sum(one.waived for one in verdicts),
        opened=sum(one.count for one in await unit.drift.tally(who, ident, came)),
        resolved=sum(one.count for one in await unit.drift.tally(who, ident, went)),
        open=sum(sum(one.open.values()) for one in verdicts),
        warnings=sum(one.open.get("warning", 0) for one in verdicts),
        errors=sum(one.open.get("error", 0) for one in verdicts),
        checked=any(one.verdict in FINISHED or one.invariants for one in verdicts),
        failed=next((said for one in verdicts if (said := one.problem or one.repository.problem)), ""),
        since=min((one.since for one in verdicts if one.broken and one.since), default=None),
        specs=rows,
        changes=tuple(ChangeRow(head.spec.path, head.spec.title, head.revision) for head in latest),
        newest=tuple(line_of(record, titles, repositories, owners) for record in fresh.items),
        repositories=tuple(standing_row(one) for one in verdicts),
        chart=await _chart(unit, at),
        warned=not any(one.open.get("error") for one in verdicts),
        broken_in=whole.broken if verdicts[1:] else (),
        unknown_in=whole.unknown if verdicts[1:] else (),
        days=DAYS,
        newly=len({one.invariant for one in clusters if one.severity == "error" and one.fresh == one.count}),
        acts=tuple(act_row(one, titles, owners, repositories) for one in urgent(clusters, FIRST)),
        clusters=len(clusters),
    )


def act_row(
    one: Cluster, titles: Mapping[str, str], owners: Mapping[str, str], repositories: Mapping[UUID, Repository]
) -> ActRow:
    """Show what there is to act on."""
    repository = repositories.get(one.repository)
    return ActRow(
        title=one.invariant or one.kind,
        invariant=one.invariant,
        kind=one.kind,
        severity=one.severity,
        count=one.count,
        fresh=one.fresh,
        returned=one.returned,
        files=one.files,
        since=one.first,
        sample=one.sample,
        message=one.message,
        owner=owners.get(one.spec_path, ""),
        spec_path=one.spec_path,
        spec_title=titles.get(one.spec_path, ""),
        repository=repository.name if repository and len(repositories) > 1 else "",
    )


async def _chart(unit: Unit, at: Here) -> Chart | None:
    weeks = await unit.drift.trend(unit.principal, at.project.id)
    return draw([Week(one.start, one.came, one.went, one.open) for one in weeks])


ROUTES = (projects, create_project, overview)
