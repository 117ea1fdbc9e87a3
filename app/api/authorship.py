"""Who wrote each word of a spec, which statements a person vouches for, and confirming those that nobody did yet."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta

from app.api._conditions import etag
from app.api._wire import NO_NUL, ActorOut, Digest, In, Items, Message, Out, RevisionOut
from app.unit import Unit
from specs.access import Scope
from specs.authorship.blame import BlamedLine
from specs.authorship.spans import Spans, inferred_spans
from specs.authorship.statements import Statement
from specs.document import BlockKind
from specs.revision import Provenance
from specs.service.revisions.authorship import MOST_AT_ONCE, Chosen, Standing

Wanted = Annotated[Digest | None, QueryParameter(description="A digest from the history; the head by default.")]
Which = Annotated[
    Literal["inferred", "explicit"] | None, QueryParameter(description="Only statements of this provenance.")
]
READ: dict[str, object] = {"scope": Scope.READ, "statuses": (404,)}


class RunOut(Out):
    """A stretch of a line, from character `start` to before `end`: the revision that brought it, as its digest.

    `inferred`: no person has said the statement it stands in.
    """

    start: int
    end: int
    revision: str
    inferred: bool = False


class BlamedLineOut(Out):
    """A line: its number from 1, the revision that brought most of it, and its stretches where others took part."""

    line: int
    revision: str
    inferred: bool = False
    runs: tuple[RunOut, ...] = ()


class AuthorshipOut(Out):
    """Who brought each word of a text: its lines, and the revisions that they name, each with actor and provenance."""

    spec: UUID
    revision: str
    lines: tuple[BlamedLineOut, ...]
    revisions: tuple[RevisionOut, ...]

    @classmethod
    def of(cls, standing: Standing) -> "AuthorshipOut":
        """Make it from the service's value."""
        inferred = inferred_spans(standing.statements)
        told = sorted(standing.revisions.values(), key=lambda one: (one.at, one.digest))
        return cls(
            spec=standing.spec.id,
            revision=standing.revision.digest,
            lines=tuple(line_of(line, inferred) for line in standing.lines if line.foremost),
            revisions=tuple(RevisionOut.of(one) for one in told),
        )


def line_of(line: BlamedLine, inferred: Spans) -> BlamedLineOut:
    """Make a line, given where the text is inferred."""
    runs = tuple(
        RunOut(
            start=start,
            end=end,
            revision=mark.origin,
            inferred=inferred.meet(line.start + start, line.start + end),
        )
        for start, end, mark in line.stretches
    )
    return BlamedLineOut(
        line=line.number,
        revision=line.foremost,
        inferred=any(run.inferred for run in runs),
        runs=runs if len(runs) > 1 else (),
    )


class ConfirmationOut(Out):
    """Who confirmed a statement, when, at which revision, why."""

    actor: ActorOut
    at: datetime
    revision: str
    because: str = ""


class StatementOut(Out):
    """A heading, paragraph, item, row or fenced block. `statement` names its exact text.

    `revisions` brought its words, most words first. `listed`: the front matter calls its section inferred.
    """

    statement: str
    kind: BlockKind
    line: int
    provenance: Provenance
    revisions: tuple[str, ...]
    anchor: str = ""
    text: str = ""
    listed: bool = False
    confirmed: ConfirmationOut | None = None

    @classmethod
    def of(cls, one: Statement, text: str) -> "StatementOut":
        """Make it from the core's value and the text it stands in."""
        said = one.confirmed
        confirmed = None
        if said is not None:
            actor = ActorOut.of(said.actor)
            confirmed = ConfirmationOut(actor=actor, at=said.at, revision=said.revision, because=said.because)
        return cls(
            statement=one.digest,
            kind=one.kind,
            line=one.line,
            provenance=one.provenance,
            revisions=one.origins,
            anchor=one.anchor,
            text=text[one.start : one.end],
            listed=one.listed,
            confirmed=confirmed,
        )


class StatementsOut(Out):
    """The statements of a revision, in order, and the revisions that they name."""

    spec: UUID
    revision: str
    statements: tuple[StatementOut, ...]
    revisions: tuple[RevisionOut, ...]


