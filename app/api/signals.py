"""Signals: what tests, deployments and incidents tell of code, and how each requirement stands by all that is known."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta

from app.api._wire import NO_NUL, In, Out
from app.unit import Unit
from drift.lives.signals import DeploymentRow, IncidentRow
from specs.access import Scope
from sync.traces.standing import Deployed, Place, Standing, Trouble, Unknown

READ: dict[str, object] = {"scope": Scope.READ, "statuses": (404,)}
TELL: dict[str, object] = {"scope": Scope.CHECK, "statuses": (404,)}
NAME = r"^[A-Za-z0-9][A-Za-z0-9._/~+-]*$"
Repository = Annotated[str, Meta(max_length=200, pattern=r"^(?:[A-Za-z0-9][A-Za-z0-9._/~+-]*)?$")]
Commit = Annotated[str, Meta(max_length=64, pattern=r"^[0-9a-f]*$")]
Whole = Annotated[str, Meta(pattern=r"^(?:[0-9a-f]{40}|[0-9a-f]{64})$", description="The whole name of a commit.")]
Name = Annotated[str, Meta(min_length=1, max_length=100, pattern=NAME)]
Text = Annotated[str, Meta(min_length=1, max_length=400, pattern=NO_NUL)]


class TestsIn(In):
    """Test results: JUnit XML files as texts, of one repository by its name in the project, at one commit."""

    reports: Annotated[tuple[Annotated[str, Meta(max_length=20_000_000)], ...], Meta(min_length=1, max_length=50)]
    repository: Repository = ""
    commit: Commit = ""


class UnknownOut(Out):
    """A name that means no requirement, where it stands, and why."""

    target: str
    why: str
    where: str = ""

    @classmethod
    def of(cls, one: Unknown) -> "UnknownOut":
        """Make it from the core's value."""
        return cls(target=one.target, why=one.why, where=one.where)


class TestsOut(Out):
    """What test results came to."""

    passed: int
    failed: int
    skipped: int
    unknown: tuple[UnknownOut, ...] = ()


class DeploymentIn(In):
    """A commit that was put into an environment, of a repository by its name in the project."""

    environment: Name
    commit: Whole
    repository: Repository = ""


class DeploymentOut(Out):
    """What was put into an environment last, by whom, when."""

    environment: str
    commit: str
    at: datetime
    repository: str = ""
    actor: str = ""

    @classmethod
    def of(cls, one: DeploymentRow | Deployed) -> "DeploymentOut":
        """Make it from the core's value."""
        actor = one.actor if isinstance(one, DeploymentRow) else ""
        return cls(environment=one.environment, commit=one.commit, at=one.at, repository=one.repository, actor=actor)


class IncidentIn(In):
    """An incident, and what it concerns: requirements (`payments#refunds`), files or folders of code."""

    name: Name
    requirements: Annotated[tuple[Text, ...], Meta(max_length=100)] = ()
    paths: Annotated[tuple[Text, ...], Meta(max_length=100)] = ()


class ClosedIn(In):
    """Which incident is over."""

    name: Name


class IncidentOut(Out):
    """An incident, and names in it that mean no requirement where it was just opened."""

    name: str
    requirements: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    unknown: tuple[UnknownOut, ...] = ()

    @classmethod
    def of(cls, one: IncidentRow) -> "IncidentOut":
        """Make it from the core's value."""
        return cls(
            name=one.name,
            requirements=one.requirements,
            paths=one.paths,
            opened_at=one.opened_at,
            closed_at=one.closed_at,
        )


class PlaceOut(Out):
    """A place in code or tests that names the requirement."""

    path: str
    line: int
    symbol: str = ""
    repository: str = ""

    @classmethod
    def of(cls, one: Place) -> "PlaceOut":
        """Make it from the core's value."""
        return cls(path=one.path, line=one.tag.line, symbol=one.tag.symbol, repository=one.repository)


class TroubleOut(Out):
    """What breaks a requirement: an invariant, a test or an incident, since when."""

    kind: str
    what: str
    since: datetime | None = None

    @classmethod
    def of(cls, one: Trouble) -> "TroubleOut":
        """Make it from the core's value."""
        return cls(kind=one.kind, what=one.what, since=one.since)


