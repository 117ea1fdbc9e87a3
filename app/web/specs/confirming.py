"""Statements that no person has said yet: shown beside the text, and confirmed there by those who may."""

from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.unit import Unit
from app.web import addresses
from app.web.answers import Web, fields, here, see
from app.web.views.frame import Place
from app.web.views.specs import Unsaid
from specs.access import Principal, Role, Scope
from specs.library import Spec
from specs.revision import ActorKind
from specs.service.revisions.authorship import Chosen

WRITE = {"scope": Scope.WRITE}


def may_confirm(who: Principal, project: UUID) -> bool:
    """Say whether someone may confirm: a person who reviews."""
    role = who.role_in(project)
    return who.actor.kind is ActorKind.HUMAN and role is not None and role.rank >= Role.REVIEWER.rank


async def unsaid_of(unit: Unit, project: UUID, spec: Spec) -> dict[int, Unsaid]:
    """Give, by line, the statements of a spec's head that wait for a person, and who brought their words."""
    if not await unit.authorship.unconfirmed(unit.principal, project, {spec.id: spec.head}):
        return {}
    standing = await unit.authorship.read(unit.principal, project, spec.id, spec.head)
    return {
        one.line: Unsaid((one.digest,), tuple(dict.fromkeys(standing.revisions[by].actor for by in one.origins)))
        for one in standing.statements
        if one.waits
    }


@post("/p/{project:str}/confirm/{path:path}", opt=WRITE)
async def confirm(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], path: FromPath[str]
) -> Response[Any]:
    """Confirm statements of the head that the reader saw: those named, or all that wait."""
    at = await here(request, unit, project, "Spec", Place.SPECS)
    given = await fields(request)
    spec = (await unit.library.read(unit.principal, at.project.id, path.removeprefix("/"))).spec
    named = tuple(given.get("statements", "").split())
    chosen = Chosen(named) if named else Chosen(everything=given.get("everything") == "yes")
    revision = given.get("revision", "")
    await unit.authorship.confirm(unit.principal, at.project.id, spec.id, chosen, revision=revision)
    return see(addresses.spec(project, spec.path, given.get("back", "")))


ROUTES = (confirm,)
