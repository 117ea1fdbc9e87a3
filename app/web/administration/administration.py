"""A project's administration: members, tokens, repositories. What may be done, and by whom, the services decide."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.mailing.inviting import mailed, welcome
from app.sources import now
from app.unit import Unit
from app.web import addresses, answers
from app.web.answers import Here, Web, address_of, fields, here, refused, see
from app.web.projects import repository_row
from app.web.views.frame import Place
from app.web.views.people import MembersPage, PublishedRow, RepositoriesPage, Sent, TokensPage
from drift.lives.records import Repository
from specs.access import Invited, IssuedToken, Role, Scope
from specs.errors import ConflictError, HoldfastError, MissingError, UserError
from sync.binding.bindings import Binding, Publish, Registered, Trust
from sync.binding.credentials import CredentialKind, token_of

READ = {"scope": Scope.READ}
ADMIN = {"scope": Scope.ADMIN}
UNUSABLE = 400
TRUST = {Trust.BRANCH: "people's commits count", Trust.NONE: "commits wait to be confirmed"}
DONE = {
    "set": "It is kept, sealed, and used from the next reading on.",
    "removed": "It is forgotten. What the server has for all repositories counts again.",
}
LIVES = {"30": 30, "90": 90, "365": 365}
SCOPES = {
    Role.READER: (Scope.READ, Scope.CHECK, Scope.CONTEXT),
    Role.EDITOR: (Scope.READ, Scope.CHECK, Scope.CONTEXT, Scope.WRITE),
}


@get("/p/{project:str}/settings/members", opt=READ)
async def members(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Show who may do what."""
    return await _members(request, unit, project)


async def _members(
    request: Web,
    unit: Unit,
    slug: str,
    *,
    error: HoldfastError | None = None,
    sent: Sent | None = None,
    login: str = "",
) -> Response[Any]:
    at = await here(request, unit, slug, "Members", Place.SETTINGS)
    found = await unit.members.list(unit.principal, at.project.id)
    told = refused(error) if error else {"error": "", "hint": ""}
    frozen = {one.actor.id: one for one in await unit.freezing.list(unit.principal, at.project.id)}
    view = MembersPage(
        found,
        **told,
        sent=sent,
        login="" if any(one.login == login for one in found) else login,
        invited={one.actor.id: one for one in await _invited(unit, at)},
        now=now(),
        frozen=frozen,
    )
    return answers.page("members.html", at.frame, view, status=UNUSABLE if error else 200)


async def _invited(unit: Unit, at: Here) -> tuple[Invited, ...]:
    return await unit.invitations.list(unit.principal, at.project.id) if at.frame.may_administer else ()


