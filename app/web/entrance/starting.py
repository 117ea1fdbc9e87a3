"""The first steps of a project, a page each: a repository, a learned draft, the first verdict, a connected agent.

Each page is made of what the database holds, so that it can be left, reloaded and come back to; nothing of it lives in
the browser.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.background.runs import RunKind
from app.sources import now
from app.unit import Unit
from app.web import addresses, answers
from app.web.answers import Here, Web, address_of, alone, fields, here, refused, see
from app.web.projects import unstarted
from app.web.shaping.repositories import name_in, repository_row
from app.web.views.administration import run_view
from app.web.views.frame import Place
from app.web.views.starting import STEPS, StartPage
from drift.lives.records import CheckVerdict, Repository, RepositoryState, RepositoryVerdict
from drift.lives.standing import word_of
from specs.access import IssuedToken, Role, Scope, Token
from specs.errors import ConflictError, HoldfastError, MissingError, UserError
from specs.revision import ActorKind

READ = {"scope": Scope.READ}
WRITE = {"scope": Scope.WRITE}
ADMIN = {"scope": Scope.ADMIN}
UNUSABLE = 400
LIFE = timedelta(days=90)
PATH = "learned.md"
CLIENTS = ("claude-code", "codex", "cursor", "copilot", "gemini")
FINISHED = frozenset({CheckVerdict.KEPT, CheckVerdict.BROKEN})


@post("/begin", opt=ADMIN)
async def begin(request: Web, unit: NamedDependency[Unit]) -> Response[Any]:
    """Start a project with its first repository, and have it read and learned from."""
    given = {key: value.strip() for key, value in (await fields(request)).items()}
    url = given.get("url", "")
    try:
        unit.repositories.acceptable(url, given.get("branch", ""))
        name = name_in(url) or "first"
        slug = given.get("slug") or "".join(char if char.isalnum() else "-" for char in name).strip("-")
        project = await unit.projects.create(unit.principal, slug, given.get("name", "") or name)
        # The caller's roles are those of before: who made the project is its admin from here on.
        who = replace(unit.principal, roles={**unit.principal.roles, project.id: Role.ADMIN})
        made = await unit.repositories.register(who, project.id, name=name, url=url, branch=given.get("branch", ""))
        await unit.runs.begin(who, project.id, RunKind.LEARN, str(made.repository.id))
    except (UserError, ConflictError) as error:
        view = await unstarted(unit, given=given, **refused(error))
        return answers.page("projects.html", alone(request, "Projects"), view, status=UNUSABLE)
    return see(addresses.start(project.slug, "learn"))


@get("/p/{project:str}/start", opt=READ)
async def start(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Go to the step that is next."""
    at = await here(request, unit, project, "First steps", Place.OVERVIEW)
    view = await _view(request, unit, at, STEPS[0])
    return see(addresses.start(project, view.reached) if view.reached in STEPS else addresses.project(project))


@get("/p/{project:str}/start/{step:str}", opt=READ)
async def read_step(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], step: FromPath[str]
) -> Response[Any]:
    """Show a step."""
    if step not in STEPS:
        raise MissingError("There is no such step.", f"The steps are {', '.join(STEPS)}.")
    return await _page(request, unit, project, step)


async def _page(
    request: Web, unit: Unit, slug: str, step: str, *, error: HoldfastError | None = None, **more: Any
) -> Response[Any]:
    at = await here(request, unit, slug, "First steps", Place.OVERVIEW)
    view = replace(await _view(request, unit, at, step), **more)
    if error is not None:
        view = replace(view, error=error.message, hint=error.hint)
    return answers.page("start.html", at.frame, view, status=UNUSABLE if error else 200)


async def _view(request: Web, unit: Unit, at: Here, step: str) -> StartPage:
    """Look how far the project is, and say what the step shows of it."""
    who, ident = unit.principal, at.project.id
    first = at.verdicts[0] if at.verdicts else None
    heads = await unit.library.heads(who, ident)
    run = await unit.runs.latest(who, ident, RunKind.LEARN)
    token = await _agent(unit, at)
    reached = _reached(first, specs=bool(heads), token=token)
    view = StartPage(step, reached, server=address_of(request), token=token)
    if first is None:
        return view
    return replace(
        view,
        poll=_goes_on(step, first, run_over=run is None or run.over, specs=bool(heads), token=token),
        repository=repository_row(first.repository),
        fetched=bool(first.repository.fetched),
        run=None if run is None else run_view(run, "", now()),
        lesson=(run.result or {}) if run is not None else {},
        specs=tuple((head.spec.path, head.spec.title or head.spec.path) for head in heads),
        verdict=word_of(first) if _checked(first) else "",
        comparing=_behind(first),
        kept=first.invariants - first.broken - first.unmatched - first.waived,
        total=first.invariants,
        checked_at=first.repository.synced_at,
        problem=first.problem,
    )


