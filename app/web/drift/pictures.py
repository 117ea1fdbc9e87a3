"""The pictures of a project: the graph of its modules, the map of what specs govern, an invariant over the commits."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.unit import Unit
from app.web import addresses, answers
from app.web.answers import Here, Web, here
from app.web.shaping.picturing import coverage_page, data_of, graph_page
from app.web.shaping.reading import document_of, panel_of
from app.web.views.frame import Place
from app.web.views.picture import ArrowPage, Crumb, GraphPage, HistoryRow, InvariantPage
from drift.lives.history import Sighting
from drift.lives.life import LifeState
from drift.lives.wanted import Wanted
from specs.access import Scope
from specs.errors import MissingError, UserError
from sync.service.surveying import named

READ = {"scope": Scope.READ}
LONGEST = 500
MOST_ROWS = 500
PAGE = 50


def asked(request: Web, *names: str) -> dict[str, str]:
    """Read some choices of an address. Raises `UserError` for what is too long to be one."""
    given = {name: request.query_params.get(name, "").strip() for name in names}
    for name, value in given.items():
        if len(value) > LONGEST or "\0" in value:
            raise UserError(f"`{name}` cannot be read.", f"Give at most {LONGEST} characters of text.")
    return given


@get("/p/{project:str}/graph", opt=READ)
async def show_graph(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Show the modules of a package, and what they import."""
    at = await here(request, unit, project, "Modules", Place.DRIFT)
    given = asked(request, "repository", "at", "rule", "q")
    text = given.pop("q")
    who, ident = unit.principal, at.project.id
    found = await unit.survey.graph(who, ident, **given)
    names = tuple(one.name for one in at.repositories.values())
    if found is None:
        return answers.page("graph.html", at.frame, GraphPage(known=False, repositories=names))
    view = graph_page(project, found, names)
    if text:
        hits = await unit.survey.names(who, ident, repository=given["repository"], text=text)
        links = tuple(Crumb(name, addresses.graph(project, at=name, repository=given["repository"])) for name in hits)
        view = replace(view, text=text, found=links)
    return answers.page("graph.html", at.frame, replace(view, data=data_of(view)))


@get("/p/{project:str}/graph/imports", opt=READ)
async def show_imports(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """List the imports behind an arrow of the graph."""
    at = await here(request, unit, project, "Imports", Place.DRIFT)
    given = asked(request, "repository", "at", "importer", "imported")
    found = await unit.survey.imports(unit.principal, at.project.id, **given)
    view = ArrowPage(
        given["importer"],
        given["imported"],
        found.repository.name if len(at.repositories) > 1 else "",
        found.rows[:MOST_ROWS],
        len(found.rows),
        found.breaks,
        addresses.graph(project, at=given["at"], repository=given["repository"]),
    )
    return answers.page("arrow.html", at.frame, view)


@get("/p/{project:str}/graph/names.json", opt=READ)
async def find_names(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Give the modules that a person may mean, for the box above the graph."""
    found = await unit.projects.find(unit.principal, project)
    given = asked(request, "repository", "q")
    names = await unit.survey.names(unit.principal, found.id, repository=given["repository"], text=given["q"])
    rows = [{"name": name, "href": addresses.graph(project, at=name, repository=given["repository"])} for name in names]
    return answers.json({"names": rows})


@get("/p/{project:str}/coverage", opt=READ)
async def show_coverage(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Show which code no spec governs, and which spec no code follows."""
    at = await here(request, unit, project, "Coverage", Place.DRIFT)
    given = asked(request, "repository", "at")
    found = await unit.survey.coverage(unit.principal, at.project.id, **given)
    heads = await unit.library.heads(unit.principal, at.project.id)
    titles = {head.spec.path: document_of(head.text).title or head.spec.title for head in heads}
    return answers.page("coverage.html", at.frame, coverage_page(project, found, given["repository"], titles))


@get("/p/{project:str}/invariants/{invariant:str}", opt=READ)
async def show_invariant(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], invariant: FromPath[str]
) -> Response[Any]:
    """Show when an invariant held: the checks that changed its verdict, or every one."""
    at = await here(request, unit, project, invariant[:80], Place.DRIFT)
    given = asked(request, "repository", "cursor", "every")
    who, ident = unit.principal, at.project.id
    chosen = named(tuple(at.repositories.values()), given["repository"])
    wanted = chosen[0].id if given["repository"] else None
    every = given["every"] == "yes"
    found = await unit.drift.history(
        who, ident, invariant, wanted, turns=not every, cursor=given["cursor"] or None, limit=PAGE
    )
    standing = await unit.drift.holding(who, ident, invariant)
    open_now = await unit.drift.tally(who, ident, Wanted(invariant=invariant, state=LifeState.OPEN))
    names = {ref: one.name for ref, one in at.repositories.items()}
    kept = {"repository": given["repository"], "every": given["every"]}
    following = urlencode({**{key: value for key, value in kept.items() if value}, "cursor": found.next or ""})
    view = InvariantPage(
        invariant=invariant,
        panel=None,
        spec_path="",
        spec_title="",
        anchor="",
        standing=tuple((names.get(one.repository, ""), one) for one in standing),
        rows=tuple(history_row(one, names.get(one.repository, "")) for one in found.items),
        every=every,
        open=sum(one.count for one in open_now),
        next_page=following if found.next else "",
        repository=given["repository"],
        repositories=tuple(names.values()),
    )
    return answers.page("invariant.html", at.frame, await with_rule(unit, at, view))


def history_row(one: Sighting, repository: str) -> HistoryRow:
    """Show what a check said."""
    return HistoryRow(one, repository, one.cause.at)


async def with_rule(unit: Unit, at: Here, view: InvariantPage) -> InvariantPage:
    """Add the rule as the specs have it now; nothing where they ask for it no longer. Raises `MissingError`."""
    for head in await unit.library.heads(unit.principal, at.project.id):
        if view.invariant not in head.text:
            continue
        document = document_of(head.text)
        block = next((one for one in document.invariants if one.id == view.invariant), None)
        if block is None:
            continue
        verdicts = await unit.drift.invariants(unit.principal, at.project.id, head.spec.id)
        anchor = next((one.anchor for one in verdicts if one.invariant == block.id), "")
        return replace(
            view,
            panel=panel_of(block, verdicts, at.repositories),
            spec_path=head.spec.path,
            spec_title=document.title or head.spec.title,
            anchor=f"s-{anchor}" if anchor else "",
        )
    if not view.rows:
        raise MissingError(
            f"There is no invariant {view.invariant[:80]!r}.", "The list of findings names those there are."
        )
    return view


ROUTES = (show_graph, show_imports, find_names, show_coverage, show_invariant)
