"""Claims: what locks that came by git say in a person's name, and where a reviewer approves or refuses it."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.unit import Unit
from app.web import addresses, answers
from app.web.answers import Web, fields, here, refused, see
from app.web.specs.confirming import may_confirm
from app.web.views.drift import ClaimRow, ClaimsPage
from app.web.views.frame import Place
from drift.debt.claims import ClaimState
from specs.access import Scope
from specs.errors import HoldfastError, MissingError, UserError

READ = {"scope": Scope.READ}
WRITE = {"scope": Scope.WRITE}
UNUSABLE = 400
PAGE = 100
DECISIONS = {"approve": ClaimState.APPROVED, "refuse": ClaimState.REFUSED}


@get("/p/{project:str}/claims", opt=READ)
async def list_claims(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """List the claims that stand in locks now, those that wait first."""
    return await _listed(request, unit, project)


async def _listed(request: Web, unit: Unit, slug: str, error: HoldfastError | None = None) -> Response[Any]:
    at = await here(request, unit, slug, "Claims", Place.DRIFT)
    waiting = await unit.claims.list(unit.principal, at.project.id, state=ClaimState.PENDING, limit=PAGE)
    others = await unit.claims.list(unit.principal, at.project.id, limit=PAGE)
    decided = [one for one in others.items if one.state is not ClaimState.PENDING]
    names = {ref: one.name for ref, one in at.repositories.items()}
    rows = tuple(ClaimRow(one, names.get(one.repository, "")) for one in (*waiting.items, *decided))
    told = refused(error) if error else {"error": "", "hint": ""}
    view = ClaimsPage(rows, may_decide=may_confirm(unit.principal, at.project.id), **told)
    return answers.page("claims.html", at.frame, view, status=UNUSABLE if error else 200)


@post("/p/{project:str}/claims", opt=WRITE)
async def decide(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Approve or refuse the claim that a form names."""
    at = await here(request, unit, project, "Claims", Place.DRIFT)
    given = await fields(request)
    state = DECISIONS.get(given.get("decision", ""), ClaimState.PENDING)
    try:
        await unit.claims.decide(unit.principal, at.project.id, given.get("claims", "").split(), state)
    except (UserError, MissingError) as error:
        return await _listed(request, unit, project, error)
    return see(addresses.claims(project))


async def waiting(unit: Unit, project: UUID, repository: UUID | None = None, invariant: str = "") -> int:
    """Count the claims that wait for a person: all, or those about one invariant."""
    found = await unit.claims.list(
        unit.principal, project, repository=repository, state=ClaimState.PENDING, limit=2 * PAGE
    )
    return sum(not invariant or one.entry.invariant == invariant for one in found.items)


ROUTES = (list_claims, decide)
