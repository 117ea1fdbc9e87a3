"""For copies of a project's specs elsewhere: one digest of all, what changed, many texts, many changes at once.

The ETag of a manifest is the digest of the whole list: a copy that has it hears 304 and nothing else.
"""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.connection import Request
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta

from app.api._changes import ChangedOut, ChangeIn
from app.api._conditions import etag, matches
from app.api._packing import packed
from app.api._together import changed_together
from app.api._wire import ActorOut, Digest, In, Out
from app.unit import Unit
from specs.access import Role, Scope
from specs.lineruns import Run, runs
from specs.manifest import Entry, Manifest
from specs.service.library.checkouts import MAX_ENTRIES, MAX_TEXTS, Given, Wanted
from specs.store.connection import Transactions

MAX_CHANGES = 200
Since = Annotated[str | None, QueryParameter(max_length=400, description="`cursor` of an earlier answer.")]
After = Annotated[UUID | None, QueryParameter(description="`after` of the answer before.")]
Limit = Annotated[int, QueryParameter(ge=1, le=MAX_ENTRIES, description="How many at most.")]


class EntryOut(Out):
    """A spec in the list: `head` and `text` are digests, of its head and of the text there."""

    id: str
    path: str
    head: str
    text: str

    @classmethod
    def of(cls, entry: Entry) -> "EntryOut":
        """Make it from the core's value."""
        return cls(id=entry.id, path=entry.path, head=entry.head, text=entry.text)


class ManifestOut(Out):
    """Part of the list of active specs; `digest` is SHA-256 over a line `ID HEAD PATH` of each, sorted by id.

    `gone` are specs that are not listed any more. `cursor` asks later for what changed since; `after` for the rest.
    """

    digest: str
    entries: tuple[EntryOut, ...]
    gone: tuple[str, ...] = ()
    cursor: str | None = None
    after: str | None = None

    @classmethod
    def of(cls, made: Manifest) -> "ManifestOut":
        """Make it from the core's value."""
        entries = tuple(map(EntryOut.of, made.entries))
        return cls(digest=made.digest, entries=entries, gone=made.gone, cursor=made.cursor, after=made.after)


@get(
    "/projects/{project:str}/manifest",
    opt={"scope": Scope.READ, "statuses": (304, 404), "headers": ("If-None-Match",)},
    summary="Compare a copy of all specs",
)
async def get_manifest(
    *,
    request: Request[Any, Any, Any],
    unit: NamedDependency[Unit],
    project: FromPath[str],
    prefix: FromQuery[str] = "",
    since: Since = None,
    after: After = None,
    limit: Limit = 2000,
) -> Response[ManifestOut]:
    """List the active specs whose path begins with `prefix`, by id; with `since` only what changed from then on.

    304 for whoever has the digest of the list. With `since`, a copy that comes to another digest asks for all.
    """
    found = await unit.projects.find(unit.principal, project)
    tag = ""
    if "if-none-match" in request.headers:
        tag = etag(await unit.checkouts.digest(unit.principal, found.id, prefix))
        if matches(request.headers, tag):
            return Response(None, status_code=304, headers={"etag": tag, "vary": "authorization"})  # type: ignore[arg-type]  # an answer without a body
    made = await unit.checkouts.manifest(unit.principal, found.id, prefix=prefix, since=since, after=after, limit=limit)
    return await packed(request, ManifestOut.of(made), {"etag": etag(made.digest)})


class WantedIn(In):
    """A text that is wanted; with `have`, a revision of the same spec, what the two have in common is not sent."""

    spec: UUID
    revision: Digest
    have: Digest | None = None


class TextsIn(In):
    """Which texts."""

    texts: Annotated[tuple[WantedIn, ...], Meta(min_length=1, max_length=MAX_TEXTS)]


class GivenOut(Out):
    """A text, whole or as `runs` over the text that the caller has; `text_digest` is what comes of it."""

    spec: UUID
    revision: str
    text_digest: str
    actor: ActorOut
    at: str
    message: str = ""
    text: str | None = None
    runs: tuple[Run, ...] | None = None

    @classmethod
    def of(cls, given: Given) -> "GivenOut":
        """Make it from the core's value."""
        revision = given.revision
        shorter = None if given.base is None else runs(given.base, given.text)
        return cls(
            spec=revision.spec_id,
            revision=revision.digest,
            text_digest=revision.text_digest,
            actor=ActorOut.of(revision.actor),
            at=revision.at.isoformat(),
            message=revision.message,
            text=given.text if shorter is None else None,
            runs=shorter,
        )


class LeftOut(Out):
    """A text that was asked for and had no room."""

    spec: UUID
    revision: str


class TextsOut(Out):
    """The texts; `left` are to be asked for again."""

    texts: tuple[GivenOut, ...]
    left: tuple[LeftOut, ...] = ()


@post(
    "/projects/{project:str}/texts",
    opt={"scope": Scope.READ, "statuses": (404,)},
    status_code=200,
    summary="Read many texts",
)
async def read_texts(
    request: Request[Any, Any, Any], unit: NamedDependency[Unit], project: FromPath[str], data: JSONBody[TextsIn]
) -> Response[TextsOut]:
    """Give many texts at once, with who wrote them when. What is not there is left out; what had no room is `left`."""
    found = await unit.projects.find(unit.principal, project)
    wanted = [Wanted(one.spec, one.revision, one.have) for one in data.texts]
    given, left = await unit.checkouts.texts(unit.principal, found.id, wanted)
    made = await asyncio.to_thread(lambda: tuple(map(GivenOut.of, given)))
    rest = tuple(LeftOut(spec=one.spec, revision=one.revision) for one in left)
    return await packed(request, TextsOut(texts=made, left=rest), {})


class ChangesIn(In):
    """Changes, done one after the other."""

    changes: Annotated[tuple[ChangeIn, ...], Meta(min_length=1, max_length=MAX_CHANGES)]


class ChangesOut(Out):
    """What became of each, in the order they were sent."""

    results: tuple[ChangedOut, ...]


@post(
    "/projects/{project:str}/changes",
    opt={"scope": Scope.WRITE, "statuses": (404,)},
    status_code=200,
    summary="Send many changes",
)
async def send_changes(
    request: Request[Any, Any, Any], unit: NamedDependency[Unit], project: FromPath[str], data: JSONBody[ChangesIn]
) -> Response[ChangesOut]:
    """Save, create, rename, retire and restore specs, each as its own route would: one that fails stops no other.

    They are done in their order, and each is durable before it is answered. With a `key`, a change that is sent again
    is answered as the first time.
    """
    found = await unit.projects.find(unit.principal, project)
    unit.principal.require(found.id, Role.EDITOR, Scope.WRITE)
    state = request.app.state
    database: Transactions = request.scope["state"].get("transactions") or state.database

    def over(transactions: Transactions) -> Unit:
        return Unit(transactions, state.parts, unit.caller)

    results = await changed_together(over, database, found.id, data.changes)
    return await packed(request, ChangesOut(results=tuple(results)), {})


ROUTES = (get_manifest, read_texts, send_changes)
