"""`holdfast repo`: registers, lists, reads and forgets repositories, on the server's own machine."""

import asyncio
from typing import TYPE_CHECKING
from uuid import UUID

import click

from app.cli._options import DATABASE
from app.installation.address import address
from app.settings import Settings
from app.wording import clean, counted
from specs.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from typing import TextIO, TypeAlias, TypeVar

    from app.unit import Services
    from drift.lives.records import RepositoryVerdict
    from drift.lives.standing import ProjectVerdict
    from specs.access import Principal
    from sync.binding.bindings import Registered, RepositoryDetail
    from sync.binding.credentials import Credential, Given

    T = TypeVar("T")
    Ask: TypeAlias = Callable[[Services, Principal, UUID], Awaitable[T]]

PROJECT = click.option("--project", default="", metavar="NAME", help="The project [HOLDFAST_PROJECT].")
PUBLISH = click.option(
    "--publish",
    type=click.Choice(["none", "branch", "direct", "pull-request"]),
    default=None,
    help="How what is written here becomes commits: not at all, on a branch of its own, on the one that is followed, "
    "or with a pull request.",
)
OWN = click.option("--publish-branch", default=None, help="The branch of its own; holdfast/specs if none is named.")


LONGEST = 20_001
TRUST = {
    "branch": "What people commit on its branch counts as said by them; what tells of an agent waits to be confirmed.",
    "none": "What its commits say of specs waits until a person confirms it.",
}


@click.group()
def repo() -> None:
    """Register repositories, and say how each stands."""


@repo.command()
@click.argument("name")
@click.argument("url")
@click.option("--branch", default="", help="The branch to follow; none: the default one.")
@click.option(
    "--folder", "folders", multiple=True, help="Where it keeps specs, any number; none: found as `holdfast check` does."
)
@click.option("--prefix", default=None, help="Where its specs stand in the project; none: at the top if that is free.")
@click.option("--root", default="", help="The folder whose code is this project's; none: all of the repository.")
@click.option(
    "--trust",
    type=click.Choice(["branch", "none"]),
    default="branch",
    show_default=True,
    help="Whether what people commit on the branch counts as said by them, or waits to be confirmed.",
)
@PUBLISH
@OWN
@click.option(
    "--token",
    type=click.File("r"),
    default=None,
    metavar="FILE",
    help="A file that holds a token for it (`-`: asked for).",
)
@click.option("--user", default="", help="The name that goes with the token; GitHub and GitLab take any.")
@click.option("--deploy-key", is_flag=True, help="Make an SSH key for it and show the public half.")
@PROJECT
@DATABASE
@click.pass_obj
def add(
    settings: Settings,
    name: str,
    url: str,
    branch: str,
    folders: tuple[str, ...],
    prefix: str | None,
    root: str,
    trust: str,
    publish: str | None,
    publish_branch: str | None,
    token: "TextIO | None",
    user: str,
    project: str,
    database_url: str,
    *,
    deploy_key: bool,
) -> None:
    """Register a repository: https, ssh, or a local path under HOLDFAST_REPOSITORY_ROOTS."""
    secret = token.read(LONGEST) if token else ""

    async def register(made: "Services", server: "Principal", ident: UUID) -> "tuple[Registered, tuple[Given, ...]]":
        from sync.binding.bindings import OWN_BRANCH, Publish, Trust

        given = made.credentials.given(secret, user, key=deploy_key)
        done = await made.repositories.register(
            server,
            ident,
            name=name,
            url=url,
            branch=branch,
            folders=folders or None,
            prefix=prefix,
            root=root,
            trust=Trust(trust),
            publish=Publish(publish or "none"),
            publish_branch=publish_branch or OWN_BRANCH,
            given=given,
        )
        return done, given

    done, given = _asked(settings, project, database_url, register)
    click.echo(f"{name} is registered; a worker reads it next.")
    click.echo(TRUST[done.binding.trust])
    click.echo(f"Push webhooks: POST {address(settings)}/webhooks/{done.repository.id} with the secret")
    click.echo(done.webhook_secret)
    for one in given:
        if one.public:
            click.echo("Give its host this deploy key, with the right to write where it publishes:")
            click.echo(one.public)


