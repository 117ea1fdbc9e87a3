"""Writing specs: the editor, its preview, what the head is by now, and saves that meet another.

A save carries its base. Where the head moved, both texts are merged, or the text waits in a conflict: its page opens,
or our script is given all three texts.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NoReturn

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import to_builtins

from app.rendering import blocks
from app.unit import Unit
from app.web import addresses, answers
from app.web.answers import Here, Web, fields, here, refused, see, wants_json
from app.web.render import environment, iso
from app.web.shaping.reading import panel_of
from app.web.views.frame import Place
from app.web.views.specs import Editor
from specs.access import Scope
from specs.conflicts import UnmergedError
from specs.document import Document
from specs.errors import ConflictError, DeniedError, HoldfastError, UserError
from specs.library import Saved
from specs.parser import parse
from specs.paths import check_path
from specs.problem import Problem
from specs.proposals.delta import Operation
from specs.proposals.draft import Draft, SpecChange
from specs.proposals.proposal import MAX_TITLE
from specs.revision import Actor
from specs.service.proposals.admitting import WaitsError

READ = {"scope": Scope.READ}
WRITE = {"scope": Scope.WRITE}
CONFLICT = 409
UNUSABLE = 400
PROPOSE = "propose"
MAX_TEXT = 1024 * 1024
FIRST_TEXT = "# Title\n\nWhat must stay true, and why.\n"


@get("/p/{project:str}/new", opt=WRITE)
async def new_spec(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Show the editor with an empty spec."""
    at = await _writer(request, unit, project, "New spec")
    return answers.page("edit.html", at.frame, Editor("", "", FIRST_TEXT))


