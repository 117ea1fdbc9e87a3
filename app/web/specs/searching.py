"""Searching the text of specs, as they are and as they were."""

from collections.abc import Iterator
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.unit import Unit
from app.web import answers
from app.web.answers import Web, here
from app.web.views.frame import Place
from app.web.views.history import Span
from app.web.views.search import FoundLine, FoundSpec, SearchPage
from specs.access import Scope
from specs.errors import UserError
from specs.library import SpecStatus
from specs.service.library.searching import Hit

READ = {"scope": Scope.READ}
LONGEST = 300
MOST = 50
UNUSABLE = 400


@get("/p/{project:str}/search", opt=READ)
async def search(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Find the specs that hold all words, and on request those that once did."""
    at = await here(request, unit, project, "Search", Place.SPECS)
    query = request.query_params.get("q", "")[:LONGEST]
    past = request.query_params.get("past") == "yes"
    if not query.strip():
        return answers.page("search.html", at.frame, SearchPage(past=past))
    try:
        result = await unit.searching.search(unit.principal, at.project.id, query, past=past, limit=MOST)
    except UserError as error:
        view = SearchPage(query, past, error=error.message, hint=error.hint)
        return answers.page("search.html", at.frame, view, status=UNUSABLE)
    view = SearchPage(query, past, tuple(map(_found, result.hits)), result.more)
    return answers.page("search.html", answers.titled(at.frame, f"Search: {query}"), view)


def _found(hit: Hit) -> FoundSpec:
    spec = hit.found.spec
    lines = tuple(
        FoundLine(f"s-{one.anchor}" if one.anchor else "", tuple(_spans(one.place.snippet, one.place.marks)))
        for one in hit.places
    )
    return FoundSpec(
        spec.path,
        spec.title or spec.path,
        lines,
        hit.found.revision if hit.past else None,
        hit.gone,
        retired=spec.status is SpecStatus.RETIRED,
    )


def _spans(snippet: str, marks: tuple[tuple[int, int], ...]) -> Iterator[Span]:
    at = 0
    for start, end in marks:
        if start > at:
            yield Span(snippet[at:start])
        yield Span(snippet[start:end], changed=True)
        at = end
    if at < len(snippet):
        yield Span(snippet[at:])


ROUTES = (search,)