@repo.command(name="set")
@click.argument("name")
@click.option("--trust", type=click.Choice(["branch", "none"]), default=None, help="As for `add`.")
@PUBLISH
@OWN
@PROJECT
@DATABASE
@click.pass_obj
def set_(
    settings: Settings,
    name: str,
    trust: str | None,
    publish: str | None,
    publish_branch: str | None,
    project: str,
    database_url: str,
) -> None:
    """Change how a repository is bound; what is not given stays."""

    async def rebind(made: "Services", server: "Principal", ident: UUID) -> "RepositoryDetail":
        from sync.binding.bindings import Publish, Trust

        return await made.repositories.rebind(
            server,
            ident,
            name,
            trust=Trust(trust) if trust else None,
            publish=Publish(publish) if publish else None,
            publish_branch=publish_branch,
        )

    for text in told(_asked(settings, project, database_url, rebind)):
        click.echo(text)


@repo.command()
@click.argument("name")
@PROJECT
@DATABASE
@click.pass_obj
def show(settings: Settings, name: str, project: str, database_url: str) -> None:
    """Say how a repository is bound: where its specs are, how far git and the server are, what is held back."""
    detail = _asked(settings, project, database_url, lambda made, *whose: made.repositories.get(*whose, name))
    for text in told(detail):
        click.echo(text)


@repo.command(name="list")
@PROJECT
@DATABASE
@click.pass_obj
def list_(settings: Settings, project: str, database_url: str) -> None:
    """Say how each repository stands."""
    from drift.lives.standing import of_project

    found = _asked(settings, project, database_url, lambda made, *whose: made.drift.verdicts(*whose))
    for one in found:
        click.echo(line(one))
    if len(found) > 1:
        click.echo(whole(of_project(found)))


@repo.command()
@click.argument("name")
@click.option("--token", type=click.File("r"), default=None, metavar="FILE", help="Set the token that a file holds.")
@click.option("--user", default="", help="The name that goes with the token; GitHub and GitLab take any.")
@click.option("--deploy-key", is_flag=True, help="Make an SSH key and show the public half.")
@click.option("--key", type=click.File("r"), default=None, metavar="FILE", help="Set a private SSH key of yours.")
@click.option("--remove", type=click.Choice(["token", "ssh-key"]), default=None, help="Forget one of the two.")
@PROJECT
@DATABASE
@click.pass_obj
def credentials(
    settings: Settings,
    name: str,
    token: "TextIO | None",
    user: str,
    key: "TextIO | None",
    remove: str | None,
    project: str,
    database_url: str,
    *,
    deploy_key: bool,
) -> None:
    """Say what lets the server into a repository, set it (`--token -` reads standard input), or take it away."""
    secret, private = token.read(LONGEST) if token else None, key.read(LONGEST) if key else None

    async def act(made: "Services", server: "Principal", ident: UUID) -> "tuple[Credential, ...]":
        from sync.binding.credentials import CredentialKind, token_of
        from sync.service.repositories.credentials import key_of

        if remove:
            await made.credentials.remove(server, ident, name, CredentialKind(remove))
        given = [token_of(secret, user)] if secret is not None else []
        given += [key_of(private)] if private is not None else []
        for one in (*given, *made.credentials.given(key=deploy_key)):
            await made.credentials.set(server, ident, name, one)
        return await made.credentials.list(server, ident, name)

    found = _asked(settings, project, database_url, act)
    for one in found:
        named = f" of {one.user}" if one.user else ""
        click.echo(f"{one.kind}{named}, set by {clean(one.set_by.name)} at {one.set_at:%Y-%m-%d %H:%M}")
        if one.public:
            click.echo(f"  {one.public}")
    if not found:
        click.echo(f"{name} has no credential of its own: what the server has for all repositories counts.", err=True)


