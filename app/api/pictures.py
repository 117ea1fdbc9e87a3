"""The picture of a project's code: its modules package by package, what specs govern, an invariant over the commits."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from app.api._wire import NO_NUL, CauseOut, Cursor, Items, Limit, Out, items_of
from app.unit import Unit
from drift.lives.history import Holding, Sighting
from drift.picture.atlas import Sort
from drift.picture.coverage import Extent, Following, Plot
from specs.access import Scope
from specs.errors import MissingError
from specs.problem import Severity
from sync.service.surveying import Graph, Map

NEVER_HELD = "No such invariant was ever held against code."
READ = {"scope": Scope.READ, "statuses": (404,)}
Name = Annotated[str, QueryParameter(max_length=500, pattern=NO_NUL, description="Name of a repository; the first.")]
Package = Annotated[str, QueryParameter(max_length=500, pattern=NO_NUL, description="A package or module; the top.")]
Folder = Annotated[str, QueryParameter(max_length=1000, pattern=NO_NUL, description="A folder; all code.")]
Rule = Annotated[
    str,
    QueryParameter(max_length=200, pattern=NO_NUL, description="An invariant of kind layers that orders the parts."),
]
Turns = Annotated[bool, QueryParameter(description="Only the checks that changed the verdict.")]


class PartOut(Out):
    """A part of the graph: a package that can be opened, a module, or what is round it; `row` is 0 at the top."""

    name: str
    label: str
    sort: Sort
    modules: int
    lines: int
    row: int
    layer: int | None = None
    broken: int = 0


class ArrowOut(Out):
    """What a part imports of another: how many imports, and the invariants that some of them break."""

    importer: str
    imported: str
    imports: int
    broken: tuple[str, ...] = ()


class BreakOut(Out):
    """An import that breaks an invariant, with the finding that tells of it."""

    importer: str
    imported: str
    invariant: str
    severity: Severity
    fingerprint: str
    path: str
    line: int


class GraphOut(Out):
    """The modules of a repository as they are seen at a package. `rules` are the invariants that could order them.

    `known` is false where no code was checked yet. `notes` say what is left out.
    """

    known: bool
    repository: str = ""
    commit: str = ""
    at: str = ""
    modules: int = 0
    parts: tuple[PartOut, ...] = ()
    arrows: tuple[ArrowOut, ...] = ()
    breaks: tuple[BreakOut, ...] = ()
    layers: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, found: Graph) -> "GraphOut":
        """Make it from the core's value."""
        view = found.view
        return cls(
            known=True,
            repository=found.repository.name,
            commit=found.repository.head,
            at=view.at,
            modules=view.modules,
            parts=tuple(
                PartOut(
                    name=one.name,
                    label=one.label,
                    sort=one.sort,
                    modules=one.size,
                    lines=one.lines,
                    row=one.rank,
                    layer=one.level,
                    broken=one.breaks,
                )
                for one in view.parts
            ),
            arrows=tuple(
                ArrowOut(importer=one.importer, imported=one.imported, imports=one.count, broken=one.broken)
                for one in view.arrows
            ),
            breaks=tuple(
                BreakOut(
                    importer=one.importer,
                    imported=one.imported,
                    invariant=one.invariant,
                    severity=one.severity,
                    fingerprint=one.fingerprint,
                    path=one.path,
                    line=one.line,
                )
                for one in found.breaks[:200]
            ),
            layers=view.bands,
            rules=found.rules,
            notes=view.notes,
        )


class ExtentOut(Out):
    """How much code: in all, governed by an invariant, covered by a spec alone, under no spec (`bare`)."""

    files: int
    lines: int
    governed_files: int
    governed_lines: int
    covered_files: int
    covered_lines: int
    bare_files: int
    bare_lines: int

    @classmethod
    def of(cls, one: Extent) -> "ExtentOut":
        """Make it from the core's value."""
        return cls(
            files=one.files,
            lines=one.lines,
            governed_files=one.governed,
            governed_lines=one.governed_lines,
            covered_files=one.covered,
            covered_lines=one.covered_lines,
            bare_files=one.bare,
            bare_lines=one.bare_lines,
        )


class PlotOut(Out):
    """A folder or file, its code, and the paths of the specs that hold some of it."""

    path: str
    folder: bool
    extent: ExtentOut
    specs: tuple[str, ...] = ()

    @classmethod
    def of(cls, one: Plot) -> "PlotOut":
        """Make it from the core's value."""
        return cls(path=one.path or one.name, folder=one.folder, extent=ExtentOut.of(one.extent), specs=one.specs)


class FollowingOut(Out):
    """A spec and the code that follows it; `unmatched` invariants and `empty` globs of `covers` find nothing."""

    path: str
    invariants: int
    files: int
    lines: int
    unmatched: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()

    @classmethod
    def of(cls, one: Following) -> "FollowingOut":
        """Make it from the core's value."""
        return cls(
            path=one.path,
            invariants=one.invariants,
            files=one.files,
            lines=one.lines,
            unmatched=one.unmatched,
            empty=one.empty,
        )


