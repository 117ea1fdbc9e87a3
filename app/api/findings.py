"""Findings: where code and specs disagree, since when, because of what."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec import field

from app.api._wire import NO_NUL, CauseOut, Cursor, Items, Limit, Out, items_of
from app.unit import Unit
from drift.lives.life import LifeEvent, LifeState, Reason
from drift.lives.records import FindingDetail, FindingEvent, FindingRecord
from drift.lives.wanted import CAME, WENT, Wanted
from specs.access import Scope
from specs.errors import UserError
from specs.problem import Severity
from sync.service.surveying import NOBODY

READ = {"scope": Scope.READ, "statuses": (404,)}
# `state` is a word of the framework's own.
State = Annotated[LifeState | None, QueryParameter(name="state")]
Folder = Annotated[str, QueryParameter(max_length=1000, description="A file, or a folder and all below it.")]

Word = Annotated[str, QueryParameter(max_length=100, pattern=NO_NUL)]
Owner = Annotated[str, QueryParameter(max_length=200, pattern=NO_NUL, description="Owner of the spec; `-`: nobody.")]
Words = Annotated[
    str,
    QueryParameter(max_length=500, pattern=NO_NUL, description="Words of the message, path, invariant or author."),
]
HAPPENED = {"new": CAME, "resolved": WENT}
Happened = Annotated[Literal["new", "resolved"] | None, QueryParameter(name="happened")]


class EventOut(Out):
    """One event of a finding's life, with the check that saw it."""

    kind: LifeEvent
    cause: CauseOut
    check: UUID
    reason: Reason | None = None

    @classmethod
    def of(cls, event: FindingEvent) -> "EventOut":
        """Make it from the core's value."""
        return cls(kind=event.kind, cause=CauseOut.of(event.cause), check=event.check, reason=event.reason)


class FindingOut(Out):
    """A finding. `opened` is what brought it, `changed` what last changed its state.

    `debt` says whether `holdfast.lock` freezes or waives it, `accepted` until when, by whom and why.
    `data` (the finding as `holdfast check --format json` prints it) and `events` where one finding is read.
    """

    fingerprint: str
    repository: UUID
    invariant: str
    kind: str
    severity: Severity
    state: LifeState
    message: str
    spec_path: str
    spec_anchor: str
    code_path: str
    line: int
    opened: CauseOut
    changed: CauseOut
    spec: UUID | None = None
    fix: str = ""
    regressed: int = 0
    debt: Literal["frozen", "waived"] | None = None
    accepted: Mapping[str, Any] | None = None
    data: Mapping[str, Any] | None = None
    events: tuple[EventOut, ...] = field(default_factory=tuple)

    @classmethod
    def of(cls, finding: FindingRecord) -> "FindingOut":
        """Make it from the core's value."""
        return cls(
            fingerprint=finding.fingerprint,
            repository=finding.repository,
            invariant=finding.invariant,
            kind=finding.kind,
            severity=finding.severity,
            state=finding.state,
            message=finding.message,
            spec_path=finding.spec_path,
            spec_anchor=finding.spec_anchor,
            code_path=finding.code_path,
            line=finding.line,
            opened=CauseOut.of(finding.opened),
            changed=CauseOut.of(finding.changed),
            spec=finding.spec,
            fix=finding.fix,
            regressed=finding.regressed,
            debt=debt(finding),
            accepted=finding.data.get("accepted") if debt(finding) else None,  # type: ignore[arg-type]  # kept as JSON; checked where the answer is written
        )

    @classmethod
    def of_detail(cls, detail: FindingDetail) -> "FindingOut":
        """Make it from a finding and its whole life."""
        made = cls.of(detail.finding)
        made.data = detail.finding.data
        made.events = tuple(EventOut.of(event) for event in detail.events)
        return made


