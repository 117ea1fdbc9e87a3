"""The repositories of a project: the list, a page for each, and its forms. Who may do what, the services decide."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.unit import Unit
from app.web import addresses, answers
from app.web.answers import Here, Web, address_of, fields, here, refused, see
from app.web.shaping.repositories import name_in, published_row, standing_row
from app.web.views.frame import Place
from app.web.views.repositories import RepositoriesPage, RepositoryLine, RepositoryPage
from specs.access import Scope
from specs.errors import ConflictError, HoldfastError, MissingError, UserError
from sync.binding.bindings import Publish, Trust
from sync.binding.credentials import CredentialKind, token_of

READ = {"scope": Scope.READ}
CHECK = {"scope": Scope.CHECK}
ADMIN = {"scope": Scope.ADMIN}
UNUSABLE = 400
TITLE = "Repositories"
DONE = {
    "read": "It is read as soon as a worker is free.",
    "trust": "This counts from the next commit on.",
    "publish": "What git lacks is pushed as soon as a worker is free.",
    "set": "It is kept, sealed, and used from the next reading on.",
    "removed": "It is forgotten. What the server has for all repositories counts again.",
    "out": "The repository was taken out. Its specs stayed.",
}


@get("/p/{project:str}/settings/repositories", opt=READ)
async def repositories(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """List the repositories and how each stands."""
    return await _repositories(request, unit, await here(request, unit, project, TITLE, Place.SETTINGS))


async def _repositories(
    request: Web, unit: Unit, at: Here, *, error: HoldfastError | None = None, url: str = ""
) -> Response[Any]:
    told = refused(error) if error else {"error": "", "hint": ""}
    view = RepositoriesPage(await _lines(unit, at), **told, url=url, notice=_notice(request))
    return answers.page("repositories.html", at.frame, view, status=UNUSABLE if error else 200)


async def _lines(unit: Unit, at: Here) -> tuple[RepositoryLine, ...]:
    bound = await unit.repositories.bound(unit.principal, at.project.id)
    jobs = await unit.workload.of(unit.principal, at.project.id)
    return tuple(
        RepositoryLine(
            standing_row(one),
            sum(one.open.values()),
            tuple(job for job in jobs if job.repository == one.repository.id),
            published_row(one.repository, bound[one.repository.id]),
        )
        for one in at.verdicts
        if one.repository.id in bound
    )


@post("/p/{project:str}/settings/repositories", opt=ADMIN, status_code=200)
async def register(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Register a repository; it is read as soon as a worker is free. Its webhook's secret is shown once."""
    at = await here(request, unit, project, TITLE, Place.SETTINGS)
    given = {key: value.strip() for key, value in (await fields(request)).items()}
    url, branch = given.get("url", ""), given.get("branch", "")
    try:
        made = await unit.repositories.register(
            unit.principal,
            at.project.id,
            name=given.get("name") or name_in(url),
            url=url,
            branch=branch,
            root=given.get("root", ""),
            trust=_trust(given.get("trust", "")),
            given=unit.credentials.given(
                given.get("token", ""), given.get("user", ""), key=given.get("deploy-key") == "yes"
            ),
        )
    except (UserError, ConflictError) as error:
        return await _repositories(request, unit, at, error=error, url=url)
    at = await here(request, unit, project, TITLE, Place.SETTINGS)
    return await _repository(request, unit, at, made.repository.name, secret=made.webhook_secret, registered=True)


@get("/p/{project:str}/settings/repositories/{name:str}", opt=READ)
async def repository(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], name: FromPath[str]
) -> Response[Any]:
    """Show one repository: how it stands, how it is bound, and what can be changed about it."""
    return await _repository(request, unit, await here(request, unit, project, TITLE, Place.SETTINGS), name)


async def _repository(
    request: Web,
    unit: Unit,
    at: Here,
    name: str,
    *,
    error: HoldfastError | None = None,
    secret: str = "",
    registered: bool = False,
) -> Response[Any]:
    detail = await unit.repositories.get(unit.principal, at.project.id, name)
    found = detail.repository
    line = next((one for one in await _lines(unit, at) if one.row.ident == str(found.id)), None)
    if line is None:
        raise MissingError("There is no such repository.", "List the repositories of the project.")
    kept = await unit.credentials.of_project(unit.principal, at.project.id) if at.frame.may_administer else {}
    told = refused(error) if error else {"error": "", "hint": ""}
    view = RepositoryPage(
        line,
        detail.binding,
        sum(1 for one in detail.files if one.spec),
        detail.problems,
        f"{address_of(request)}{detail.webhook_path}",
        secret=secret,
        registered=registered,
        credentials=tuple(kept.get(found.id, ())),
        **told,
        notice=_notice(request),
    )
    frame = answers.titled(at.frame, found.name)
    return answers.page("repository.html", frame, view, status=UNUSABLE if error else 200)