@post("/p/{project:str}/settings/members", opt=ADMIN)
async def set_role(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Make someone a member, or change a role."""
    at = await here(request, unit, project, "Members", Place.SETTINGS)
    given = await fields(request)
    try:
        await unit.members.set_role(
            unit.principal, at.project.id, given.get("login", "").strip(), _role(given.get("role", ""))
        )
    except (UserError, MissingError, ConflictError) as error:
        return await _members(request, unit, project, error=error, login=given.get("login", ""))
    return see(addresses.settings(project))


@post("/p/{project:str}/settings/members/remove", opt=ADMIN)
async def remove_member(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """End a membership."""
    at = await here(request, unit, project, "Members", Place.SETTINGS)
    try:
        await unit.members.remove(unit.principal, at.project.id, _ident((await fields(request)).get("actor", "")))
    except (UserError, MissingError, ConflictError) as error:
        return await _members(request, unit, project, error=error)
    return see(addresses.settings(project))


@post("/p/{project:str}/settings/members/invite", opt=ADMIN, status_code=200)
async def invite(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Invite somebody who was not here yet, once more or for the first time, and show the link; or take that back."""
    at = await here(request, unit, project, "Members", Place.SETTINGS)
    given = await fields(request)
    who, act = unit.principal, given.get("act", "send")
    try:
        if act == "withdraw":
            await unit.invitations.withdraw(who, at.project.id, _ident(given.get("actor", "")))
            return see(addresses.settings(project))
        if act == "again":
            made = await unit.invitations.again(who, at.project.id, _ident(given.get("actor", "")))
        else:
            made = await unit.invitations.send(
                who, at.project.id, given.get("login", ""), _role(given.get("role", "")), given.get("name", "")
            )
    except (UserError, MissingError, ConflictError) as error:
        return await _members(request, unit, project, error=error, login=given.get("login", ""))
    settings = request.app.state.settings
    sent = Sent(
        made.link.login,
        made.link.expires_at,
        welcome(settings, str(request.base_url), made.link),
        await mailed(settings, who.actor.name, at.project.name or at.project.slug, made),
        bool(settings.smtp_host),
    )
    return await _members(request, unit, project, sent=sent)


@get("/p/{project:str}/settings/tokens", opt=ADMIN)
async def tokens(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Show the tokens of the project."""
    return await _tokens(request, unit, await here(request, unit, project, "Tokens", Place.SETTINGS))


async def _tokens(
    request: Web, unit: Unit, at: Here, *, issued: IssuedToken | None = None, error: HoldfastError | None = None
) -> Response[Any]:
    found = await unit.tokens.list(unit.principal, at.project.id)
    told = refused(error) if error else {"error": "", "hint": ""}
    view = TokensPage(found, now(), issued, address_of(request), **told)
    return answers.page("tokens.html", at.frame, view, status=UNUSABLE if error else 200)


@post("/p/{project:str}/settings/tokens", opt=ADMIN, status_code=200)
async def issue_token(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Make a token for an agent and show it, once."""
    at = await here(request, unit, project, "Tokens", Place.SETTINGS)
    given = await fields(request)
    try:
        role = _role(given.get("role", ""))
        issued = await unit.tokens.issue_for_agent(
            unit.principal,
            at.project.id,
            given.get("name", "").strip(),
            role=role,
            scopes=[one for one in Scope if given.get(f"scope-{one}")] or SCOPES.get(role, ()),
            expires_at=now() + timedelta(days=LIVES.get(given.get("days", ""), 90)),
        )
    except (UserError, ConflictError) as error:
        return await _tokens(request, unit, at, error=error)
    return await _tokens(request, unit, at, issued=issued)


@post("/p/{project:str}/settings/tokens/revoke", opt=ADMIN)
async def revoke_token(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Make a token useless."""
    at = await here(request, unit, project, "Tokens", Place.SETTINGS)
    try:
        await unit.tokens.revoke(unit.principal, _ident((await fields(request)).get("token_id", "")))
    except (UserError, MissingError) as error:
        return await _tokens(request, unit, at, error=error)
    return see(addresses.settings(project, "tokens"))


@get("/p/{project:str}/settings/repositories", opt=READ)
async def repositories(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Show the repositories and how each was read last."""
    return await _repositories(request, unit, await here(request, unit, project, "Repositories", Place.SETTINGS))


async def _repositories(
    request: Web,
    unit: Unit,
    at: Here,
    *,
    error: HoldfastError | None = None,
    url: str = "",
    made: Registered | None = None,
) -> Response[Any]:
    kept = await unit.credentials.of_project(unit.principal, at.project.id) if at.frame.may_administer else {}
    bound = await unit.repositories.bound(unit.principal, at.project.id)
    found = await unit.repositories.list(unit.principal, at.project.id)
    told = refused(error) if error else {"error": "", "hint": ""}
    hook = f"{address_of(request)}/webhooks/{made.repository.id}" if made else ""
    secret = made.webhook_secret if made else ""
    view = RepositoriesPage(
        tuple(replace(repository_row(one), trust=TRUST[bound[one.id].trust]) for one in found if one.id in bound),
        tuple(_published(one, bound[one.id]) for one in found if one.id in bound),
        await unit.workload.of(unit.principal, at.project.id),
        **told,
        url=url,
        hook=hook,
        secret=secret,
        credentials=tuple((one.name, each) for one in found for each in kept.get(one.id, ())),
        notice=DONE.get(request.query_params.get("done", ""), ""),
    )
    return answers.page("repositories.html", at.frame, view, status=UNUSABLE if error else 200)


@post("/p/{project:str}/settings/repositories", opt=ADMIN, status_code=200)
async def register(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Register a repository; it is read as soon as a worker is free. Its webhook's secret is shown once."""
    at = await here(request, unit, project, "Repositories", Place.SETTINGS)
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
    return await _repositories(request, unit, at, made=made)


@post("/p/{project:str}/settings/repositories/read", opt={"scope": Scope.CHECK})
async def read_now(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Have a repository read now."""
    at = await here(request, unit, project, "Repositories", Place.SETTINGS)
    await unit.repositories.trigger(unit.principal, at.project.id, (await fields(request)).get("name", ""))
    return see(addresses.settings(project, "repositories"))


@post("/p/{project:str}/settings/repositories/trust", opt=ADMIN)
async def change_trust(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Say anew whose word a repository's commits are; what they brought before stays as it is."""
    at = await here(request, unit, project, "Repositories", Place.SETTINGS)
    given = await fields(request)
    try:
        await unit.repositories.rebind(
            unit.principal, at.project.id, given.get("name", ""), trust=_trust(given.get("trust", ""))
        )
    except (UserError, MissingError) as error:
        return await _repositories(request, unit, at, error=error)
    return see(addresses.settings(project, "repositories"))


@post("/p/{project:str}/settings/repositories/remove", opt=ADMIN)
async def take_out(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Forget a repository and what was found in it, once its name was written out; its specs stay."""
    at = await here(request, unit, project, "Repositories", Place.SETTINGS)
    given = await fields(request)
    name = given.get("name", "")
    if not name or given.get("sure", "").strip() != name:
        doubt = UserError("Its name was not written as it is.", "Write the name of the repository out to take it out.")
        return await _repositories(request, unit, at, error=doubt)
    try:
        await unit.repositories.remove(unit.principal, at.project.id, name)
    except MissingError as error:
        return await _repositories(request, unit, at, error=error)
    return see(addresses.settings(project, "repositories"))


@post("/p/{project:str}/settings/repositories/publish", opt=ADMIN)
async def change_publishing(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Say anew how what is written here becomes commits; a branch that is not named stays."""
    at = await here(request, unit, project, "Repositories", Place.SETTINGS)
    given = await fields(request)
    try:
        await unit.repositories.rebind(
            unit.principal,
            at.project.id,
            given.get("name", ""),
            publish=_mode(given.get("mode", "")),
            publish_branch=given.get("branch", "").strip() or None,
        )
    except (UserError, MissingError) as error:
        return await _repositories(request, unit, at, error=error)
    return see(addresses.settings(project, "repositories"))


@post("/p/{project:str}/settings/repositories/credentials", opt=ADMIN)
async def change_credentials(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Set what lets the server into one repository, or take it away."""
    at = await here(request, unit, project, "Repositories", Place.SETTINGS)
    form = await fields(request)
    name, act, kept = form.get("name", ""), form.get("act", ""), unit.credentials
    try:
        if act == "remove":
            await kept.remove(unit.principal, at.project.id, name, _credential(form.get("kind", "")))
        else:
            given = kept.made_key() if act == "key" else token_of(form.get("token", ""), form.get("user", ""))
            await kept.set(unit.principal, at.project.id, name, given)
    except (UserError, MissingError) as error:
        return await _repositories(request, unit, at, error=error)
    return see(f"{addresses.settings(project, 'repositories')}?done={'removed' if act == 'remove' else 'set'}")


def _credential(given: str) -> CredentialKind:
    try:
        return CredentialKind(given)
    except ValueError:
        raise UserError("This form is out of date.", "Reload the page, then do it again.") from None


def name_in(url: str) -> str:
    """Give the name that an address suggests: its last part, as repositories may be called."""
    last = url.rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1].removesuffix(".git").lower()
    return "".join(char if char.isalnum() or char in "._-" else "-" for char in last).strip("._-")[:60]


def _published(repository: Repository, binding: Binding) -> PublishedRow:
    """Say how what is written here becomes commits of a repository."""
    branch = {Publish.NONE: "", Publish.DIRECT: repository.branch}.get(binding.publish, binding.branch)
    return PublishedRow(repository.name, binding.publish, branch, binding.pushed)


def _mode(given: str) -> Publish:
    try:
        return Publish(given)
    except ValueError:
        raise UserError("There is no such way to publish.", f"Use one of {', '.join(Publish)}.") from None


def _trust(given: str) -> Trust:
    """Read the choice of a form; one that says nothing trusts nobody."""
    return Trust.BRANCH if given == Trust.BRANCH else Trust.NONE


def _role(given: str) -> Role:
    try:
        return Role(given)
    except ValueError:
        raise UserError("There is no such role.", f"Use one of {', '.join(Role)}.") from None


def _ident(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise UserError("This form is out of date.", "Reload the page, then do it again.") from None


ROUTES = (
    members,
    set_role,
    remove_member,
    invite,
    tokens,
    issue_token,
    revoke_token,
    repositories,
    register,
    read_now,
    change_trust,
    change_publishing,
    take_out,
    change_credentials,
)
