"""Who is frozen: listed for all members, frozen and thawed by people who review."""

from datetime import datetime, timedelta
from uuid import UUID

from specs.access import Principal, Role, Scope
from specs.errors import DeniedError, MissingError, UserError
from specs.library import check_message
from specs.policy.deciding import frozen
from specs.policy.records import Freeze
from specs.revision import ActorKind
from specs.rules.actions import MAX_FREEZE, MIN_FREEZE, span_told
from specs.service import writing
from specs.service.auditing import record
from specs.store.connection import Clock, Connection, Transactions
from specs.store.people import ActorStore
from specs.store.policies import PolicyStore


class Freezing:
    """Use cases of freezing agents. People are never frozen; whoever may not write is no member, or a reader."""

    def __init__(self, database: Transactions, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list(self, principal: Principal, project: UUID) -> tuple[Freeze, ...]:
        """Give who is frozen now, until when and why. Any member may look."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            return await PolicyStore(connection, project).frozen(self._clock())

    async def freeze(self, principal: Principal, project: UUID, actor: UUID, span: timedelta, reason: str) -> Freeze:
        """Freeze an agent of the project for a time, for a reason. Needs a person who reviews."""
        _decider(principal, project)
        _reason(reason)
        if not MIN_FREEZE <= span <= MAX_FREEZE:
            raise UserError("Nobody can be frozen for so long.", "Freeze for between 1m and 30d.")
        at = self._clock()
        async with self._database.transaction() as connection:
            known = await ActorStore(connection).member(project, actor)
            if known is None:
                raise MissingError("There is no such member.", "List the members of the project.")
            if known.actor.kind is ActorKind.HUMAN:
                hint = "Change their role, or talk to them."
                raise UserError("People are not frozen.", hint)
            store = PolicyStore(connection, project)
            await store.freeze(actor, at, at + span, reason, principal.actor.id)
            details = {"name": known.actor.name, "for": span_told(span), "reason": reason}
            await record(connection, principal, project, at=at, action="actor.freeze", subject=actor, details=details)
        return Freeze(known.actor, at, at + span, reason, principal.actor)

    async def thaw(self, principal: Principal, project: UUID, actor: UUID, reason: str = "") -> None:
        """Let a frozen actor act again. Needs a person who reviews; what failed before no longer counts."""
        _decider(principal, project)
        writing.refuse(check_message(reason))
        at = self._clock()
        async with self._database.transaction() as connection:
            if not await PolicyStore(connection, project).thaw(actor, at, principal.actor.id, reason):
                raise MissingError("Nobody of that id is frozen here.", "List who is frozen.")
            details = {"reason": reason}
            await record(connection, principal, project, at=at, action="actor.thaw", subject=actor, details=details)


async def refuse_frozen(connection: Connection, principal: Principal, project: UUID, at: datetime) -> None:
    """Refuse what a frozen agent would keep that no policy is asked about: raises `DeniedError` with the reason."""
    if principal.actor.kind is ActorKind.HUMAN:
        return
    for found in await PolicyStore(connection, project).frozen(at, principal.actor.id):
        reasons = frozen(f"{found.until:%Y-%m-%d %H:%M} UTC", found.reason).reasons
        raise DeniedError(" ".join(reasons), "Ask a reviewer of the project to thaw it.")


def _decider(principal: Principal, project: UUID) -> None:
    principal.require(project, Role.REVIEWER, Scope.WRITE)
    if principal.actor.kind is ActorKind.AGENT:
        raise DeniedError("Only people freeze and thaw.", "Ask a reviewer of the project.")


def _reason(reason: str) -> None:
    writing.refuse(check_message(reason))
    if not reason.strip():
        raise UserError("Nobody is frozen without a reason.", "Say in a sentence why.")