class TracedOut(Out):
    """How a requirement stands. `specified` is its spec's status; `deployed` the environments whose commit has it."""

    address: str
    name: str
    line: int
    specified: str
    implemented: str
    tested: str
    invariants: tuple[str, ...] = ()
    code: tuple[PlaceOut, ...] = ()
    tests: tuple[PlaceOut, ...] = ()
    deployed: tuple[DeploymentOut, ...] = ()
    broken: tuple[TroubleOut, ...] = ()
    broken_since: datetime | None = None

    @classmethod
    def of(cls, row: Standing) -> "TracedOut":
        """Make it from the core's value."""
        return cls(
            address=row.item.address,
            name=row.item.name,
            line=row.item.line,
            specified=row.item.status,
            implemented=row.implemented,
            tested=row.tested,
            invariants=row.item.invariants,
            code=tuple(PlaceOut.of(one) for one in row.code),
            tests=tuple(PlaceOut.of(one) for one in row.tests),
            deployed=tuple(DeploymentOut.of(one) for one in row.deployed),
            broken=tuple(TroubleOut.of(one) for one in row.broken),
            broken_since=row.broken_since,
        )


class TraceabilityOut(Out):
    """How requirements stand, names that mean none, what runs where, and the incidents of the project."""

    items: tuple[TracedOut, ...]
    unknown: tuple[UnknownOut, ...]
    running: tuple[DeploymentOut, ...]
    incidents: tuple[IncidentOut, ...]


@get("/projects/{project:str}/traceability", opt=READ, summary="Read how requirements stand")
async def read_traceability(
    unit: NamedDependency[Unit], project: FromPath[str], spec: FromQuery[UUID | None] = None
) -> TraceabilityOut:
    """Say of each requirement, of one spec where asked, whether it is implemented, tested, deployed, broken since."""
    found = await unit.projects.find(unit.principal, project)
    told = await unit.signals.standing(unit.principal, found.id, spec)
    return TraceabilityOut(
        items=tuple(TracedOut.of(row) for row in told.traceability.standings),
        unknown=tuple(UnknownOut.of(one) for one in told.traceability.unknown),
        running=tuple(DeploymentOut.of(one) for one in told.running),
        incidents=tuple(IncidentOut.of(one) for one in told.incidents),
    )


@post("/projects/{project:str}/signals/tests", opt=TELL, status_code=200, summary="Tell how tests ended")
async def report_tests(unit: NamedDependency[Unit], project: FromPath[str], data: JSONBody[TestsIn]) -> TestsOut:
    """Take in JUnit reports. Names of no requirement are answered; a document type in a report is refused."""
    found = await unit.projects.find(unit.principal, project)
    reports = [text.encode("utf-8", "replace") for text in data.reports]
    told = await unit.signals.tests(unit.principal, found.id, reports, repository=data.repository, commit=data.commit)
    counts = told.results
    unknown = tuple(UnknownOut(target=target, why=why) for target, why in told.unknown)
    return TestsOut(passed=counts["passed"], failed=counts["failed"], skipped=counts["skipped"], unknown=unknown)


@post("/projects/{project:str}/signals/deployments", opt=TELL, status_code=204, summary="Tell of a deployment")
async def record_deployment(unit: NamedDependency[Unit], project: FromPath[str], data: JSONBody[DeploymentIn]) -> None:
    """Record that a commit was put into an environment, now."""
    found = await unit.projects.find(unit.principal, project)
    await unit.signals.deploy(
        unit.principal, found.id, environment=data.environment, commit=data.commit, repository=data.repository
    )


@post(
    "/projects/{project:str}/signals/incidents",
    opt={**TELL, "statuses": (404, 409)},
    summary="Open an incident",
)
async def open_incident(
    unit: NamedDependency[Unit], project: FromPath[str], data: JSONBody[IncidentIn]
) -> Response[IncidentOut]:
    """Open an incident: what it concerns is broken from now on, until it is closed."""
    found = await unit.projects.find(unit.principal, project)
    unknown = await unit.signals.open_incident(unit.principal, found.id, data.name, data.requirements, data.paths)
    rows = tuple(UnknownOut(target=target, why=why) for target, why in unknown)
    told = IncidentOut(name=data.name, requirements=data.requirements, paths=data.paths, unknown=rows)
    return Response(told, status_code=201)


@post(
    "/projects/{project:str}/signals/incidents/close",
    opt=TELL,
    status_code=200,
    summary="Close an incident",
)
async def close_incident(unit: NamedDependency[Unit], project: FromPath[str], data: JSONBody[ClosedIn]) -> IncidentOut:
    """Close the incident of a name."""
    found = await unit.projects.find(unit.principal, project)
    await unit.signals.close_incident(unit.principal, found.id, data.name)
    return IncidentOut(name=data.name)


ROUTES = (read_traceability, report_tests, record_deployment, open_incident, close_incident)
