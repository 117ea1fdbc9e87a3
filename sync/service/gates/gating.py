"""Decides on checks that others made, by policy and by people, and signs what was decided.

Whoever has the code tells what it found; the code never comes here. What counts is worked out again from the findings
that were told: the verdict, the facts, the digest. An approval is a person's, and of exactly one digest. Knows no HTTP;
whoever has to hear how a gate stands is told by `on_settled`, inside the transaction.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TypeAlias
from uuid import UUID

from specs.access import Principal, Project, Role, Scope
from specs.audit import Json
from specs.errors import ConflictError, DeniedError, MissingError, UserError
from specs.library import Page, check_message
from specs.limits import Quota
from specs.policy.deciding import Decision
from specs.proposals.state import ONE_REVIEWER
from specs.rules.actions import Verdict
from specs.service import writing
from specs.service.auditing import record
from specs.service.limits import use
from specs.service.paging import decode_cursor, encode_cursor, limited, no_cursor
from specs.service.policies.policies import decide_check, policies_in_force
from specs.service.proposals.proposing import must_be_person, people_of
from specs.store.artifacts import CLEAR, Vault
from specs.store.connection import Clock, Connection, IdSource, Transactions
from specs.store.people import ActorStore
from sync.gates.decisiontokens import LIFETIME, Claims, issue
from sync.gates.gate import FROZEN, Answer, Gate, GateReview, GateState, Posted, Settled, may_decide, settled
from sync.service.gates.signing import Signatures
from sync.service.repositories.governing import Governing
from sync.store.decisions import FindingDecisionStore
from sync.store.gates import GateStore

SettledHook: TypeAlias = Callable[[Connection, Gate], Awaitable[None]]
"""Called as (connection, gate) inside the transaction that made a gate, or changed how it stands."""


async def nobody(_connection: Connection, _gate: Gate) -> None:
    """Do nothing: the hook where nobody listens."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A gate, whose approval is still wanted, and the signed decision where it passed ("" otherwise)."""

    gate: Gate
    standing: Settled
    token: str = ""