class ConfirmIn(In):
    """What a person confirms: statements by name, a section with all below it, or `everything` that waits.

    `revision` is the head that the person read.
    """

    revision: Digest
    statements: Annotated[tuple[Digest, ...], Meta(max_length=MOST_AT_ONCE)] = ()
    section: Annotated[str, Meta(max_length=500, pattern=NO_NUL)] | None = None
    everything: bool = False
    because: Message = ""


@get("/projects/{project:str}/specs/{spec:uuid}/authorship", opt=READ, summary="Say who wrote each word")
async def read_authorship(
    unit: NamedDependency[Unit], project: FromPath[str], spec: FromPath[UUID], *, revision: Wanted = None
) -> Response[AuthorshipOut]:
    """Give for each line the revisions that brought its words, through moves, merges, deletion and return.

    Lines without words are left out. A line of one author has no `runs`.
    """
    found = await unit.projects.find(unit.principal, project)
    standing = await unit.authorship.read(unit.principal, found.id, spec, revision)
    return Response(AuthorshipOut.of(standing), headers={"etag": etag(standing.revision.digest)})


@get(
    "/projects/{project:str}/specs/{spec:uuid}/statements", opt=READ, summary="List statements by who vouches for them"
)
async def list_statements(
    unit: NamedDependency[Unit],
    project: FromPath[str],
    spec: FromPath[UUID],
    *,
    revision: Wanted = None,
    provenance: Which = None,
) -> Response[StatementsOut]:
    """Give the statements of a spec with their provenance; `provenance=inferred` gives those that wait for a person."""
    found = await unit.projects.find(unit.principal, project)
    standing = await unit.authorship.read(unit.principal, found.id, spec, revision)
    wanted = [one for one in standing.statements if provenance in {None, one.provenance.value}]
    named = {digest for one in wanted for digest in one.origins}
    told = sorted((standing.revisions[digest] for digest in named), key=lambda one: (one.at, one.digest))
    answer = StatementsOut(
        spec=spec,
        revision=standing.revision.digest,
        statements=tuple(StatementOut.of(one, standing.document.text) for one in wanted),
        revisions=tuple(RevisionOut.of(one) for one in told),
    )
    return Response(answer, headers={"etag": etag(standing.revision.digest)})


@post(
    "/projects/{project:str}/specs/{spec:uuid}/confirmations",
    opt={"scope": Scope.WRITE, "statuses": (404, 409)},
    summary="Confirm statements",
)
async def confirm_statements(
    unit: NamedDependency[Unit], project: FromPath[str], spec: FromPath[UUID], data: JSONBody[ConfirmIn]
) -> Response[Items[StatementOut]]:
    """Make inferred statements explicit, as a person and reviewer, exactly as they stand. It ends when they change."""
    found = await unit.projects.find(unit.principal, project)
    chosen = Chosen(data.statements, data.section, data.everything)
    standing, done = await unit.authorship.confirm(
        unit.principal, found.id, spec, chosen, revision=data.revision, because=data.because
    )
    items = tuple(StatementOut.of(one, standing.document.text) for one in done)
    return Response(Items(items), status_code=201)


class StatementsIn(In):
    """Statements by their digests."""

    statements: Annotated[tuple[Digest, ...], Meta(min_length=1, max_length=MOST_AT_ONCE)]


class TakenBackOut(Out):
    """The statements that wait for a person again."""

    statements: tuple[str, ...]


@post(
    "/projects/{project:str}/specs/{spec:uuid}/confirmations/take-back",
    opt={"scope": Scope.WRITE, "statuses": (404, 409)},
    status_code=200,
    summary="Take back confirmations",
)
async def take_back_confirmations(
    unit: NamedDependency[Unit], project: FromPath[str], spec: FromPath[UUID], data: JSONBody[StatementsIn]
) -> TakenBackOut:
    """Take back what you confirmed yourself: the statements wait again. What agents were told meanwhile they were."""
    found = await unit.projects.find(unit.principal, project)
    gone = await unit.authorship.take_back(unit.principal, found.id, spec, data.statements)
    return TakenBackOut(statements=tuple(sorted(gone)))


ROUTES = (read_authorship, list_statements, confirm_statements, take_back_confirmations)
