"""What people decide on findings here: waived until a day for a reason, given to be mended as a task, taken back.

A reviewer, a person, decides; many findings at once only of one rule, with one choice. What a waiver makes of the
verdict the next check says, which is asked for in the same transaction. Knows no HTTP.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from drift.lives.life import LifeState
from drift.lives.records import FindingRecord
from drift.service.drift import bounded, page, place
from drift.store.findings import FindingStore
from specs.access import Principal, Role, Scope
from specs.audit import Json
from specs.errors import ConflictError, DeniedError, MissingError, UserError
from specs.library import Page, check_message
from specs.revision import ActorKind
from specs.service import writing
from specs.service.auditing import record
from specs.store.connection import Clock, Connection, IdSource, Transactions
from sync.inbox.decisions import LONGEST_DAYS, MOST_AT_ONCE, NOT_WAIVED, Choice, FindingDecision, area_of, intent_of
from sync.service.repositories.repositories import WantHook
from sync.service.tasks.steps import input_of, new_task, tell_made
from sync.store.decisions import FindingDecisionStore
from sync.tasks.checking import checked
from sync.tasks.task import Wanted

MOST_TOLD = 100


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person decides on some findings of one rule. `renews` says that they know of a decision that stands."""

    choice: Choice
    findings: tuple[str, ...]
    because: str = ""
    until: date | None = None
    repository: UUID | None = None
    renews: bool = False


class FindingDecisions:
    """Use cases of decisions on findings. `on_wanted` hears of repositories that are to be checked again."""

    def __init__(self, database: Transactions, clock: Clock, new_id: IdSource, on_wanted: WantHook) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id
        self._on_wanted = on_wanted

    async def list(
        self, principal: Principal, project: UUID, *, cursor: str | None = None, limit: int = 50
    ) -> Page[FindingDecision]:
        """Give what was decided, the newest first, also what was taken back."""
        principal.require(project, Role.READER, Scope.READ)
        before = place(cursor)
        async with self._database.read() as connection:
            found = await FindingDecisionStore(connection, project).page(before=before, limit=bounded(limit) + 1)
        return page(found, bounded(limit))

    async def standing(
        self, principal: Principal, project: UUID, fingerprints: Sequence[str]
    ) -> tuple[FindingDecision, ...]:
        """Give the decisions that stand on some findings, waivers whose day is over included."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            return await FindingDecisionStore(connection, project).standing(fingerprints)

    async def together(self, principal: Principal, project: UUID, ident: UUID) -> tuple[FindingDecision, ...]:
        """Give the decisions that were made at once with one; none where there is no such decision."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            return await FindingDecisionStore(connection, project).together(ident)

    async def decide(self, principal: Principal, project: UUID, answer: Answer) -> tuple[FindingDecision, ...]:
        """Decide on open findings of one rule. Needs a person who reviews.

        Raises `ConflictError` where somebody decided first, `MissingError` for a finding that is not open.
        """
        [made] = await self.decide_all(principal, project, [answer])
        return made

    async def decide_all(
        self, principal: Principal, project: UUID, answers: Sequence[Answer]
    ) -> tuple[tuple[FindingDecision, ...], ...]:
        """Decide on findings of one rule in several repositories, with one choice: on all of them, or on none.

        Raises as `decide` does, and `UserError` where rules or choices differ.
        """
        _decider(principal, project)
        today = self._clock().date()
        for answer in answers:
            _check(answer, today)
        _check_together(answers)
        async with self._database.transaction() as connection:
            found = [await self._found(connection, project, answer) for answer in answers]
            if len({one[0].invariant or one[0].kind for one in found}) > 1:
                raise UserError("These findings are of several rules.", "Decide on those of one rule at once.")
            await FindingDecisionStore(connection, project).lock({one[0].repository for one in found})
            return tuple(
                [
                    await self._decide(connection, principal, project, findings, answer)
                    for findings, answer in zip(found, answers, strict=True)
                ]
            )

    async def _decide(
        self,
        connection: Connection,
        principal: Principal,
        project: UUID,
        found: Sequence[FindingRecord],
        answer: Answer,
    ) -> tuple[FindingDecision, ...]:
        """Decide on findings of one rule in one repository."""
        store = FindingDecisionStore(connection, project)
        await self._supersede(store, principal, found, answer)
        task = None
        if answer.choice is Choice.MEND:
            wanted = input_of(checked(Wanted(intent_of(tuple(found), answer.because), area_of(tuple(found)))))
            task = await new_task(connection, principal, project, wanted, self._new_id())
        at = self._clock()
        made = [
            FindingDecision(
                id=self._new_id(),
                repository=one.repository,
                fingerprint=one.fingerprint,
                invariant=one.invariant or one.kind,
                message=one.message,
                choice=answer.choice,
                because=answer.because.strip(),
                actor=principal.actor,
                at=at,
                until=answer.until,
                task=None if task is None else task.id,
            )
            for one in found
        ]
        await store.add(made)
        await self._check_again(connection, made)
        if task is not None:
            await tell_made(connection, principal, task, at)
        await self._told(connection, principal, project, made, f"finding.{answer.choice}")
        return tuple(made)

    async def take_back(self, principal: Principal, project: UUID, ids: Sequence[UUID]) -> tuple[FindingDecision, ...]:
        """Take decisions back: the findings count again. The task of one to be mended stays, and is cancelled apart.

        Raises `MissingError` for what is no decision here, `ConflictError` for one that stands no more.
        """
        _decider(principal, project)
        wanted = set(ids)
        if not 0 < len(wanted) <= MOST_AT_ONCE:
            raise UserError("There is nothing to take back.", f"Name 1 to {MOST_AT_ONCE} decisions.")
        async with self._database.transaction() as connection:
            store = FindingDecisionStore(connection, project)
            known = await store.several(wanted)
            await store.lock({one.repository for one in known})
            found = await store.several(wanted)
            if {one.id for one in found} != wanted:
                raise MissingError("There is no such decision.", "List what was decided on findings.")
            for one in found:
                if one.ended_at is not None:
                    who = one.ended_by.name if one.ended_by else "somebody"
                    raise ConflictError("It stands no more.", f"{who} took it back, or decided anew: look again.")
            await store.end(wanted, principal.actor.id, self._clock())
            await self._check_again(connection, found)
            for repository in sorted({one.repository for one in found}):
                ours = [one for one in found if one.repository == repository]
                await self._told(connection, principal, project, ours, "finding.take-back")
        return found

    async def _found(self, connection: Connection, project: UUID, answer: Answer) -> tuple[FindingRecord, ...]:
        store = FindingStore(connection)
        found = []
        for name in dict.fromkeys(answer.findings):
            one = await store.find(project, name, answer.repository)
            gone = (
                one is None or one.state is LifeState.RESOLVED or (one.state is LifeState.WAIVED and not answer.renews)
            )
            if one is None or gone:
                hint = "It may be mended, waived or renamed since: list the findings again."
                raise MissingError(f"No open finding is called {name[:16]}.", hint)
            found.append(one)
        rules = {(one.repository, one.invariant or one.kind) for one in found}
        if len(rules) > 1:
            raise UserError("These findings are of several rules.", "Decide on those of one rule in one repository.")
        if answer.choice is Choice.WAIVE and found[0].kind in NOT_WAIVED:
            hint = "Mend the spec or the lock: there is nothing in the code that could be waived."
            raise UserError("A finding about the specs themselves is not waived.", hint)
        return tuple(found)

    async def _supersede(
        self, store: FindingDecisionStore, principal: Principal, found: Sequence[FindingRecord], answer: Answer
    ) -> None:
        """End what was decided before on findings; where the person does not know of it, tell them instead."""
        at = self._clock()
        here = {one.repository for one in found}
        before = [one for one in await store.standing([one.fingerprint for one in found]) if one.repository in here]
        standing = [one for one in before if one.holds(at.date())]
        if standing and not answer.renews:
            first = standing[0]
            told = f"{first.actor.name} decided first: {first.told}" + (
                f" ({first.because})." if first.because else "."
            )
            raise ConflictError(told, "Leave it so, take that back, or decide anew with `renews`.")
        if before:
            await store.end([one.id for one in before], principal.actor.id, at)

    async def _check_again(self, connection: Connection, decisions: Sequence[FindingDecision]) -> None:
        """Have the repositories checked again whose verdict waivers change."""
        for repository in sorted({one.repository for one in decisions if one.choice is Choice.WAIVE}):
            await self._on_wanted(connection, repository)

    async def _told(
        self,
        connection: Connection,
        principal: Principal,
        project: UUID,
        made: Sequence[FindingDecision],
        action: str,
    ) -> None:
        first = made[0]
        names: list[Json] = [
            {"fingerprint": one.fingerprint, "invariant": one.invariant, "message": one.message}
            for one in made[:MOST_TOLD]
        ]
        details: dict[str, Json] = {"invariant": first.invariant, "findings": names, "because": first.because}
        if first.until is not None:
            details["until"] = first.until.isoformat()
        if first.task is not None:
            details["task"] = str(first.task)
        at = self._clock()
        await record(connection, principal, project, at=at, action=action, subject=first.repository, details=details)