@post("/p/{project:str}/new", opt=WRITE)
async def create_spec(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Create a spec, or propose it; what is refused stays in the form."""
    at = await _writer(request, unit, project, "New spec")
    given = await fields(request)
    path, text, message = given.get("path", "").strip(), given.get("text", ""), given.get("message", "")
    try:
        if given.get("act") == PROPOSE:
            await _proposed(unit, at, SpecChange(Operation.CREATE, path=path, text=text), message, path)
        saved = await unit.library.create(unit.principal, at.project.id, path, text, message)
    except (UserError, ConflictError) as error:
        if wants_json(request):
            raise
        view = Editor(path, "", text, message=message, unsaved="refused", **refused(error))
        status = CONFLICT if isinstance(error, ConflictError) else UNUSABLE
        return answers.page("edit.html", at.frame, view, status=status)
    return await _saved(request, unit, at, saved)


@get("/p/{project:str}/edit/{path:path}", opt=WRITE)
async def edit_spec(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], path: FromPath[str]
) -> Response[Any]:
    """Show the editor with the head, or with the text of an earlier revision that is to be brought back.

    `on` names a text that waits in a conflict: whoever wrote it goes on from there.
    """
    at = await _writer(request, unit, project, "Edit")
    read = await unit.library.read(unit.principal, at.project.id, path.removeprefix("/"))
    earlier = request.query_params.get("text") or ""
    if read.spec.path != path.removeprefix("/"):
        return see(addresses.edit(project, read.spec.path, earlier))
    title, text, message, base = read.spec.title or read.spec.path, read.text, "", read.revision.digest
    if earlier:
        old = await unit.library.read(unit.principal, at.project.id, read.spec.id, earlier)
        text, message = old.text, f"Restore revision {earlier[:12]} of {old.revision.at:%Y-%m-%d}"
    elif on := request.query_params.get("on"):
        side = await unit.library.read(unit.principal, at.project.id, read.spec.id, on)
        text, message, base = side.text, side.revision.message, on
    view = Editor(
        read.spec.path, title, text, base, str(read.spec.id), message=message, unsaved="earlier" if earlier else ""
    )
    return answers.page("edit.html", answers.titled(at.frame, f"Edit {title}"), view)


@post("/p/{project:str}/edit/{path:path}", opt=WRITE)
async def save_spec(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], path: FromPath[str]
) -> Response[Any]:
    """Save on top of the base that the form names, or propose that."""
    at = await _writer(request, unit, project, "Edit")
    read = await unit.library.read(unit.principal, at.project.id, path.removeprefix("/"))
    given = await fields(request)
    text, message, base = given.get("text", ""), given.get("message", ""), given.get("base", "")
    side = given.get("side") or None
    try:
        if given.get("act") == PROPOSE:
            change = SpecChange(spec=read.spec.id, base=base, text=text)
            await _proposed(unit, at, change, message, read.spec.path)
        saved = await unit.library.save(
            unit.principal, at.project.id, read.spec.id, base=base, text=text, message=message, takes_in=side
        )
    except UnmergedError as error:
        return _conflict(request, project, error)
    except (UserError, ConflictError) as error:
        if wants_json(request):
            raise
        return _again(at, read.spec.path, str(read.spec.id), given, error)
    return await _saved(request, unit, at, saved)


async def _proposed(unit: Unit, at: Here, change: SpecChange, message: str, path: str) -> NoReturn:
    """Propose what was written and leave the spec as it is, though its writer could save it. Raises `WaitsError`."""
    title = " ".join(message.split())[:MAX_TITLE] or f"Change {path}"[:MAX_TITLE]
    landed = await unit.proposals.propose(unit.principal, at.project.id, Draft(title, (change,), wait=True))
    raise WaitsError(landed.proposal, change.spec)


async def _writer(request: Web, unit: Unit, slug: str, title: str) -> Here:
    """Find the project as `here` does, for someone who may write there: no one types what could never be saved."""
    at = await here(request, unit, slug, title, Place.SPECS)
    if not at.frame.may_write:
        raise DeniedError("You may read here, not write.", "Ask an admin of the project for the role editor.")
    return at


def _again(at: Here, path: str, ident: str, given: dict[str, str], error: HoldfastError) -> Response[Any]:
    text, base, message = given.get("text", ""), given.get("base", ""), given.get("message", "")
    view = Editor(path, path, text, base, ident, message, unsaved="refused", **refused(error))
    status = CONFLICT if isinstance(error, ConflictError) else UNUSABLE
    return answers.page("edit.html", at.frame, view, status=status)


async def _saved(request: Web, unit: Unit, at: Here, saved: Saved) -> Response[Any]:
    """Answer a save; where it was merged, say so with what came in."""
    slug, path, merged = at.project.slug, saved.spec.path, saved.merged
    if not wants_json(request):
        return see(addresses.spec(slug, path, merged=merged.side if merged and saved.created else ""))
    told: dict[str, object] = {"revision": saved.revision.digest, "href": addresses.spec(slug, path)}
    if merged is not None:
        read = await unit.library.read(unit.principal, at.project.id, saved.spec.id, saved.revision.digest)
        difference = addresses.diff(slug, path, merged.side, saved.revision.digest)
        told["merged"] = {"text": read.text, "side": merged.side, "difference": difference}
    return answers.json(told)


def _conflict(request: Web, slug: str, error: UnmergedError) -> Response[Any]:
    """Send the writer to the page of the conflict, or give our script all three texts."""
    standing = error.standing
    if not wants_json(request):
        return see(addresses.conflict(slug, standing.record.id))
    head = standing.ours
    theirs = {
        "text": standing.ours_text,
        "revision": head.digest,
        "actor": _actor(head.actor),
        "at": iso(head.at),
    }
    told = {"detail": error.message, "hint": error.hint, "theirs": theirs}
    base = {"revision": standing.record.base or "", "text": standing.base_text}
    place = addresses.conflict(slug, standing.record.id)
    return answers.json({**told, "base": base, "side": standing.record.theirs, "conflict": place}, status=CONFLICT)


def _actor(actor: Actor) -> dict[str, str]:
    return {"name": actor.name, "kind": str(actor.kind)}


@get("/p/{project:str}/head/{path:path}", opt=READ)
async def head_of(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], path: FromPath[str]
) -> Response[Any]:
    """Tell an editor what the head is by now, and where the difference can be seen."""
    found = await unit.projects.find(unit.principal, project)
    read = await unit.library.read(unit.principal, found.id, path.removeprefix("/"))
    base = request.query_params.get("base", "")
    revision = read.revision
    difference = addresses.diff(project, read.spec.path, base, revision.digest)
    told = {"revision": revision.digest, "actor": _actor(revision.actor), "at": iso(revision.at), "diff": difference}
    # A page left open over a new log-in learns here what its forms must carry now.
    return answers.json({**told, "csrf": str(request.scope["state"].get("csrf") or "")})


@post("/p/{project:str}/preview", opt=READ, status_code=200)
async def preview(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Render a text as its readers would see it, with what is wrong in it. Keeps nothing."""
    found = await unit.projects.find(unit.principal, project)
    given = await fields(request)
    text, path = given.get("text", ""), given.get("path", "")
    if len(text) > MAX_TEXT:
        raise UserError("This text is too long to preview.", "A spec holds at most 1 MiB; split it by subject.")
    document = await asyncio.to_thread(parse, text)
    told = await unit.aiding.diagnose_parsed(unit.principal, found.id, "" if check_path(path) else path, document)
    return answers.json(await asyncio.to_thread(rendered, document, told, addresses.images(project)))


def rendered(document: Document, told: Sequence[Problem], images: str = "") -> dict[str, object]:
    """Give the blocks of a text as clean HTML with their lines, its sections, and what is wrong with it."""
    panels = {block.line: replace(panel_of(block), verdict="typed") for block in document.invariants}
    macro = environment().get_template("parts/panel.html")
    found = []
    for block in blocks(document, images):
        panel = panels.get(block.line)
        html = str(macro.render(panel=panel)) if panel else str(block.html)
        found.append({"line": block.line, "html": html})
    sections = [
        {"line": one.line, "level": one.level, "title": one.title, "anchor": one.anchor} for one in document.sections
    ]
    return {"blocks": found, "problems": [to_builtins(one) for one in told], "sections": sections}


ROUTES = (new_spec, create_spec, edit_spec, save_spec, head_of, preview)
