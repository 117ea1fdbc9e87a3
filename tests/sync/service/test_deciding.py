"""Findings are waived here until a day for a reason, or given to be mended, and the next check knows."""

from datetime import timedelta
from pathlib import Path

import pytest

from app import sources
from drift.lives.life import LifeEvent, LifeState
from specs.access import SERVER, Role
from specs.errors import ConflictError, DeniedError, MissingError, UserError
from specs.service.audit import whole_chain
from sync.feeds.kinds import event_of
from sync.inbox.decisions import Choice
from sync.service.claims import Claims
from sync.service.deciding import Answer, FindingDecisions
from sync.service.repositories.repositories import nobody
from sync.service.tasks.tasks import Tasks
from tests.gitmaker import Made
from tests.stage import BAD, CODE, make_stage


@pytest.fixture
async def stage(world, tmp_path: Path):
    world.clock.forward(days=30)
    found = make_stage(world, Made(tmp_path / "repo"), tmp_path)
    found.made.commit("begin", CODE | BAD)
    await found.register()
    await found.sync()
    return found


def decisions_of(stage, hook=nobody):
    return FindingDecisions(stage.world.database, stage.world.clock, sources.new_id, hook)


async def test_a_waiver_given_here_counts_from_the_next_check_to_its_last_day(stage):
    world, decisions = stage.world, decisions_of(stage)
    [finding] = await stage.findings(state=LifeState.OPEN)
    until = world.clock().date() + timedelta(days=2)
    answer = Answer(Choice.WAIVE, (finding.fingerprint,), "The move is next week.", until)
    [made] = await decisions.decide(world.ada, stage.project, answer)
    assert (await stage.sync(fetch=False)).evaluated == 1
    [waived] = await stage.findings(state=LifeState.WAIVED)
    assert waived.data["accepted"] == {"until": str(until), "by": "Ada", "because": "The move is next week."}
    assert (await stage.events(finding.fingerprint))[-1] == (LifeEvent.WAIVED, str(made.id), "Ada")
    [verdict] = await stage.drift.verdicts(world.ada, stage.project)
    assert (verdict.broken, verdict.waived, verdict.open) == (0, 1, {})
    [badge] = [one for one in (await stage.drift.badges(world.ada, stage.project)).values() if one.total]
    assert badge.word == "waived"
    [holding] = await stage.drift.holding(world.ada, stage.project, finding.invariant)
    assert holding.verdict == "waived"
    assert (await stage.sync(fetch=False)).evaluated == 0
    world.clock.forward(days=3)
    assert (await stage.sync(fetch=False)).evaluated == 1
    [lapsed] = await stage.findings(state=LifeState.OPEN)
    assert "that day is over" in lapsed.message
    assert (await stage.sync(fetch=False)).evaluated == 0
    assert not await world.verify_audit()


async def test_the_end_of_a_waiver_given_here_is_told_as_that_of_one_in_a_lock(stage):
    world, decisions = stage.world, decisions_of(stage)
    [finding] = await stage.findings(state=LifeState.OPEN)
    until = world.clock().date() + timedelta(days=20)
    await decisions.decide(
        world.ada, stage.project, Answer(Choice.WAIVE, (finding.fingerprint,), "The move is in March.", until)
    )
    await stage.sync(fetch=False)
    claims, told = Claims(world.database, world.clock, nobody), []
    for day in range(24):
        told += [20 - day] * await claims.announce(SERVER)
        assert await claims.announce(SERVER) == 0
        world.clock.forward(days=1)
    assert told == [14, 7, 1]
    async with world.database.read() as connection:
        entries = await whole_chain(connection, stage.project)
    events = [event for one in entries if (event := event_of(one, "payments")) is not None]
    first = next(event for event in events if event.type == "waiver.expiring")
    assert first.data == {
        "invariant": "layering",
        "paths": [finding.message],
        "until": until.isoformat(),
        "by": "Ada",
        "because": "The move is in March.",
        "repository": "shop",
        "findings": [{"fingerprint": finding.fingerprint, "invariant": "layering"}],
    }