class CoverageOut(Out):
    """Which code no spec governs, by what lies in a folder, and which specs no code follows, those first."""

    known: bool
    at: str
    whole: ExtentOut
    parts: tuple[PlotOut, ...]
    specs: tuple[FollowingOut, ...]

    @classmethod
    def of(cls, found: Map) -> "CoverageOut":
        """Make it from the core's value."""
        made = found.coverage
        return cls(
            known=found.known,
            at=made.at,
            whole=ExtentOut.of(made.whole),
            parts=tuple(PlotOut.of(one) for one in made.plots),
            specs=tuple(FollowingOut.of(one) for one in made.specs),
        )


class SightingOut(Out):
    """What one check said of an invariant; `author` and `message` are what its commit claims.

    `before` is what the check before it said, at the commit `after`.
    """

    check: UUID
    repository: UUID
    commit: str
    verdict: str
    findings: int
    cause: CauseOut
    author: str = ""
    message: str = ""
    before: str = ""
    after: str = ""

    @classmethod
    def of(cls, one: Sighting) -> "SightingOut":
        """Make it from the core's value."""
        return cls(
            check=one.check,
            repository=one.repository,
            commit=one.commit,
            verdict=one.verdict,
            findings=one.findings,
            cause=CauseOut.of(one.cause),
            author=one.author,
            message=one.message,
            before=one.before,
            after=one.after,
        )


class HoldingOut(Out):
    """Whether an invariant holds in a repository, and since when; `held` is the last commit at which it did.

    `broke` is the check that saw it break after; both are left out where it never held.
    """

    repository: UUID
    verdict: str
    since: datetime
    commit: str
    held: str = ""
    broke: SightingOut | None = None

    @classmethod
    def of(cls, one: Holding) -> "HoldingOut":
        """Make it from the core's value."""
        return cls(
            repository=one.repository,
            verdict=one.verdict,
            since=one.turn.cause.at,
            commit=one.turn.commit,
            held=one.held,
            broke=SightingOut.of(one.broke) if one.broke else None,
        )


@get("/projects/{project:str}/graph", opt=READ, summary="Read the graph of modules")
async def get_graph(
    unit: NamedDependency[Unit],
    project: FromPath[str],
    repository: Name = "",
    at: Package = "",
    rule: Rule = "",
) -> GraphOut:
    """Give the parts of a package of a repository, its neighbours, and what they import of each other."""
    found = await unit.projects.find(unit.principal, project)
    made = await unit.survey.graph(unit.principal, found.id, repository=repository, at=at, rule=rule)
    return GraphOut(known=False) if made is None else GraphOut.of(made)


@get("/projects/{project:str}/coverage", opt=READ, summary="Read which code no spec governs")
async def get_coverage(
    unit: NamedDependency[Unit], project: FromPath[str], repository: Name = "", at: Folder = ""
) -> CoverageOut:
    """Map the code of all repositories, or of one, and say which specs no code follows."""
    found = await unit.projects.find(unit.principal, project)
    return CoverageOut.of(await unit.survey.coverage(unit.principal, found.id, repository=repository, at=at))


@get("/projects/{project:str}/invariants/{invariant:str}", opt=READ, summary="Read when an invariant held")
async def get_holding(
    unit: NamedDependency[Unit], project: FromPath[str], invariant: FromPath[str]
) -> Items[HoldingOut]:
    """Say of each repository whether an invariant holds there, since when, and at which commit it last did."""
    found = await unit.projects.find(unit.principal, project)
    made = await unit.drift.holding(unit.principal, found.id, invariant)
    if not made:
        raise MissingError(NEVER_HELD, "List the invariants to see which were.")
    return Items(tuple(HoldingOut.of(one) for one in made))


@get("/projects/{project:str}/invariants/{invariant:str}/history", opt=READ, summary="Read an invariant's history")
async def get_history(
    unit: NamedDependency[Unit],
    project: FromPath[str],
    invariant: FromPath[str],
    *,
    repository: FromQuery[UUID | None] = None,
    turns: Turns = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Items[SightingOut]:
    """List what each check said of an invariant, the newest first; with `turns`, where that changed alone."""
    found = await unit.projects.find(unit.principal, project)
    page = await unit.drift.history(
        unit.principal, found.id, invariant, repository, turns=turns, cursor=cursor, limit=limit
    )
    if not page.items and cursor is None:
        raise MissingError(NEVER_HELD, "List the invariants to see which were.")
    query = {"repository": str(repository) if repository else None, "turns": "true" if turns else None, "limit": limit}
    return items_of(page, SightingOut.of, f"/api/v1/projects/{project}/invariants/{invariant}/history", query)


ROUTES = (get_graph, get_coverage, get_holding, get_history)
