"""Code that sections may speak about: told beside a spec's text, listed on a page, where a reviewer decides on it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.unit import Unit
from app.web import addresses, answers
from app.web.answers import Web, fields, here, refused, see
from app.web.specs.confirming import may_confirm
from app.web.views.frame import Place
from app.web.views.specs import RelatedFact, RelatedPage, TraceFact
from specs.access import Scope
from specs.document import Document
from specs.errors import HoldfastError, MissingError, UserError
from specs.library import Spec
from sync.contexts.links import LinkState
from sync.contexts.units import units

READ = {"scope": Scope.READ}
WRITE = {"scope": Scope.WRITE}
UNUSABLE = 400
DECISIONS = {"confirm": LinkState.CONFIRMED, "reject": LinkState.REJECTED, "withdraw": None}


async def related_of(
    unit: Unit, project: UUID, spec: Spec, document: Document, traced: Iterable[tuple[int, TraceFact]]
) -> dict[int, RelatedFact]:
    """Give, by line, the bindings of sections, and which requirements have neither these nor code that names them."""
    known = await unit.relating.beside(unit.principal, project, spec.id)
    if known is None:
        return {}
    named = {line for line, fact in traced if fact.marks and fact.marks[0][0] != "none"}
    found: dict[int, RelatedFact] = {}
    for one in units(document):
        ties = [tie for tie in known if tie.link is not None and tie.link.anchor in one.anchors]
        bound = tuple((f"{tie.code.path}#{tie.code.symbol}".rstrip("#"), str(tie.standing)) for tie in ties)
        if bound or (one.normative and not one.invariants and one.line not in named):
            found[one.line] = RelatedFact(one.anchor, one.title, bound)
    return found


@get("/p/{project:str}/related/{path:path}", opt=READ)
async def show_related(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], path: FromPath[str]
) -> Response[Any]:
    """Show the code that a section may speak about."""
    anchor = request.query_params.get("section", "")
    return await _page(request, unit, project, (path.removeprefix("/"), anchor))


async def _page(
    request: Web, unit: Unit, slug: str, section: tuple[str, str], error: HoldfastError | None = None
) -> Response[Any]:
    at = await here(request, unit, slug, "Related code", Place.SPECS)
    found = await unit.relating.of_section(unit.principal, at.project.id, "#".join(section).rstrip("#"))
    spec, _, own = found.asked.partition("#")
    told = refused(error) if error else {"error": "", "hint": ""}
    view = RelatedPage(
        spec,
        own,
        found.title,
        found.code,
        found.degraded,
        may_decide=may_confirm(unit.principal, at.project.id),
        **told,
    )
    return answers.page("related.html", at.frame, view, status=UNUSABLE if error else 200)


@post("/p/{project:str}/related/{path:path}", opt=WRITE)
async def decide_related(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], path: FromPath[str]
) -> Response[Any]:
    """Confirm or reject what a form names, or take back what was said of it."""
    at = await here(request, unit, project, "Related code", Place.SPECS)
    given = await fields(request)
    place, anchor = path.removeprefix("/"), given.get("section", "")
    state = DECISIONS.get(given.get("decision", ""))
    try:
        section = f"{place}#{anchor}".rstrip("#")
        code, repository = given.get("code", ""), given.get("repository", "")
        await unit.relating.decide(unit.principal, at.project.id, section, code, state, repository=repository)
    except (UserError, MissingError) as error:
        return await _page(request, unit, project, (place, anchor), error)
    return see(addresses.related(project, place, anchor))


ROUTES = (show_related, decide_related)