def debt(finding: FindingRecord) -> Literal["frozen", "waived"] | None:
    """Say whether the lock of the repository accepts a finding, as far as it is still there."""
    if finding.state is LifeState.RESOLVED or not finding.data.get("accepted"):
        return None
    return "waived" if finding.state is LifeState.WAIVED else "frozen"


class WeekOut(Out):
    """What came, went and was open in one week; `start` is its Monday."""

    start: date
    opened: int
    regressed: int
    resolved: int
    waived: int
    open: int


@get("/projects/{project:str}/findings", opt=READ, summary="List findings")
async def list_findings(
    unit: NamedDependency[Unit],
    project: FromPath[str],
    *,
    repository: FromQuery[UUID | None] = None,
    standing: State = None,
    spec: FromQuery[UUID | None] = None,
    invariant: FromQuery[str] = "",
    path: Folder = "",
    severity: FromQuery[Severity | None] = None,
    kind: Word = "",
    owner: Owner = "",
    text: Words = "",
    opened_since: FromQuery[datetime | None] = None,
    opened_before: FromQuery[datetime | None] = None,
    happened: Happened = None,
    since: FromQuery[datetime | None] = None,
    until: FromQuery[datetime | None] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Items[FindingOut]:
    """List findings, the newest first: of a repository, a spec, its owner, an invariant, a path, in a state, and so on.

    `happened` asks for those that came (or came back) or were resolved, from `since` on and before `until`.
    """
    found = await unit.projects.find(unit.principal, project)
    if (since or until) and not happened:
        raise UserError("`since` and `until` need to know what happened then.", "Add `happened=new` or `resolved`.")
    given: dict[str, Any] = {
        "repository": repository,
        "state": standing,
        "spec": spec,
        "invariant": invariant,
        "path": path,
        "severity": severity or "",
        "kind": kind,
        "text": text,
        "opened_since": opened_since,
        "opened_before": opened_before,
        "since": since,
        "until": until,
    }
    specs = await unit.survey.owned(unit.principal, found.id, owner) if owner else None
    kinds = HAPPENED[happened] if happened else frozenset()
    wanted = Wanted(**given, specs=specs, unbound=owner == NOBODY, happened=kinds)
    page = await unit.drift.wanted(unit.principal, found.id, wanted, cursor=cursor, limit=limit)
    query = {**given, "owner": owner, "happened": happened, "limit": limit}
    return items_of(page, FindingOut.of, f"/api/v1/projects/{project}/findings", written(query))


def written(query: Mapping[str, Any]) -> dict[str, str | None]:
    """Write what was asked as it stands in an address."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else str(value) if value else None
        for name, value in query.items()
    }


@get("/projects/{project:str}/findings/{fingerprint:str}", opt=READ, summary="Read a finding")
async def get_finding(
    unit: NamedDependency[Unit],
    project: FromPath[str],
    fingerprint: FromPath[str],
    repository: FromQuery[UUID | None] = None,
) -> FindingOut:
    """Give a finding with its evidence and all that ever happened to it."""
    found = await unit.projects.find(unit.principal, project)
    return FindingOut.of_detail(await unit.drift.finding(unit.principal, found.id, fingerprint, repository))


@get("/projects/{project:str}/trend", opt=READ, summary="Read the trend")
async def get_trend(
    unit: NamedDependency[Unit],
    project: FromPath[str],
    *,
    repository: FromQuery[UUID | None] = None,
    weeks: Annotated[int, QueryParameter(ge=1, le=520)] = 12,
) -> Items[WeekOut]:
    """Give what came, went and was open in each of the last weeks, the running one last."""
    found = await unit.projects.find(unit.principal, project)
    made = await unit.drift.trend(unit.principal, found.id, repository, weeks)
    return Items(
        tuple(
            WeekOut(
                start=week.start,
                opened=week.opened,
                regressed=week.regressed,
                resolved=week.resolved,
                waived=week.waived,
                open=week.open,
            )
            for week in made
        )
    )


ROUTES = (list_findings, get_finding, get_trend)