async def test_what_was_decided_is_taken_back_once_and_the_finding_counts_again(stage):
    world, decisions = stage.world, decisions_of(stage)
    [finding] = await stage.findings(state=LifeState.OPEN)
    answer = Answer(Choice.WAIVE, (finding.fingerprint,), "Later.", world.clock().date())
    [made] = await decisions.decide(world.ada, stage.project, answer)
    await stage.sync(fetch=False)
    await decisions.take_back(world.ada, stage.project, [made.id])
    await stage.sync(fetch=False)
    assert (await stage.events(finding.fingerprint))[-1] == (LifeEvent.LAPSED, str(made.id), "Ada")
    with pytest.raises(ConflictError, match="stands no more"):
        await decisions.take_back(world.ada, stage.project, [made.id])
    with pytest.raises(MissingError):
        await decisions.take_back(world.ada, stage.project, [stage.project])
    assert (await world.actions())[-4:].count("finding.take-back") == 1


async def test_who_comes_second_is_told_and_may_decide_anew(stage):
    world, decisions = stage.world, decisions_of(stage)
    rita = await world.person("rita", Role.REVIEWER)
    [finding] = await stage.findings(state=LifeState.OPEN)
    mend = Answer(Choice.MEND, (finding.fingerprint,), "Move it.")
    day = world.clock().date() + timedelta(days=9)
    waive = Answer(Choice.WAIVE, (finding.fingerprint,), "Later.", day)
    await decisions.decide(world.ada, stage.project, waive)
    with pytest.raises(ConflictError, match=f"Ada decided first: waived until {day} \\(Later.\\)"):
        await decisions.decide(rita, stage.project, waive)
    [made] = await decisions.decide(rita, stage.project, Answer(Choice.MEND, mend.findings, mend.because, renews=True))
    task = (await Tasks(world.database, world.clock, sources.new_id).get(rita, stage.project, made.task)).task
    assert "shop/domain.py:1" in task.intent
    assert (task.area.paths, task.by.name) == (("shop/domain.py",), "Rita")
    first, second = (await decisions.list(rita, stage.project)).items
    assert (first.choice, second.ended_by.name) == (Choice.MEND, "Rita")


async def test_what_cannot_be_decided_so_is_refused_with_a_hint(stage):
    world, decisions = stage.world, decisions_of(stage)
    [finding] = await stage.findings(state=LifeState.OPEN)
    today, name = world.clock().date(), (finding.fingerprint,)
    for answer, words in (
        (Answer(Choice.WAIVE, name, "Later."), "without a date"),
        (Answer(Choice.WAIVE, name, " ", today), "without a reason"),
        (Answer(Choice.WAIVE, name, "Later.", today - timedelta(days=1)), "is over"),
        (Answer(Choice.WAIVE, name, "Later.", today + timedelta(days=400)), "a year at most"),
        (Answer(Choice.MEND, name, "", today), "no date"),
        (Answer(Choice.MEND, ()), "nothing to decide"),
    ):
        with pytest.raises(UserError, match=words) as caught:
            await decisions.decide(world.ada, stage.project, answer)
        assert caught.value.hint
    with pytest.raises(MissingError):
        await decisions.decide(world.ada, stage.project, Answer(Choice.MEND, ("nothing",)))
    for who in (world.eve, world.claude):
        with pytest.raises(DeniedError):
            await decisions.decide(who, stage.project, Answer(Choice.MEND, name))


async def test_rules_of_several_repositories_are_decided_with_one_choice_or_not_at_all(stage):
    world, decisions = stage.world, decisions_of(stage)
    [finding] = await stage.findings(state=LifeState.OPEN)
    day = world.clock().date()
    good = Answer(Choice.WAIVE, (finding.fingerprint,), "Later.", day)
    for other, error in (
        (Answer(Choice.MEND, (finding.fingerprint,)), UserError),
        (Answer(Choice.WAIVE, ("nothing",), "Later.", day), MissingError),
    ):
        with pytest.raises(error):
            await decisions.decide_all(world.ada, stage.project, [good, other])
    assert not (await decisions.list(world.ada, stage.project)).items
    [[made]] = await decisions.decide_all(world.ada, stage.project, [good])
    assert made.until == day
