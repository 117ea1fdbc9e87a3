"""What changed since the reader last read: marks on lists and specs, and saying that one has seen it."""

from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.unit import Unit
from app.web import addresses
from app.web.answers import Web, fields, here, see
from app.web.views.frame import Place
from specs.access import Scope

READ = {"scope": Scope.READ}


@post("/p/{project:str}/read", opt=READ)
async def read_all(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Keep that the reader has seen all that changed."""
    at = await here(request, unit, project, "Specs", Place.SPECS)
    await unit.readings.read_all(unit.principal, at.project.id)
    return see(addresses.specs(project))


@post("/p/{project:str}/read/{path:path}", opt=READ)
async def read_one(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], path: FromPath[str]
) -> Response[Any]:
    """Keep that the reader has seen a spec as it was on the page that the form stood on."""
    at = await here(request, unit, project, "Spec", Place.SPECS)
    spec = (await unit.library.read(unit.principal, at.project.id, path.removeprefix("/"))).spec
    await unit.readings.read(unit.principal, at.project.id, spec.id, (await fields(request)).get("revision", ""))
    return see(addresses.spec(project, spec.path))


ROUTES = (read_all, read_one)
