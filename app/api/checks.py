"""Checks: what was evaluated, at which commit, with which specs, and what came of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec import field

from app.api._wire import CauseOut, Cursor, Items, Limit, Out, items_of
from app.renderers import RENDERERS, renderer
from app.reports import read_report
from app.unit import Unit
from drift.lives.records import Check, CheckVerdict, InvariantVerdict, RepositoryVerdict
from drift.lives.standing import Word, of_project, word_of
from specs.access import Scope
from specs.errors import MissingError

READ = {"scope": Scope.READ, "statuses": (404,)}
FORMATS = tuple(item.name for item in RENDERERS)
MEDIA_TYPES = tuple(dict.fromkeys(item.media_type for item in RENDERERS))
Format = Annotated[
    str,
    QueryParameter(name="format", pattern=f"^({'|'.join(FORMATS)})$", description=f"One of {', '.join(FORMATS)}."),
]


class CheckOut(Out):
    """One evaluation of one commit against one set of spec revisions; its `report` where one check is read."""

    id: UUID
    repository: UUID
    commit: str
    specs_digest: str
    verdict: CheckVerdict
    cause: CauseOut
    at: datetime
    duration_ms: int
    invariants: int
    broken: int
    opened: int
    resolved: int
    regressed: int
    problem: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    report: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, check: Check, report: Mapping[str, Any] | None = None) -> "CheckOut":
        """Make it from the core's value."""
        return cls(
            id=check.id,
            repository=check.repository,
            commit=check.commit,
            specs_digest=check.specs_digest,
            verdict=check.verdict,
            cause=CauseOut.of(check.cause),
            at=check.at,
            duration_ms=check.duration_ms,
            invariants=check.invariants,
            broken=check.broken,
            opened=check.opened,
            resolved=check.resolved,
            regressed=check.regressed,
            problem=check.problem,
            counts=check.counts,
            report=report,
        )


class InvariantOut(Out):
    """How an invariant stands in one repository at its last check; `waived` where all that breaks it is."""

    repository: UUID
    invariant: str
    kind: str
    spec_path: str
    anchor: str
    line: int
    verdict: str
    findings: int
    waived: bool = False
    name: str = ""
    spec: UUID | None = None

    @classmethod
    def of(cls, standing: InvariantVerdict) -> "InvariantOut":
        """Make it from the core's value."""
        return cls(
            repository=standing.repository,
            invariant=standing.invariant,
            kind=standing.kind,
            spec_path=standing.spec_path,
            anchor=standing.anchor,
            line=standing.line,
            verdict=standing.verdict,
            findings=standing.findings,
            waived=standing.waived,
            name=standing.name,
            spec=standing.spec,
        )


class StandingOut(Out):
    """How one repository stands: `broken` of `invariants` are, since when, by which commit; findings by severity.

    `broken` and `unmatched` leave out the `waived`: those of which all that is found is.
    """

    repository: UUID
    name: str
    verdict: Word
    invariants: int
    broken: int
    unmatched: int
    open: Mapping[str, int]
    waived: int = 0
    branch: str = ""
    commit: str = ""
    since: datetime | None = None
    problem: str = ""

    @classmethod
    def of(cls, one: RepositoryVerdict) -> "StandingOut":
        """Make it from the core's value."""
        return cls(
            repository=one.repository.id,
            name=one.repository.name,
            verdict=word_of(one),
            invariants=one.invariants,
            broken=one.broken,
            unmatched=one.unmatched,
            open=one.open,
            waived=one.waived,
            branch=one.repository.branch,
            commit=one.commit,
            since=one.since,
            problem=one.problem or one.repository.problem,
        )


class VerdictOut(Out):
    """One verdict of a project, and that of each of its repositories: the worst of any is the project's.

    `error`: one could not be read or checked; `waiting`: one was not checked yet; `none`: there is none.
    """

    verdict: Word
    repositories: tuple[StandingOut, ...]
    since: datetime | None = None


@get("/projects/{project:str}/verdict", opt=READ, summary="Read the verdict of a project")
async def get_verdict(unit: NamedDependency[Unit], project: FromPath[str]) -> VerdictOut:
    """Give one verdict over all repositories of a project, and that of each."""
    found = await unit.projects.find(unit.principal, project)
    made = of_project(await unit.drift.verdicts(unit.principal, found.id))
    rows = tuple(StandingOut.of(one) for one in made.repositories)
    return VerdictOut(verdict=made.verdict, repositories=rows, since=made.since)


@get("/projects/{project:str}/checks", opt=READ, summary="List checks")
async def list_checks(
    unit: NamedDependency[Unit],
    project: FromPath[str],
    *,
    repository: FromQuery[UUID | None] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Items[CheckOut]:
    """List checks, the newest first, without their reports."""
    found = await unit.projects.find(unit.principal, project)
    page = await unit.drift.checks(unit.principal, found.id, repository, cursor=cursor, limit=limit)
    query = {"repository": str(repository) if repository else None, "limit": limit}
    return items_of(page, CheckOut.of, f"/api/v1/projects/{project}/checks", query)


@get("/projects/{project:str}/checks/{check:uuid}", opt=READ, summary="Read a check")
async def get_check(unit: NamedDependency[Unit], project: FromPath[str], check: FromPath[UUID]) -> CheckOut:
    """Give a check with its whole report, as `holdfast check --format json` prints it."""
    found = await unit.projects.find(unit.principal, project)
    detail = await unit.drift.check(unit.principal, found.id, check)
    return CheckOut.of(detail.check, detail.report)


@get(
    "/projects/{project:str}/checks/{check:uuid}/report",
    opt=READ | {"offers": MEDIA_TYPES},
    summary="Read the report of a check in a format",
)
async def get_report(
    unit: NamedDependency[Unit], project: FromPath[str], check: FromPath[UUID], format_: Format = "json"
) -> Response[Any]:
    """Give the report of a check as `holdfast check --format` writes it, without lines of code: none are kept here."""
    found = await unit.projects.find(unit.principal, project)
    detail = await unit.drift.check(unit.principal, found.id, check)
    if not detail.report:
        raise MissingError(
            "This check came to no report.",
            "Its `problem` says why, or it is older than the limits of the project keep reports.",
        )
    chosen = renderer(format_)
    return Response(chosen.render(read_report(detail.report)).encode(), media_type=chosen.media_type)


@get("/projects/{project:str}/invariants", opt=READ, summary="List invariants")
async def list_invariants(
    unit: NamedDependency[Unit], project: FromPath[str], spec: FromQuery[UUID | None] = None
) -> Items[InvariantOut]:
    """List how each invariant, of one spec where asked, stands at the last check of each repository."""
    found = await unit.projects.find(unit.principal, project)
    standing = await unit.drift.invariants(unit.principal, found.id, spec)
    return Items(tuple(InvariantOut.of(one) for one in standing))


ROUTES = (get_verdict, list_checks, get_check, get_report, list_invariants)
