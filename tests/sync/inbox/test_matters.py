"""What waits for whom: the turn of each sort of matter, and names that change when a matter moves on."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from drift.debt.claims import ClaimState
from drift.debt.lock import Entry
from specs.access import Principal, Role, Scope
from specs.conflicts import ConflictRecord, ConflictState
from specs.policy.records import Freeze
from specs.revision import Actor, ActorKind
from specs.rules.actions import Reviewers
from sync.inbox import matters
from sync.inbox.claims import LockClaim
from sync.inbox.decisions import BrokenRule, Choice, FindingDecision
from sync.inbox.matters import Matter, MatterKind
from sync.tasks.task import Phase
from tests.sync.tasks.test_lifecycle import make

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PROJECT, REPOSITORY = UUID(int=1), UUID(int=2)
ADA = Actor(UUID(int=10), "Ada Lovelace", ActorKind.HUMAN)
BOB = Actor(UUID(int=11), "Bob", ActorKind.HUMAN)
CLAUDE = Actor(UUID(int=12), "claude", ActorKind.AGENT)


def principal(actor: Actor, role: Role) -> Principal:
    return Principal(actor, frozenset(Scope), {PROJECT: role})


def claim(until: str = "2999-01-01", state: ClaimState = ClaimState.PENDING, name: str = "c") -> LockClaim:
    entry = Entry("layering", f"{name} -> web", "waived", until, "Ada", "later")
    return LockClaim(name * 8, REPOSITORY, entry, "c" * 40, "Bob", NOW, True, state)  # noqa: FBT003 (as it comes)


def broken(count: int = 1, reference: str = "1" * 40, path: str = "pay.md") -> BrokenRule:
    return BrokenRule(REPOSITORY, "layering", path, count, NOW - timedelta(days=2), "f1", reference)


def waived(number: int, day: int) -> FindingDecision:
    return FindingDecision(
        UUID(int=number),
        REPOSITORY,
        f"f{number}",
        "layering",
        "a imports b",
        Choice.WAIVE,
        "later",
        BOB,
        NOW,
        date(2026, 3, day),
    )


def conflict(by: Actor) -> ConflictRecord:
    return ConflictRecord(
        UUID(int=5), UUID(int=6), "pay.md", None, "a" * 64, "b" * 64, ConflictState.OPEN, (), 1, 0, by, NOW
    )


@pytest.mark.parametrize(
    ("who", "role", "by", "mine"),
    [
        (ADA, Role.EDITOR, ADA, True),
        (ADA, Role.EDITOR, BOB, False),
        (ADA, Role.REVIEWER, BOB, False),
        (ADA, Role.REVIEWER, CLAUDE, True),
        (ADA, Role.EDITOR, CLAUDE, False),
    ],
)
def test_a_conflict_waits_for_its_writer_and_an_agents_for_reviewers(
    who: Actor, role: Role, by: Actor, *, mine: bool
) -> None:
    assert bool(list(matters.of_conflicts([conflict(by)], principal(who, role), PROJECT))) is mine


def test_claims_of_one_commit_are_one_matter_of_reviewers() -> None:
    found = [claim(name="a"), claim(name="b"), claim(state=ClaimState.APPROVED)]
    [matter] = matters.of_claims(found, principal(ADA, Role.REVIEWER), PROJECT)
    assert (matter.kind, matter.count) == (MatterKind.CLAIM, 2)
    assert "Did Ada say what the lock says in layering?" in matter.question
    assert not list(matters.of_claims(found, principal(ADA, Role.EDITOR), PROJECT))


@pytest.mark.parametrize(
    ("until", "words"), [("2026-03-16", "ends on"), ("2026-03-01", "ended on"), ("2026-03-17", ""), ("soon", "")]
)
def test_waivers_are_told_of_two_weeks_before_they_end(until: str, words: str) -> None:
    reviewer = principal(ADA, Role.REVIEWER)
    told = list(matters.of_waivers([claim(until, ClaimState.APPROVED)], date(2026, 3, 2), reviewer, PROJECT))
    assert [words in one.why for one in told] == ([True] if words else [])


def test_a_broken_invariant_waits_for_the_owner_of_its_spec() -> None:
    owners = {"pay.md": (matters.folded("@Ada Lovelace"),)}
    [matter] = matters.of_findings([broken(2)], owners, principal(ADA, Role.READER), PROJECT)
    assert (matter.count, matter.why, matter.since) == (2, "You own the spec", NOW - timedelta(days=2))
    assert not list(matters.of_findings([broken()], owners, principal(BOB, Role.REVIEWER), PROJECT))
    [nobodys] = matters.of_findings([broken()], {}, principal(BOB, Role.REVIEWER), PROJECT)
    assert nobodys.why == "Nobody here owns the spec"


def test_waivers_given_here_are_told_of_by_rule_and_day() -> None:
    reviewer, today = principal(ADA, Role.REVIEWER), date(2026, 3, 2)
    given = [waived(number, until) for number, until in ((1, 3), (2, 3), (3, 17))]
    [matter] = matters.of_decided_waivers(given, today, reviewer, PROJECT)
    assert (matter.count, [one.name for one in matter.items]) == (2, ["f1", "f2"])
    assert "ends on 2026-03-03: later" in matter.why
    assert not list(matters.of_decided_waivers(given, today, principal(ADA, Role.EDITOR), PROJECT))


def test_a_matter_that_moves_on_is_another() -> None:
    reviewer = principal(BOB, Role.REVIEWER)
    [before] = matters.of_findings([broken()], {}, reviewer, PROJECT)
    [same] = matters.of_findings([broken()], {}, reviewer, PROJECT)
    [after] = matters.of_findings([broken(2)], {}, reviewer, PROJECT)
    assert before.id == same.id != after.id
    assert len(before.id) == 16


def test_a_frozen_agent_waits_for_reviewers() -> None:
    freeze = Freeze(CLAUDE, NOW, NOW + timedelta(hours=1), "three in a row")
    [matter] = matters.of_frozen([freeze], principal(ADA, Role.REVIEWER), PROJECT)
    assert (matter.question, matter.why) == ("claude is frozen: may it go on?", "three in a row")
    assert not list(matters.of_frozen([freeze], principal(ADA, Role.EDITOR), PROJECT))


def test_what_holds_others_up_comes_first_and_of_that_the_oldest() -> None:
    old, new = (Matter(MatterKind.FROZEN, key, "?", "", at, "") for key, at in (("a", NOW - timedelta(1)), ("b", NOW)))
    first = replace(new, kind=MatterKind.CONFLICT, key="c")
    assert matters.in_order([new, first, old]) == (first, old, new)


def test_a_finished_phase_waits_for_those_who_may_answer_and_never_for_who_finished_it() -> None:
    waiting = replace(
        make(Phase.PLAN, Phase.IMPLEMENT), waits=True, asker=BOB, needs=(Reviewers(Role.REVIEWER, 1),), reasons=("L",)
    )
    [matter] = matters.of_tasks([waiting, make()], principal(ADA, Role.REVIEWER), PROJECT)
    assert (matter.question, matter.why) == ("Is the plan of “Do it.” done?", "L")
    assert not list(matters.of_tasks([waiting], principal(BOB, Role.REVIEWER), PROJECT))
    assert not list(matters.of_tasks([waiting], principal(ADA, Role.EDITOR), PROJECT))