@repo.command()
@click.argument("name")
@PROJECT
@DATABASE
@click.pass_obj
def sync(settings: Settings, name: str, project: str, database_url: str) -> None:
    """Have a repository read and checked as soon as a worker is free."""
    _asked(settings, project, database_url, lambda made, *whose: made.repositories.trigger(*whose, name))
    click.echo(f"A worker reads {name} next.")


@repo.command()
@click.argument("name")
@PROJECT
@DATABASE
@click.pass_obj
def remove(settings: Settings, name: str, project: str, database_url: str) -> None:
    """Forget a repository and what was found in it; its specs stay."""
    _asked(settings, project, database_url, lambda made, *whose: made.repositories.remove(*whose, name))
    click.echo(f"{name} is forgotten; its specs stay.")


def line(one: "RepositoryVerdict") -> str:
    """Say in a line how a repository stands."""
    repository = one.repository
    if repository.problem:
        return f"{repository.name}  failed: {repository.problem} {repository.hint}".rstrip()
    if one.verdict is None:
        return f"{repository.name}  {repository.note or 'not read yet'}"
    since = f" since {one.since:%Y-%m-%d %H:%M}" if one.since else ""
    bad = "with warnings" if one.verdict == "kept" and one.broken else "broken"
    told = f"{one.broken} of {one.invariants} invariants {bad} on {repository.branch}"
    told += f", {one.waived} waived" if one.waived else ""
    return f"{repository.name}  {one.verdict}: {one.problem or told}{since}"


def whole(project: "ProjectVerdict") -> str:
    """Say in a line how a project stands over all its repositories."""
    count = len(project.repositories)
    unknown = f"; not known of {', '.join(project.unknown)}" if project.unknown else ""
    since = f" since {project.since:%Y-%m-%d %H:%M}" if project.since else ""
    broken = f"{len(project.broken)} of {count} repositories broken ({', '.join(project.broken)}){since}"
    return f"project: {project.verdict}: {broken if project.broken else f'{count} repositories'}{unknown}"


def told(detail: "RepositoryDetail") -> "Iterator[str]":
    """Say in lines how a repository is bound."""
    one, binding = detail.repository, detail.binding
    yield f"{one.name}  {one.url}  {one.branch or '(its default branch)'}"
    if one.problem:
        yield f"reading failed ({counted(one.failures, 'time')}): {one.problem} {one.hint}".rstrip()
    if one.note:
        yield one.note
    folders = "found as a check finds them" if binding.folders is None else ", ".join(binding.folders) or "everywhere"
    yield f"specs: {folders}; {len(detail.files)} files, below {binding.prefix or 'the top'} of the project"
    yield from (f"  {file.path}: {file.problem}" for file in detail.problems)
    if binding.root:
        yield f"its code: {binding.root}"
    yield f"trust: {binding.trust}"
    where = "" if binding.publish in {"none", "direct"} else f" on {binding.branch}"
    yield f"publish: {binding.publish}{where}"
    pushed = binding.pushed
    if pushed.at is not None:
        yield f"pushed: {pushed.commit[:12]} at {pushed.at:%Y-%m-%d %H:%M}"
    if pushed.request_url:
        yield f"pull request: {pushed.request_url}"
    if pushed.problem:
        yield f"publishing failed: {pushed.problem} {pushed.hint}".rstrip()
    yield from (f"  held back: {held.path}: {held.why}" for held in pushed.held)


def _asked(settings: Settings, project: str, database_url: str, ask: "Ask[T]") -> "T":
    """Ask the services of this machine something of one project: `ask` is given them, the server itself, and its id."""
    wanted = _project(settings, project)

    async def act() -> "T":
        from app.cli._services import services
        from specs.access import SERVER

        async with services(settings, database_url) as made:
            found = await made.projects.find(SERVER, wanted)
            return await ask(made, SERVER, found.id)

    return asyncio.run(act())


def _project(settings: Settings, given: str) -> str:
    """Choose the project. Raises `UserError` where none is named."""
    name = given or settings.project
    if not name:
        raise UserError("Which project?", "Name it with --project or HOLDFAST_PROJECT.")
    return name
