"""Search over the specs of a project, as they are and as they were."""

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from app.api._wire import NO_NUL, Out, RevisionOut, SpecOut
from app.unit import Unit
from specs.access import Scope
from specs.service.library.searching import MAX_FOUND, FoundPlace, Hit

Wanted = Annotated[
    str,
    QueryParameter(
        name="q",
        min_length=1,
        max_length=300,
        pattern=NO_NUL,
        description='Words, and "phrases in quotes"; all of them.',
    ),
]
Most = Annotated[int, QueryParameter(ge=1, le=MAX_FOUND, description="How many at most.")]


class PlaceOut(Out):
    """A line that answers: its section, its number, a snippet, the character ranges of the snippet that match."""

    anchor: str
    line: int
    snippet: str
    marks: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, found: FoundPlace) -> "PlaceOut":
        """Make it from the service's value."""
        place = found.place
        return cls(anchor=found.anchor, line=place.line, snippet=place.snippet, marks=place.marks)


class HitOut(Out):
    """A spec that answers at `revision`. A `past` one no longer does: `first` brought the words, `gone` took them."""

    spec: SpecOut
    revision: RevisionOut
    places: tuple[PlaceOut, ...]
    past: bool = False
    first: RevisionOut | None = None
    gone: RevisionOut | None = None

    @classmethod
    def of(cls, hit: Hit) -> "HitOut":
        """Make it from the service's value."""
        return cls(
            spec=SpecOut.of(hit.found.spec),
            revision=RevisionOut.of(hit.found.revision),
            places=tuple(PlaceOut.of(place) for place in hit.places),
            past=hit.past,
            first=None if hit.first is None else RevisionOut.of(hit.first),
            gone=None if hit.gone is None else RevisionOut.of(hit.gone),
        )


class FoundOut(Out):
    """Hits, the best first; `more` when others were left out."""

    items: tuple[HitOut, ...]
    more: bool = False


@get("/projects/{project:str}/search", opt={"scope": Scope.READ, "statuses": (404,)}, summary="Search the specs")
async def search(
    *,
    unit: NamedDependency[Unit],
    project: FromPath[str],
    wanted: Wanted,
    past: FromQuery[bool] = False,
    retired: FromQuery[bool] = False,
    limit: Most = 20,
) -> FoundOut:
    """Give the specs that hold every word, or its beginning; with `past=true` then those that once did.

    Identifiers are found by their parts too, and texts without blanks between words by any two characters.
    """
    found = await unit.projects.find(unit.principal, project)
    result = await unit.searching.search(unit.principal, found.id, wanted, past=past, retired=retired, limit=limit)
    return FoundOut(items=tuple(HitOut.of(hit) for hit in result.hits), more=result.more)


ROUTES = (search,)
