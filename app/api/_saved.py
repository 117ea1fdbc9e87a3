"""The answer to whoever saved a text."""

from litestar import Response

from app.api._conditions import etag
from app.api._wire import SpecOut, spec_url
from specs.library import Saved


def saved_answer(saved: Saved, project: str, text: str | None = None) -> Response[SpecOut]:
    """Answer what a save left: 201 with the place of the new revision, 200 where nothing changed."""
    headers = {"etag": etag(saved.revision.digest)}
    if saved.created:
        headers["location"] = f"{spec_url(project, saved.spec.id)}/revisions/{saved.revision.digest}"
    return Response(SpecOut.of_saved(saved, project, text), status_code=201 if saved.created else 200, headers=headers)
