"""Claims in the locks of repositories: who may see them, and who makes them count.

A waiver or a confirmation that came by git is what somebody says a person said. A reviewer, a person, approves it or
refuses it; no agent can, whatever its role. Until then it does not count.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from drift.debt.claims import ClaimState
from drift.service.drift import bounded, page, place
from drift.store.repositories import RepositoryStore
from specs.access import Principal, Role, Scope
from specs.audit import Json
from specs.errors import DeniedError, MissingError, UserError
from specs.library import Page, check_message
from specs.revision import ActorKind
from specs.service import writing
from specs.service.auditing import record
from specs.store.connection import Clock, Connection, Transactions
from sync.inbox.claims import Decision, LockClaim
from sync.inbox.ending import DAYS_BEFORE, StandingWaiver, ending, of_decisions, of_lock
from sync.service.repositories.repositories import WantHook
from sync.store.claims import ClaimStore
from sync.store.decisions import announced, unannounced

MOST_AT_ONCE = 1_000
MOST_TOLD = 100


class Claims:
    """Use cases of claims. `on_wanted` hears of repositories whose claims were decided on: what counts is another."""

    def __init__(self, database: Transactions, clock: Clock, on_wanted: WantHook) -> None:
        self._database = database
        self._clock = clock
        self._on_wanted = on_wanted

    async def list(  # noqa: PLR0913 (each a filter of the list)
        self,
        principal: Principal,
        project: UUID,
        *,
        repository: UUID | None = None,
        state: ClaimState | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[LockClaim]:
        """Give the claims that stand in the locks now, the newest first."""
        principal.require(project, Role.READER, Scope.READ)
        before = place(cursor)
        async with self._database.read() as connection:
            store = ClaimStore(connection)
            found = await store.page(project, repository, state, before=before, limit=bounded(limit) + 1)
        return page(found, bounded(limit))

    async def announce(self, principal: Principal) -> int:
        """Write down, in all projects, which waivers end soon, once for each time it is to be told; say how many.

        Of the server alone.
        """
        principal.require_site_admin()
        at = self._clock()
        async with self._database.transaction() as connection:
            told = [
                *await _of_locks(connection, at.date()),
                *await _given_here(connection, at.date()),
            ]
            names = {one.repository: await RepositoryStore(connection).get(one.repository) for _, one in told}
            for project, one in told:
                repository = names[one.repository]
                details: dict[str, Json] = {
                    "invariant": one.invariant,
                    "what": list(one.what[:MOST_TOLD]),
                    "until": one.until.isoformat(),
                    "by": one.by,
                    "because": one.because,
                    "repository": "" if repository is None else repository.name,
                }
                if one.findings:
                    details["findings"] = [
                        {"fingerprint": name, "invariant": one.invariant} for name in one.findings[:MOST_TOLD]
                    ]
                subject = one.ids[0]
                await record(
                    connection, principal, project, at=at, action="waiver.expire", subject=subject, details=details
                )
        return len(told)

    async def decide(
        self, principal: Principal, project: UUID, ids: Sequence[str], state: ClaimState, because: str = ""
    ) -> tuple[LockClaim, ...]:
        """Approve or refuse claims, and have their repositories checked again. Needs a person who reviews.

        Raises `DeniedError` for whoever is no person, `MissingError` where one of the ids names no claim.
        """
        principal.require(project, Role.REVIEWER, Scope.WRITE)
        if principal.actor.kind is not ActorKind.HUMAN:
            raise DeniedError("Only a person decides on claims.", "Ask a reviewer of the project.")
        writing.refuse(check_message(because))
        wanted = tuple(dict.fromkeys(ids))
        if not wanted or len(wanted) > MOST_AT_ONCE or state is ClaimState.PENDING:
            raise UserError("There is nothing to decide.", f"Name 1 to {MOST_AT_ONCE} claims to approve or refuse.")
        at = self._clock()
        async with self._database.transaction() as connection:
            done = await ClaimStore(connection).decide(project, wanted, state, Decision(principal.actor, at, because))
            if {one.id for one in done} != set(wanted):
                raise MissingError("A claim is not there, or no longer.", "List the claims of the project.")
            for repository in sorted({one.repository for one in done}):
                await self._on_wanted(connection, repository)
            told: list[Json] = [
                {"claim": one.id, "invariant": one.entry.invariant, "what": one.entry.subject, "by": one.entry.by}
                for one in done
            ]
            details: dict[str, Json] = {"claims": told, "because": because}
            action = "claim.approve" if state is ClaimState.APPROVED else "claim.refuse"
            await record(connection, principal, project, at=at, action=action, subject=project, details=details)
        return done


async def _of_locks(connection: Connection, today: date) -> list[tuple[UUID, StandingWaiver]]:
    """Give the waivers of locks that end, and note that it is told."""
    store = ClaimStore(connection)
    found = await store.unannounced(min(DAYS_BEFORE))
    projects = {claim.repository: project for project, claim, _ in found}
    told = [*ending(((waiver, days) for _, claim, days in found for waiver in of_lock([claim])), today)]
    for waiver, days in told:
        await store.announced(waiver.repository, waiver.ids[0], days)
    return [(projects[waiver.repository], waiver) for waiver, _ in told]


async def _given_here(connection: Connection, today: date) -> list[tuple[UUID, StandingWaiver]]:
    """Give the waivers given here that end, and note that it is told."""
    found = await unannounced(connection, today + timedelta(days=max(DAYS_BEFORE)), min(DAYS_BEFORE))
    projects = {one.repository: project for project, one, _ in found}
    told: list[tuple[UUID, StandingWaiver]] = []
    for last in dict.fromkeys(days for *_, days in found):
        waivers = of_decisions(one for _, one, days in found if days == last)
        for waiver, due in ending(((one, last) for one in waivers), today):
            await announced(connection, waiver.ids, due)
            told.append((projects[waiver.repository], waiver))
    return told
