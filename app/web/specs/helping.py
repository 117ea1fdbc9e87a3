"""What the editor asks while somebody writes: completions, kinds of invariant, a dry run. Keeps nothing of it."""

from typing import Any, get_args

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import to_builtins

from app.unit import Unit
from app.web import answers
from app.web.answers import Web, fields
from specs.access import Scope
from specs.paths import check_path
from sync.aids.codenames import Form
from sync.aids.kinds import all_kinds

READ = {"scope": Scope.READ}


@get("/p/{project:str}/complete", opt=READ)
async def complete(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Complete a name of the code, or a link, as `what` says."""
    found = await unit.projects.find(unit.principal, project)
    given = request.query_params
    wanted, what = given.get("q", ""), given.get("what", "name")
    if what == "link":
        links = await unit.aiding.links(unit.principal, found.id, wanted, _path(given.get("here", "")))
        return answers.json({"items": to_builtins(links), "reading": False})
    form: Form = next((one for one in get_args(Form) if one == what), "name")
    names, whole = await unit.aiding.names(unit.principal, found.id, wanted, form)
    return answers.json({"items": to_builtins(names), "reading": not whole})


@get("/p/{project:str}/kinds", opt=READ)
async def kinds(unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Give every kind of invariant with its options and an example."""
    await unit.projects.find(unit.principal, project)
    return answers.json({"items": to_builtins(all_kinds())})


@post("/p/{project:str}/try", opt=READ, status_code=200)
async def try_out(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Hold what is typed against the code as it was last compared."""
    found = await unit.projects.find(unit.principal, project)
    given = await fields(request)
    path, text = _path(given.get("path", "")), given.get("text", "")
    return answers.json(to_builtins(await unit.aiding.try_out(unit.principal, found.id, path, text)))


def _path(given: str) -> str:
    """Give the path of a spec; "" for what can be none, as while it is typed."""
    return "" if check_path(given) else given


ROUTES = (complete, kinds, try_out)
