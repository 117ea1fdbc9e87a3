"""Context: the intent that bears on a task, within a token budget, and the receipts of what was served."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta, field

from app.api._conditions import JSON, MARKDOWN, etag, markdown, matches, preferred
from app.api._wire import NO_NUL, ActorOut, Cursor, In, Items, Limit, Out, items_of
from app.unit import Unit
from specs.access import Scope
from specs.errors import UserError
from sync.contexts.bundle import DEFAULT_BUDGET, LEAST_BUDGET, MOST_BUDGET, Served
from sync.contexts.receipts import Receipt, ServedContext
from sync.service.contexts.contexts import LONGEST_TASK, MOST_PATHS
from sync.service.contexts.receipts import Trace

Fingerprint = Annotated[str, QueryParameter(max_length=100, pattern=r"^[\w-]*$", description="Of a finding.")]
PathQuery = Annotated[str, QueryParameter(max_length=1000, pattern=NO_NUL, description="A file or folder.")]
PathName = Annotated[str, Meta(max_length=1000, pattern=NO_NUL)]


class ContextIn(In):
    """A task in words, and the files, folders or symbols it will touch: at least one of them.

    `since` is a bundle that the caller has: what was told in it, or before it, is told again only where it changed.
    `explain` adds to each passage what its score is the sum of.
    """

    task: Annotated[str, Meta(max_length=LONGEST_TASK, pattern=NO_NUL)] = ""
    paths: Annotated[tuple[PathName, ...], Meta(max_length=MOST_PATHS)] = ()
    symbols: Annotated[tuple[PathName, ...], Meta(max_length=MOST_PATHS)] = ()
    budget: Annotated[int, Meta(ge=LEAST_BUDGET, le=MOST_BUDGET)] = DEFAULT_BUDGET
    since: UUID | None = None
    explain: bool = False


class PassageOut(Out):
    """One piece of intent: where it comes from, who said it, why it was chosen, its text.

    `provenance` is explicit, inferred, mixed (`inferred` are then character ranges of `text`), pending (not in force)
    or active (a task).
    `at` is when its revision was made. `cautions` name what in it seems to speak to a machine, such as orders to its
    reader or role marks. `holds` name by digest what is told with a section: its invariants, and the rest of it.
    """

    kind: str
    spec: str
    anchor: str
    heading: str
    revision: str
    provenance: str
    score: float
    why: str
    tokens: int
    author: str = ""
    author_kind: str = ""
    inferred: tuple[tuple[int, int], ...] = ()
    cautions: tuple[str, ...] = ()
    at: datetime | None = None
    holds: tuple[str, ...] = ()
    text: str | None = None
    parts: Mapping[str, float] | None = None

    @classmethod
    def of(cls, served: Served, *, with_text: bool, explain: bool = False) -> "PassageOut":
        """Make it from what was packed, or left out."""
        passage = served.passage
        return cls(
            kind=passage.kind.value,
            spec=passage.spec,
            anchor=passage.anchor,
            heading=passage.heading,
            revision=passage.revision,
            provenance=passage.provenance,
            inferred=passage.inferred,
            cautions=served.lures,
            score=passage.score,
            why=passage.why,
            tokens=served.tokens,
            author=passage.author,
            author_kind=passage.author_kind,
            at=passage.at,
            holds=passage.holds,
            text=passage.text if with_text else None,
            parts=dict(passage.parts) if explain else None,
        )


class ContextOut(Out):
    """A context bundle. `tokens` never exceeds `budget`; `omitted` is what did not fit, by reference.

    `unchanged` counts what the caller has from the bundle it named.
    """

    id: UUID
    at: datetime
    budget: int
    tokens: int
    passages: tuple[PassageOut, ...]
    markdown: str
    omitted: tuple[PassageOut, ...] = ()
    degraded: tuple[str, ...] = ()
    hidden_characters: int = 0
    unchanged: int = 0

    @classmethod
    def of(cls, served: ServedContext, *, explain: bool = False) -> "ContextOut":
        """Make it from the bundle and its receipt."""
        bundle = served.bundle
        return cls(
            id=served.receipt.id,
            at=served.receipt.at,
            budget=bundle.budget,
            tokens=bundle.tokens,
            passages=tuple(PassageOut.of(row, with_text=True, explain=explain) for row in bundle.served),
            markdown=bundle.text,
            omitted=tuple(PassageOut.of(row, with_text=False, explain=explain) for row in bundle.omitted),
            degraded=bundle.degraded,
            hidden_characters=bundle.hidden,
            unchanged=len(bundle.unchanged),
        )


class ReceiptOut(Out):
    """What was served earlier: the exact revisions an agent knew."""

    id: UUID
    actor: ActorOut
    at: datetime
    budget: int
    tokens: int
    task: str = ""
    paths: tuple[str, ...] = ()
    items: tuple[Mapping[str, Any], ...] = field(default_factory=tuple)

    @classmethod
    def of(cls, receipt: Receipt) -> "ReceiptOut":
        """Make it from the core's value."""
        return cls(
            id=receipt.id,
            actor=ActorOut.of(receipt.actor),
            at=receipt.at,
            budget=receipt.budget,
            tokens=receipt.tokens,
            task=receipt.task,
            paths=receipt.paths,
            items=receipt.items,
        )


