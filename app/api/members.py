"""Members of a project and their roles."""

from typing import Annotated
from uuid import UUID

from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from app.api._wire import In, Items, MemberOut
from app.unit import Unit
from specs.access import Role, Scope

Login = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class MemberIn(In):
    """A person, named by login, and the role they are to have."""

    login: Login
    role: Role


@get("/projects/{project:str}/members", opt={"scope": Scope.READ, "statuses": (404,)}, summary="List members")
async def list_members(unit: NamedDependency[Unit], project: FromPath[str]) -> Items[MemberOut]:
    """List the members of a project with their roles."""
    found = await unit.projects.find(unit.principal, project)
    members = await unit.members.list(unit.principal, found.id)
    return Items(tuple(MemberOut.of(member) for member in members))


@post(
    "/projects/{project:str}/members",
    opt={"scope": Scope.ADMIN, "statuses": (404, 409)},
    status_code=200,
    summary="Set a member's role",
)
async def set_member(unit: NamedDependency[Unit], project: FromPath[str], data: JSONBody[MemberIn]) -> MemberOut:
    """Make a person a member, or change their role. The last admin stays admin."""
    found = await unit.projects.find(unit.principal, project)
    return MemberOut.of(await unit.members.set_role(unit.principal, found.id, data.login, data.role))


@delete(
    "/projects/{project:str}/members/{actor:uuid}",
    opt={"scope": Scope.ADMIN, "statuses": (404, 409)},
    summary="Remove a member",
)
async def remove_member(unit: NamedDependency[Unit], project: FromPath[str], actor: FromPath[UUID]) -> None:
    """End a membership, and with it the actor's tokens for the project. The last admin stays."""
    found = await unit.projects.find(unit.principal, project)
    await unit.members.remove(unit.principal, found.id, actor)


ROUTES = (list_members, set_member, remove_member)
