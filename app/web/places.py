"""What Ctrl/Cmd-K goes to: pages, commands, specs and their sections, proposals, open findings, tasks."""

import asyncio
from collections.abc import Iterator
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.unit import Unit
from app.web import addresses, answers, render
from app.web.answers import Here, Web, here
from app.web.shaping.reading import document_of
from drift.lives.life import LifeState
from specs.access import Scope
from specs.library import SpecText

READ = {"scope": Scope.READ}
DEEPEST = 3
MANY = 200
SETTINGS = (
    ("members", "Members", "reader"),
    ("repositories", "Repositories", "reader"),
    ("policies", "Policies", "reader"),
    ("frozen", "Frozen agents", "reader"),
    ("limits", "Limits", "reader"),
    ("audit", "Audit log", "reviewer"),
    ("tokens", "Tokens", "admin"),
    ("webhooks", "Webhooks", "admin"),
)
# What the script does itself: the page has a button for each.
ACTS = (
    ("Light theme", "theme:light"),
    ("Dark theme", "theme:dark"),
    ("Theme of the system", "theme:system"),
    ("Keys", "keys"),
)


@get("/p/{project:str}/places.json", opt=READ)
async def places(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Give all that the quick switcher can go to, and what it can do."""
    at = await here(request, unit, project, "", None)
    who, ident = unit.principal, at.project.id
    heads = await unit.library.heads(who, ident)
    found = await unit.drift.findings(who, ident, state=LifeState.OPEN, limit=MANY)
    proposals = await unit.proposals.list(who, ident, limit=MANY)
    tasks, _ = await unit.tasks.list(who, ident, limit=MANY)
    rows = [*_pages(at), *_commands(at)]
    rows += await asyncio.to_thread(lambda: [row for head in heads for row in _places_of(project, head)])
    rows += [
        _row("proposal", one.title, str(one.author.name), addresses.proposal(project, str(one.id)))
        for one in proposals.items
    ]
    for one in found.items:
        repository = at.repositories.get(one.repository)
        place = addresses.finding(project, one.fingerprint, repository.name if repository else "")
        rows.append(_row("finding", one.message, one.code_path, place))
    rows += [
        _row("task", _line(one.intent), str(one.state), addresses.task(project, str(one.id))) for one in tasks.items
    ]
    return answers.json({"places": rows})


@get("/places.json", opt=READ)
async def places_outside(unit: NamedDependency[Unit]) -> Response[Any]:
    """Give what can be gone to from a page outside all projects."""
    rows = [_row("page", "Projects", "", "/"), _row("page", "Your account", "", addresses.account())]
    if unit.principal.site_admin:
        rows.append(_row("page", "This installation", "", addresses.installation()))
        rows.append(_row("page", "People who can log in", "installation", addresses.installation("people")))
    rows.append(_row("page", "HTTP API", "", "/api/docs"))
    mine = await unit.projects.list(unit.principal)
    rows += [_row("project", one.name or one.slug, "", addresses.project(one.slug)) for one in mine]
    rows += [{**_row("do", word, "", ""), "act": act} for word, act in ACTS]
    return answers.json({"places": rows})


def _pages(at: Here) -> Iterator[dict[str, str]]:
    slug = at.project.slug
    for _, word, href, _ in render.places(at.frame):
        yield _row("page", word, "", href)
    yield _row("page", "Your turn", "inbox", addresses.inbox(slug))
    yield _row("page", "Board by phase", "tasks", addresses.board(slug))
    yield _row("page", "What agents are told", "context", addresses.context(slug))
    yield _row("page", "Modules", "drift", addresses.graph(slug))
    yield _row("page", "Coverage", "drift", addresses.coverage(slug))
    allowed = {"reader": True, "reviewer": at.frame.may_review, "admin": at.frame.may_administer}
    for part, word, least in SETTINGS:
        if allowed[least]:
            yield _row("page", word, "settings", addresses.settings(slug, part))
    yield _row("page", "Claims", "", addresses.claims(slug))
    yield _row("page", "Gates", "", addresses.gates(slug))
    yield _row("page", "Tags", "", addresses.tags(slug))
    yield _row("page", "First steps", "", addresses.start(slug))
    yield _row("page", "Your account", "", addresses.account())
    if at.frame.keeper:
        yield _row("page", "This installation", "", addresses.installation())
        yield _row("page", "People who can log in", "installation", addresses.installation("people"))
    yield _row("page", "HTTP API", "", "/api/docs")
    for project in at.frame.projects:
        if project.slug != slug:
            yield _row("project", project.name, "", addresses.project(project.slug))


def _commands(at: Here) -> Iterator[dict[str, str]]:
    slug = at.project.slug
    if at.frame.may_write:
        yield _row("do", "Write a new spec", "", addresses.new_spec(slug))
    if at.frame.may_administer:
        yield _row("do", "Invite a member", "", addresses.settings(slug, "members") + "#login")
        yield _row("do", "Create a token for an agent", "", addresses.settings(slug, "tokens") + "#name")
        yield _row("do", "Register a repository", "", addresses.settings(slug, "repositories") + "#url")
    yield _row("do", "Rehearse a policy", "", addresses.settings(slug, "policies") + "#rehearsal")
    for word, act in ACTS:
        yield {**_row("do", word, "", ""), "act": act}


def _places_of(slug: str, head: SpecText) -> Iterator[dict[str, str]]:
    document, path = document_of(head.text), head.spec.path
    yield _row("spec", document.title or path, path, addresses.spec(slug, path))
    for one in document.sections:
        if one.title != document.title and one.level <= DEEPEST:
            yield _row("section", one.title, path, addresses.spec(slug, path, f"s-{one.anchor}"))


def _row(what: str, title: str, where: str, href: str) -> dict[str, str]:
    return {"what": what, "title": title, "where": where, "href": href}


def _line(text: str) -> str:
    return " ".join(text.split())[:120]


ROUTES = (places, places_outside)
