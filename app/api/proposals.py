"""Proposals: changes to specs that are not yet the truth. Open, read, compare, review, change, end.

The ETag of a proposal is the digest of its exact delta; approvals and changes say which one they are of.
"""

import asyncio
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Response, get, post, put
from litestar.connection import Request
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from app.api._conditions import DIFF, JSON, base_of, etag, preferred
from app.api._proposals import LandedOut, PartOut, ProposalOut, proposal_url
from app.api._proposing import ProposalIn, ReasonIn, ResolvedIn, ReviewIn, StateFilter, SupersedeIn
from app.api._wire import Cursor, Include, Items, Limit, items_of
from app.unit import Unit
from specs.access import Scope
from specs.diff import unified
from specs.proposals.delta import Delta, Operation
from specs.proposals.state import PENDING, ProposalState

READ: dict[str, object] = {"scope": Scope.READ, "statuses": (404,)}
WRITE: dict[str, object] = {"scope": Scope.WRITE, "statuses": (404, 409)}
# `state` is a word of the framework's own.
Standing = Annotated[StateFilter | None, QueryParameter(name="state", description="`pending` is open or conflicted.")]
Needs = Annotated[Literal["me"] | None, QueryParameter(description="`me`: only those where it is your turn.")]


@get("/projects/{project:str}/proposals", opt=READ, summary="List proposals")
async def list_proposals(
    unit: NamedDependency[Unit],
    project: FromPath[str],
    *,
    standing: Standing = None,
    author: FromQuery[UUID | None] = None,
    spec: FromQuery[UUID | None] = None,
    needs: Needs = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Items[ProposalOut]:
    """List proposals, the newest first: in a state, by an author, on a spec, or where it is your turn and why."""
    found = await unit.projects.find(unit.principal, project)
    states = PENDING if standing == "pending" else frozenset({ProposalState(standing)} if standing else ())
    page = await unit.proposals.list(
        unit.principal,
        found.id,
        states=states,
        author=author,
        spec=spec,
        mine=needs == "me",
        cursor=cursor,
        limit=limit,
    )
    query = {
        "state": standing,
        "author": str(author) if author else None,
        "spec": str(spec) if spec else None,
        "needs": needs,
        "limit": limit,
    }
    return items_of(page, ProposalOut.of, f"/api/v1/projects/{project}/proposals", query)


@post("/projects/{project:str}/proposals", opt=WRITE, summary="Open a proposal")
async def create_proposal(
    unit: NamedDependency[Unit], project: FromPath[str], data: JSONBody[ProposalIn]
) -> Response[LandedOut]:
    """Propose changes of one or many specs. Where policy lets them through they are the truth at once, unless `wait`.

    403 with the ruling where a policy denies them.
    """
    found = await unit.projects.find(unit.principal, project)
    landed = await unit.proposals.propose(unit.principal, found.id, data.draft())
    headers = {"etag": etag(landed.proposal.digest), "location": proposal_url(project, landed.proposal.id)}
    return Response(LandedOut.of(landed), status_code=201, headers=headers)


@get("/projects/{project:str}/proposals/{proposal:uuid}", opt=READ, summary="Read a proposal")
async def get_proposal(
    unit: NamedDependency[Unit],
    project: FromPath[str],
    proposal: FromPath[UUID],
    *,
    include: Include = None,
) -> Response[ProposalOut]:
    """Give a proposal: hunks with the words that differ, votes, reviews, comments, what it overlaps, its conflicts."""
    found = await unit.projects.find(unit.principal, project)
    detail = await unit.proposals.get(unit.principal, found.id, proposal)
    made = await asyncio.to_thread(ProposalOut.of_detail, detail, with_text=include == "text")
    return Response(made, headers={"etag": etag(detail.proposal.digest)})


@put(
    "/projects/{project:str}/proposals/{proposal:uuid}",
    opt={**WRITE, "statuses": (404, 409, 428), "headers": ("If-Match",)},
    summary="Change a proposal",
)
async def put_proposal(
    request: Request[Any, Any, Any],
    unit: NamedDependency[Unit],
    project: FromPath[str],
    proposal: FromPath[UUID],
    data: JSONBody[ProposalIn],
) -> Response[ProposalOut]:
    """Give one's own proposal another delta. Approvals of the one in `If-Match` are void; voters are asked again."""
    digest = base_of(request.headers)
    found = await unit.projects.find(unit.principal, project)
    now = await unit.proposals.revise(unit.principal, found.id, proposal, digest, data.draft())
    return Response(ProposalOut.of(now), headers={"etag": etag(now.digest)})


@get(
    "/projects/{project:str}/proposals/{proposal:uuid}/diff",
    opt={**READ, "offers": (JSON, DIFF)},
    summary="Compare a proposal with the specs",
)
async def get_proposal_diff(
    request: Request[Any, Any, Any], unit: NamedDependency[Unit], project: FromPath[str], proposal: FromPath[UUID]
) -> Response[Any]:
    """Give what a proposal changes: hunks as JSON, or a unified diff with `Accept: text/x-diff`."""
    found = await unit.projects.find(unit.principal, project)
    detail = await unit.proposals.get(unit.principal, found.id, proposal)
    headers = {"vary": "accept, authorization", "etag": etag(detail.proposal.digest)}
    if preferred(request.headers.get("accept", ""), (JSON, DIFF)) == DIFF:
        text = await asyncio.to_thread(_unified, detail.delta)
        return Response(text.encode(), media_type=DIFF, headers=headers)
    made = await asyncio.to_thread(ProposalOut.of_detail, detail, with_text=False)
    parts: tuple[PartOut, ...] = made.changes or ()
    return Response(Items(parts), headers=headers)


def _unified(delta: Delta) -> str:
    """Write a delta as `git diff` would, renames and retired specs in lines of their own."""
    found = []
    for part in delta:
        if part.operation in {Operation.RETIRE, Operation.RESTORE}:
            found.append(f"{part.operation} {part.path}\n")
        elif part.path != part.to_path:
            found.append(f"rename from {part.path}\nrename to {part.to_path}\n")
        before = "/dev/null" if part.operation is Operation.CREATE else f"a/{part.path}"
        found.append(unified(part.before, part.after, before, f"b/{part.to_path}"))
    return "".join(found)


@post("/projects/{project:str}/proposals/{proposal:uuid}/reviews", opt=WRITE, summary="Review a proposal")
async def create_review(
    unit: NamedDependency[Unit], project: FromPath[str], proposal: FromPath[UUID], data: JSONBody[ReviewIn]
) -> LandedOut:
    """Post comments and a verdict at once. The last approval that is needed makes the proposal the truth.

    Verdicts are of people with the role that policy asks for, never of the author and never of an agent. 409 where the
    proposal is not the one with that `digest` any more.
    """
    found = await unit.projects.find(unit.principal, project)
    return LandedOut.of(await unit.proposals.review(unit.principal, found.id, proposal, data.draft()))


@post(
    "/projects/{project:str}/proposals/{proposal:uuid}/accept",
    opt=WRITE,
    status_code=200,
    summary="Accept an approved proposal",
)
async def accept_proposal(unit: NamedDependency[Unit], project: FromPath[str], proposal: FromPath[UUID]) -> LandedOut:
    """Make a proposal the truth that has its approvals already, since fewer are wanted now than when they came."""
    found = await unit.projects.find(unit.principal, project)
    return LandedOut.of(await unit.proposals.accept(unit.principal, found.id, proposal))


@post(
    "/projects/{project:str}/proposals/{proposal:uuid}/rebase", opt=WRITE, status_code=200, summary="Rebase a proposal"
)
async def rebase_proposal(unit: NamedDependency[Unit], project: FromPath[str], proposal: FromPath[UUID]) -> ProposalOut:
    """Bring a proposal onto the specs as they are. Where both changed the same text it is `conflicted`."""
    found = await unit.projects.find(unit.principal, project)
    return ProposalOut.of(await unit.proposals.rebase(unit.principal, found.id, proposal))


@post(
    "/projects/{project:str}/proposals/{proposal:uuid}/withdraw",
    opt=WRITE,
    status_code=200,
    summary="Withdraw a proposal",
)
async def withdraw_proposal(
    unit: NamedDependency[Unit], project: FromPath[str], proposal: FromPath[UUID], data: JSONBody[ReasonIn]
) -> ProposalOut:
    """Take one's own proposal back."""
    found = await unit.projects.find(unit.principal, project)
    return ProposalOut.of(await unit.proposals.withdraw(unit.principal, found.id, proposal, data.reason))


@post(
    "/projects/{project:str}/proposals/{proposal:uuid}/reopen", opt=WRITE, status_code=200, summary="Reopen a proposal"
)
async def reopen_proposal(unit: NamedDependency[Unit], project: FromPath[str], proposal: FromPath[UUID]) -> ProposalOut:
    """Take up again what was declined (a reviewer), or withdrawn or superseded (its author). No vote of then counts."""
    found = await unit.projects.find(unit.principal, project)
    return ProposalOut.of(await unit.proposals.reopen(unit.principal, found.id, proposal))


@post(
    "/projects/{project:str}/proposals/{proposal:uuid}/take-back",
    opt=WRITE,
    status_code=200,
    summary="Take back a verdict",
)
async def take_back_verdict(
    unit: NamedDependency[Unit], project: FromPath[str], proposal: FromPath[UUID]
) -> ProposalOut:
    """Take back one's own approval or decline, as long as nothing came of it. What landed is restored from history."""
    found = await unit.projects.find(unit.principal, project)
    return ProposalOut.of(await unit.proposals.take_back(unit.principal, found.id, proposal))


@post(
    "/projects/{project:str}/proposals/{proposal:uuid}/supersede",
    opt=WRITE,
    status_code=200,
    summary="Supersede a proposal",
)
async def supersede_proposal(
    unit: NamedDependency[Unit], project: FromPath[str], proposal: FromPath[UUID], data: JSONBody[SupersedeIn]
) -> ProposalOut:
    """Put another proposal in the place of this one."""
    found = await unit.projects.find(unit.principal, project)
    return ProposalOut.of(await unit.proposals.supersede(unit.principal, found.id, proposal, data.by, data.reason))


@put(
    "/projects/{project:str}/proposals/{proposal:uuid}/comments/{comment:uuid}",
    opt=WRITE,
    status_code=204,
    summary="Settle a comment",
)
async def put_comment(
    unit: NamedDependency[Unit],
    project: FromPath[str],
    proposal: FromPath[UUID],
    comment: FromPath[UUID],
    data: JSONBody[ResolvedIn],
) -> None:
    """Say that a comment is settled, or that it is not."""
    found = await unit.projects.find(unit.principal, project)
    await unit.proposals.resolve(unit.principal, found.id, proposal, comment, resolved=data.resolved)


ROUTES = (
    list_proposals,
    create_proposal,
    get_proposal,
    put_proposal,
    get_proposal_diff,
    create_review,
    accept_proposal,
    rebase_proposal,
    withdraw_proposal,
    reopen_proposal,
    take_back_verdict,
    supersede_proposal,
    put_comment,
)
