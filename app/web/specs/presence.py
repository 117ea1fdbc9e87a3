"""Who has a spec open: an editor says every few seconds that it is there, and when it goes."""

from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.unit import Unit
from app.web import answers
from app.web.answers import Web, fields
from specs.access import Scope

WRITE = {"scope": Scope.WRITE}


@post("/p/{project:str}/here/{path:path}", opt=WRITE, status_code=200)
async def here(request: Web, unit: NamedDependency[Unit], project: FromPath[str], path: FromPath[str]) -> Response[Any]:
    """Note that the caller has a spec open, or with `leaving` no longer; give who else is there."""
    found = await unit.projects.find(unit.principal, project)
    spec = (await unit.library.read(unit.principal, found.id, path.removeprefix("/"))).spec
    if (await fields(request)).get("leaving"):
        await unit.presence.gone(unit.principal, found.id, spec.id)
        return answers.json({"others": []})
    await unit.presence.here(unit.principal, found.id, spec.id)
    others = await unit.presence.others(unit.principal, found.id, spec.id, spec.path)
    told = [
        {"name": one.actor.name, "kind": str(one.actor.kind), "task": one.task, "intent": one.intent} for one in others
    ]
    return answers.json({"others": told})


ROUTES = (here,)
