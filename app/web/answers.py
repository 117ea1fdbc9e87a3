"""What handlers share: the frame of a page, HTML answers, redirects. Knows no page in particular."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias
from uuid import UUID

from litestar import Response
from litestar.connection import Request
from litestar.response import Redirect

from app.unit import Unit
from app.web.render import render
from app.web.views.frame import Frame, Place, ProjectLink
from drift.lives.records import Badge, Repository, RepositoryVerdict
from specs.access import Project
from specs.errors import HoldfastError
from sync.weekly.period import is_zone

Web: TypeAlias = Request[Any, Any, Any]
HTML = "text/html"
SEE_OTHER: Final = 303
ZONE = "zone"


@dataclass(frozen=True, slots=True)
class Here:
    """Where a request stands: its project, what frames the page, and how its repositories and specs stand."""

    project: Project
    frame: Frame
    badges: Mapping[UUID, Badge]
    verdicts: tuple[RepositoryVerdict, ...]

    @property
    def repositories(self) -> dict[UUID, Repository]:
        """The repositories by id."""
        return {one.repository.id: one.repository for one in self.verdicts}


def alone(request: Web, title: str) -> Frame:
    """Make the frame of a page outside all projects."""
    state = request.scope["state"]
    principal = state.get("principal")
    return Frame(
        title,
        nonce=str(state.get("nonce", "")),
        csrf=str(state.get("csrf") or ""),
        person=principal.actor if principal else None,
        path=request.scope["path"],
        keeper=bool(principal and principal.site_admin),
    )


async def here(request: Web, unit: Unit, slug: str, title: str, place: Place | None) -> Here:
    """Find the project and make the frame. Raises `MissingError` for a project that is not the reader's."""
    project = await unit.projects.find(unit.principal, slug)
    mine = await unit.projects.list(unit.principal)
    badges = await unit.drift.badges(unit.principal, project.id)
    verdicts = await unit.drift.verdicts(unit.principal, project.id)
    lone = alone(request, title)
    still_open = sum(sum(one.open.values()) for one in verdicts)
    waiting = await unit.inbox.count(unit.principal, project.id)
    counts = {Place.DRIFT.value: still_open, Place.INBOX.value: waiting}
    frame = Frame(
        title,
        nonce=lone.nonce,
        csrf=lone.csrf,
        person=lone.person,
        project=ProjectLink(project.slug, project.name or project.slug),
        projects=tuple(ProjectLink(one.slug, one.name or one.slug) for one in mine),
        place=place,
        role=unit.principal.role_in(project.id),
        counts={name: count for name, count in counts.items() if count},
        path=lone.path,
        keeper=lone.keeper,
    )
    return Here(project, frame, badges, verdicts)


def address_of(request: Web) -> str:
    """Give the address under which people reach this server."""
    settings = request.app.state.settings
    return str(settings.public_url or request.base_url).rstrip("/")


def zone_of(request: Web) -> str:
    """Name the reader's time zone, as their browser said in a cookie; UTC where it said none."""
    said = request.cookies.get(ZONE, "")
    return said if is_zone(said) else "UTC"


def titled(frame: Frame, title: str) -> Frame:
    """Give the frame another title."""
    return replace(frame, title=title)


def counted(frame: Frame, place: Place, count: int) -> Frame:
    """Give the frame with a small number beside a place."""
    return replace(frame, counts={**frame.counts, place.value: count})


def page(template: str, frame: Frame, view: object = None, *, status: int = 200) -> Response[str]:
    """Answer with a page; it may be shown again only after asking."""
    headers = {"cache-control": "private, no-cache", "vary": "cookie"}
    return Response(render(template, frame, view), status_code=status, media_type=HTML, headers=headers)


def json(content: object, *, status: int = 200) -> Response[Any]:
    """Answer a script of ours."""
    return Response(content, status_code=status, media_type="application/json", headers={"cache-control": "no-store"})


def see(address: str) -> Redirect:
    """Send the reader on after a form was taken."""
    return Redirect(address, status_code=SEE_OTHER)


def wants_json(request: Web) -> bool:
    """Say whether a script asks rather than a reader."""
    return "application/json" in request.headers.get("accept", "")


async def fields(request: Web) -> dict[str, str]:
    """Read a form, or the JSON of our own script, as plain texts; lines end in one newline."""
    if "json" in request.headers.get("content-type", ""):
        body = await request.json()
        given = body if isinstance(body, dict) else {}
    else:
        given = dict(await request.form())
    return {str(key): value.replace("\r\n", "\n") for key, value in given.items() if isinstance(value, str)}


def refused(error: HoldfastError) -> dict[str, str]:
    """Give the words of a refusal for a form's page."""
    return {"error": error.message, "hint": error.hint}
