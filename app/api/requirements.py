"""Requirements: what a spec of any dialect asks, statement by statement, under stable keys."""

from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from msgspec import field

from app.api._conditions import etag
from app.api._wire import Digest, Out, spec_url
from app.unit import Unit
from specs.access import Scope
from specs.problem import Problem
from specs.requirements.values import Part, Requirement, TaskItem
from specs.service.library.requirements import SpecRequirements

Wanted = Annotated[Digest | None, QueryParameter(description="A digest from the history; the head by default.")]
READ: dict[str, object] = {"scope": Scope.READ, "statuses": (404,)}


class PartOut(Out):
    """A scenario or criterion of a requirement."""

    key: str
    kind: str
    name: str
    line: int
    label: str = ""

    @classmethod
    def of(cls, part: Part) -> "PartOut":
        """Make it from the core's value."""
        return cls(key=part.key, kind=part.kind, name=part.name, line=part.line, label=part.label)


class ProblemOut(Out):
    """What is wrong with a requirement in its dialect's own terms, and what to do."""

    code: str
    severity: str
    message: str
    hint: str
    line: int

    @classmethod
    def of(cls, problem: Problem) -> "ProblemOut":
        """Make it from the core's value."""
        names = ("code", "severity", "message", "hint", "line")
        return cls(**{name: getattr(problem, name) for name in names})


class RequirementOut(Out):
    """A requirement: `address` leads to its text; `label` is the number the file shows; `anchor` its section."""

    key: str
    name: str
    address: str
    anchor: str
    line: int
    end_line: int
    statement: str = ""
    label: str = ""
    normative: tuple[str, ...] = ()
    metadata: dict[str, str] = field(default_factory=dict)
    parts: tuple[PartOut, ...] = ()

    @classmethod
    def of(cls, one: Requirement, address: str) -> "RequirementOut":
        """Make it from the core's value."""
        return cls(
            key=one.key,
            name=one.name,
            address=address,
            anchor=one.anchor,
            line=one.line,
            end_line=one.end_line,
            statement=one.statement,
            label=one.label,
            normative=one.normative,
            metadata=dict(one.metadata),
            parts=tuple(PartOut.of(part) for part in one.parts),
        )


class TaskItemOut(Out):
    """A task of a list of tasks: `state` is open, doing or done; `requirements` and `paths` are those it names."""

    key: str
    name: str
    address: str
    state: str
    done: bool
    anchor: str
    line: int
    end_line: int
    label: str = ""
    parent: str = ""
    requirements: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    parallel: bool = False
    optional: bool = False

    @classmethod
    def of(cls, one: TaskItem, address: str) -> "TaskItemOut":
        """Make it from the core's value."""
        return cls(
            key=one.key,
            name=one.name,
            address=address,
            state=one.state,
            done=one.state == "done",
            anchor=one.anchor,
            line=one.line,
            end_line=one.end_line,
            label=one.label,
            parent=one.parent,
            requirements=one.requirements,
            paths=one.paths,
            parallel=one.parallel,
            optional=one.optional,
        )


class RequirementsOut(Out):
    """The requirements of a spec at a revision, in order, and what is wrong with them; of a list of tasks the tasks."""

    dialect: str
    scope: str
    revision: str
    items: tuple[RequirementOut, ...]
    problems: tuple[ProblemOut, ...] = ()
    status: str = ""
    tasks: tuple[TaskItemOut, ...] = ()

    @classmethod
    def of(cls, whole: SpecRequirements, project: str) -> "RequirementsOut":
        """Make it from the service's value."""
        spec, reading = whole.found.spec.id, whole.reading
        return cls(
            dialect=reading.dialect,
            scope=reading.scope,
            revision=whole.found.revision.digest,
            items=tuple(RequirementOut.of(one, address(project, spec, one.key)) for one in reading.requirements),
            problems=tuple(ProblemOut.of(problem) for problem in reading.problems),
            status=reading.status,
            tasks=tuple(TaskItemOut.of(one, address(project, spec, one.key)) for one in reading.tasks),
        )


class StatementOut(Out):
    """One requirement, scenario, criterion or task: its Markdown and the lines it takes."""

    key: str
    name: str
    revision: str
    line: int
    text: str
    label: str = ""


def address(project: str, spec: UUID, key: str) -> str:
    """Give the address of a requirement."""
    return f"{spec_url(project, spec)}/requirements/{quote(key, safe='/')}"


@get("/projects/{project:str}/specs/{spec:uuid}/requirements", opt=READ, summary="List the requirements of a spec")
async def list_requirements(
    unit: NamedDependency[Unit], project: FromPath[str], spec: FromPath[UUID], revision: Wanted = None
) -> Response[RequirementsOut]:
    """Give the requirements of a spec, in any dialect, at its head or at any revision."""
    found = await unit.projects.find(unit.principal, project)
    whole = await unit.requirements.read(unit.principal, found.id, spec, revision)
    headers = {"etag": etag(whole.found.revision.digest)}
    return Response(RequirementsOut.of(whole, project), headers=headers)


@get(
    "/projects/{project:str}/specs/{spec:uuid}/requirements/{key:path}",
    opt=READ,
    summary="Read one requirement",
)
async def read_requirement(
    unit: NamedDependency[Unit],
    project: FromPath[str],
    spec: FromPath[UUID],
    key: FromPath[str],
    revision: Wanted = None,
) -> Response[StatementOut]:
    """Give the text of one requirement, scenario, criterion or task by its key."""
    found = await unit.projects.find(unit.principal, project)
    whole, one = await unit.requirements.one(unit.principal, found.id, spec, key.removeprefix("/"), revision)
    told = _statement(one, whole.found.revision.digest)
    return Response(told, headers={"etag": etag(whole.found.revision.digest)})


def _statement(one: Requirement | Part | TaskItem, revision: str) -> StatementOut:
    return StatementOut(key=one.key, name=one.name, revision=revision, line=one.line, text=one.text, label=one.label)


ROUTES = (list_requirements, read_requirement)
