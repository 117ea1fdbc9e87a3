"""Claims in the locks of repositories: waivers and confirmations that count once a person approves them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta

from app.api._wire import ActorOut, Cursor, Digest, In, Items, Limit, Message, Out, items_of
from app.unit import Unit
from drift.debt.claims import ClaimState
from specs.access import Scope
from sync.inbox.claims import LockClaim
from sync.service.claims import MOST_AT_ONCE

State = Annotated[ClaimState | None, QueryParameter(name="state", description="Only claims of this state.")]


class ClaimOut(Out):
    """A line of a repository's lock: what it says, in whose name (`by`), and whose commit brought it (`author`).

    Approved without `decided_by`: the trusted branch vouches for it.
    """

    id: str
    repository: UUID
    invariant: str
    what: str
    kind: Literal["waived", "reviewed"]
    by: str
    state: ClaimState
    commit: str
    author: str
    at: datetime
    until: str = ""
    because: str = ""
    decided_by: ActorOut | None = None
    decided_at: datetime | None = None
    reason: str = ""

    @classmethod
    def of(cls, claim: LockClaim) -> "ClaimOut":
        """Make it from the core's value."""
        entry, decision = claim.entry, claim.decision
        return cls(
            id=claim.id,
            repository=claim.repository,
            invariant=entry.invariant,
            what=entry.subject,
            kind="waived" if entry.state == "waived" else "reviewed",
            by=entry.by,
            state=claim.state,
            commit=claim.commit,
            author=claim.author,
            at=claim.at,
            until=entry.until,
            because=entry.because,
            decided_by=ActorOut.of(decision.actor) if decision else None,
            decided_at=decision.at if decision else None,
            reason=decision.reason if decision else "",
        )


class DecisionIn(In):
    """What a person says of claims."""

    claims: Annotated[tuple[Digest, ...], Meta(min_length=1, max_length=MOST_AT_ONCE)]
    decision: Literal["approve", "refuse"]
    because: Message = ""


@get("/projects/{project:str}/claims", opt={"scope": Scope.READ, "statuses": (404,)}, summary="List claims")
async def list_claims(
    unit: NamedDependency[Unit],
    project: FromPath[str],
    *,
    repository: FromQuery[UUID | None] = None,
    standing: State = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Items[ClaimOut]:
    """List the waivers and confirmations that stand in locks now, the newest first."""
    found = await unit.projects.find(unit.principal, project)
    page = await unit.claims.list(
        unit.principal, found.id, repository=repository, state=standing, cursor=cursor, limit=limit
    )
    query: dict[str, str | int | bool | None] = {
        "repository": str(repository) if repository else None,
        "state": standing,
        "limit": limit,
    }
    return items_of(page, ClaimOut.of, f"/api/v1/projects/{project}/claims", query)


@post(
    "/projects/{project:str}/claims/decisions",
    opt={"scope": Scope.WRITE, "statuses": (404,)},
    summary="Decide on claims",
    status_code=200,
)
async def decide_claims(
    unit: NamedDependency[Unit], project: FromPath[str], data: JSONBody[DecisionIn]
) -> Items[ClaimOut]:
    """Approve or refuse claims, as a person and reviewer. Their repositories are checked again."""
    found = await unit.projects.find(unit.principal, project)
    state = ClaimState.APPROVED if data.decision == "approve" else ClaimState.REFUSED
    done = await unit.claims.decide(unit.principal, found.id, data.claims, state, data.because)
    return Items(tuple(map(ClaimOut.of, done)))


ROUTES = (list_claims, decide_claims)
