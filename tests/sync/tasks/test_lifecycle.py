"""Laws of the life of a task: one holder at a time, tokens only grow, and one that is stale changes nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from specs.access import Role
from specs.revision import Actor, ActorKind
from specs.rules.actions import Reviewers
from sync.tasks import lifecycle
from sync.tasks.task import Area, Phase, Size, Task, TaskState

START = datetime(2026, 3, 2, tzinfo=UTC)
WORKERS = tuple(Actor(UUID(int=number), f"worker-{number}", ActorKind.AGENT) for number in range(1, 4))
REVIEW = (Reviewers(Role.REVIEWER, 1),)
LEASE = timedelta(seconds=60)


def make(phase: Phase = Phase.FREE, last: Phase = Phase.FREE) -> Task:
    return Task(
        id=UUID(int=99),
        project=UUID(int=98),
        number=1,
        intent="Do it.",
        area=Area(),
        size=Size.UNSAID,
        phase=phase,
        last=last,
        state=TaskState.OPEN,
        by=WORKERS[0],
        created_at=START,
        updated_at=START,
    )


class Life(RuleBasedStateMachine):
    """Workers that claim, die and come back late, under a clock that only goes forward; people in between."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.task = make(Phase.RESEARCH, Phase.IMPLEMENT)
        self.given: list[tuple[Actor, int]] = []
        self.highest = 0
        self.holder: tuple[Actor, int] | None = None
        self.passes = 0

    def take(self, step: lifecycle.Step) -> bool:
        if step.refusal is not None:
            assert step.task == self.task, "a refused step changes nothing"
            return False
        self.task = step.task
        return True

    def live(self) -> bool:
        return lifecycle.standing(self.task, self.now) is TaskState.CLAIMED

    @rule(seconds=st.integers(0, 90))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(worker=st.sampled_from(WORKERS))
    def claim(self, worker: Actor) -> None:
        free = lifecycle.claimable(self.task, self.now)
        assert self.take(lifecycle.claim(self.task, worker, LEASE, self.now)) is free
        if free:
            assert self.task.fencing > self.highest, "tokens only grow"
            self.highest = self.task.fencing
            self.holder = (worker, self.task.fencing)
            self.given.append(self.holder)

    @precondition(lambda self: self.given)
    @rule(data=st.data(), what=st.sampled_from(["renew", "finish", "wait", "fail", "back"]))
    def act(self, data: st.DataObject, what: str) -> None:
        worker, token = data.draw(st.sampled_from(self.given))
        holds = self.live() and (worker, token) == self.holder
        before = self.task
        steps = {
            "renew": lambda: lifecycle.renew(before, worker, token, LEASE, self.now),
            "finish": lambda: lifecycle.complete(before, worker, token, self.now),
            "wait": lambda: lifecycle.complete(before, worker, token, self.now, needs=REVIEW),
            "fail": lambda: lifecycle.fail(before, worker, token, "No.", self.now),
            "back": lambda: lifecycle.give_back(before, worker, token, self.now),
        }
        took = self.take(steps[what]())
        assert took is holds or self.task == before, "a token that does not hold changes nothing"
        if holds and what == "renew":
            assert self.task.lease_until is not None
            assert before.lease_until is not None
            assert self.task.lease_until >= before.lease_until
        elif holds:
            assert lifecycle.fenced(self.task, token, self.now) is not None, "what ended a claim ended its token"

    @rule(what=st.sampled_from(["freeze", "thaw", "approve", "decline", "expire"]))
    def oversee(self, what: str) -> None:
        before = self.task
        done = {
            "freeze": lambda: lifecycle.freeze(before, "Wait.", self.now),
            "thaw": lambda: lifecycle.thaw(before, 0, self.now),
            "approve": lambda: lifecycle.approve(before, self.now),
            "decline": lambda: lifecycle.decline(before, "Again.", self.now),
            "expire": lambda: lifecycle.expire(before, self.now),
        }[what]()
        if self.take(done) and what in {"freeze", "thaw"}:
            assert self.task.waits is before.waits, "what waits for people waits for them still"

    @invariant()
    def one_holder(self) -> None:
        holding = [pair for pair in self.given if lifecycle.fenced(self.task, pair[1], self.now, pair[0]) is None]
        assert holding == ([self.holder] if self.live() else [])
        assert self.task.fencing == self.highest

    @invariant()
    def consistent(self) -> None:
        claimed = self.task.state is TaskState.CLAIMED
        assert claimed is (self.task.holder is not None) is (self.task.lease_until is not None)
        assert self.task.waits is bool(self.task.needs)
        assert (self.task.ended_at is not None) is (self.task.state in {TaskState.DONE, TaskState.FAILED})


Life.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestLife = Life.TestCase


def test_a_task_goes_through_its_phases() -> None:
    task, seen = make(Phase.RESEARCH, Phase.IMPLEMENT), []
    for token in range(1, 4):
        seen.append(task.phase)
        task = lifecycle.claim(task, WORKERS[0], LEASE, START).task
        task = lifecycle.complete(task, WORKERS[0], token, START).task
    assert seen == [Phase.RESEARCH, Phase.PLAN, Phase.IMPLEMENT]
    assert task.state is TaskState.DONE


def test_what_ended_by_a_token_may_be_said_again_with_it_and_with_no_other() -> None:
    task = lifecycle.claim(make(), WORKERS[0], LEASE, START).task
    done = lifecycle.complete(task, WORKERS[0], 1, START).task
    assert lifecycle.complete(done, WORKERS[0], 1, START + LEASE) == lifecycle.Step(done)
    assert lifecycle.complete(done, WORKERS[0], 2, START).refusal is not None
    assert lifecycle.fail(done, WORKERS[0], 1, "No.", START).refusal is not None


def test_a_lease_is_over_at_its_very_end() -> None:
    task = lifecycle.claim(make(), WORKERS[0], LEASE, START).task
    last = START + LEASE - timedelta(microseconds=1)
    assert lifecycle.fenced(task, 1, last) is None
    refusal = lifecycle.fenced(task, 1, START + LEASE)
    assert refusal is not None
    assert "ran out" in refusal.message
    assert lifecycle.claim(task, WORKERS[1], LEASE, last).refusal is not None
    assert lifecycle.claim(task, WORKERS[1], LEASE, START + LEASE).task.fencing == 2


def test_another_actor_with_the_right_token_holds_nothing() -> None:
    task = lifecycle.claim(make(), WORKERS[0], LEASE, START).task
    assert lifecycle.complete(task, WORKERS[1], 1, START).refusal is not None
    assert lifecycle.renew(replace(task, fencing=2), WORKERS[0], 1, LEASE, START).refusal is not None
