"""Tokens: of agents and CI in a project, and of the caller. A secret leaves once, in the answer that creates it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from app.api._wire import In, Items, TokenOut
from app.unit import Unit
from specs.access import Role, Scope

Name = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Moment = Annotated[datetime, Meta(tz=True)]


class AgentTokenIn(In):
    """A token for an agent or a CI: the agent's name, its role in the project, what the token may be used for."""

    name: Name
    role: Role = Role.READER
    scopes: tuple[Scope, ...] = (Scope.READ, Scope.CHECK, Scope.CONTEXT)
    expires_at: Moment | None = None


class OwnTokenIn(In):
    """A token for the caller: a name to know it by, one project (its slug) or all of the caller's."""

    name: Name
    project: str | None = None
    scopes: tuple[Scope, ...] = (Scope.READ,)
    expires_at: Moment | None = None


@get("/projects/{project:str}/tokens", opt={"scope": Scope.ADMIN, "statuses": (404,)}, summary="List tokens")
async def list_tokens(unit: NamedDependency[Unit], project: FromPath[str]) -> Items[TokenOut]:
    """List the tokens bound to a project, newest first, revoked ones too. Needs an admin."""
    found = await unit.projects.find(unit.principal, project)
    tokens = await unit.tokens.list(unit.principal, found.id)
    return Items(tuple(TokenOut.of(token) for token in tokens))


@post(
    "/projects/{project:str}/tokens",
    opt={"scope": Scope.ADMIN, "statuses": (404,), "secret": True},
    summary="Make an agent's token",
)
async def create_agent_token(
    unit: NamedDependency[Unit], project: FromPath[str], data: JSONBody[AgentTokenIn]
) -> Response[TokenOut]:
    """Make a token for an agent, who becomes a member of the project. Needs an admin."""
    found = await unit.projects.find(unit.principal, project)
    issued = await unit.tokens.issue_for_agent(
        unit.principal, found.id, data.name, role=data.role, scopes=data.scopes, expires_at=data.expires_at
    )
    return Response(TokenOut.of(issued.token, issued.secret), status_code=201, headers={"cache-control": "no-store"})


@get("/me/tokens", opt={"scope": Scope.READ}, summary="List my tokens")
async def list_own_tokens(unit: NamedDependency[Unit]) -> Items[TokenOut]:
    """List the caller's own tokens, newest first."""
    tokens = await unit.tokens.list_own(unit.principal)
    return Items(tuple(TokenOut.of(token) for token in tokens))


@post("/me/tokens", opt={"scope": Scope.ADMIN, "statuses": (404,), "secret": True}, summary="Make a token for myself")
async def create_own_token(unit: NamedDependency[Unit], data: JSONBody[OwnTokenIn]) -> Response[TokenOut]:
    """Make another token for the caller, who is a person. It can do no more than the caller's credential."""
    project = await unit.projects.find(unit.principal, data.project) if data.project else None
    issued = await unit.tokens.issue_for_self(
        unit.principal,
        data.name,
        project=project.id if project else None,
        scopes=data.scopes,
        expires_at=data.expires_at,
    )
    return Response(TokenOut.of(issued.token, issued.secret), status_code=201, headers={"cache-control": "no-store"})


@delete("/tokens/{token:uuid}", opt={"scope": Scope.READ, "statuses": (404,)}, summary="Revoke a token")
async def revoke_token(unit: NamedDependency[Unit], token: FromPath[UUID]) -> None:
    """Make a token useless at once: one's own, or one of a project one is admin of. Twice is once."""
    await unit.tokens.revoke(unit.principal, token)


ROUTES = (list_tokens, create_agent_token, list_own_tokens, create_own_token, revoke_token)
