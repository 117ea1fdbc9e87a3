"""Export of a project's specs: Markdown files in a zip, JSON with the texts, or a PDF; now, or as a tag holds them."""

from datetime import datetime
from typing import Annotated, Any

from litestar import Response, get
from litestar.connection import Request
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from app.api._conditions import JSON, preferred
from app.api._wire import Out, RevisionOut
from app.printing.exports import printed, zipped
from app.unit import Unit
from specs.access import Scope
from specs.library import SpecText
from specs.tags import MAX_TAG_NAME

ZIP, PDF = "application/zip", "application/pdf"
Tag = Annotated[
    str | None, QueryParameter(max_length=MAX_TAG_NAME, description="A tag; what the specs say now by default.")
]


class ExportedOut(Out):
    """A spec with its text."""

    path: str
    title: str
    revision: RevisionOut
    text: str

    @classmethod
    def of(cls, found: SpecText) -> "ExportedOut":
        """Make it from the core's value."""
        return cls(
            path=found.spec.path, title=found.spec.title, revision=RevisionOut.of(found.revision), text=found.text
        )


class ExportOut(Out):
    """The specs of a project at a moment."""

    project: str
    name: str
    at: datetime
    specs: tuple[ExportedOut, ...]
    tag: str | None = None


@get(
    "/projects/{project:str}/export",
    opt={"scope": Scope.READ, "statuses": (404, 503), "offers": (JSON, ZIP, PDF)},
    summary="Export the specs",
)
async def export_specs(
    request: Request[Any, Any, Any],
    unit: NamedDependency[Unit],
    project: FromPath[str],
    *,
    tag: Tag = None,
    prefix: FromQuery[str] = "",
) -> Response[Any]:
    """Give all active specs, or those of a tag, with their texts: JSON, a zip of files, or a PDF, as accepted."""
    found = await unit.projects.find(unit.principal, project)
    export = await unit.exporting.export(unit.principal, found.id, tag=tag, prefix=prefix)
    wanted = preferred(request.headers.get("accept", ""), (JSON, ZIP, PDF))
    headers = {"vary": "accept, authorization"}
    if wanted in {ZIP, PDF}:
        name = f"{found.slug}-{tag}" if tag else found.slug
        suffix = "zip" if wanted == ZIP else "pdf"
        headers["content-disposition"] = f'attachment; filename="{name}.{suffix}"'
        texts = [(one.spec.path, one.text) for one in export.specs]
        images = await unit.images.beside(unit.principal, found.id, texts)
        body = zipped(export, images) if wanted == ZIP else await printed(export, found, images)
        return Response(body, media_type=wanted, headers=headers)
    answer = ExportOut(
        project=found.slug,
        name=found.name,
        at=export.at,
        specs=tuple(ExportedOut.of(spec) for spec in export.specs),
        tag=tag,
    )
    return Response(answer, headers=headers)


ROUTES = (export_specs,)
