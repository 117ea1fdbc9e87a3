"""Projects: the tenants. Everything else of the API lives under one of them."""

from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from app.api._wire import In, Items, Line, ProjectOut
from app.unit import Unit
from specs.access import Scope


class ProjectIn(In):
    """What a new project is made of. `slug` stands in addresses: small letters, digits, dashes."""

    slug: Annotated[str, Meta(min_length=1, max_length=60, pattern=r"^[a-z0-9][a-z0-9-]*$")]
    name: Line = ""


@get("/projects", opt={"scope": Scope.READ}, summary="List my projects")
async def list_projects(unit: NamedDependency[Unit]) -> Items[ProjectOut]:
    """List the projects the caller is a member of, by slug."""
    projects = await unit.projects.list(unit.principal)
    return Items(tuple(ProjectOut.of(project, unit.principal) for project in projects))


@post("/projects", opt={"scope": Scope.ADMIN, "statuses": (409,)}, summary="Start a project")
async def create_project(unit: NamedDependency[Unit], data: JSONBody[ProjectIn]) -> Response[ProjectOut]:
    """Start a project with the caller as its admin. Needs an administrator of the installation."""
    project = await unit.projects.create(unit.principal, data.slug, data.name)
    answer = ProjectOut.of(project, unit.principal)
    return Response(answer, status_code=201, headers={"location": f"/api/v1/projects/{project.slug}"})


@get("/projects/{project:str}", opt={"scope": Scope.READ, "statuses": (404,)}, summary="Read a project")
async def get_project(unit: NamedDependency[Unit], project: FromPath[str]) -> ProjectOut:
    """Give one project by its slug. A project of others is 404, as one that is not there."""
    found = await unit.projects.find(unit.principal, project)
    return ProjectOut.of(found, unit.principal)


ROUTES = (list_projects, create_project, get_project)