@post("/p/{project:str}/settings/repositories/{name:str}/read", opt=CHECK)
async def read_now(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], name: FromPath[str]
) -> Response[Any]:
    """Have a repository read now."""
    at = await here(request, unit, project, TITLE, Place.SETTINGS)
    await unit.repositories.trigger(unit.principal, at.project.id, name)
    return _done(project, name, "read")


@post("/p/{project:str}/settings/repositories/{name:str}/trust", opt=ADMIN)
async def change_trust(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], name: FromPath[str]
) -> Response[Any]:
    """Say anew whose word a repository's commits are; what they brought before stays as it is."""
    at = await here(request, unit, project, TITLE, Place.SETTINGS)
    wanted = _trust((await fields(request)).get("trust", ""))
    await unit.repositories.rebind(unit.principal, at.project.id, name, trust=wanted)
    return _done(project, name, "trust")


@post("/p/{project:str}/settings/repositories/{name:str}/publish", opt=ADMIN)
async def change_publishing(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], name: FromPath[str]
) -> Response[Any]:
    """Say anew how what is written here becomes commits; a branch that is not named stays."""
    at = await here(request, unit, project, TITLE, Place.SETTINGS)
    given = await fields(request)
    try:
        await unit.repositories.rebind(
            unit.principal,
            at.project.id,
            name,
            publish=_mode(given.get("mode", "")),
            publish_branch=given.get("branch", "").strip() or None,
        )
    except UserError as error:
        return await _repository(request, unit, at, name, error=error)
    return _done(project, name, "publish")


@post("/p/{project:str}/settings/repositories/{name:str}/credentials", opt=ADMIN)
async def change_credentials(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], name: FromPath[str]
) -> Response[Any]:
    """Set what lets the server into one repository, or take it away."""
    at = await here(request, unit, project, TITLE, Place.SETTINGS)
    form = await fields(request)
    act, kept = form.get("act", ""), unit.credentials
    try:
        if act == "remove":
            await kept.remove(unit.principal, at.project.id, name, _credential(form.get("kind", "")))
        else:
            given = kept.made_key() if act == "key" else token_of(form.get("token", ""), form.get("user", ""))
            await kept.set(unit.principal, at.project.id, name, given)
    except (UserError, MissingError) as error:
        return await _repository(request, unit, at, name, error=error)
    return _done(project, name, "removed" if act == "remove" else "set")


@post("/p/{project:str}/settings/repositories/{name:str}/secret", opt=ADMIN, status_code=200)
async def change_secret(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], name: FromPath[str]
) -> Response[Any]:
    """Make another secret for a repository's webhook, and show it, once."""
    at = await here(request, unit, project, TITLE, Place.SETTINGS)
    secret = await unit.repositories.rotate_secret(unit.principal, at.project.id, name)
    return await _repository(request, unit, at, name, secret=secret)


@post("/p/{project:str}/settings/repositories/{name:str}/remove", opt=ADMIN)
async def take_out(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], name: FromPath[str]
) -> Response[Any]:
    """Forget a repository and what was found in it, once its name was written out; its specs stay."""
    at = await here(request, unit, project, TITLE, Place.SETTINGS)
    if (await fields(request)).get("sure", "").strip() != name:
        doubt = UserError("Its name was not written as it is.", "Write the name of the repository out to take it out.")
        return await _repository(request, unit, at, name, error=doubt)
    await unit.repositories.remove(unit.principal, at.project.id, name)
    return see(addresses.settings(project, "repositories", "done=out"))


def _done(project: str, name: str, what: str) -> Response[Any]:
    return see(f"{addresses.repository(project, name)}?done={what}")


def _notice(request: Web) -> str:
    return DONE.get(request.query_params.get("done", ""), "") if request.method == "GET" else ""


def _credential(given: str) -> CredentialKind:
    try:
        return CredentialKind(given)
    except ValueError:
        raise UserError("This form is out of date.", "Reload the page, then do it again.") from None


def _mode(given: str) -> Publish:
    try:
        return Publish(given)
    except ValueError:
        raise UserError("There is no such way to publish.", f"Use one of {', '.join(Publish)}.") from None


def _trust(given: str) -> Trust:
    """Read the choice of a form; one that says nothing trusts nobody."""
    return Trust.BRANCH if given == Trust.BRANCH else Trust.NONE


ROUTES = (
    repositories,
    register,
    repository,
    read_now,
    change_trust,
    change_publishing,
    change_credentials,
    change_secret,
    take_out,
)
