"""Help for writers, people and agents alike: completions, what is wrong with a text, a dry run before it is saved.

Nothing that is sent here is kept.
"""

from typing import Annotated, Literal
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta

from app.api._wire import NO_NUL, In, Items, Out, ProblemOut, Text
from app.unit import Unit
from specs.access import Scope
from sync.aids.codenames import Form
from sync.aids.kinds import KindHelp, Option, all_kinds
from sync.aids.links import Completion
from sync.aids.trials import Trial, TrialFinding, TrialHop, TrialRun, TriedInvariant
from sync.service.editing.aiding import MAX_WANTED, MOST

READ: dict[str, object] = {"scope": Scope.READ, "statuses": (404,)}
TRY: dict[str, object] = {"scope": Scope.READ, "statuses": (404, 409, 503)}
SpecPath = Annotated[str, Meta(max_length=1000, pattern=NO_NUL)]
Wanted = Annotated[
    str, QueryParameter(name="q", max_length=MAX_WANTED, pattern=NO_NUL, description="What is typed so far.")
]
What = Annotated[
    Literal["name", "selector", "symbol", "path", "link"],
    QueryParameter(description="`name` in prose, `selector`, `symbol` or `path` in an invariant, or a `link`."),
]
Here = Annotated[
    str, QueryParameter(max_length=1000, pattern=NO_NUL, description="The spec's own path, for the form of links.")
]
Most = Annotated[int, QueryParameter(ge=1, le=MOST, description="How many at most.")]


class CompletionOut(Out):
    """Something to put in: `text` as it goes into the spec, `label` its full name, `detail` where it stands."""

    text: str
    label: str
    what: str
    detail: str = ""

    @classmethod
    def of(cls, one: Completion) -> "CompletionOut":
        """Make it from the core's value."""
        return cls(text=one.text, label=one.label, what=one.what, detail=one.detail)


class CompletionsOut(Out):
    """The nearest first. `reading`: the code of the last commit is still being read, and names may be missing."""

    items: tuple[CompletionOut, ...]
    reading: bool = False


class OptionOut(Out):
    """A key of a kind: whether it must be there, how it is written, its values where they are few."""

    name: str
    required: bool = False
    hint: str = ""
    values: tuple[str, ...] = ()

    @classmethod
    def of(cls, one: Option) -> "OptionOut":
        """Make it from the core's value."""
        return cls(name=one.name, required=one.required, hint=one.hint, values=one.values)


class KindOut(Out):
    """A kind of invariant, with an example as YAML."""

    name: str
    summary: str
    options: tuple[OptionOut, ...]
    example: str

    @classmethod
    def of(cls, one: KindHelp) -> "KindOut":
        """Make it from the core's value."""
        options = tuple(map(OptionOut.of, one.options))
        return cls(name=one.name, summary=one.summary, options=options, example=one.example)


class TypedIn(In):
    """A text that is not saved yet, and the path of the spec it is for ("" while it has none)."""

    text: Text
    path: SpecPath = ""


class TrialIn(TypedIn):
    """The same; `repository` keeps to one, else those that the spec governs are tried."""

    repository: UUID | None = None


class TrialHopOut(Out):
    """One step of an import chain."""

    importer: str
    imported: str
    path: str
    line: int

    @classmethod
    def of(cls, one: TrialHop) -> "TrialHopOut":
        """Make it from the core's value."""
        return cls(importer=one.importer, imported=one.imported, path=one.path, line=one.line)


class TrialFindingOut(Out):
    """A place where code and the typed text disagree; `state` is introduced, existing (in the lock) or waived."""

    message: str
    fix: str
    severity: str
    state: str
    path: str = ""
    line: int = 0
    evidence: tuple[TrialHopOut, ...] = ()

    @classmethod
    def of(cls, one: TrialFinding) -> "TrialFindingOut":
        """Make it from the core's value."""
        return cls(
            message=one.message,
            fix=one.fix,
            severity=one.severity,
            state=one.state,
            path=one.path,
            line=one.line,
            evidence=tuple(map(TrialHopOut.of, one.evidence)),
        )


