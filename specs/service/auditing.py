"""Writes what a service does into the audit log, in the service's own transaction.

Where work is done in the course of a request (or of a job that one wanted), each entry says in its details which.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from uuid import UUID

from specs.access import Principal
from specs.audit import REQUEST, Act, Json, storable, stored
from specs.store.audit import AuditStore
from specs.store.connection import Connection

_REQUEST: ContextVar[str] = ContextVar("audit_request", default="")


@contextmanager
def on_request(request: str) -> Iterator[None]:
    """Have each entry that is made in the block name a request ("" for none)."""
    token = _REQUEST.set(request)
    try:
        yield
    finally:
        _REQUEST.reset(token)


async def record(  # noqa: PLR0913 (who, when, where, what, to what: an entry is nothing less)
    connection: Connection,
    principal: Principal,
    chain: UUID,
    *,
    at: datetime,
    action: str,
    subject: object,
    details: Mapping[str, Json] | None = None,
    policy: str | None = None,
) -> None:
    """Append one entry. Call it last: the chain is locked from here to the end of the transaction.

    `policy` names the revision of the policies under which this was decided.
    """
    act = act_of(principal, at, action, subject, details, policy)
    await AuditStore(connection).append(chain, act)


async def record_all(connection: Connection, chain: UUID, acts: Sequence[Act]) -> None:
    """Append an entry for each of many acts, in their order. Call it last, as `record`."""
    await AuditStore(connection).append_all(chain, acts)


def act_of(  # noqa: PLR0913, PLR0917 (who, when, what, to what: an entry is nothing less)
    principal: Principal,
    at: datetime,
    action: str,
    subject: object,
    details: Mapping[str, Json] | None = None,
    policy: str | None = None,
) -> Act:
    """Make what is to be recorded of a principal's doing."""
    told = {name: stored(value) for name, value in (details or {}).items()}
    if request := _REQUEST.get():
        told[REQUEST] = storable(request)
    return Act(
        at=at,
        actor=principal.actor.id,
        actor_kind=principal.actor.kind.value,
        action=action,
        subject=storable(str(subject)),
        details=told,
        credential=principal.credential,
        on_behalf_of=principal.on_behalf_of,
        task=principal.task,
        policy=None if policy is None else storable(policy),
    )
