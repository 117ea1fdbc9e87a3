"""Claims of a lock that came by git: they count once a person approves, or where a trusted branch vouches for them."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from drift.answers import substance_of
from drift.debt.claims import ClaimState
from drift.lives.life import CauseKind, LifeEvent, LifeState, Reason
from specs.access import SERVER
from specs.errors import DeniedError, MissingError
from specs.service.audit import whole_chain
from sync.binding.bindings import Trust
from sync.feeds.kinds import event_of
from sync.service.claims import Claims
from sync.service.repositories.repositories import nobody
from tests.gitmaker import Made
from tests.stage import BAD, CODE, LAYERS, make_stage


@pytest.fixture
def stage(world, tmp_path: Path):
    world.clock.forward(days=30)
    return make_stage(world, Made(tmp_path / "repo"), tmp_path)


WAIVER = "layering | shop.domain -> shop.web | waived | 2999-01-01 | Ada | why\n"


def claims_of(stage):
    return Claims(stage.world.database, stage.world.clock, nobody)


async def test_a_waiver_that_nobody_vouches_for_counts_once_a_person_approves_it(stage):
    stage.made.commit("begin", CODE | BAD)
    brought = stage.made.commit("wave through", {"holdfast.lock": WAIVER}, author="Bob")
    await stage.register(trust=Trust.NONE)
    await stage.sync()
    [finding] = await stage.findings(state=LifeState.OPEN)
    assert "Ada claims a waiver until 2999-01-01 (why): it counts once a person approves." in finding.message
    claims, world = claims_of(stage), stage.world
    [claim] = (await claims.list(world.eve, stage.project, state=ClaimState.PENDING)).items
    assert (claim.commit, claim.author, claim.entry.by, claim.decision) == (brought, "Bob", "Ada", None)
    for who in (world.eve, world.claude):
        with pytest.raises(DeniedError):
            await claims.decide(who, stage.project, [claim.id], ClaimState.APPROVED)
    with pytest.raises(MissingError):
        await claims.decide(world.ada, stage.project, [claim.id, "0" * 64], ClaimState.APPROVED)
    await claims.decide(world.ada, stage.project, [claim.id], ClaimState.APPROVED, "until the move")
    assert (await stage.sync(fetch=False)).evaluated == 1
    [finding] = await stage.findings(state=LifeState.WAIVED)
    assert (await stage.events(finding.fingerprint))[-1] == (LifeEvent.WAIVED, claim.id, "Ada")
    assert (await stage.sync(fetch=False)).evaluated == 0
    await claims.decide(world.ada, stage.project, [claim.id], ClaimState.REFUSED)
    await stage.sync(fetch=False)
    assert (await stage.events(finding.fingerprint))[-1] == (LifeEvent.LAPSED, claim.id, "Ada")


async def test_a_trusted_branch_vouches_for_people_and_not_for_agents(stage):
    stage.made.commit("begin", CODE | BAD)
    stage.made.commit("accept\n\nCo-authored-by: Claude <noreply@anthropic.com>", {"holdfast.lock": WAIVER})
    await stage.register()
    await stage.sync()
    assert len(await stage.findings(state=LifeState.OPEN)) == 1
    person = WAIVER.replace("why", "as agreed")
    stage.made.commit("accept it", {"holdfast.lock": person}, author="Bob")
    await stage.sync()
    assert len(await stage.findings(state=LifeState.WAIVED)) == 1
    [claim] = (await claims_of(stage).list(stage.world.ada, stage.project)).items
    assert (claim.state, claim.decision, claim.entry.because) == (ClaimState.APPROVED, None, "as agreed")


async def test_a_confirmation_in_the_lock_waits_for_a_person_as_well(stage):
    rule = "\n```yaml invariant\nid: read\nkind: reviewed\npaths: [shop/web.py]\nwhy: It is told here.\n```\n"
    files = CODE | {"docs/specs/layers.md": LAYERS + rule}
    stage.made.commit("begin", files)
    digest = substance_of("shop/web.py", files["shop/web.py"].encode(), "")[:16]
    stage.made.commit("read it", {"holdfast.lock": f"read | shop/web.py -> {digest} | reviewed | | Ada | 2026-11-01\n"})
    await stage.register(trust=Trust.NONE)
    await stage.sync()
    told = {finding.kind: finding.message for finding in await stage.findings(state=LifeState.OPEN)}
    assert "Nobody has confirmed" in told["reviewed"]
    assert told["lock"] == "A confirmation of read in the lock counts once a person approves."
    [claim] = (await claims_of(stage).list(stage.world.ada, stage.project)).items
    await claims_of(stage).decide(stage.world.ada, stage.project, [claim.id], ClaimState.APPROVED)
    await stage.sync(fetch=False)
    assert await stage.findings(state=LifeState.OPEN) == ()
    [event] = [
        (await stage.drift.finding(stage.world.ada, stage.project, one.fingerprint)).events[-1]
        for one in await stage.findings()
        if one.kind == "reviewed"
    ]
    assert (event.kind, event.reason, event.cause.kind) == (LifeEvent.RESOLVED, Reason.CONFIRMED, CauseKind.CLAIM)


async def test_the_end_of_a_waiver_is_told_two_weeks_a_week_and_a_day_before_and_once_each(stage):
    until = stage.world.clock().date() + timedelta(days=20)
    stage.made.commit("begin", CODE | BAD | {"holdfast.lock": WAIVER.replace("2999-01-01", until.isoformat())})
    await stage.register()
    await stage.sync()
    claims, told = claims_of(stage), []
    for day in range(24):
        found = await asyncio.gather(claims.announce(SERVER), claims.announce(SERVER))
        assert await claims.announce(SERVER) == 0
        told += [20 - day] * sum(found)
        stage.world.clock.forward(days=1)
    assert told == [14, 7, 1]
    events = [event for event in await events_of(stage) if event.type == "waiver.expiring"]
    assert len(events) == 3
    assert events[0].data == {
        "invariant": "layering",
        "paths": ["shop.domain -> shop.web"],
        "until": until.isoformat(),
        "by": "Ada",
        "because": "why",
        "repository": "shop",
    }
    with pytest.raises(DeniedError):
        await claims.announce(stage.world.ada)


async def events_of(stage):
    async with stage.world.database.read() as connection:
        entries = await whole_chain(connection, stage.project)
    return [event for entry in entries if (event := event_of(entry, "payments")) is not None]