def _reached(first: RepositoryVerdict | None, *, specs: bool, token: Token | None) -> str:
    """Say which step is next; "" where all are done."""
    if first is None:
        return "repository"
    if not specs:
        return "learn"
    if not _checked(first):
        return "verdict"
    return "agent" if token is None or token.last_used_at is None else ""


def _checked(first: RepositoryVerdict) -> bool:
    """Whether the specs were held against the code, and not only the code read before there were any."""
    return first.verdict in FINISHED and first.invariants > 0


def _behind(first: RepositoryVerdict) -> bool:
    """Whether newer commits than the one that was compared last are known: the last of a history come one by one."""
    one = first.repository
    return bool(one.fetched) and one.head != one.fetched


def _goes_on(step: str, first: RepositoryVerdict, *, run_over: bool, specs: bool, token: Token | None) -> bool:
    """Say whether something of a step changes by itself."""
    failed = first.repository.state is RepositoryState.FAILED
    if step == "learn":
        return not specs and not failed and (not first.repository.fetched or not run_over)
    if step == "verdict":
        return specs and not failed and (not _checked(first) or _behind(first))
    return step == "agent" and token is not None and token.last_used_at is None


async def _agent(unit: Unit, at: Here) -> Token | None:
    """Give the token of an agent that works: the one that was used, else the newest."""
    if not at.frame.may_administer:
        return None
    found = await unit.tokens.list(unit.principal, at.project.id)
    moment = now()
    good = [one for one in found if one.actor.kind is ActorKind.AGENT and one.revoked_at is None]
    good = [one for one in good if one.expires_at > moment]
    return next((one for one in good if one.last_used_at is not None), good[0] if good else None)


@post("/p/{project:str}/begin/repository", opt=ADMIN)
async def add_repository(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Register the first repository and have it learned from."""
    at = await here(request, unit, project, "First steps", Place.OVERVIEW)
    given = {key: value.strip() for key, value in (await fields(request)).items()}
    url = given.get("url", "")
    try:
        made = await unit.repositories.register(
            unit.principal, at.project.id, name=name_in(url), url=url, branch=given.get("branch", "")
        )
        await unit.runs.begin(unit.principal, at.project.id, RunKind.LEARN, str(made.repository.id))
    except (UserError, ConflictError) as error:
        return await _page(request, unit, project, "repository", error=error, given=given)
    return see(addresses.start(project, "learn"))


@post("/p/{project:str}/begin/again", opt=ADMIN)
async def again(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Read the repository and learn from it once more, or forget it for another one."""
    at = await here(request, unit, project, "First steps", Place.OVERVIEW)
    first: Repository | None = next(iter(at.repositories.values()), None)
    if first is None:
        return see(addresses.start(project, "repository"))
    if (await fields(request)).get("what") == "other":
        await unit.repositories.remove(unit.principal, at.project.id, first.id)
        return see(addresses.start(project, "repository"))
    await unit.repositories.trigger(unit.principal, at.project.id, first.id)
    await unit.runs.begin(unit.principal, at.project.id, RunKind.LEARN, str(first.id))
    return see(addresses.start(project, "learn"))


@post("/p/{project:str}/begin/draft", opt=WRITE)
async def keep_draft(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Keep what was learned as the project's first spec."""
    at = await here(request, unit, project, "First steps", Place.OVERVIEW)
    run = await unit.runs.latest(unit.principal, at.project.id, RunKind.LEARN)
    text = str((run.result or {}).get("text", "")) if run is not None else ""
    try:
        if not text:
            raise UserError("Nothing was learned yet.", "Wait for it to end, or learn once more.")  # noqa: TRY301 (told as the rest is)
        await unit.library.create(unit.principal, at.project.id, PATH, text, "Keep what was learned of the code")
    except (UserError, ConflictError) as error:
        return await _page(request, unit, project, "learn", error=error)
    return see(addresses.start(project, "verdict"))


@post("/p/{project:str}/begin/agent", opt=ADMIN, status_code=200)
async def connect_agent(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Make the agent's token and show it, once, with the line that connects its client."""
    at = await here(request, unit, project, "First steps", Place.OVERVIEW)
    given: Mapping[str, str] = await fields(request)
    client = given.get("client", "")
    try:
        if client not in CLIENTS:
            raise UserError("There is no such client.", f"Choose one of {', '.join(CLIENTS)}.")  # noqa: TRY301 (same)
        issued: IssuedToken = await unit.tokens.issue_for_agent(
            unit.principal, at.project.id, given.get("name", "").strip(), expires_at=now() + LIFE
        )
    except (UserError, ConflictError) as error:
        return await _page(request, unit, project, "agent", error=error, given=given)
    return await _page(request, unit, project, "agent", issued=issued, client=client)


ROUTES = (begin, start, read_step, add_repository, again, keep_draft, connect_agent)