class TriedOut(Out):
    """An invariant of the text: `line` of its block, `verdict` kept, broken, unmatched, error or untried."""

    id: str
    kind: str
    line: int
    verdict: str
    count: int = 0
    findings: tuple[TrialFindingOut, ...] = ()
    note: str = ""

    @classmethod
    def of(cls, one: TriedInvariant) -> "TriedOut":
        """Make it from the core's value."""
        return cls(
            id=one.id,
            kind=one.kind,
            line=one.line,
            verdict=one.verdict,
            count=one.count,
            findings=tuple(map(TrialFindingOut.of, one.findings)),
            note=one.note,
        )


class RunOut(Out):
    """One repository at one commit; `problem` where that did not come to an end."""

    repository: str
    commit: str
    invariants: tuple[TriedOut, ...] = ()
    problem: str = ""

    @classmethod
    def of(cls, one: TrialRun) -> "RunOut":
        """Make it from the core's value."""
        invariants = tuple(map(TriedOut.of, one.invariants))
        return cls(repository=one.repository, commit=one.commit, invariants=invariants, problem=one.problem)


class TrialOut(Out):
    """A dry run. `state` is tried, nothing (no invariant to try) or no-code (nothing was compared yet)."""

    state: Literal["tried", "nothing", "no-code"]
    runs: tuple[RunOut, ...] = ()
    note: str = ""

    @classmethod
    def of(cls, one: Trial) -> "TrialOut":
        """Make it from the core's value."""
        return cls(state=one.state, runs=tuple(map(RunOut.of, one.runs)), note=one.note)


@get("/projects/{project:str}/completions", opt=READ, summary="Complete a name or a link")
async def complete(
    *,
    unit: NamedDependency[Unit],
    project: FromPath[str],
    wanted: Wanted = "",
    what: What = "name",
    here: Here = "",
    limit: Most = 20,
) -> CompletionsOut:
    """Give names of the code at the last compared commits, or links to specs and their sections, the nearest first.

    Letters match from the beginnings of words: `paycha`, `pc` and `charge` all find `payments.charge`.
    """
    found = await unit.projects.find(unit.principal, project)
    if what == "link":
        links = await unit.aiding.links(unit.principal, found.id, wanted, here, limit)
        return CompletionsOut(items=tuple(map(CompletionOut.of, links)))
    form: Form = what
    names, whole = await unit.aiding.names(unit.principal, found.id, wanted, form, limit)
    return CompletionsOut(items=tuple(map(CompletionOut.of, names)), reading=not whole)


@get("/kinds", opt={"scope": Scope.READ}, summary="Kinds of invariant")
async def list_kinds() -> Items[KindOut]:
    """List every kind with its options, which of them it needs, and an example to begin with."""
    return Items(tuple(map(KindOut.of, all_kinds())))


@post("/projects/{project:str}/diagnostics", opt=READ, status_code=200, summary="What is wrong with a text")
async def diagnose(unit: NamedDependency[Unit], project: FromPath[str], data: JSONBody[TypedIn]) -> Items[ProblemOut]:
    """Tell what is wrong with a text before it is saved: its form, options of invariants, ids that others have, links.

    Also what it hides from readers, secrets, and names that the code does not have.
    """
    found = await unit.projects.find(unit.principal, project)
    told = await unit.aiding.diagnose(unit.principal, found.id, data.path, data.text)
    return Items(tuple(map(ProblemOut.of, told)))


@post("/projects/{project:str}/trials", opt=TRY, status_code=200, summary="Try invariants")
async def try_out(unit: NamedDependency[Unit], project: FromPath[str], data: JSONBody[TrialIn]) -> TrialOut:
    """Hold the invariants of a text against the code as it was last compared, and say what they would find.

    One dry run at a time for each caller and repository: a later one ends this one (409). It has 20 seconds.
    """
    found = await unit.projects.find(unit.principal, project)
    return TrialOut.of(await unit.aiding.try_out(unit.principal, found.id, data.path, data.text, data.repository))


ROUTES = (complete, list_kinds, diagnose, try_out)
