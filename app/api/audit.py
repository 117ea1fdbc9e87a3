"""The audit log of a project: who did what, for whom, in which task, under which policy. For reviewers."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from app.api._wire import NO_NUL, Cursor, Items, Limit, Out, items_of
from app.unit import Unit
from specs.access import Scope
from specs.audit import Entry, Wanted
from specs.errors import UserError

Word = Annotated[str | None, QueryParameter(max_length=500, pattern=NO_NUL)]
RequestId = Annotated[str | None, QueryParameter(max_length=64, pattern=NO_NUL, description="An `X-Request-ID`.")]
Action = Annotated[str | None, QueryParameter(max_length=100, pattern=NO_NUL, description="May end in `*`.")]


class EntryOut(Out):
    """An entry, with all that its digest covers, so that it can be verified by itself."""

    chain: UUID
    n: int
    at: datetime
    actor: UUID
    actor_kind: str
    action: str
    subject: str
    details: dict[str, Any]
    previous: str
    digest: str
    credential: UUID | None = None
    on_behalf_of: UUID | None = None
    task: UUID | None = None
    policy: str | None = None

    @classmethod
    def of(cls, entry: Entry) -> "EntryOut":
        """Make it from the core's value."""
        act = entry.act
        return cls(
            chain=entry.chain,
            n=entry.n,
            at=act.at,
            actor=act.actor,
            actor_kind=act.actor_kind,
            action=act.action,
            subject=act.subject,
            details=dict(act.details),
            previous=entry.previous,
            digest=entry.digest,
            credential=act.credential,
            on_behalf_of=act.on_behalf_of,
            task=act.task,
            policy=act.policy,
        )


@get("/projects/{project:str}/audit", opt={"scope": Scope.READ, "statuses": (404,)}, summary="Search the audit log")
async def list_entries(
    *,
    unit: NamedDependency[Unit],
    project: FromPath[str],
    actor: FromQuery[UUID | None] = None,
    on_behalf_of: FromQuery[UUID | None] = None,
    action: Action = None,
    subject: Word = None,
    task: FromQuery[UUID | None] = None,
    since: FromQuery[datetime | None] = None,
    until: FromQuery[datetime | None] = None,
    request_id: RequestId = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Items[EntryOut]:
    """List the entries that are wanted, the latest first. Needs a reviewer. Times carry their zone."""
    for time in (since, until):
        if time is not None and time.tzinfo is None:
            raise UserError("The time has no zone.", "Write it as 2026-03-02T09:00:00Z.")
    found = await unit.projects.find(unit.principal, project)
    wanted = Wanted(actor, on_behalf_of, action, subject, task, since, until, request_id)
    page = await unit.audit.find(unit.principal, found.id, wanted, cursor=cursor, limit=limit)
    ids = {"actor": actor, "on_behalf_of": on_behalf_of, "task": task}
    query: dict[str, str | int | bool | None] = {name: str(one) for name, one in ids.items() if one is not None}
    query |= {name: time.isoformat() for name, time in (("since", since), ("until", until)) if time is not None}
    query |= {"action": action, "subject": subject, "request_id": request_id, "limit": limit}
    return items_of(page, EntryOut.of, f"/api/v1/projects/{project}/audit", query)


ROUTES = (list_entries,)
