"""Writes what a service does into the audit log, in the service's own transaction."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from specs.access import Principal
from specs.audit import Act, Json, storable, stored
from specs.store.audit import AuditStore
from specs.store.connection import Connection


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
    act = Act(
        at=at,
        actor=principal.actor.id,
        actor_kind=principal.actor.kind.value,
        action=action,
        subject=storable(str(subject)),
        details={name: stored(value) for name, value in (details or {}).items()},
        credential=principal.credential,
        on_behalf_of=principal.on_behalf_of,
        task=principal.task,
        policy=None if policy is None else storable(policy),
    )
    await AuditStore(connection).append(chain, act)