def _decider(principal: Principal, project: UUID) -> None:
    principal.require(project, Role.REVIEWER, Scope.WRITE)
    if principal.actor.kind is not ActorKind.HUMAN:
        raise DeniedError("Only a person decides on findings.", "Mend the code, or ask a reviewer of the project.")


def _check_together(answers: Sequence[Answer]) -> None:
    """Refuse answers that are more than one choice, or too many."""
    if len({(one.choice, one.until, one.because) for one in answers}) > 1:
        raise UserError("These are several choices.", "Decide with one choice at once.")
    if not 0 < sum(len(set(one.findings)) for one in answers) <= MOST_AT_ONCE:
        raise UserError("There is nothing to decide.", f"Name 1 to {MOST_AT_ONCE} findings of one rule.")


def _check(answer: Answer, today: date) -> None:
    """Refuse a decision that cannot be kept."""
    count = len(set(answer.findings))
    if not 0 < count <= MOST_AT_ONCE:
        raise UserError("There is nothing to decide.", f"Name 1 to {MOST_AT_ONCE} findings of one rule.")
    writing.refuse(check_message(answer.because))
    if answer.choice is Choice.MEND:
        if answer.until is not None:
            raise UserError("What is to be mended has no date.", "Leave `until` out, or waive it until then.")
        return
    if answer.until is None:
        raise UserError("There is no waiver without a date.", "Name its last day, as 2027-01-31.")
    if answer.until < today:
        raise UserError(f"{answer.until} is over.", f"Today is {today}: name a day to come.")
    if answer.until > today + timedelta(days=LONGEST_DAYS):
        hint = f"Name a day up to {today + timedelta(days=LONGEST_DAYS)}; what is to stay is an exception of the spec."
        raise UserError("A waiver lasts a year at most.", hint)
    if not answer.because.strip():
        raise UserError("Nothing is waived without a reason.", "Say in a sentence why, for whoever meets it next.")