@post(
    "/projects/{project:str}/context",
    status_code=200,
    opt={"scope": Scope.CONTEXT, "statuses": (304, 404), "offers": (JSON, MARKDOWN), "headers": ("If-None-Match",)},
    summary="Get context for a task",
)
async def serve_context(
    request: Request[Any, Any, Any],
    unit: NamedDependency[Unit],
    project: FromPath[str],
    data: JSONBody[ContextIn],
) -> Response[ContextOut]:
    """Give the invariants that govern the paths, then the sections that bear on the task, in the token budget.

    With `Accept: text/markdown` the answer is the text alone, ready to paste; `Holdfast-Bundle` names its receipt. 304
    for whoever has the same answer already, by its ETag.
    """
    found = await unit.projects.find(unit.principal, project)
    served = await unit.contexts.serve(
        unit.principal, found.id, data.task, data.paths, data.budget, symbols=data.symbols, since=data.since
    )
    tag = etag(served.bundle.digest)
    headers = {"holdfast-bundle": str(served.receipt.id), "vary": "accept", "etag": tag}
    if matches(request.headers, tag):
        return Response(None, status_code=304, headers=headers)  # type: ignore[arg-type]  # an answer without a body
    if preferred(request.headers.get("accept", ""), (JSON, MARKDOWN)) == MARKDOWN:
        return markdown(served.bundle.text, headers)
    return Response(ContextOut.of(served, explain=data.explain), headers=headers)


@get("/projects/{project:str}/context", opt={"scope": Scope.READ, "statuses": (404,)}, summary="List receipts")
async def list_receipts(
    unit: NamedDependency[Unit],
    project: FromPath[str],
    *,
    author: FromQuery[UUID | None] = None,
    since: FromQuery[datetime | None] = None,
    until: FromQuery[datetime | None] = None,
    proposal: FromQuery[UUID | None] = None,
    gate: FromQuery[UUID | None] = None,
    finding: Fingerprint = "",
    task: FromQuery[UUID | None] = None,
    path: PathQuery = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Items[ReceiptOut]:
    """List what was served to whom, the newest first.

    `proposal` or `gate` gives what its author had been told in the day before it, `finding` what anyone had been told
    about its place or its section in the day before it came. `task` gives what was served in the course of a task,
    `path` what names a file or folder, what is below it or a folder above it.
    """
    for time in (since, until):
        if time is not None and time.tzinfo is None:
            raise UserError("The time has no zone.", "Write it as 2026-03-02T09:00:00Z.")
    found = await unit.projects.find(unit.principal, project)
    page = await unit.receipts.list(
        unit.principal,
        found.id,
        author=author,
        since=since,
        until=until,
        trace=Trace(proposal, gate, finding),
        task=task,
        path=path,
        cursor=cursor,
        limit=limit,
    )
    asked = {"author": author, "proposal": proposal, "gate": gate, "task": task}
    query: dict[str, str | int | bool | None] = {name: str(value) if value else None for name, value in asked.items()}
    query |= {name: time.isoformat() for name, time in (("since", since), ("until", until)) if time is not None}
    query |= {"finding": finding, "path": path, "limit": limit}
    return items_of(page, ReceiptOut.of, f"/api/v1/projects/{project}/context", query)


@get(
    "/projects/{project:str}/context/{bundle:uuid}",
    opt={"scope": Scope.CONTEXT, "statuses": (404,)},
    summary="Read a receipt",
)
async def read_receipt(unit: NamedDependency[Unit], project: FromPath[str], bundle: FromPath[UUID]) -> ReceiptOut:
    """Give the receipt of an earlier bundle: which revisions were served, and why."""
    found = await unit.projects.find(unit.principal, project)
    return ReceiptOut.of(await unit.contexts.receipt(unit.principal, found.id, bundle))


ROUTES = (serve_context, list_receipts, read_receipt)
