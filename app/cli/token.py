"""`holdfast token`: gives, lists and takes back tokens of agents and CI, on the server's own machine."""

import asyncio
from datetime import timedelta
from uuid import UUID

import click

from app.cli._options import DATABASE
from app.settings import Settings
from specs.access import AGENT_ROLES, AGENT_SCOPES, Role, Scope, Token
from specs.errors import UserError

ROLES = [role.value for role in Role if role in AGENT_ROLES]
SCOPES = [scope.value for scope in Scope if scope in AGENT_SCOPES]
LONGEST = 366


@click.group()
def token() -> None:
    """Give, list and take back tokens of agents and CI."""


@token.command()
@click.option("--project", default="", metavar="NAME", help="The project [HOLDFAST_PROJECT].")
@click.option("--name", required=True, metavar="NAME", help="The agent that will use it, for example ci or claude.")
@click.option("--role", default="reader", type=click.Choice(ROLES), show_default=True, help="What the agent may do.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    default=("read", "check", "context"),
    type=click.Choice(SCOPES),
    show_default=True,
    help="What the token may be used for; repeat for several.",
)
@click.option(
    "--days", default=90, type=click.IntRange(1, LONGEST), show_default=True, help="After how many days it expires."
)
@DATABASE
@click.pass_obj
def create(
    settings: Settings, project: str, name: str, role: str, scopes: tuple[str, ...], days: int, database_url: str
) -> None:
    """Give an agent a token for one project, and print it: it is shown this once."""
    wanted = _project(settings, project)
    secret, known = asyncio.run(_create(settings, wanted, name, Role(role), scopes, days, database_url))
    click.echo(secret)
    click.echo(f"{known.id} expires {known.expires_at:%Y-%m-%d}; `holdfast token revoke {known.id}` ends it.", err=True)


async def _create(
    settings: Settings, project: str, name: str, role: Role, scopes: tuple[str, ...], days: int, database_url: str
) -> tuple[str, Token]:
    from app.cli._services import services
    from app.sources import now
    from specs.access import SERVER

    async with services(settings, database_url) as made:
        found = await made.projects.find(SERVER, project)
        issued = await made.tokens.issue_for_agent(
            SERVER,
            found.id,
            name,
            role=role,
            scopes=[Scope(scope) for scope in scopes],
            expires_at=now() + timedelta(days=days),
        )
    return issued.secret, issued.token


@token.command(name="list")
@click.option("--project", default="", metavar="NAME", help="The project [HOLDFAST_PROJECT].")
@DATABASE
@click.pass_obj
def list_(settings: Settings, project: str, database_url: str) -> None:
    """List a project's tokens, newest first: what opens what, until when, last used when."""
    from app.sources import now

    tokens = asyncio.run(_list(settings, _project(settings, project), database_url))
    at = now()
    for known in tokens:
        state = "revoked" if known.revoked_at else "expired" if known.expires_at <= at else "valid"
        scopes = ",".join(scope.value for scope in Scope if scope in known.scopes)
        used = f"used {known.last_used_at:%Y-%m-%d}" if known.last_used_at else "never used"
        until = f"until {known.expires_at:%Y-%m-%d}"
        click.echo(f"{known.id}  {known.prefix}  {known.actor.name}  {scopes}  {state}  {until}  {used}")
    if not tokens:
        click.echo("The project has no tokens.", err=True)


async def _list(settings: Settings, project: str, database_url: str) -> tuple[Token, ...]:
    from app.cli._services import services
    from specs.access import SERVER

    async with services(settings, database_url) as made:
        found = await made.projects.find(SERVER, project)
        return await made.tokens.list(SERVER, found.id)


@token.command()
@click.argument("token_id", type=click.UUID, metavar="ID")
@DATABASE
@click.pass_obj
def revoke(settings: Settings, token_id: UUID, database_url: str) -> None:
    """Make a token useless at once."""
    asyncio.run(_revoke(settings, token_id, database_url))
    click.echo(f"The token {token_id} opens nothing any more.")


async def _revoke(settings: Settings, token_id: UUID, database_url: str) -> None:
    from app.cli._services import services
    from specs.access import SERVER

    async with services(settings, database_url) as made:
        await made.tokens.revoke(SERVER, token_id)


def _project(settings: Settings, project: str) -> str:
    if not (project or settings.project):
        raise UserError("Which project?", "Name it with --project or HOLDFAST_PROJECT.")
    return project or settings.project