class Gates:
    """All use cases of gates."""

    def __init__(  # noqa: PLR0913 (each source of the outside world is its own argument)
        self,
        database: Transactions,
        governing: Governing,
        signatures: Signatures,
        *,
        clock: Clock,
        new_id: IdSource,
        on_settled: SettledHook = nobody,
        vault: Vault = CLEAR,
    ) -> None:
        self._database = database
        self._governing = governing
        self._signatures = signatures
        self._clock = clock
        self._new_id = new_id
        self._on_settled = on_settled
        self._vault = vault

    async def post(self, principal: Principal, project: Project, posted: Posted) -> Looked:
        """Decide on a check. The same check, told again under the same policies, is the same gate.

        Raises `ConflictError` with the present digest where the specs are not those that were checked against.
        """
        principal.require(project.id, Role.EDITOR, Scope.CHECK)
        found = await self._governing.read(principal, project.id, posted.repository, posted.tag)
        if found.digest != posted.specs:
            raise ConflictError(
                "The specs changed since you read them.",
                "Read them again, and check again.",
                details={"specs": found.digest},
            )
        posted, at = replace(posted, repository=found.repository), self._clock()
        await use(self._database, project.id, Quota.CHECKS, at)
        async with self._database.transaction() as connection:
            store = GateStore(connection, project.id, self._vault)
            if found.registered is not None:
                posted = await _waived(connection, project.id, found.registered.id, posted, at.date())
            digest = posted.digest((await policies_in_force(connection, project.id))[1])
            fresh = posted.gate(self._new_id(), project.id, digest, principal.actor, at)
            new = await store.add(fresh)
            before = fresh if new else await _find(store, digest, lock=True)
            decision = await decide_check(connection, principal, project.id, posted.facts(), subject=before.id, at=at)
            ruled = _ruled(before, decision, at)
            standing = await self._standing(connection, ruled)
            now = replace(ruled, state=standing.state)
            await store.put(now)
            await self._tell(connection, principal, None if new else before, now, "gate.decide")
            return Looked(now, standing, await self._token(connection, project, now))

    async def get(self, principal: Principal, project: Project, gate: UUID) -> Looked:
        """Give a gate with its findings, and a fresh signed decision where it passed."""
        principal.require(project.id, Role.READER, Scope.READ)
        async with self._database.transaction() as connection:
            found = await _find(GateStore(connection, project.id, self._vault), gate)
            return Looked(found, await self._standing(connection, found), await self._token(connection, project, found))

    async def list(  # noqa: PLR0913 (each a filter of the list)
        self,
        principal: Principal,
        project: UUID,
        *,
        state: str = "",
        repository: str = "",
        commit: str = "",
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[Gate]:
        """Give gates, the newest first, without their findings."""
        principal.require(project, Role.READER, Scope.READ)
        count, after = limited(limit), None if cursor is None else _place(cursor)
        async with self._database.read() as connection:
            store = GateStore(connection, project)
            rows = await store.page(state=state, repository=repository, commit=commit, after=after, limit=count + 1)
        last = rows[count - 1] if len(rows) > count else None
        more = None if last is None else encode_cursor(f"{last.created_at.isoformat()} {last.id}")
        return Page(rows[:count], more)

    async def review(  # noqa: PLR0913 (who says what of which gate, and why)
        self, principal: Principal, project: Project, gate: UUID, *, digest: str, answer: Answer, body: str = ""
    ) -> Looked:
        """Approve or refuse exactly what was read. Of people alone, with the role that is asked for, never one's own.

        Raises `DeniedError` for whoever may not, `ConflictError` where the digest is not the gate's.
        """
        principal.require(project.id, Role.EDITOR, Scope.WRITE)
        must_be_person(principal)
        writing.refuse(check_message(body))
        at = self._clock()
        async with self._database.transaction() as connection:
            store = GateStore(connection, project.id, self._vault)
            before = await _find(store, gate, lock=True)
            await self._may(connection, principal, before)
            if before.digest != digest:
                raise ConflictError("The gate is not what you read.", "Read it again, and decide on what it says.")
            if answer is Answer.REFUSE and not body.strip():
                raise UserError("A gate is refused for a reason.", "Say in a sentence why.")
            said = GateReview(principal.actor, answer, body, at)
            await store.add_review(gate, said)
            heard = replace(before, reviews=(*before.reviews, said), updated_at=at)
            standing = await self._standing(connection, heard)
            now = replace(heard, state=standing.state)
            await store.put(now)
            await self._tell(connection, principal, before, now, f"gate.{answer.value}")
            return Looked(now, standing, await self._token(connection, project, now))

    async def _may(self, connection: Connection, principal: Principal, gate: Gate) -> None:
        member = await ActorStore(connection).member(gate.project, principal.actor.id)
        role = None if member is None or member.disabled else member.role
        if principal.actor.id == gate.actor.id:
            raise DeniedError("Nobody decides on their own check.", "Ask another member of the project.")
        if not may_decide(role, gate.needs):
            wanted = " and ".join(need.told for need in gate.needs) or "1 from reviewer"
            raise DeniedError("This gate is not yours to decide on.", f"It wants {wanted}.")

    async def _standing(self, connection: Connection, gate: Gate) -> Settled:
        people = people_of(await ActorStore(connection).members(gate.project))
        return settled(gate.ruling, gate.needs, gate.reviews, people, gate.actor.id)

    async def _token(self, connection: Connection, project: Project, gate: Gate) -> str:
        if gate.state is not GateState.PASSED:
            return ""
        signer, at = await self._signatures.signer(connection), self._clock()
        claims = Claims(
            issuer=signer.name,
            id=str(gate.id),
            project=project.slug,
            repository=gate.repository,
            commit=gate.commit,
            specs=gate.specs,
            policies=gate.policies,
            findings=gate.findings,
            decision=gate.state.value,
            issued=int(at.timestamp()),
            expires=int((at + LIFETIME).timestamp()),
        )
        return issue(claims, signer)

    async def _tell(
        self, connection: Connection, principal: Principal, before: Gate | None, now: Gate, action: str
    ) -> None:
        """Let those who listen know, and write it down; what came to the same again is not news."""
        # Told in the course of a task, it tells how the task's check ended, also where that is no news.
        told = action == "gate.decide" and principal.task is None
        news = before is None or before.state is not now.state or not told
        if not news:
            return
        await self._on_settled(connection, now)
        details: dict[str, Json] = {
            "repository": now.repository,
            "commit": now.commit,
            "digest": now.digest,
            "findings": now.findings,
            "specs": now.specs,
            "state": now.state.value,
        }
        if now.reviews and action != "gate.decide":
            details["body"] = now.reviews[-1].body
        await record(
            connection,
            principal,
            now.project,
            at=now.updated_at,
            action=action,
            subject=now.id,
            details=details,
            policy=now.policies,
        )


def _ruled(gate: Gate, decision: Decision, at: datetime) -> Gate:
    """Put down in a gate what the policies say now."""
    review = decision.verdict is Verdict.REVIEW
    return replace(
        gate,
        ruling=FROZEN if decision.held else decision.verdict.word,
        needs=(decision.reviewers or ONE_REVIEWER) if review else (),
        reasons=decision.reasons,
        policies=decision.policies,
        updated_at=at,
    )


def _place(cursor: str) -> tuple[datetime, UUID]:
    at, _, ref = decode_cursor(cursor).partition(" ")
    try:
        return datetime.fromisoformat(at).astimezone(UTC), UUID(ref)
    except (ValueError, OverflowError) as error:
        raise no_cursor() from error


async def _waived(connection: Connection, project: UUID, repository: UUID, posted: Posted, today: date) -> Posted:
    """Waive what people waived here: whoever checks elsewhere does not know of it."""
    decisions = await FindingDecisionStore(connection, project).standing([row.fingerprint for row in posted.rows])
    waivers = {one.fingerprint for one in decisions if one.repository == repository and one.holds(today)}
    return posted.waiving(waivers) if waivers else posted


async def _find(store: GateStore, gate: UUID | str, *, lock: bool = False) -> Gate:
    found = await store.find(gate, lock=lock)
    if found is None:
        raise MissingError("There is no such gate.", "List the gates of the project for their ids.")
    return found
